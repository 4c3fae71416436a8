"""Somebody edits one place of a published file: the audit names what is wrong with it."""

import json
from dataclasses import replace
from html import escape

import pytest

from syndicator.model.feed import Enclosure, Link
from syndicator.render import RENDERERS
from syndicator.rights.audit import audit
from tests.builders import an_output_feed
from tests.core.test_rights_audit import (
    BY,
    CARRIER,
    DUTIES,
    NOW,
    ORIGIN,
    a_publication,
)

EVIL = "https://evil.example/x"
FORMATS = ("atom", "rss", "json", "html")
FEEDS = ("atom", "rss", "json")
FEED = an_output_feed()
COPY = Link(href="https://weir.example/4", rel="related", title="Weir & Co")
SOUND = Enclosure(url="https://mill.example/eels.mp3", type="audio/mpeg")
NOTICE = '<aside class="syn-notice"'
AT_ORIGIN = f'<a href="{escape(ORIGIN.url)}">'


def a_file(format_, **fields):
    """Return a file as it is published, and what was decided about its one item."""
    duties = tuple(duty for duty in DUTIES if duty != "strip_media")
    decided = a_publication(duties=duties, strip_media=False, enclosures=(SOUND,), **fields)
    decided = replace(decided, also_at=(COPY,), published=NOW)
    return RENDERERS[format_](FEED, [decided], updated=NOW).decode(), decided


def written(format_, fragment):
    """Return *fragment*, HTML, as it stands in a file."""
    if format_ in {"atom", "rss"}:
        return escape(fragment, quote=False)
    return json.dumps(fragment, ensure_ascii=False)[1:-1] if format_ == "json" else fragment


def planted(text, old, new, *, after="", which=0):
    """Return *text* with one *old* changed to *new*: the next one *after* something."""
    start = text.index(after) + len(after)
    for _ in range(which):
        start = text.index(old, start) + len(old)
    place = text.index(old, start)
    return text[:place] + new + text[place + len(old) :]


def found(text, format_, decided):
    return {(b.check, b.problem) for b in audit(text.encode(), format_, [decided])}


def checks(text, format_, decided):
    return {check for check, _ in found(text, format_, decided)}


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_published_has_no_breach_before_somebody_edits_it(format_):
    text, decided = a_file(format_)

    assert found(text, format_, decided) == set()


BLOCKS = [
    pytest.param("source line", '<p class="syn-source">', id="source-line"),
    pytest.param("notice", NOTICE, id="notice"),
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("block", "start"), BLOCKS)
@pytest.mark.parametrize("address", [ORIGIN.url, CARRIER.url], ids=["origin", "carrier"])
def test_one_link_to_another_address_is_found_in_each_block(format_, block, start, address):
    text, decided = a_file(format_)

    changed = planted(text, written(format_, escape(address)), EVIL, after=written(format_, start))

    said = found(changed, format_, decided)
    assert any(c == "link" and EVIL in p and f"the {block}" in p for c, p in said)


@pytest.mark.parametrize("format_", ["atom", "rss"])
@pytest.mark.parametrize("block", ["notice", "plain line"])
@pytest.mark.parametrize("address", [ORIGIN.url, CARRIER.url], ids=["origin", "carrier"])
def test_one_link_to_another_address_is_found_in_the_summary(format_, block, address):
    text, decided = a_file(format_)
    element = {"atom": "<summary", "rss": "<description>"}[format_]
    item = {"atom": "<entry", "rss": "<item>"}[format_]
    summary = text.index(element, text.index(item))
    start = {"notice": NOTICE, "plain line": '<p class="syn-plain"'}[block]

    changed = text[:summary] + planted(
        text[summary:], written(format_, escape(address)), EVIL, after=written(format_, start)
    )

    said = found(changed, format_, decided)
    name = element.strip("<>")
    assert any(c == "link" and EVIL in p and f"{name}: the {block}" in p for c, p in said)


