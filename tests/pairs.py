"""Labelled pairs of articles: true cross-posts with the edits that happen, and near misses.

All texts are put together from our own phrases, in six languages, by a seed: the same seed
gives the same pairs.
"""

import html
import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import yaml

from tests.builders import NOON

PHRASES = yaml.safe_load(Path(__file__).with_name("phrases.yaml").read_text("utf-8"))
FOOTERS = {
    "en": "Sign up for our letter and support independent reporting. Share this story with friends.",
    "de": "Abonnieren Sie unseren Brief und unterstützen Sie freie Berichte. Teilen Sie den Text.",
    "ru": "Подпишитесь на рассылку и поддержите свободную прессу. Поделитесь этой статьёй.",
    "ar": "اشترك في رسالتنا وادعم الصحافة المستقلة. شارك هذا المقال مع أصدقائك.",
    "zh": "订阅我们的通讯，支持独立报道。欢迎与朋友分享本文。",
    "fr": "Abonnez-vous à notre lettre et soutenez la presse libre. Partagez cet article.",
}


@dataclass(frozen=True)
class Article:
    """What a feed would carry."""

    lang: str
    title: str
    sentences: tuple[str, ...]
    published: object
    body: str = ""

    @property
    def html(self):
        return self.body or "".join(f"<p>{s}</p>" for s in self.sentences)


@dataclass(frozen=True)
class Pair:
    """Two articles, what was done to make one of the other, and whether they are one work."""

    kind: str
    one: Article
    other: Article
    same: bool


