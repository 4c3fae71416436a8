"""What an item says about where it comes from, and how far to believe it."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import re2
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.feed import FeedRef, Link, ParsedEntry, ParsedFeed, Person, Statement
from syndicator.model.rights import Publisher
from syndicator.rights.bylines import agencies_in, copyright_holder, named_date
from syndicator.rights.extract import (
    FURNITURE,
    MAX_LINE,
    NOTICE_STARTS,
    RULES,
    lines_of,
    load_kind,
    load_rules,
)
from syndicator.rights.moments import embargo_end, window_of
from syndicator.rights.provenance import gather_evidence, split_notice

CROSSROADS = Publisher(
    id="crossroads",
    name="Crossroads Review",
    aliases=("Crossroads",),
    domains=("crossroads.example",),
)
PAGE = "https://crossroads.example/2025/reeds"
THERE = "https://harbour.example/2025/reeds"
BODY = "".join(f"<p>Paragraph {n} about reeds and the people who cut them.</p>" for n in range(30))


def evidence(*, text="", end="", start="", feed="rss20", **fields):
    content = text or f"{start}{BODY}{end}"
    entry = ParsedEntry(**{"url": PAGE, "content_html": content, **fields})
    return gather_evidence(
        entry,
        ParsedFeed(format=feed, html_url="https://crossroads.example/"),
        feed_url="https://crossroads.example/feed",
        publisher=CROSSROADS,
    )


def facts(found, fact):
    return [(e.value, e.url, e.confidence) for e in found if e.fact == fact]


GAZETTE = f'<a href="{THERE}">The Harbour Gazette</a>'

LINKED = [
    pytest.param(f"The original source of this article is {GAZETTE}", 0.95, id="original-source"),
    pytest.param(f"This article was originally published on {GAZETTE}.", 0.85, id="published-on"),
    pytest.param(f"Originally published at {GAZETTE}", 0.85, id="bare"),
    pytest.param(f"<em>This story first appeared in {GAZETTE}, in May.</em>", 0.85, id="appeared"),
    pytest.param(f"This essay appeared originally in {GAZETTE}.", 0.85, id="appeared-originally"),
    pytest.param(f"First published by {GAZETTE} on 3 May 2025", 0.85, id="first-published"),
    pytest.param(f"(Republished from {GAZETTE} with permission)", 0.85, id="republished"),
    pytest.param(f"Reprinted with permission from {GAZETTE}.", 0.85, id="reprinted"),
    pytest.param(f"This piece is cross-posted from {GAZETTE}.", 0.85, id="cross-posted"),
    pytest.param(f"Crossposted with {GAZETTE}", 0.85, id="crossposted-with"),
    pytest.param(
        f"This article is republished from {GAZETTE} under a Creative Commons license.",
        0.9,
        id="under-licence",
    ),
    pytest.param(f"The post Reeds appeared first on {GAZETTE}.", 0.8, id="feed-suffix"),
    pytest.param(
        f"The post {'Reeds ' * 70} appeared first on {GAZETTE}.",
        0.8,
        id="feed-suffix-of-long-title",
    ),
    pytest.param(f"Source: {GAZETTE}", 0.6, id="source-line"),
    pytest.param(f"(via {GAZETTE})", 0.6, id="via-line"),
    pytest.param(f"Cet article a été publié initialement sur {GAZETTE}.", 0.85, id="fr"),
    pytest.param(f"Paru à l’origine dans {GAZETTE}.", 0.85, id="fr-paru"),
    pytest.param(f"Publié initialement par {GAZETTE}", 0.85, id="fr-bare"),
    pytest.param(f"Cet article est paru dans {GAZETTE}.", 0.85, id="fr-this"),
    pytest.param(f"Dieser Artikel ist zuerst erschienen bei {GAZETTE}.", 0.85, id="de"),
    pytest.param(
        f"Dieser Beitrag wurde ursprünglich auf {GAZETTE} veröffentlicht.", 0.85, id="de-verb-last"
    ),
    pytest.param(f"Zuerst erschienen in {GAZETTE}", 0.85, id="de-bare"),
    pytest.param(f"Este artículo fue publicado originalmente en {GAZETTE}.", 0.85, id="es"),
    pytest.param(f"Publicado originalmente por {GAZETTE}", 0.85, id="es-bare"),
    pytest.param(
        f"Questo articolo è stato pubblicato originariamente su {GAZETTE}.", 0.85, id="it"
    ),
    pytest.param(f"Originariamente pubblicato da {GAZETTE}", 0.85, id="it-bare"),
]


PLAIN = [
    # en
    ("Originally published in The Quay on 20 November 2026.", "The Quay"),
    ("First published in The Quay, 20 November 2026.", "The Quay"),
    ("Originally published in The Quay and is republished here with permission.", "The Quay"),
    ("This story first appeared in The Quay, where the author is an editor.", "The Quay"),
    ("Originally published at quay.example under the title Reeds and men", "quay.example"),
    ("First published by The Quay with the support of the Reed Fund.", "The Quay"),
    ("This piece originally ran in Ports and Society.", "Ports and Society"),
    ("This article first appeared on Channel 4 News on Monday.", "Channel 4 News"),
    ("Originally published in the November 2026 issue of The Quay.", "The Quay"),
    ("This article originally appeared in the print edition of The Quay.", "The Quay"),
    ("Reprinted from The Quay, November 2026, with permission of the author.", "The Quay"),
    ("A shorter version of this essay was first published in The Quay.", "The Quay"),
    ("This article originally appeared in the magazine Quay & Rope.", "Quay & Rope"),
    ("This article was originally published in Spanish by The Quay.", "The Quay"),
    ("By A. Reed, first published in The Quay", "The Quay"),
    ("Read the original article on The Quay.", "The Quay"),
    # fr
    ("La version originale de cet article a été publiée en anglais sur Le Quai.", "Le Quai"),
    ("Lire l’article original sur Le Quai.", "Le Quai"),
    ("Cet article a d’abord été publié dans Le Quai le 20 novembre 2026.", "Le Quai"),
    ("Cet article a initialement été publié par Le Quai.", "Le Quai"),
    ("Article initialement paru dans Le Quai du 3 mai 2026", "Le Quai"),
    ("Cet article est d'abord paru sur le site de Le Quai.", "Le Quai"),
    ("Ce texte a été publié pour la première fois dans Le Quai.", "Le Quai"),
    ("Cet article est paru le 3 mai 2026 dans Le Quai.", "Le Quai"),
    ("Article repris de Le Quai avec l’aimable autorisation de l’auteur.", "Le Quai"),
    ("Cet article est republié à partir de Le Quai sous licence Creative Commons.", "Le Quai"),
    ("Première publication : Le Quai, 20 novembre 2026", "Le Quai"),
    # de
    ("Dieser Artikel erschien zuerst am 20. November 2026 auf Hafenblatt.", "Hafenblatt"),
    ("Der Text ist zuerst im Hafenblatt erschienen.", "Hafenblatt"),
    (
        "Dieser Beitrag wurde erstmals am 3. Mai 2026 in der Seezeitung veröffentlicht.",
        "Seezeitung",
    ),
    ("Zuerst erschienen bei: Hafenblatt", "Hafenblatt"),
    ("Erstveröffentlichung im Hafenblatt, 20.11.2026", "Hafenblatt"),
    ("Übernommen von Hafenblatt mit freundlicher Genehmigung der Redaktion.", "Hafenblatt"),
    ("Dieser Artikel erschien im Original auf Englisch bei The Quay.", "The Quay"),
    ("Zuerst erschienen in der Druckausgabe 11/2026 der Seezeitung.", "Seezeitung"),
    ("Dieser Text erschien am 20. November 2026 in Hafenblatt.", "Hafenblatt"),
    ("Von A. Reed, zuerst erschienen in Hafenblatt", "Hafenblatt"),
    ("Lesen Sie den Originalartikel auf Hafenblatt.", "Hafenblatt"),
    # es
    ("Publicado originalmente en inglés en El Muelle.", "El Muelle"),
    ("Lea el artículo original en El Muelle.", "El Muelle"),
    ("Este artículo se publicó originalmente en El Muelle el 20 de noviembre.", "El Muelle"),
    ("Artículo publicado originalmente en El Muelle.", "El Muelle"),
    ("Este artículo apareció por primera vez en El Muelle.", "El Muelle"),
    ("Texto publicado por primera vez en El Muelle bajo licencia Creative Commons.", "El Muelle"),
    ("Este artículo ha sido republicado de El Muelle con permiso.", "El Muelle"),
    ("Publicado originalmente en el diario El Muelle.", "El Muelle"),
    # ar
    ("نُشر هذا المقال لأول مرة في صحيفة المرفأ.", "صحيفة المرفأ"),
    ("نشر هذا المقال أولاً على موقع المرفأ بتاريخ 20 نوفمبر 2026", "المرفأ"),
    ("هذا المقال نُشر أصلاً في جريدة المرفأ، بإذن من الكاتب", "جريدة المرفأ"),
    ("نقلاً عن جريدة المرفأ", "جريدة المرفأ"),
    ("نقلا عن: المرفأ", "المرفأ"),
    ("أعيد نشر هذا المقال بإذن من المرفأ", "المرفأ"),
    ("ظهر هذا المقال لأول مرة على المرفأ.", "المرفأ"),
]


@pytest.mark.parametrize(("line", "name"), PLAIN)
def test_a_statement_names_the_party_and_nothing_of_the_sentence_around_it(line, name):
    assert facts(evidence(end=f"<p>{line}</p>"), "origin") == [(name, None, 0.75)]


HOME = '<a href="https://harbour.example/">The Harbour Gazette</a>'
REEDS = f'<a href="{THERE}">Reeds</a>'


@pytest.mark.parametrize(
    "line",
    [
        f"The post {REEDS} appeared first on {HOME}.",
        f"Der Beitrag {REEDS} erschien zuerst auf {HOME}.",
        f"L’article {REEDS} est apparu en premier sur {HOME}.",
        f"La entrada {REEDS} se publicó primero en {HOME}.",
        f"L'articolo {REEDS} proviene da {HOME}.",
        f"O post {REEDS} apareceu primeiro em {HOME}.",
        f"Het bericht {REEDS} verscheen eerst op {HOME}.",
        f"ظهرت المقالة {REEDS} أولاً على {HOME}.",
    ],
)
def test_the_suffix_of_a_feed_gives_party_and_article(line):
    found = evidence(end=f"<p>{line}</p>")

    assert facts(found, "origin") == [("The Harbour Gazette", THERE, 0.8)]
    assert facts(found, "homepage") == [("The Harbour Gazette", "https://harbour.example/", 0.8)]


@pytest.mark.parametrize(
    "line",
    [
        f'The post <a href="{PAGE}">Reeds</a> appeared first on <a href="/">Crossroads</a>.',
        f'Der Beitrag <a href="{PAGE}">Reeds</a> erschien zuerst auf <a href="/">Crossroads</a>.',
        f'ظهرت المقالة <a href="{PAGE}">Reeds</a> أولاً على <a href="/">Crossroads</a>.',
    ],
)
def test_the_carriers_own_suffix_says_nothing_in_any_language(line):
    assert facts(evidence(end=f"<p>{line}</p>"), "origin") == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param(
            f'This <a href="{THERE}">article</a> was originally published in The Quay.',
            ("The Quay", THERE, 0.85),
            id="what-it-is",
        ),
        pytest.param(
            f'<a href="{THERE}">This article</a> was originally published on {HOME}.',
            ("The Harbour Gazette", THERE, 0.85),
            id="beside-the-home-page",
        ),
        pytest.param(
            f'Originally published in The Quay. <a href="{THERE}">Read the original</a>.',
            ("The Quay", THERE, 0.85),
            id="read-the-original",
        ),
        pytest.param(
            f'Zuerst erschienen im Hafenblatt. <a href="{THERE}">Zum Artikel</a>',
            ("Hafenblatt", THERE, 0.85),
            id="de",
        ),
        pytest.param(
            f'Originally published in The Quay. More on <a href="{THERE}">reeds</a>.',
            ("The Quay", None, 0.75),
            id="something-else",
        ),
        pytest.param(
            f'Originally published in The Quay and discussed by <a href="{THERE}">others</a>.',
            ("The Quay", None, 0.75),
            id="another-clause",
        ),
        pytest.param(
            f'Zuerst erschienen bei unserem Partner <a href="{THERE}">Hafenblatt</a>.',
            ("Hafenblatt", THERE, 0.85),
            id="words-before-a-linked-name",
        ),
        pytest.param(
            f'Originally published in Quay News <a href="{THERE}">weekly</a> supplement.',
            ("Quay News weekly supplement", None, 0.75),
            id="a-link-within-the-words",
        ),
        pytest.param(
            f'Originally published on {HOME}, <a href="https://quay.example/1">here</a>.',
            ("The Harbour Gazette", None, 0.85),
            id="another-house",
        ),
    ],
)
def test_the_article_may_be_linked_by_other_words_than_the_name(line, found):
    assert facts(evidence(end=f"<p>{line}</p>"), "origin") == [found]


EITHER_END = [
    pytest.param(at, *param.values, id=f"{at}-{param.id}")
    for param in LINKED
    for at in ("start", "end")
    # The print layout has its line below the text.
    if not (at == "start" and "original source" in param.values[0])
]


@pytest.mark.parametrize(("at", "line", "confidence"), EITHER_END)
def test_a_linked_statement_of_origin_is_found_at_either_end(at, line, confidence):
    found = evidence(**{at: f"<p>{line}</p>"})

    assert facts(found, "origin") == [("The Harbour Gazette", THERE, confidence)]


@pytest.mark.parametrize("line", [pytest.param(p.values[0], id=p.id) for p in LINKED])
def test_the_middle_of_a_text_is_not_searched(line):
    found = evidence(text=f"{BODY}<p>{line}</p>{BODY}")

    assert facts(found, "origin") == []


@pytest.mark.parametrize(
    "line",
    [
        "The report was first published in 2019 by a committee.",
        "Her first novel appeared in London.",
        "The study found that reeds were first published about by monks.",
        "He was originally posted to Malta.",
        "The fish first appeared in the lake in spring.",
        "You can read the original here.",
        "This essay was first published in 2019.",
        "This article was originally published on Monday, 3 May 2025.",
        "This story first appeared in our newsletter.",
        "This article was first published in English.",
        "Source: Ministry of Rivers",
        "Publié par Ada Quill",
        "Publié dans Politique",
        "Veröffentlicht von Ada Quill",
        "Via The Quay",
        "It was first published in The Quay.",
        "Read the original in English.",
        "Dieser Zug erschien zuerst in Bremen.",
        "Erstmals in Bremen zeigten sie die Boote.",
        "Zuerst in Hamburg, dann in Bremen wurde gestreikt.",
        "Der Minister trat erstmals in Berlin auf.",
        "Die Studie erschien zuerst im Jahr 2019.",
        "Er hat das Boot von seinem Vater übernommen.",
        "Le rapport a été publié pour la première fois en 2019.",
        "Elle est apparue en premier sur la scène.",
        "El libro fue publicado originalmente en 1954.",
        "El virus apareció por primera vez en Wuhan.",
        "نُشر التقرير لأول مرة في عام 2019.",
        "نقلا عن مصادر محلية أن السفن وصلت إلى الميناء مساء الأحد وأن العمال بدأوا تفريغها",
    ],
)
def test_ordinary_sentences_are_no_statements_of_origin(line):
    assert facts(evidence(end=f"<p>{line}</p>"), "origin") == []


@pytest.mark.parametrize(
    ("href", "url"),
    [
        pytest.param("#", None, id="hash"),
        pytest.param("", None, id="empty"),
        pytest.param("javascript:void(0)", None, id="script"),
        pytest.param(PAGE, None, id="the-page-itself"),
        pytest.param(PAGE + "#top", None, id="the-page-itself-with-fragment"),
        pytest.param("https://crossroads.example/tag/gazette", None, id="carriers-own-tag-page"),
        pytest.param("https://harbour.example/", None, id="home-page"),
        pytest.param(THERE, THERE, id="the-article"),
    ],
)
def test_only_a_link_to_the_article_elsewhere_gives_its_address(href, url):
    line = f'<p>The original source of this article is <a href="{href}">The Harbour Gazette</a></p>'

    [(name, address, confidence)] = facts(evidence(end=line), "origin")

    assert (name, address) == ("The Harbour Gazette", url)
    assert confidence >= 0.9


def test_a_home_page_is_kept_apart_from_the_article():
    found = evidence(
        end='<p>Originally published at <a href="https://harbour.example/">Gazette</a></p>'
    )

    assert facts(found, "homepage") == [("Gazette", "https://harbour.example/", 0.85)]


def test_a_shared_machine_is_no_mark_of_the_carrier():
    publisher = Publisher(id="c", name="C", domains=("crossroads.example",))
    there = "http://127.0.0.1:9/gazette/reeds"
    entry = ParsedEntry(
        url="http://127.0.0.1:9/c/reeds",
        content_html=f'{BODY}<p>Originally published at <a href="{there}">Gazette</a></p>',
    )

    found = gather_evidence(
        entry,
        ParsedFeed(format="rss20"),
        feed_url="http://127.0.0.1:9/c/feed",
        publisher=publisher,
    )

    assert facts(found, "origin") == [("Gazette", there, 0.85)]


def test_words_and_target_that_disagree_are_hardly_believed():
    found = evidence(end=f'<p>Originally published at <a href="{THERE}">quay.example</a></p>')

    assert facts(found, "origin") == [("quay.example", THERE, 0.5)]


def test_a_name_that_is_a_host_may_have_dots():
    found = evidence(end="<p>Originally published at harbour.example, in May.</p>")

    assert facts(found, "origin") == [("harbour.example", None, 0.75)]


def test_the_feed_suffix_of_the_carrier_itself_says_nothing():
    found = evidence(
        end=f'<p>The post <a href="{PAGE}">Reeds</a> appeared first on '
        '<a href="https://crossroads.example">Crossroads</a>.</p>'
    )

    assert facts(found, "origin") == []


def test_the_carrier_may_name_itself_as_the_origin():
    found = evidence(
        end=f'<p>The original source of this article is <a href="{PAGE}">Crossroads Review</a></p>'
    )

    assert facts(found, "origin") == [("Crossroads Review", None, 0.9)]


def test_a_licence_in_the_statement_is_evidence_of_its_own():
    cc = "https://creativecommons.org/licenses/by-nd/4.0/"
    found = evidence(
        end=f'<p>Republished from {GAZETTE} under a <a href="{cc}">Creative Commons</a> licence.</p>'
    )

    assert [value for value, _, _ in facts(found, "licence")] == [cc]


def test_date_lines_of_a_print_layout_name_the_first_publisher():
    found = evidence(
        start="<p>By Ada Quill</p><p>Crossroads Review, May 04, 2025</p>"
        "<p>Harbour Gazette 3 May 2025</p>"
    )

    assert facts(found, "origin") == [("Harbour Gazette", None, 0.85)]


def test_a_dated_line_alone_names_nobody():
    assert facts(evidence(start="<p>Harbour Gazette 3 May 2025</p>"), "origin") == []


def test_the_print_layout_behind_a_long_disclaimer_is_still_read():
    found = evidence(
        end="<p>The original source of this article is <a href='#'>Harbour Gazette</a><br>"
        "Copyright © Ada Quill, Bo Stern, Harbour Gazette, 2025</p><hr>"
        "<p>Follow us on Mastodon</p><p>Disclaimer: " + "The authors answer for it. " * 400 + "</p>"
    )

    assert facts(found, "origin") == [("Harbour Gazette", None, 0.9)]
    assert facts(found, "holder") == [("Harbour Gazette", None, 0.85)]
    assert facts(found, "copyright")[0][0] == (
        "Copyright © Ada Quill, Bo Stern, Harbour Gazette, 2025"
    )


@pytest.mark.parametrize(
    ("line", "byline", "agencies"),
    [
        pytest.param("القاهرة (رويترز)", True, ("Reuters",), id="reuters-ar"),
        pytest.param("القاهرة (أ ف ب) - اجتمع الوزراء", False, ("AFP",), id="afp-ar"),
        pytest.param("بيروت (أ.ب) - قال", False, ("AP",), id="ap-ar"),
        pytest.param("كتب أب لابنه", True, (), id="a-father"),
        pytest.param("Berlin (dpa/AFP) – Der Rat", False, ("AFP", "dpa"), id="two"),
        pytest.param("Par la rédaction avec l’AFP", False, ("AFP",), id="with-article"),
        pytest.param("Von Max Muster und dpa", True, ("dpa",), id="und"),
        pytest.param("Redacción y EFE", True, ("EFE",), id="y"),
        pytest.param("Wien (APA) – Der Rat", False, ("APA",), id="apa"),
        pytest.param("Mapa", True, (), id="within-a-word"),
        pytest.param("Lusa Silva", True, (), id="a-first-name"),
    ],
)
def test_agencies_of_a_line(line, byline, agencies):
    assert agencies_in(line, byline=byline) == agencies


@pytest.mark.parametrize(
    ("line", "count"),
    [
        pytest.param("Nachdruck, auch auszugsweise, nur mit Genehmigung.", 1, id="de"),
        pytest.param("Reproduction, même partielle, interdite.", 1, id="fr"),
        pytest.param("Queda prohibida la reproducción total o parcial.", 1, id="es"),
        pytest.param("لا يجوز إعادة نشر المواد دون إذن.", 1, id="ar"),
        pytest.param("Dans ce pays, la reproduction de ces oiseaux est interdite.", 0, id="text"),
    ],
)
def test_a_line_that_forbids_reprints_reserves(line, count):
    assert len(facts(evidence(end=f"<p>{line}</p>"), "reservation")) == count


def test_an_agency_that_holds_the_copyright_wrote_the_text():
    found = evidence(end="<p>Copyright 2026 The Associated Press. All rights reserved.</p>")

    assert facts(found, "byline") == [("AP", None, 0.85)]
    assert facts(found, "holder") == [("The Associated Press", None, 0.85)]


# --- elements of the feed


def test_atom_source_elsewhere_is_the_origin_where_nobody_else_is_named():
    source = FeedRef(
        title="Harbour Gazette", url="https://harbour.example/feed", rights="© Gazette"
    )

    found = evidence(text="<p>x</p>", feed="atom10", url=THERE, source=source)

    assert facts(found, "origin") == [("Harbour Gazette", THERE, 0.9)]
    assert facts(found, "holder") == [("Gazette", None, 0.6)]


def test_atom_source_is_a_middle_party_where_the_text_names_the_origin():
    source = FeedRef(title="Ferry Post", url="https://ferry.example/feed")

    found = evidence(end=f"<p>Originally published by {GAZETTE}</p>", feed="atom10", source=source)

    assert facts(found, "origin") == [("The Harbour Gazette", THERE, 0.85)]
    assert facts(found, "via") == [("Ferry Post", None, 0.9)]


def test_rss_source_alone_is_a_hint_only():
    source = FeedRef(title="Ferry Post", url="https://ferry.example/feed")

    assert facts(evidence(source=source), "origin") == [("Ferry Post", None, 0.6)]


def test_a_source_on_the_carriers_own_domain_says_nothing():
    source = FeedRef(title="Crossroads", url="https://feeds.crossroads.example/all")

    assert evidence(source=source) == ()


def test_rel_via_is_earlier_than_the_source_it_was_copied_from():
    found = evidence(
        links=(Link(href=THERE, rel="via", title="Harbour Gazette"),),
        source=FeedRef(title="Ferry Post", url="https://ferry.example/feed"),
        feed="atom10",
    )

    assert facts(found, "origin") == [("Harbour Gazette", THERE, 0.85)]
    assert facts(found, "via") == [("Ferry Post", None, 0.9)]


@pytest.mark.parametrize(
    "rel", ["canonical", "dcterms:isVersionOf", "http://purl.org/dc/terms/isVersionOf"]
)
def test_a_canonical_address_elsewhere_is_the_origin(rel):
    found = evidence(links=(Link(href=THERE, rel=rel),))

    assert facts(found, "origin") == [("harbour.example", THERE, 0.85)]


@pytest.mark.parametrize("rel", ["canonical", "via"])
@pytest.mark.parametrize(
    "href", [PAGE, "https://www.crossroads.example/x", "mailto:a@harbour.example"]
)
def test_links_to_oneself_and_to_no_page_say_nothing(rel, href):
    assert evidence(links=(Link(href=href, rel=rel),)) == ()


def test_rights_of_the_item_are_a_copyright_line_with_its_holder():
    found = evidence(rights="© 2025 Harbour Gazette. All rights reserved.")

    assert facts(found, "copyright") == [
        ("© 2025 Harbour Gazette. All rights reserved.", None, 0.85)
    ]
    assert facts(found, "holder") == [("Harbour Gazette", None, 0.85)]


@pytest.mark.parametrize(
    "line",
    [
        "Copyright lawyers met in Lisbon in 2015.",
        "Copyright Reform Fails Again",
        "(c) the third point of a list",
        "<figure><figcaption>© A picture agency 2025</figcaption></figure>",
    ],
)
def test_prose_lists_and_captions_are_no_copyright_lines(line):
    html = f"{BODY}<p>{line}</p>"

    assert facts(evidence(text=html), "copyright") == []
    assert split_notice(html) == (html, "")


@pytest.mark.parametrize(
    "line",
    [
        "Copyright © Ada Quill, Harbour Gazette, 2025",
        "© Harbour Gazette",
        "(c) 2025 Harbour Gazette",
        "Copyright (c) Harbour Gazette",
        "Copyright 2025 Harbour Gazette. All rights reserved.",
        "Copyright Harbour Gazette, 2025.",
    ],
)
def test_a_copyright_line_is_kept_as_evidence_and_cut_from_the_work(line):
    html = f"{BODY}<p>{line}</p>"

    assert facts(evidence(text=html), "copyright") == [(line, None, 0.85)]
    assert split_notice(html) == (BODY, f"<p>{line}</p>")


def test_a_reservation_in_the_text_is_evidence():
    found = evidence(end="<p>This text may not be rewritten or redistributed.</p>")

    assert len(facts(found, "reservation")) == 1


@pytest.mark.parametrize("where", ["authors", "dateline", "byline"])
def test_agencies_are_found(where):
    given = {
        "authors": {"authors": (Person(name="Reuters"),)},
        "dateline": {"start": "<p>LISBON (Reuters) - Reeds were cut.</p>"},
        "byline": {"start": "<p>By Ada Quill, Reuters</p>"},
    }[where]

    assert facts(evidence(**given), "byline") == [("Reuters", None, 0.8)]


@pytest.mark.parametrize(
    "line",
    [
        "The results may not be published before the summer, she said.",
        "Reeds must not be copied from plastic.",
    ],
)
def test_prose_is_no_reservation(line):
    assert facts(evidence(end=f"<p>{line}</p>"), "reservation") == []


@pytest.mark.parametrize(
    "line",
    [
        "The council kept its arms embargo until 9 December 2026.",
        "An oil embargo - since 9 December 2026 - hurts.",
    ],
)
def test_an_embargo_in_the_news_is_no_embargo_on_the_news(line):
    assert facts(evidence(start=f"<p>{line}</p>"), "embargo") == []


@pytest.mark.parametrize(
    "line",
    [
        "Embargo: 9 December 2026, 00:01 GMT",
        "[STRICTLY EMBARGOED UNTIL 00:01 GMT, 9 December 2026]",
        "For editors: embargoed till 9 December 2026 00:01 GMT",
        "Not for publication before 9 December 2026 00:01 GMT",
        "Embargo bis 9. Dezember 2026, 00:01 GMT",
        "Embargo jusqu'au 9 décembre 2026, 00:01 GMT",
    ],
)
def test_an_embargo_is_found_however_it_is_put(line):
    found = facts(evidence(start=f"<p>{line}</p>"), "embargo")

    assert [value for value, _, _ in found] == ["2026-12-09T00:01:00+00:00"]


@pytest.mark.parametrize(
    "title",
    [
        "EMBARGOED until 3 March 2027 10:00 CET: Reeds are cut",
        "[Embargoed until 10:00 CET on 3 March 2027] Reeds are cut",
        "Reeds are cut - EMBARGOED UNTIL 3 March 2027, 10am CET",
        "SPERRFRIST 3. März 2027, 10 Uhr MEZ: Schilf wird geschnitten",
        "Sperrfrist bis 03.03.2027, 10:00 Uhr MEZ - Schilf wird geschnitten",
        "Sous embargo jusqu'au 3 mars 2027 à 10h CET : les roseaux",
        "Bajo embargo hasta el 3 de marzo de 2027 a las 10 CET: los juncos",
        "EMBARGADO HASTA EL 3 de marzo de 2027, 10:00 CET. Los juncos",
        "محظور النشر حتى ٣ مارس ٢٠٢٧ الساعة ٩:٠٠ بتوقيت غرينتش: القصب",
        "حظر النشر حتى 3 آذار/مارس 2027 الساعة 09:00 GMT",
    ],
)
def test_an_embargo_in_the_headline_is_read(title):
    found = facts(evidence(title=title), "embargo")

    assert [value for value, _, _ in found] == ["2027-03-03T09:00:00+00:00"]


@pytest.mark.parametrize(
    "line",
    [
        "EMBARGOED",
        "Strictly embargoed",
        "Under embargo.",
        "[EMBARGOED UNTIL FRIDAY NOON] Reeds are cut",
        "Embargoed until further notice: reeds are cut",
        "EMBARGO: reeds are cut",
        "Reeds are cut - EMBARGOED UNTIL MONDAY",
        "Not for publication before the press conference",
        "SPERRFRIST: Redebeginn",
        "Sperrfrist bis Redebeginn: Schilf wird geschnitten",
        "Sous embargo jusqu'à lundi : les roseaux",
        "Embargado hasta nuevo aviso: los juncos",
        "محظور النشر حتى إشعار آخر: القصب",
    ],
)
def test_an_embargo_without_a_date_is_found_in_headline_and_text(line):
    in_title = facts(evidence(title=line), "embargo")
    in_text = facts(evidence(start=f"<p>{line}</p>"), "embargo")

    assert [value for value, _, _ in in_title] == ["undated"]
    assert in_text == in_title


@pytest.mark.parametrize(
    "line",
    [
        "Embargoed oil from the north reaches the harbour",
        "Embargo: the harbour counts its losses",
        "EU lifts embargo until spring",
        "The cargo was embargoed until the court had ruled",
        "Sous embargo, le port vend son pétrole",
        "Sperrfrist beim Arbeitslosengeld: was gilt",
        "EMBARGO LIFTED",
    ],
)
def test_news_on_embargoes_and_lifted_ones_are_none(line):
    assert facts(evidence(title=line, start=f"<p>{line}</p>"), "embargo") == []


DAY = "2026-12-09"


@pytest.mark.parametrize(
    ("scheme", "value", "embargo", "expiry"),
    [
        ("dcterms-available", f"{DAY}T10:00:00+01:00", ["2026-12-09T09:00:00+00:00"], []),
        ("dcterms-available", DAY, ["2026-12-09T12:00:00+00:00"], []),
        ("dcterms-available", "2027", ["2027-01-01T12:00:00+00:00"], []),
        ("dcterms-available", "2026-11-19", [], []),
        ("dcterms-available", "2026-11-20", [], []),
        ("dcterms-available", "2026-11-21", ["2026-11-21T12:00:00+00:00"], []),
        ("dcterms-available", "2026-11-20T00:00Z", [], []),
        ("dcterms-available", "2026-11-20T10:00Z", ["2026-11-20T10:00:00+00:00"], []),
        ("dcterms-available", "2026", [], []),
        ("dcterms-available", "soon", ["undated"], []),
        ("dcterms-available", f"start={DAY}T10:00Z;", ["2026-12-09T10:00:00+00:00"], []),
        ("dcterms-valid", "start=soon; end=later", ["undated"], []),
        (
            "dcterms-valid",
            f"start={DAY}T10:00Z; end=2026-12-10; scheme=W3C-DTF;",
            ["2026-12-09T10:00:00+00:00"],
            ["2026-12-10T10:00:00+00:00"],
        ),
        ("dcterms-valid", "name=Winter; end=2026-12-10T08:00Z", [], ["2026-12-10T08:00:00+00:00"]),
        ("dcterms-valid", f"{DAY}/2026-12-10", ["2026-12-09T12:00:00+00:00"], ["2026-12-10T10:00:00+00:00"]),
        ("prism-embargo", "20261209T100000Z", ["2026-12-09T10:00:00+00:00"], []),
    ],
)  # fmt: skip
def test_availability_is_read_as_embargo_and_expiry(scheme, value, embargo, expiry):
    stated = (Statement(scheme=scheme, value=value),)

    found = evidence(statements=stated, published=datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert [e for e, _, _ in facts(found, "embargo")] == embargo
    assert [e for e, _, _ in facts(found, "expiry")] == expiry


@given(st.text(alphabet="0123456789-:;=/+TZ startendjanuary.", max_size=60))
def test_no_statement_on_availability_is_too_strange_to_read(value):
    window = window_of(value)

    assert all(m is None or m.tzinfo is UTC for m in (window.start, window.end))


def test_an_embargo_is_found():
    found = evidence(start="<p>EMBARGOED UNTIL 9 December 2026, 00:01 GMT</p>")

    assert facts(found, "embargo") == [("2026-12-09T00:01:00+00:00", None, 0.9)]


def test_evidence_quotes_at_most_200_characters_and_says_where():
    found = evidence(end=f"<p>{'Very long. ' * 60}Originally published at {GAZETTE}</p>")

    [origin] = [e for e in found if e.fact == "origin"]
    assert len(origin.text) <= 200
    assert origin.where == "content:tail"
    assert origin.rule == "published-first"


def test_the_same_statement_in_summary_and_content_counts_once():
    line = f"<p>Originally published at {GAZETTE}</p>"

    assert len(facts(evidence(end=line, summary_html=line), "origin")) == 1


@given(st.text(max_size=3000))
def test_any_text_at_all_is_read(text):
    for found in evidence(text=text or "x", summary_html=text, rights=text):
        assert len(found.text) <= 200
        assert 0 < found.confidence <= 1


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br>",
                "<a href='#'>",
                "</a>",
                "<!--",
                "-->",
                "x ",
                "<script>",
                "<?x y?>",
                "<figcaption>",
                "Follow us on X",
                "</div>",
            ]
        )
    )
)
def test_any_markup_at_all_is_read(pieces):
    html = "".join(pieces)

    for line in lines_of(html):
        assert line.text == line.text.strip()
        for link in line.links:
            assert 0 <= link.start <= link.end <= len(line.text) + 1
    work, furniture = split_notice(html)
    assert (work, furniture) == (html, "") or furniture


WORDS = st.lists(st.sampled_from(["a", "b ", " c", " ", "\n", "\xa0", "d e"]))


@given(WORDS, WORDS, WORDS)
def test_marks_within_a_line_change_nothing_in_its_words(before, linked, after):
    link = "".join(f"<i>{words}</i><!-- -->" for words in linked)
    marked = "".join(f"<b>{words}</b>" for words in before) + f'<a href="x">{link}</a>'

    lines = lines_of(f"<p>{marked}{''.join(after)}</p>")

    whole = "".join([*before, *linked, *after])
    assert [line.text for line in lines] == ([" ".join(whole.split())] if whole.strip() else [])
    said = [line.text[link.start : link.end].split() for line in lines for link in line.links]
    assert said in ([], ["".join(linked).split()])
    assert said or not "".join(linked).strip()


# --- furniture


EXTRACT = yaml.safe_load(files("syndicator.rights").joinpath("extract.yaml").read_text("utf-8"))
KINDS = [
    pytest.param(entry, id=f"{kind}-{number}")
    for kind in ("notice_starts", "furniture")
    for number, entry in enumerate(EXTRACT[kind])
]
LETTERS = st.characters(codec="utf-8", exclude_characters="\u017f\u212a\u0130", max_codepoint=0x6FF)


@pytest.mark.parametrize("entry", KINDS)
@given(data=st.data())
def test_a_line_that_a_pattern_finds_has_one_of_its_words(entry, data):
    kind = load_kind({**EXTRACT, "one": [entry]}, "one")
    python = entry["pattern"].replace("{copyright}", EXTRACT["fragments"]["copyright"])
    pattern = re.compile(python.replace(r"\p{Lu}", "[A-Z]"), re.IGNORECASE)

    line = " ".join(data.draw(st.from_regex(pattern, alphabet=LETTERS)).split())

    assert kind.is_kind_of(line) == (kind.pattern.search(line) is not None)


NOTICE = "<p><b>Disclaimer:</b> The writers answer for what they write.</p><p>More small print.</p>"


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        pytest.param(NOTICE, "", id="disclaimer-and-all-after"),
        pytest.param(f"<hr>{NOTICE}", "", id="rule-before-it"),
        pytest.param(
            f"<p>Signed, the author.</p><hr>{NOTICE}",
            "<p>Signed, the author.</p>",
            id="last-words-stay",
        ),
        pytest.param("<p>Follow us on Mastodon and elsewhere</p>", "", id="follow-us"),
        pytest.param("<p><a href='/m'>Become a Member of Crossroads</a></p>", "", id="membership"),
        pytest.param("<p>Comment on our articles on our Facebook page</p>", "", id="comments"),
        pytest.param("<p>Articles by: Ada Quill</p>" + NOTICE, "", id="articles-by"),
        pytest.param("<p>The post Reeds appeared first on Crossroads.</p>", "", id="feed-suffix"),
        pytest.param(
            "<p>The original source of this article is <a href='#'>Gazette</a><br>"
            "Copyright © Ada Quill, Gazette, 2025</p>" + NOTICE,
            "",
            id="original-source-and-copyright",
        ),
        pytest.param(
            "<p>Last words.<br>The post Reeds appeared first on <a href='/'>Crossroads</a>.</p>",
            "<p>Last words.</p>",
            id="suffix-behind-a-break",
        ),
    ],
)
@pytest.mark.parametrize("wrap", ["{}", "<div>{}</div>", "<div><article>{}</article></div>"])
def test_recognised_furniture_is_cut_from_the_end(wrap, end, kept):
    work, furniture = split_notice(wrap.format(BODY + end))

    assert work == wrap.format(BODY + kept)
    assert furniture


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(BODY, id="nothing-to-cut"),
        pytest.param("plain text & more", id="plain-text"),
        pytest.param("", id="empty"),
        pytest.param("<p>Follow us on Mastodon</p>" + BODY, id="not-at-the-end"),
        pytest.param(BODY + "<p>We should follow us where the reeds go, he said.</p>", id="prose"),
        pytest.param(BODY + "<p>An unknown last line</p>", id="unrecognised"),
        pytest.param("<p>Follow us on Mastodon</p>", id="nothing-else"),
        pytest.param("<p>Disclaimer: all of this.</p><p>b</p>", id="nothing-but-a-disclaimer"),
        pytest.param(BODY + "<p><img src='https://a.example/b'></p>", id="last-picture"),
        pytest.param(BODY + "<hr>", id="last-rule"),
    ],
)
def test_what_is_not_furniture_stays_character_by_character(html):
    assert split_notice(html) == (html, "")


def test_a_picture_before_the_furniture_stays():
    picture = '<p><img src="https://a.example/b"></p>'

    work, _ = split_notice(f"{BODY}{picture}<p>Follow us on Mastodon</p>")

    assert work == BODY + picture


def test_what_is_left_of_a_text_ends_all_that_it_begins():
    # A parser of HTML 4 writes an empty entry without its end: what follows would stand in it.
    work, _ = split_notice("All of the text.<li></li><p>Follow us on Mastodon</p>")

    assert work == "All of the text.<li></li>"


# --- short lines


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        pytest.param(
            "Copyright © Ada Quill, Harbour Gazette, 2025", "Harbour Gazette", id="last-before-year"
        ),
        pytest.param(
            "Copyright © A, B and C, Harbour Gazette, 2025", "Harbour Gazette", id="several-authors"
        ),
        pytest.param("© 2025 Harbour Gazette", "Harbour Gazette", id="year-first"),
        pytest.param("© 2019-2025 by Harbour Gazette.", "Harbour Gazette", id="span-and-by"),
        pytest.param(
            "(c) 2025 Harbour Gazette, all rights reserved", "Harbour Gazette", id="ascii"
        ),
        pytest.param(
            "Copyright (c) Harbour Gazette 2025. All rights reserved.",
            "Harbour Gazette",
            id="reserved",
        ),
        pytest.param("Copyright Harbour Gazette", "Harbour Gazette", id="no-year"),
        pytest.param("© 2025", None, id="nobody"),
        pytest.param("All rights reserved", None, id="no-copyright-line"),
        pytest.param("Harbour Gazette, 2025", None, id="just-a-date"),
    ],
)
def test_the_holder_is_the_last_name(line, holder):
    assert copyright_holder(line) == holder


@pytest.mark.parametrize(
    ("line", "byline", "agencies"),
    [
        pytest.param("AP", True, ("AP",), id="ap"),
        pytest.param("Ada Quill, Associated Press", True, ("AP",), id="ap-in-full"),
        pytest.param("Agence France-Presse", True, ("AFP",), id="afp"),
        pytest.param("AFP / dpa", True, ("AFP", "dpa"), id="two"),
        pytest.param("Ap Reyes", True, (), id="a-first-name"),
        pytest.param("PARIS, May 3 (AFP) - Reeds", False, ("AFP",), id="dateline"),
        pytest.param("BERLIN (dpa) Reeds", False, ("dpa",), id="dateline-dpa"),
        pytest.param("LONDON — Reuters — Reeds", False, ("Reuters",), id="dashes"),
        pytest.param("Reuters reported that reeds were cut.", False, (), id="prose"),
        pytest.param("By Ada Quill and Reuters", False, ("Reuters",), id="by-line"),
    ],
)
def test_agencies_are_told_from_names_and_prose(line, byline, agencies):
    assert agencies_in(line, byline=byline) == agencies


@pytest.mark.parametrize(
    ("words", "until"),
    [
        pytest.param("2026-12-09T00:01:00Z", "2026-12-09T00:01:00+00:00", id="rfc3339"),
        pytest.param("2026-12-09T00:01:00+02:00", "2026-12-08T22:01:00+00:00", id="offset"),
        pytest.param("00:01 GMT on 9 December 2026", "2026-12-09T00:01:00+00:00", id="time-first"),
        pytest.param("December 9th, 2026 at 6:30 p.m. EST", "2026-12-09T23:30:00+00:00", id="us"),
        pytest.param(
            "12:05 am CET, Wednesday 9 Dec 2026", "2026-12-08T23:05:00+00:00", id="midnight"
        ),
        pytest.param(
            "9 December 2026", "2026-12-09T12:00:00+00:00", id="a-day-begins-last-in-the-west"
        ),
        pytest.param(
            "9 December 2026, 10:00", "2026-12-09T22:00:00+00:00", id="no-zone-is-the-last"
        ),
        pytest.param("9. Dezember 2026, 10:00 CET", "2026-12-09T09:00:00+00:00", id="german"),
        pytest.param("9 décembre 2026 10h00 CET", "2026-12-09T09:00:00+00:00", id="french"),
        pytest.param("9 de diciembre de 2026", "2026-12-09T12:00:00+00:00", id="spanish"),
        pytest.param("9 Dec 2026 10 am CET", "2026-12-09T09:00:00+00:00", id="hour-alone"),
        pytest.param("9. Dezember 2026, 10 Uhr MEZ", "2026-12-09T09:00:00+00:00", id="uhr"),
        pytest.param("9 décembre 2026 à 18h CET", "2026-12-09T17:00:00+00:00", id="h"),
        pytest.param("0900 GMT 9 December 2026", "2026-12-09T09:00:00+00:00", id="four-digits"),
        pytest.param("24:00 GMT 9 December 2026", "2026-12-10T00:00:00+00:00", id="24-hours"),
        pytest.param("midnight GMT, 9 December 2026", "2026-12-10T00:00:00+00:00", id="of-two"),
        pytest.param("10:00 GMT-5, 9 December 2026", "2026-12-09T15:00:00+00:00", id="gmt-minus"),
        pytest.param("3/4/2026 09:00 GMT", "2026-04-03T09:00:00+00:00", id="later-of-two-days"),
        pytest.param("09.12.2026, 10:00 CET", "2026-12-09T09:00:00+00:00", id="dotted"),
        pytest.param("9 كانون الأول 2026", "2026-12-09T12:00:00+00:00", id="two-words"),
        pytest.param("31 December 9999, 23:00", None, id="beyond-time"),
        pytest.param("31 February 2026", None, id="no-such-day"),
        pytest.param("further notice", None, id="no-date"),
    ],
)
def test_an_embargo_never_ends_too_early(words, until):
    end = embargo_end(words)

    assert (end and end.isoformat()) == until


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param("Crossroads Review, May 04, 2025", "Crossroads Review", id="month-first"),
        pytest.param("Harbour Gazette 3 May 2025", "Harbour Gazette", id="day-first"),
        pytest.param("Published 3 May 2025", None, id="published"),
        pytest.param("Last updated, May 4, 2025", None, id="updated"),
        pytest.param("Room 101, 99 Foo 2025", None, id="no-month"),
    ],
)
def test_a_dated_line_names_its_party(line, name):
    assert named_date(line) == name


def test_both_ends_of_a_long_line_are_read_and_the_middle_is_not():
    filler = "x" * (2 * MAX_LINE)

    late = evidence(end=f"<p>{filler}. Originally published at {GAZETTE}</p>")
    middle = evidence(end=f"<p>{filler}. Originally published at {GAZETTE}. {filler}</p>")

    assert facts(late, "origin") == [("The Harbour Gazette", THERE, 0.85)]
    assert facts(middle, "origin") == []


@pytest.mark.parametrize("pattern", ["(?=no)", "(", r"(a)\1"])
def test_a_rule_that_re2_cannot_run_in_linear_time_is_refused(pattern):
    rule = {"id": "mine", "fact": "origin", "needs": "a", "within": "ends"}
    [mine] = load_rules(
        {"fragments": {}, "rules": [{**rule, "linked": 1, "plain": 1, "pattern": pattern}]}
    )

    with pytest.raises(re2.error):
        mine.pattern.search("a")


@pytest.mark.parametrize(
    "pattern", [*(rule.pattern for rule in RULES), NOTICE_STARTS.pattern, FURNITURE.pattern]
)
def test_every_shipped_pattern_is_an_expression_of_re2(pattern):
    assert pattern.search("") is None


SEED = Path(__file__).parents[2].parent / "shared" / "seed"


@pytest.mark.skipif(not SEED.is_dir(), reason="the founding document is not beside this tree")
def test_the_founding_document_names_its_origin_without_an_address():
    [path] = SEED.glob("*.txt")
    paragraphs = path.read_text("utf-8").replace("[", "").replace("](#)", "").split("\n\n")
    html = "".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in paragraphs)
    carrier = Publisher(id="gr", name="Global Research", domains=("globalresearch.ca",))

    found = gather_evidence(
        ParsedEntry(content_html=html),
        ParsedFeed(format="rss20"),
        feed_url="https://www.globalresearch.ca/feed",
        publisher=carrier,
    )
    work, furniture = split_notice(html)

    assert {(name, url) for name, url, _ in facts(found, "origin")} == {("Zero Hedge", None)}
    assert facts(found, "holder") == [("Zero Hedge", None, 0.85)]
    assert "Disclaimer" in furniture
    assert "Disclaimer" not in work