@pytest.mark.parametrize(
    ("format_", "old", "new", "check"),
    [
        pytest.param("html", f'<h2 lang="en" dir="auto">{AT_ORIGIN}', f'<h2><a href="{EVIL}">',
                     "element", id="headline"),
        pytest.param("html", f'Taken from <a href="{CARRIER.url}"', f'Taken from <a href="{EVIL}"',
                     "link", id="chain-of-a-page"),
        pytest.param("html", f'<a href="{COPY.href}"', f'<a href="{EVIL}"', "link", id="copy"),
        pytest.param("html", f'<a href="{SOUND.url}"', f'<a href="{EVIL}"', "media", id="sound"),
        pytest.param("html", f'"isBasedOn": "{CARRIER.url}"', f'"isBasedOn": "{EVIL}"',
                     "element", id="based-on"),
        pytest.param("html", f'"license": "{BY.url}"', f'"license": "{EVIL}"',
                     "licence-claim", id="licence-for-machines"),
        pytest.param("json", f'"url": "{ORIGIN.url}"', f'"url": "{EVIL}"', "element", id="url"),
        pytest.param("json", f'"external_url": "{ORIGIN.url}"', f'"external_url": "{EVIL}"',
                     "element", id="external-url"),
        pytest.param("json", f'"role": "origin",\n      "url": "{ORIGIN.url}"',
                     f'"role": "origin",\n      "url": "{EVIL}"', "element", id="chain-origin"),
        pytest.param("json", f'"role": "carrier",\n      "url": "{CARRIER.url}"',
                     f'"role": "carrier",\n      "url": "{EVIL}"', "element", id="chain-carrier"),
        pytest.param("json", '"party": "Mill & Weir"', '"party": "Evil"', "element",
                     id="chain-name"),
        pytest.param("json", 'rights@ferry.example"', 'evil@evil.example"', "element",
                     id="usage"),
        pytest.param("json", '"url": "https://ferry.example/feed"', f'"url": "{EVIL}"', "element",
                     id="source-json"),
        pytest.param("json", f'"license": "{BY.url}"', f'"license": "{EVIL}"', "licence-claim",
                     id="licence-json"),
        pytest.param("json", '"copyright_notice",', "", "element", id="duties"),
        pytest.param("rss", f"<link>{escape(ORIGIN.url)}</link>", f"<link>{EVIL}</link>",
                     "element", id="link-rss"),
        pytest.param("rss", f'title="Ferry Post" href="{CARRIER.url}"', f'href="{EVIL}"', "element", id="via-rss"),
        pytest.param("rss", '<source url="https://ferry.example/feed"', f'<source url="{EVIL}"',
                     "element", id="source-rss"),
        pytest.param("rss", f"license>{BY.url}", f"license>{EVIL}",
                     "licence-claim", id="licence-rss"),
        pytest.param("atom", f'href="{escape(ORIGIN.url)}"', f'href="{EVIL}"', "element",
                     id="link-atom"),
        pytest.param("atom", f'title="Ferry Post" href="{CARRIER.url}"', f'href="{EVIL}"', "element", id="via-atom"),
        pytest.param("atom", 'href="https://ferry.example/feed"', f'href="{EVIL}"', "element",
                     id="source-atom"),
        pytest.param("atom", f'rel="license" href="{BY.url}"', f'rel="license" href="{EVIL}"',
                     "licence-claim", id="licence-atom"),
    ],
)  # fmt: skip
def test_one_address_in_one_element_is_looked_at_by_itself(format_, old, new, check):
    text, decided = a_file(format_)

    assert check in checks(planted(text, old, new), format_, decided)