class Press:
    """Writes articles; one seed, one press run."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def sentence(self, lang):
        s, v, o, a, c = (self.rng.choice(group.split("|")) for group in PHRASES[lang])
        if lang == "zh":
            return f"{s}{a}{v}{o}，{c}。"
        order = self.rng.choice(
            ["{s} {v} {o} {a}, {c}.", "{a} {s} {v} {o}, {c}.", "{s} {v} {o}, {c}, {a}."]
        )
        return order.format(s=s, v=v, o=o, a=a, c=c)

    def sentences(self, lang, count):
        return tuple(self.sentence(lang) for _ in range(count))

    def title(self, lang):
        s, v, o = (self.rng.choice(group.split("|")) for group in PHRASES[lang][:3])
        return f"{s}{v}{o}" if lang == "zh" else f"{s} {v} {o}"

    def article(self, lang, sentences=None):
        count = sentences or self.rng.randint(10, 40)
        return Article(lang, self.title(lang), self.sentences(lang, count), NOON)

    def later(self, article, **hours):
        low, high = hours.get("between", (0, 96))
        return replace(
            article, published=article.published + timedelta(hours=self.rng.randint(low, high))
        )


def _headline(press, a):
    return replace(a, title=press.title(a.lang))


def _cut(press, a):
    return replace(
        a, sentences=a.sentences[: max(4, int(len(a.sentences) * press.rng.uniform(0.5, 0.9)))]
    )


def _footer(_, a, lang=None):
    return replace(a, sentences=(*a.sentences, FOOTERS[lang or a.lang]))


def _foreign_footer(press, a):
    others = [lang for lang in FOOTERS if lang != a.lang]
    ours = _footer(press, a)
    return replace(ours, sentences=(*ours.sentences[:-1], FOOTERS[press.rng.choice(others)]))


def _intro(press, a):
    return replace(a, sentences=(*press.sentences(a.lang, 2), *a.sentences))


def _excerpt(_, a):
    count = 7 if a.lang in {"zh", "ar"} else 5
    return replace(a, sentences=(*a.sentences[:count], "[…]"))


def _reencoded(_, a):
    text = "".join(
        f"<div class=x>{html.escape(unicodedata.normalize('NFD', s))}</div>" for s in a.sentences
    )
    text = text.replace("e", "&#101;", 5).replace(" ", "&nbsp;", 9).replace("ll", "l\u00adl", 4)
    return replace(a, body=text)


def _copyedited(press, a):
    changed = list(a.sentences)
    for n in press.rng.sample(range(len(changed)), max(1, len(changed) // 10)):
        changed[n] = press.sentence(a.lang)
    return replace(a, sentences=tuple(changed))


def _all_at_once(press, a):
    return _footer(press, _cut(press, _headline(press, a)))


EDITS = {
    "other headline": _headline,
    "cut ending": _cut,
    "added footer": _footer,
    "translated boilerplate": _foreign_footer,
    "added introduction": _intro,
    "excerpt": _excerpt,
    "re-encoded": _reencoded,
    "copy-edited": _copyedited,
    "headline, cut and footer": _all_at_once,
}


def _two_agencies(press, lang):
    one = press.article(lang, 18)
    quotes = one.sentences[3:7]
    other = press.article(lang, 14)
    return one, replace(
        other, title=one.title, sentences=(*other.sentences[:5], *quotes, *other.sentences[5:])
    )


def _series(press, lang):
    intro = press.sentences(lang, 4)
    one, other = press.article(lang, 14), press.article(lang, 16)
    return tuple(
        replace(a, title=f"{one.title} ({n})", sentences=(*intro, *a.sentences))
        for n, a in enumerate((one, other), 1)
    )


def _column(press, lang):
    standing, ending = press.sentences(lang, 4), press.sentences(lang, 2)
    one, other = press.article(lang, 9), press.article(lang, 9)
    one = replace(one, sentences=(*standing, *one.sentences, *ending))
    other = replace(other, title=one.title, sentences=(*standing, *other.sentences, *ending))
    return one, replace(other, published=one.published + timedelta(days=7))


def _column_by_its_standing_words(press, lang):
    one, other = _column(press, lang)
    return replace(one, sentences=(*one.sentences[:4], FOOTERS[lang])), other


def _liveblog(press, lang):
    posts = press.sentences(lang, 30)
    one = replace(press.article(lang), sentences=posts[:18])
    other = replace(one, title=press.title(lang), sentences=posts[10:])
    return one, replace(other, published=one.published + timedelta(days=1))


def _stub(press, lang):
    start, end = press.sentences(lang, 2)
    return tuple(
        Article(
            lang,
            press.title(lang),
            (
                start,
                f"{press.sentence(lang)} {press.rng.randint(100, 999)}.",
                press.sentence(lang),
                end,
            ),
            NOON,
        )
        for _ in range(2)
    )


def _figures(press, lang):
    text = press.sentences(lang, 4)
    return tuple(
        Article(lang, press.title(lang), (*text, f"{press.rng.randint(10, 99)},{n}"), NOON)
        for n in (1, 2)
    )


def _near_empty(press, lang):
    line = FOOTERS[lang]
    return Article(lang, press.title(lang), (line,), NOON), Article(
        lang, press.title(lang), (line,), NOON
    )


def _strangers(press, lang):
    return press.article(lang), press.article(lang)


def _digest(press, lang):
    one = press.article(lang, 5 if lang not in {"zh", "ar"} else 8)
    others = [press.article(lang, 5) for _ in range(4)]
    parts = [s for a in (others[0], one, *others[1:]) for s in a.sentences]
    return one, Article(lang, press.title(lang), tuple(parts), NOON + timedelta(hours=20))


MISSES = {
    "same event, two agencies": _two_agencies,
    "parts of a series": _series,
    "weekly column": _column,
    "column by its standing words": _column_by_its_standing_words,
    "days of a liveblog": _liveblog,
    "press-release stubs": _stub,
    "other figures": _figures,
    "near-empty": _near_empty,
    "item and digest": _digest,
    "strangers": _strangers,
}


def labelled_pairs(seed, rounds):
    """Return the pairs of *rounds* rounds: each edit and each near miss once a language."""
    press = Press(seed)
    pairs = []
    for _ in range(rounds):
        for lang in PHRASES:
            for kind, edit in EDITS.items():
                one = press.article(lang)
                pairs.append(Pair(kind, one, press.later(edit(press, one)), same=True))
            for kind, miss in MISSES.items():
                pairs.append(Pair(kind, *miss(press, lang), same=False))
    return pairs
