"""In which words the notice is said, by language.  Pure.

One set of phrases per language; fields are named and filled with ready HTML or with
plain text by the caller.  Copyright lines, prescribed statements and licence names are
never translated: they are the publisher's words, only the sentence around them is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The sentences of one language; ``{fields}`` as in ``str.format``."""

    language: str
    direction: str = "ltr"
    source: str
    via: str
    """Follows *source* and stands in the plain line; begins with its own separator."""
    excerpt: str
    excerpt_mark: str
    """The first words of *excerpt*: what an audit looks for."""
    by: str
    published: str
    published_on: str
    """Follows the origin's name; begins with its own separator."""
    republished: str
    """Follows the origin's name or the date; begins with its own separator."""
    licence: str
    changes: str
    share_alike: str
    disclaimer: str
    usage: str
    access: str
    """Of what only those who asked for it may read."""
    both: str
    """Joins the last two of several names."""
    comma: str = ", "
    date: str
    months: str
    """Twelve names, separated by spaces."""
    change: Mapping[str, str]
    """Codes of ``Acknowledgement.changes`` in words."""


_ENGLISH = Phrases(
    language="en",
    source="Source: {origin}",
    via=", via {via}",
    excerpt="Excerpt. Read the full article at {origin}.",
    excerpt_mark="Excerpt.",
    by="By {authors}.",
    published="Originally published by {origin}{on}{republished}.",
    published_on=", {date}",
    republished=", republished by {via}",
    licence="Licence: {licence}.",
    changes="Changes: {changes}.",
    share_alike="This adaptation is offered under the same licence.",
    disclaimer="Responsibility for the content lies with the author(s).",
    usage="For other uses contact {usage}.",
    access="For subscribers.",
    both=" and ",
    date="{day} {month} {year}",
    months="January February March April May June July August September October November December",
    change={
        "formatting": "formatting",
        "summarised": "summarised",
        "edited": "edited",
        "media-removed": "images and other media removed",
        "excerpt": "shortened to an excerpt",
        "translated": "translated",
    },
)
_FRENCH = Phrases(
    language="fr",
    source="Source\N{NO-BREAK SPACE}: {origin}",
    via=", via {via}",
    excerpt="Extrait. Lire l'article complet chez {origin}.",
    excerpt_mark="Extrait.",
    by="Par {authors}.",
    published="Publié à l'origine par {origin}{on}{republished}.",
    published_on=", le {date}",
    republished=", republié par {via}",
    licence="Licence\N{NO-BREAK SPACE}: {licence}.",
    changes="Modifications\N{NO-BREAK SPACE}: {changes}.",
    share_alike="Cette adaptation est proposée sous la même licence.",
    disclaimer="La responsabilité du contenu incombe aux auteurs.",
    usage="Pour toute autre utilisation, s'adresser à {usage}.",
    access="Pour les abonnés.",
    both=" et ",
    date="{day} {month} {year}",
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    change={
        "formatting": "mise en forme",
        "summarised": "résumé",
        "edited": "remanié",
        "media-removed": "images et autres médias retirés",
        "excerpt": "réduit à un extrait",
        "translated": "traduit",
    },
)
_GERMAN = Phrases(
    language="de",
    source="Quelle: {origin}",
    via=", über {via}",
    excerpt="Auszug. Den ganzen Artikel lesen bei {origin}.",
    excerpt_mark="Auszug.",
    by="Von {authors}.",
    published="Zuerst veröffentlicht von {origin}{on}{republished}.",
    published_on=" am {date}",
    republished=", übernommen von {via}",
    licence="Lizenz: {licence}.",
    changes="Änderungen: {changes}.",
    share_alike="Diese Bearbeitung steht unter derselben Lizenz.",
    disclaimer="Die Verantwortung für den Inhalt liegt bei den Autorinnen und Autoren.",
    usage="Für andere Nutzungen wenden Sie sich an {usage}.",
    access="Für Abonnentinnen und Abonnenten.",
    both=" und ",
    date="{day}. {month} {year}",
    months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    change={
        "formatting": "Formatierung",
        "summarised": "zusammengefasst",
        "edited": "bearbeitet",
        "media-removed": "Bilder und andere Medien entfernt",
        "excerpt": "auf einen Auszug gekürzt",
        "translated": "übersetzt",
    },
)
_SPANISH = Phrases(
    language="es",
    source="Fuente: {origin}",
    via=", vía {via}",
    excerpt="Extracto. Leer el artículo completo en {origin}.",
    excerpt_mark="Extracto.",
    by="Por {authors}.",
    published="Publicado originalmente por {origin}{on}{republished}.",
    published_on=" el {date}",
    republished=", republicado por {via}",
    licence="Licencia: {licence}.",
    changes="Cambios: {changes}.",
    share_alike="Esta adaptación se ofrece bajo la misma licencia.",
    disclaimer="La responsabilidad del contenido recae en sus autores.",
    usage="Para otros usos, diríjase a {usage}.",
    access="Para suscriptores.",
    both=" y ",
    date="{day} de {month} de {year}",
    months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    change={
        "formatting": "formato",
        "summarised": "resumido",
        "edited": "editado",
        "media-removed": "imágenes y otros medios retirados",
        "excerpt": "reducido a un extracto",
        "translated": "traducido",
    },
)
_ARABIC = Phrases(
    language="ar",
    direction="rtl",
    source="المصدر: {origin}",
    via="، عبر {via}",
    excerpt="مقتطف. اقرأ المقال كاملا في {origin}.",
    excerpt_mark="مقتطف.",
    by="بقلم {authors}.",
    published="نُشر أولا في {origin}{on}{republished}.",
    published_on=" بتاريخ {date}",
    republished="، وأعاد نشره {via}",
    licence="الترخيص: {licence}.",
    changes="التعديلات: {changes}.",
    share_alike="هذا العمل المعدَّل متاح بموجب الترخيص نفسه.",
    disclaimer="تقع مسؤولية المحتوى على عاتق كاتبه أو كتّابه.",
    usage="للاستخدامات الأخرى يرجى التواصل مع {usage}.",
    access="للمشتركين.",
    both=" و",
    comma="، ",
    date="{day} {month} {year}",
    months="يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    change={
        "formatting": "التنسيق",
        "summarised": "ملخَّص",
        "edited": "محرَّر",
        "media-removed": "حُذفت الصور والوسائط الأخرى",
        "excerpt": "اختُصر إلى مقتطف",
        "translated": "مترجم",
    },
)

LANGUAGES: Mapping[str, Phrases] = {
    p.language: p for p in (_ENGLISH, _FRENCH, _GERMAN, _SPANISH, _ARABIC)
}
"""The shipped languages by their tag (BCP 47)."""


def phrases(language: str | None) -> Phrases:
    """Return the phrases of *language*, else of its base language, else the English ones."""
    tag = (language or "en").replace("_", "-").lower()
    base = tag.partition("-")[0]
    return LANGUAGES.get(tag) or LANGUAGES.get(base) or _ENGLISH


def join_names(names: list[str], words: Phrases) -> str:
    """Return *names* as one enumeration: ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return words.comma.join(names[:-1]) + words.both + names[-1]


def written_date(day: date, words: Phrases) -> str:
    """Return *day* as people write it in that language: ``9 December 2015``."""
    month = words.months.split()[day.month - 1]
    return words.date.format(day=day.day, month=month, year=day.year)