HIDING = [
    pytest.param(NOTICE, NOTICE.replace("<aside", "<aside hidden"), id="hidden"),
    pytest.param(NOTICE, NOTICE.replace("<aside", '<aside style="display:none"'), id="style"),
    pytest.param(NOTICE, NOTICE.replace("<aside", '<aside style="font-size:0"'), id="font-size"),
    pytest.param(NOTICE, NOTICE.replace("<aside", '<aside aria-hidden="true"'), id="aria-hidden"),
    pytest.param(NOTICE, NOTICE.replace("<aside", "<aside inert"), id="inert"),
    pytest.param(NOTICE, NOTICE.replace('="syn', '="skip syn'), id="class-that-hides"),
    pytest.param("<p>By ", '<p class="skip">By ', id="class-inside"),
    pytest.param("<p>By ", "<p><del>By </del>", id="struck-out"),
    pytest.param("<p>By ", '<p><font color="white">By </font>', id="colour"),
    pytest.param("<p>By ", "<p><small>By </small>", id="small"),
    pytest.param("<p>By ", "<p><bdo dir=rtl>By </bdo>", id="backwards"),
    pytest.param('<p class="syn-source"', '<p hidden class="syn-source"', id="source-line"),
    pytest.param(AT_ORIGIN, AT_ORIGIN.replace("<a", '<a style="opacity:0"'), id="link"),
    pytest.param(AT_ORIGIN, AT_ORIGIN.replace("<a", '<a tabindex="-1"'), id="unreachable-link"),
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("old", "new"), HIDING)
def test_hidden_notice_is_found(format_, old, new):
    text, decided = a_file(format_)
    body = '<div class="body"' if format_ == "html" else ""

    changed = planted(text, written(format_, old), written(format_, new), after=body)

    assert "hidden" in checks(changed, format_, decided)


WRAPPED = [
    pytest.param("<div hidden>", "</div>", id="div"),
    pytest.param("<details><summary>More</summary>", "</details>", id="details"),
    pytest.param("<template>", "</template>", id="template"),
    pytest.param("<noscript>", "</noscript>", id="noscript"),
    pytest.param("<!--", "-->", id="comment"),
    pytest.param("<del>", "</del>", id="del"),
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("before", "after"), WRAPPED)
def test_notice_inside_of_something_else_is_found(format_, before, after):
    text, decided = a_file(format_)
    start = text.index(written(format_, NOTICE))
    end = text.index(written(format_, "</aside>"), start) + len(written(format_, "</aside>"))
    inside = written(format_, before) + text[start:end] + written(format_, after)

    changed = text[:start] + inside + text[end:]

    assert {"hidden", "notice"} & checks(changed, format_, decided)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        pytest.param('<p class="syn-source">', "</p>", "source line", id="source-line"),
        pytest.param(NOTICE, "</aside>", "notice", id="notice"),
    ],
)
def test_missing_block_is_named_with_what_it_said(format_, start, end, name):
    text, decided = a_file(format_)
    first = text.index(written(format_, start))
    last = text.index(written(format_, end), first) + len(written(format_, end))

    said = found(text[:first] + text[last:], format_, decided)

    assert any(c == "notice" and f"the {name} is missing: “" in p for c, p in said)


@pytest.mark.parametrize("format_", ["atom", "rss"])
def test_missing_plain_line_is_named(format_):
    text, decided = a_file(format_)
    first = text.index(written(format_, '<p class="syn-plain">'))
    last = text.index(written(format_, "</p>"), first) + len(written(format_, "</p>"))

    said = found(text[:first] + text[last:], format_, decided)

    assert any(c == "notice" and "the plain line is missing" in p for c, p in said)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        pytest.param("Ida Brook", "Ida Break", "author", id="author"),
        pytest.param("2025", "2026", "copyright", id="copyright"),
        pytest.param("Mill &amp; Weir</a>", "Weir</a>", "source", id="origin"),
        pytest.param("CC BY 4.0", "CC BY 3.0", "licence", id="licence"),
        pytest.param(BY.url, BY.url.replace("by/", "by-nc/"), "link", id="licence-link"),
        pytest.param("Originally", "Formerly", "notice", id="sentence"),
        pytest.param("By ", "B\u200by ", "notice", id="zero-width"),
        pytest.param("Counted with", "\u202eCounted with", "notice", id="backwards"),
    ],
)
def test_other_words_in_a_notice_are_found_though_they_stand_elsewhere_too(
    format_, old, new, check
):
    text, decided = a_file(format_)

    changed = planted(
        text,
        written(format_, old if "&" in old else escape(old)),
        written(format_, new if "&" in new else escape(new)),
        after=written(format_, NOTICE),
    )

    assert check in checks(changed, format_, decided)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("<p>Eels came", '<p style="color:red">Eels came', id="attribute"),
        pytest.param("<p>Eels came", "<p><del>Eels came</del>", id="struck-out"),
        pytest.param("<p>Eels came", f'<p><a href="{EVIL}">Eels</a> came', id="link"),
        pytest.param("<p>Eels came", "<p><!-- -->Eels came", id="comment"),
    ],
)
def test_other_markup_of_the_text_is_found(format_, old, new):
    text, decided = a_file(format_)

    changed = planted(text, written(format_, old), written(format_, new))

    assert "markup" in checks(changed, format_, decided)


