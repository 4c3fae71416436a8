"""The audit finds every planted breach in every format, and none in a clean file."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest

from syndicator.model.entries import Entry, EntryKey, Publication, Removal
from syndicator.model.feed import Enclosure, FeedRef, Link, Person
from syndicator.model.rights import Acknowledgement, Decision, Form, Hop, Licence
from syndicator.render import RENDERERS
from syndicator.rights.audit import audit
from syndicator.rights.frame import LABELS
from syndicator.rights.fulfil import fulfil
from tests.builders import an_output_feed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORIGIN = Hop(
    party="mill", name="Mill & Weir", role="origin", url="https://mill.example/eels?a=1&b=2"
)
CARRIER = Hop(party="ferry", name="Ferry Post", role="carrier", url="https://ferry.example/r/3")
BY = Licence(
    policy="cc-by-4.0", title="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"
)
LINE = "Copyright © Ida Brook, Mill & Weir, 2025"
TEXT = (
    "<p>Eels came back to the river this spring. "
    + "They were counted at the weir every night. " * 20
    + '</p><p><img src="https://mill.example/eel.jpg"> Nobody had expected so many.</p>'
)
DUTIES = (
    "copyright_notice", "credit_author", "credit_source:ferry", "credit_source:mill",
    "disclaimer:ferry", "indicate_changes", "licence_notice:cc-by-4.0", "link:ferry",
    "link:mill", "statement:mill", "strip_media", "usage_info:ferry",
)  # fmt: skip
FORMATS = ("atom", "rss", "json", "html")
FORMS = (Form.FULL, Form.EXCERPT, Form.LINK)


def a_publication(form=Form.FULL, *, number=3, duties=DUTIES, **fields):
    copy = Entry(
        source_id="ferry-feed",
        key=EntryKey(str(number)),
        rung="id",
        article_id=f"tag:example.org,2026:item/{number}",
        title="Eels return",
        url=CARRIER.url,
        authors=(Person(name="Ida Brook"),),
        first_seen=NOW,
        sort_at=NOW,
        changed_at=NOW,
        content_html=fields.pop("content_html", TEXT),
        feed=FeedRef(title="Ferry Post", url="https://ferry.example/feed"),
        enclosures=fields.pop("enclosures", ()),
    )
    if form is Form.EXCERPT:
        duties = (*duties, "mark_excerpt")
    facts = Acknowledgement(
        copyright_line=LINE,
        holder="Mill & Weir",
        licences=(BY,),
        statements=("Counted with the help of the Mill.",),
        usage=("mailto:rights@ferry.example",),
        changes=("media-removed",),
    )
    decision = Decision(
        form=form, duties=duties, chain=(ORIGIN, CARRIER), acknowledgement=facts, max_words=12
    )
    return fulfil(copy, replace(decision, **fields))


# Renderers of the test's own: as small as the formats allow.


def _atom(publications, more=""):
    entries = "".join(_atom_entry(p) for p in publications)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'
        ' xmlns:media="http://search.yahoo.com/mrss/">'
        f"<id>x:1</id><title>t</title>{more}{entries}</feed>"
    ).encode()


def _atom_entry(p):
    links = f'<link rel="alternate" href="{escape(p.url)}"/>'
    links += "".join(f'<link rel="via" href="{escape(h.url)}"/>' for h in p.chain[1:])
    links += "".join(f'<link rel="license" href="{x.url}"/>' for x in p.licences)
    content = f'<content type="html">{escape(p.body_html)}</content>' if p.form == "full" else ""
    summary = p.summary_html if p.form == "full" else p.body_html
    return (
        f"<entry><id>{p.id}</id><title>{p.title}</title>"
        f"<updated>{p.updated.isoformat()}</updated>"
        + "".join(f"<author><name>{escape(a.name)}</name></author>" for a in p.authors)
        + f"{links}<rights>{escape(p.copyright_line or '')}</rights>"
        f"<dcterms:rightsHolder>{escape(p.holder or '')}</dcterms:rightsHolder>"
        f'{content}<summary type="html">{escape(summary)}</summary></entry>'
    )


def _rss(publications, more=""):
    items = "".join(_rss_item(p) for p in publications)
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule">'
        f"<channel><title>t</title>{more}{items}</channel></rss>"
    ).encode()


def _rss_item(p):
    via = "".join(f'<atom:link rel="via" href="{escape(h.url)}"/>' for h in p.chain[1:])
    licences = "".join(
        f"<creativeCommons:license>{x.url}</creativeCommons:license>" for x in p.licences
    )
    encoded = (
        f"<content:encoded>{escape(p.body_html)}</content:encoded>" if p.form == "full" else ""
    )
    summary = p.summary_html if p.form == "full" else p.body_html
    return (
        f'<item><title>{p.title}</title><link>{escape(p.url)}</link><guid isPermaLink="false">{p.id}</guid>'
        + "".join(f"<dc:creator>{escape(a.name)}</dc:creator>" for a in p.authors)
        + f"<dc:rights>{escape(p.copyright_line or '')}</dc:rights>"
        f"<dcterms:rightsHolder>{escape(p.holder or '')}</dcterms:rightsHolder>{via}{licences}"
        f"<description>{escape(summary)}</description>{encoded}</item>"
    )


def _json_item(p):
    return {
        "id": p.id,
        "url": p.url,
        "external_url": p.url,
        "title": p.title,
        "content_html": p.body_html,
        "summary": p.plain_line,
        "authors": [{"name": a.name} for a in p.authors],
        "_syndicator": {
            "form": p.form,
            "rights": {
                "notice": p.copyright_line,
                "holder": p.holder,
                "license": [x.url for x in p.licences] or None,
            },
            "chain": [{"party": h.name, "url": h.url} for h in p.chain],
        },
    }


def _json(publications, more=()):
    items = [*map(_json_item, publications), *more]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def _html(publications, more=""):
    articles = "".join(
        f'<article data-id="{p.id}" data-form="{p.form}">'
        f'<p class="above"><span class="badge {p.form}">{LABELS.get(p.form, "")}</span></p>'
        f'<h2><a href="{escape(p.url)}">{escape(p.title)}</a></h2>'
        f'<div class="body">{p.body_html}</div></article>'
        for p in publications
    )
    page = f"<body><div><main>{articles}</main></div>{more}</body>"
    return f"<!doctype html><html>{page}</html>".encode()


RENDER = {"atom": _atom, "rss": _rss, "json": _json, "html": _html}


def checks(breaches):
    return {breach.check for breach in breaches}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("form", FORMS)
def test_a_clean_file_has_no_breach(format_, form):
    publications = [a_publication(form), a_publication(form, number=4)]

    assert audit(RENDER[format_](publications), format_, publications) == ()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_shipped_renderers_pass(format_, form, language):
    feed = an_output_feed(language=language)
    publications = [a_publication(form, language=language), a_publication(form, number=4)]

    emitted = RENDERERS[format_](feed, publications, updated=NOW)

    assert audit(emitted, format_, publications) == ()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("decided", "checked"),
    [
        (("https://weir.example/4",), set()),
        (("https://other.example/5",), {"link"}),
        ((), {"link"}),
    ],
)
def test_copies_are_named_that_may_be_shown_and_no_others(format_, decided, checked):
    def naming(*pages):
        links = tuple(Link(href=page, rel="related", title="Weir & Co") for page in pages)
        return replace(a_publication(), also_at=links)

    feed = an_output_feed()
    shown = naming("https://weir.example/4")

    emitted = RENDERERS[format_](feed, [shown], updated=NOW)

    assert b"https://weir.example/4" in emitted
    assert b"Weir &amp; Co" in emitted or b"Weir & Co" in emitted
    found = checks(audit(emitted, format_, [naming(*decided)]))
    assert checked <= found
    assert bool(checked) is bool(found)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_link_to_a_copy_is_no_acknowledgement(format_):
    decided = a_publication()
    origin = Link(href=ORIGIN.url, rel="related", title=ORIGIN.name)
    bare = _without(escape(ORIGIN.url))(decided)
    shown = replace(bare, also_at=(origin,), chain=(CARRIER,))

    emitted = RENDERERS[format_](an_output_feed(), [shown], updated=NOW)

    assert checks(audit(emitted, format_, [decided])) & {"link", "together", "source"}


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_file_of_nothing_is_clean(format_):
    assert audit(RENDER[format_]([]), format_, []) == ()


def _without(text, new=""):
    """A planted breach: everything readable loses *text*; what was decided stays."""

    def plant(p: Publication) -> Publication:
        def cut(html):
            return html.replace(escape(text), new).replace(text, new)

        return replace(
            p,
            body_html=cut(p.body_html),
            summary_html=cut(p.summary_html),
            plain_line=cut(p.plain_line),
        )

    return plant


PLANTED = [
    pytest.param(_without("Ida Brook"), "author", id="author-gone"),
    pytest.param(_without("Mill & Weir"), "source", id="origin-gone"),
    pytest.param(_without("Ferry Post"), "source", id="carrier-gone"),
    pytest.param(_without(ORIGIN.url), "link", id="origin-link-gone"),
    pytest.param(_without(CARRIER.url), "link", id="carrier-link-gone"),
    pytest.param(_without(CARRIER.url, "https://ferry.example/"), "link", id="home-page-instead"),
    pytest.param(_without(LINE), "copyright", id="copyright-line-gone"),
    pytest.param(_without("2025", "2024"), "copyright", id="copyright-year-changed"),
    pytest.param(_without("CC BY 4.0"), "licence", id="licence-name-gone"),
    pytest.param(_without(BY.url), "licence", id="licence-link-gone"),
    pytest.param(_without("Counted with the help"), "statement", id="statement-cut"),
    pytest.param(_without("Responsibility for"), "disclaimer", id="disclaimer-cut"),
    pytest.param(_without("rights@ferry.example"), "usage", id="usage-contact-gone"),
    pytest.param(_without("images and other media removed"), "changes", id="changes-gone"),
    pytest.param(_without("<p>By", "<p><script>1</script>By"), "unsafe", id="script"),
    pytest.param(_without("<p>By", '<p onclick="x()">By'), "unsafe", id="event-attribute"),
    pytest.param(_without("<p>By", '<p><a href="java\nscript:x()">!</a>By'), "unsafe", id="scheme"),
    pytest.param(_without("<p>By", '<p><img src="https://a.example/b">By'), "media", id="image"),
    pytest.param(_without("<p>By", "<p><iframe></iframe>By"), "media", id="embed"),
    pytest.param(_without('<a href="', '<a rel="nofollow" href="'), "link", id="nofollow"),
    pytest.param(_without("river", "lake"), "verbatim", id="word-changed"),
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("plant", "check"), PLANTED)
def test_a_planted_breach_is_found(plant, check, format_):
    decided = a_publication()

    found = audit(RENDER[format_]([plant(decided)]), format_, [decided])

    assert check in checks(found)
    assert {breach.item_id for breach in found} == {decided.id}


@pytest.mark.parametrize("format_", FORMATS)
def test_a_missing_excerpt_mark_is_found(format_):
    decided = a_publication(Form.EXCERPT)

    found = audit(RENDER[format_]([_without("Excerpt.")(decided)]), format_, [decided])

    assert "excerpt-mark" in checks(found)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("form", [Form.EXCERPT, Form.LINK])
def test_more_text_than_decided_is_found(format_, form):
    decided = a_publication(form)
    whole = a_publication(Form.FULL)
    shown = replace(decided, body_html=whole.body_html, summary_html=whole.body_html)

    assert "form" in checks(audit(RENDER[format_]([shown]), format_, [decided]))


def test_text_in_the_folded_explanation_of_a_page_is_found():
    decided = a_publication(Form.LINK)
    folded = '<details class="why"><p>It may only be linked.</p>{}</details></article>'
    page = _html([decided]).decode()

    fine = page.replace("</article>", folded.format(""))
    leaky = page.replace("</article>", folded.format("<p>" + "Eels were counted. " * 200 + "</p>"))

    assert audit(fine.encode(), "html", [decided]) == ()
    assert checks(audit(leaky.encode(), "html", [decided])) == {"form"}


def test_what_is_folded_away_fulfils_no_duty():
    decided = a_publication()
    hidden = f'<details class="why">{decided.body_html}</details>'
    shown = replace(decided, body_html=hidden)

    assert {"author", "copyright", "link"} <= checks(audit(_html([shown]), "html", [decided]))


def test_machines_are_not_told_the_text_that_people_may_not_read():
    decided = a_publication(Form.LINK)
    script = '<script type="application/ld+json">{"articleBody": "Eels"}</script></article>'
    page = _html([decided]).decode().replace("</article>", script)

    assert checks(audit(page.encode(), "html", [decided])) == {"form"}


def test_an_address_with_foreign_letters_may_be_written_in_ascii():
    foreign = replace(ORIGIN, url="https://mühle.example/aal/früh?q=ü")
    decided = a_publication(chain=(foreign, CARRIER))
    shown = replace(
        decided, url="https://xn--mhle-0ra.example/aal/fr%C3%BCh?q=%C3%BC", chain=decided.chain
    )

    assert decided.url == foreign.url
    assert audit(_atom([shown]), "atom", [decided]) == ()


@pytest.mark.parametrize("format_", ["atom", "rss", "json"])
def test_the_wrong_form_is_found(format_):
    decided = a_publication(Form.LINK)
    shown = replace(decided, form=Form.FULL)

    assert "form" in checks(audit(RENDER[format_]([shown]), format_, [decided]))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_link_far_from_the_acknowledgement_is_found(format_):
    decided = a_publication(Form.FULL, duties=())
    apart = f'<p>{escape(LINE)}</p><p>x</p><p>y</p><p>z</p><a href="{escape(ORIGIN.url)}">there</a>'
    shown = replace(decided, body_html=apart, summary_html=apart)

    assert "together" in checks(audit(RENDER[format_]([shown]), format_, [shown]))


@pytest.mark.parametrize("format_", FORMATS)
def test_missing_extra_and_doubled_items_are_found(format_):
    one, two, three = (a_publication(number=n) for n in (1, 2, 3))

    found = audit(RENDER[format_]([one, one, two]), format_, [one, three])

    assert [(b.item_id, b.check) for b in found] == [
        (one.id, "duplicate"),
        (three.id, "missing"),
        (two.id, "extra"),
    ]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_withheld_item_must_not_be_there(format_):
    withheld = replace(a_publication(), form=Form.WITHHELD)

    assert checks(audit(RENDER[format_]([withheld]), format_, [withheld])) == {"withheld"}
    assert audit(RENDER[format_]([]), format_, [withheld]) == ()


@pytest.mark.parametrize("format_", ["atom", "rss", "json"])
@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        pytest.param({"url": CARRIER.url}, "link is not", id="link"),
        pytest.param({"chain": (ORIGIN,)}, "no via link", id="via"),
        pytest.param({"authors": ()}, "author element", id="author"),
        pytest.param({"copyright_line": "© nobody"}, "rights element", id="rights"),
        pytest.param({"copyright_line": None}, "rights element", id="no-rights"),
        pytest.param({"holder": "Somebody"}, "rights holder", id="holder"),
        pytest.param({"licences": ()}, "licence element lacks", id="licence"),
    ],
)
def test_elements_must_agree_with_the_decision(changed, problem, format_):
    decided = a_publication()

    found = audit(RENDER[format_]([replace(decided, **changed)]), format_, [decided])

    assert any(b.check == "element" and problem in b.problem for b in found)


@pytest.mark.parametrize("format_", ["atom", "rss", "json"])
def test_a_licence_that_was_not_relied_on_is_found(format_):
    decided = replace(a_publication(duties=("link:mill",)), licences=())
    shown = replace(decided, licences=(BY,))

    assert "licence-claim" in checks(audit(RENDER[format_]([shown]), format_, [decided]))


def test_atom_updated_must_be_the_decided_one():
    decided = a_publication()
    shown = replace(decided, updated=datetime(2027, 1, 1, tzinfo=UTC))

    assert checks(audit(_atom([shown]), "atom", [decided])) == {"element"}


@pytest.mark.parametrize(
    ("format_", "more"),
    [
        pytest.param("atom", f'<link rel="license" href="{BY.url}"/>', id="atom"),
        pytest.param(
            "rss", f"<creativeCommons:license>{BY.url}</creativeCommons:license>", id="rss"
        ),
        pytest.param("html", f'<link rel="license" href="{BY.url}">', id="html"),
    ],
)
def test_a_licence_for_the_whole_feed_is_found(format_, more):
    decided = a_publication()

    found = checks(audit(RENDER[format_]([decided], more), format_, [decided]))

    # Nor does a page of ours have such an element.
    assert found - {"hidden"} == {"feed-licence"}


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        pytest.param(
            "atom",
            "</entry>",
            '<link rel="enclosure" href="https://a.example/x"/></entry>',
            id="atom",
        ),
        pytest.param("rss", "</item>", '<enclosure url="https://a.example/x"/></item>', id="rss"),
        pytest.param("rss", "</item>", '<media:content url="u"/></item>', id="media-rss"),
        pytest.param("atom", "</entry>", '<media:thumbnail url="u"/></entry>', id="media-atom"),
        pytest.param(
            "json", '"title": "Eels', '"image": "https://a.example/x", "title": "Eels', id="json"
        ),
        pytest.param(
            "json",
            '"title": "Eels',
            '"attachments": [{"url": "u"}], "title": "Eels',
            id="attachment",
        ),
    ],
)
def test_enclosures_that_are_not_covered_are_found(format_, old, new):
    decided = a_publication()
    emitted = RENDER[format_]([decided]).decode().replace(old, new).encode()

    assert checks(audit(emitted, format_, [decided])) == {"media"}


@pytest.mark.parametrize("format_", FORMATS)
def test_covered_media_is_no_breach(format_):
    decided = a_publication(
        duties=tuple(d for d in DUTIES if d != "strip_media"),
        strip_media=False,
        enclosures=(Enclosure(url="https://mill.example/eels.mp3"),),
    )

    assert "eel.jpg" in decided.body_html
    assert audit(RENDER[format_]([decided]), format_, [decided]) == ()


@pytest.mark.parametrize("form", [Form.FULL, Form.EXCERPT, Form.LINK])
@pytest.mark.parametrize("format_", FORMATS)
def test_an_owed_page_counter_that_is_gone_is_found(format_, form):
    owed = replace(a_publication().acknowledgement, counters=("https://mill.example/count",))
    duties = (*DUTIES, "keep_tracker:mill")
    decided = a_publication(form=form, duties=duties, acknowledgement=owed)
    gone = replace(
        decided,
        body_html=decided.body_html.replace("<img", "<b"),
        summary_html=decided.summary_html.replace("<img", "<b"),
    )

    assert audit(RENDER[format_]([decided]), format_, [decided]) == ()
    assert "tracker" in checks(audit(RENDER[format_]([gone]), format_, [decided]))


@pytest.mark.parametrize(
    ("format_", "emitted"),
    [
        pytest.param("atom", b"<feed", id="atom-cut-off"),
        pytest.param("atom", b"<rss/>", id="atom-is-rss"),
        pytest.param("rss", b"<rss version='2.0'/>", id="rss-without-channel"),
        pytest.param("json", b"{", id="json-cut-off"),
        pytest.param("json", b"[]", id="json-is-a-list"),
        pytest.param("html", b"", id="html-empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_breach(format_, emitted):
    [breach] = audit(emitted, format_, [a_publication()])

    assert (breach.item_id, breach.check) == ("", "syntax")


def test_an_unknown_format_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="opml"):
        audit(b"", "opml", [])


def _tombstone(when, ref="tag:example.org,2026:item/9"):
    return f'<at:deleted-entry ref="{ref}" when="{when}"/>'


@pytest.mark.parametrize(
    ("more", "removed", "found"),
    [
        pytest.param(_tombstone("2026-11-23T12:00:00Z"), ["9"], set(), id="reported"),
        pytest.param("", ["9"], {"tombstone"}, id="not-reported"),
        pytest.param(_tombstone("2026-11-23T12:00:00Z"), [], {"tombstone"}, id="never-removed"),
        pytest.param(
            _tombstone("2026-11-24T12:00:00Z", "tag:example.org,2026:item/3"),
            ["3"],
            {"tombstone"},
            id="live-and-removed",
        ),
        pytest.param(
            _tombstone("2026-11-22T12:00:00Z", "tag:example.org,2026:item/3"),
            ["3"],
            set(),
            id="came-back-later",
        ),
    ],
)
def test_tombstones_tell_what_was_removed_and_nothing_else(more, removed, found):
    decided = a_publication()
    removals = [Removal(id=f"tag:example.org,2026:item/{n}", when=NOW) for n in removed]

    breaches = audit(_atom([decided], more), "atom", [decided], removals=removals)

    assert checks(breaches) == found


def test_a_stub_with_text_is_found():
    gone = a_publication(number=9)
    removal = Removal(id=gone.id, when=NOW)
    short = f"<item><guid>{gone.id}</guid><description>{removal.comment}</description></item>"

    assert audit(_rss([], short), "rss", [], removals=[removal]) == ()
    assert checks(audit(_rss([gone]), "rss", [], removals=[removal])) == {"tombstone"}


def test_entities_of_a_document_type_are_not_expanded():
    bomb = b'<!DOCTYPE feed [<!ENTITY a "Ida Brook">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>'

    assert audit(bomb, "atom", []) == ()


@pytest.mark.parametrize(
    ("format_", "old", "problem"),
    [
        pytest.param("atom", "content", "content element is missing", id="atom-content"),
        pytest.param("rss", "content:encoded", "content element is missing", id="rss-content"),
        pytest.param("rss", "description", "summary is missing", id="rss-description"),
        pytest.param("json", "content_html", "no readable content", id="json-content"),
    ],
)
def test_a_full_text_without_its_element_is_found(format_, old, problem):
    decided = a_publication()
    emitted = RENDER[format_]([decided]).decode()
    for mark in ("<", "</", '"'):
        emitted = emitted.replace(f"{mark}{old}", f"{mark}x")

    found = audit(emitted.encode(), format_, [decided])

    assert any(b.check == "form" and problem in b.problem for b in found)


def test_a_content_element_in_a_shortened_form_is_found():
    decided = a_publication(Form.LINK)
    content = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eels</p></div></content>'
    emitted = _atom([decided]).decode().replace("</entry>", f"{content}</entry>").encode()

    found = audit(emitted, "atom", [decided])

    assert "there is a content element in link form" in {b.problem for b in found}


def test_a_plain_summary_without_the_credit_line_is_found():
    decided = a_publication()
    emitted = _json([replace(decided, plain_line="Eels")])

    assert checks(audit(emitted, "json", [decided])) == {"source"}


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        pytest.param({"authors": ()}, "author", id="author"),
        pytest.param({"copyright_line": None}, "copyright", id="copyright"),
        pytest.param({"licences": ()}, "licence", id="licence"),
        pytest.param({"chain": (CARRIER,)}, "source", id="source"),
        pytest.param({"chain": (replace(ORIGIN, url=None), CARRIER)}, "link", id="link"),
        pytest.param({"acknowledgement": Acknowledgement()}, "statement", id="statement"),
    ],
)
def test_a_duty_that_cannot_have_been_met_is_a_breach(changed, check):
    decided = replace(a_publication(), **changed)

    assert check in checks(audit(_rss([decided]), "rss", [decided]))


def test_a_relative_link_in_a_feed_is_found():
    plant = _without("<p>By", '<p><a href="/x">x</a>By')
    decided = a_publication()

    found = audit(_rss([plant(decided)]), "rss", [decided])

    assert any("not absolute" in b.problem for b in found)


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("yesterday", id="no-date"),
        pytest.param("2026-11-22T12:00:00", id="no-zone"),  # RFC 3339 asks for one
        pytest.param("2026-11-22", id="no-time"),
    ],
)
def test_a_tombstone_without_a_readable_date_does_not_cover_a_live_item(when):
    decided = a_publication()
    tomb = _tombstone(when, decided.id)

    found = audit(
        _atom([decided], tomb), "atom", [decided], removals=[Removal(id=decided.id, when=NOW)]
    )

    assert checks(found) == {"tombstone"}