@pytest.mark.parametrize("format_", FORMATS)
def test_other_title_is_found(format_):
    text, decided = a_file(format_)
    after = {"html": "<h2", "json": '"title": "River"', "atom": "<entry>", "rss": "<item>"}[format_]

    assert "title" in checks(
        planted(text, "Eels return", "Eels flee", after=after), format_, decided
    )


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        pytest.param("atom", "<published>2026", "<published>2025", id="atom"),
        pytest.param("rss", "<pubDate>Mon, 23 Nov 2026", "<pubDate>Sun, 23 Nov 2025", id="rss"),
        pytest.param("rss", "<atom:updated>2026", "<atom:updated>2025", id="rss-updated"),
        pytest.param("json", '"date_published": "2026', '"date_published": "2025', id="json"),
        pytest.param("json", '"date_modified": "2026', '"date_modified": "2025', id="modified"),
        pytest.param("html", '<p class="byline">By <b dir="auto">Ida Brook</b> · <time datetime="2026',
                     '<p class="byline">By <b dir="auto">Ida Brook</b> · <time datetime="2025',
                     id="html"),
        pytest.param("html", "23 November 2026</time></p>\n<div", "24 November 2026</time></p>\n<div",
                     id="html-in-words"),
    ],
)  # fmt: skip
def test_other_date_is_found(format_, old, new):
    text, decided = a_file(format_)

    assert "element" in checks(planted(text, old, new), format_, decided)


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        pytest.param("atom", "<name>Ida Brook", "<name>Jo Bloggs", id="atom"),
        pytest.param("atom", "<author>\n      <name>Ida Brook",
                     "<author><name>Jo Bloggs</name></author><author><name>Ida Brook", id="second"),
        pytest.param("rss", "creator>Ida Brook", "creator>Jo Bloggs", id="rss"),
        pytest.param("json", '"name": "Ida Brook"', '"name": "Jo Bloggs"', id="json"),
        pytest.param("html", '"name": "Ida Brook"', '"name": "Jo Bloggs"', id="for-machines"),
        pytest.param("html", '<b dir="auto">Ida Brook', '<b dir="auto">Jo Bloggs', id="byline"),
    ],
)  # fmt: skip
def test_other_author_is_found(format_, old, new):
    text, decided = a_file(format_)

    assert {"author", "element"} & checks(planted(text, old, new), format_, decided)


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        pytest.param("atom", "</entry>", "<comments>x</comments></entry>", id="atom-element"),
        pytest.param("atom", "</entry>", "<title>Other</title></entry>", id="atom-second-title"),
        pytest.param("atom", '<content type="html"', '<content type="text"', id="atom-as-text"),
        pytest.param("rss", "</item>", "<comments>x</comments></item>", id="rss-element"),
        pytest.param("rss", "</item>", "<description>Other</description></item>", id="rss-second"),
        pytest.param("rss", "</item>", "<!-- x --></item>", id="rss-comment"),
        pytest.param("json", '"title": "Eels', '"content_text": "x", "title": "Eels', id="json"),
        pytest.param("html", "<article ", "<article hidden ", id="article"),
        pytest.param("html", '<div class="body"', '<div hidden class="body"', id="body"),
        pytest.param("html", "<h2 lang", "<h2 style='display:none' lang", id="headline"),
        pytest.param("html", '<p class="byline"', '<p class="byline skip"', id="byline"),
        pytest.param("html", '<p class="above">', '<p class="above"><del>x</del>', id="above"),
        pytest.param("html", '<main id="main">', '<main id="main" hidden>', id="main"),
        pytest.param("html", '<main id="main">', '<main id="main"><style>p{}</style>', id="style"),
        pytest.param("html", '<main id="main">', '<main id="main"><section>', id="wrapped"),
        pytest.param("html", "</head>", '<link rel="stylesheet" href="x.css"></head>', id="sheet"),
        pytest.param("html", "</head>", '<link rel="icon stylesheet" href="x.css"></head>',
                     id="sheet-as-icon"),
        pytest.param("html", "</head>", '<meta http-equiv="refresh" content="0;x"></head>',
                     id="refresh"),
        pytest.param("html", "<body>", "<body><script>x()</script>", id="script"),
        pytest.param("html", "<body>", "<body><!-- Words that nobody sees. -->", id="comment"),
        pytest.param("html", '<details class="why">', '<details class="why" hidden>', id="why"),
    ],
)  # fmt: skip
def test_what_no_file_of_ours_has_is_found(format_, old, new):
    text, decided = a_file(format_)

    assert "hidden" in checks(planted(text, old, new), format_, decided)


@pytest.mark.parametrize(
    ("format_", "old"),
    [
        pytest.param("atom", "<title>Ferry Post", id="atom"),
        pytest.param("rss", 'feed">Ferry Post', id="rss"),
        pytest.param("json", '"title": "Ferry Post', id="json"),
    ],
)
def test_other_name_of_the_feed_it_came_from_is_found(format_, old):
    text, decided = a_file(format_)

    changed = planted(text, old, old.replace("Ferry", "Evil"))

    assert "element" in checks(changed, format_, decided)


@pytest.mark.parametrize(
    ("format_", "old"),
    [
        pytest.param("atom", "form>full", id="atom"),
        pytest.param("rss", "form>full", id="rss"),
        pytest.param("json", '"form": "full', id="json"),
        pytest.param("html", 'data-form="full', id="html"),
    ],
)
def test_other_form_in_its_element_is_found(format_, old):
    text, decided = a_file(format_)

    changed = planted(text, old, old.replace("full", "link"))

    assert "form" in checks(changed, format_, decided)


@pytest.mark.parametrize("form", ["excerpt", "link"])
def test_label_of_another_form_is_found(form):
    decided = a_publication(form)
    text = RENDERERS["html"](FEED, [decided], updated=NOW).decode()
    label = {"excerpt": ">Excerpt<", "link": ">Link only<"}[form]

    assert "form" in checks(planted(text, label, ">Full text<"), "html", decided)


def test_words_and_links_beside_the_text_of_a_page_are_found():
    text, decided = a_file("html")
    advert = f'<p class="above">Buy <a href="{EVIL}">boats</a> '

    said = found(planted(text, '<p class="above">', advert), "html", decided)

    assert {("form", "“boats” stands beside the text, which nobody decided")} <= said
    assert any(c == "link" and EVIL in p for c, p in said)


def test_more_than_the_credit_line_in_a_plain_summary_is_found():
    text, decided = a_file("json")
    more = planted(text, '"summary": "', f'"summary": "Read {EVIL} instead. ')

    assert "source" in checks(more, "json", decided)


def test_blocks_in_another_order_are_found():
    text, decided = a_file("json")
    line = decided.body_html[: decided.body_html.index("</p>") + 4]
    moved = replace(decided, body_html=decided.body_html.removeprefix(line) + line)
    text = RENDERERS["json"](FEED, [moved], updated=NOW).decode()

    assert checks(text, "json", decided) & {"markup", "verbatim"}
