"""What leaves: text in its form, with every owed word and link."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.entries import Entry, EntryKey, Tag
from syndicator.model.feed import Enclosure, FeedRef, Person
from syndicator.model.rights import (
    Acknowledgement,
    Decision,
    Evidence,
    Form,
    Hop,
    Licence,
    Reason,
)
from syndicator.rights.fulfil import fulfil
from syndicator.rights.readable import readable
from syndicator.rights.templates import LANGUAGES, join_names, phrases

DAY = datetime(2015, 12, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORIGIN = Hop(
    party="harbour", name="The Harbour Gazette", role="origin", url="https://harbour.example/tides"
)
CARRIER = Hop(
    party="crossroads", name="Crossroads", role="carrier", url="https://crossroads.example/r/7"
)
LINE = "Copyright © Ada Quill, The Harbour Gazette, 2015"
TEXT = (
    "<p>High water came at noon &amp; stayed. <img src='https://harbour.example/w.jpg'> "
    "The quay was closed for three days.</p><p>Later the ferries sailed again.</p>"
)
DUTIES = (
    "copyright_notice",
    "credit_author",
    "credit_source:crossroads",
    "credit_source:harbour",
    "disclaimer:crossroads",
    "link:crossroads",
    "link:harbour",
    "usage_info:crossroads",
)


def a_copy(**fields):
    standard = {
        "source_id": "crossroads-feed",
        "key": EntryKey("7"),
        "rung": "id",
        "article_id": "tag:example.org,2026:item/7",
        "title": "Tides",
        "url": "https://crossroads.example/r/7",
        "authors": (Person(name="Ada Quill"),),
        "published": DAY,
        "first_seen": NOW,
        "sort_at": DAY,
        "changed_at": NOW,
        "content_html": TEXT,
        "feed": FeedRef(title="Crossroads", url="https://crossroads.example/feed"),
    }
    return Entry(**{**standard, **fields})


def a_decision(**fields):
    standard = {
        "form": Form.FULL,
        "duties": DUTIES,
        "reasons": (Reason(code="PERMITTED", hop="crossroads"),),
        "chain": (ORIGIN, CARRIER),
        "acknowledgement": Acknowledgement(
            copyright_line=LINE,
            holder="The Harbour Gazette",
            disclaimers=("",),
            usage=("mailto:rights@crossroads.example",),
        ),
    }
    return Decision(**{**standard, **fields})


def test_notice_says_everything_in_the_fixed_order():
    read = readable("body", fulfil(a_copy(), a_decision()).body_html)

    assert read.text.endswith(
        "By Ada Quill. Originally published by The Harbour Gazette, 9 December 2015, "
        f"republished by Crossroads. {LINE}. "
        "Responsibility for the content lies with the author(s). "
        "For other uses contact rights@crossroads.example."
    )
    assert read.text.startswith("Source: The Harbour Gazette, via Crossroads High water")


def test_acknowledgement_and_links_share_a_paragraph():
    read = readable("body", fulfil(a_copy(), a_decision()).body_html)

    [block] = [p for p in read.paragraphs if LINE in p.text]
    assert block.hrefs == (ORIGIN.url, CARRIER.url)


def test_full_form_carries_the_text_without_uncovered_media():
    body = fulfil(a_copy(), a_decision()).body_html

    assert "Later the ferries sailed again." in body
    assert "w.jpg" not in body


def test_covered_media_stays_with_its_enclosures():
    enclosure = Enclosure(url="https://harbour.example/w.mp3")

    out = fulfil(a_copy(enclosures=(enclosure,)), a_decision(strip_media=False))

    assert "w.jpg" in out.body_html
    assert out.enclosures == (enclosure,)


@pytest.mark.parametrize("form", [Form.EXCERPT, Form.LINK])
def test_shortened_forms_have_no_media_even_if_it_is_covered(form):
    copy = a_copy(enclosures=(Enclosure(url="https://harbour.example/w.mp3"),))

    out = fulfil(copy, a_decision(form=form, strip_media=False))

    assert out.enclosures == ()
    assert readable("body", out.body_html).media == ()


def test_an_excerpt_is_marked_short_and_leads_on():
    decision = a_decision(form=Form.EXCERPT, max_words=6)

    out = fulfil(a_copy(), decision)

    read = readable("body", out.body_html)
    assert "Later the ferries" not in read.text
    assert "closed" not in read.text
    assert "Excerpt. Read the full article at The Harbour Gazette." in read.text
    assert "High water came" in read.text


def test_an_excerpt_of_zero_words_is_no_text_at_all():
    out = fulfil(a_copy(), a_decision(form=Form.EXCERPT, max_words=0))

    assert "High water" not in out.body_html + out.summary_html


def test_link_form_has_not_a_word_of_the_text():
    out = fulfil(a_copy(summary_html="<p>The quay</p>"), a_decision(form=Form.LINK))

    for html in (out.body_html, out.summary_html, out.plain_line):
        assert "quay" not in html
        assert "water" not in html


def test_link_form_is_credited_and_linked_in_body_and_summary():
    floor = tuple(d for d in DUTIES if not d.startswith(("disclaimer", "usage")))

    out = fulfil(a_copy(), a_decision(form=Form.LINK, duties=floor))

    for html in (out.body_html, out.summary_html):
        read = readable("part", html)
        assert {ORIGIN.url, CARRIER.url} <= set(read.hrefs)
        assert "Ada Quill" in read.text
        assert LINE in read.text
    assert "syn-notice" not in out.summary_html


def test_link_form_summary_keeps_owed_sentences():
    out = fulfil(a_copy(), a_decision(form=Form.LINK))

    assert "Responsibility for the content" in out.summary_html


def test_plain_line_has_the_documented_form():
    out = fulfil(a_copy(), a_decision())

    assert out.plain_line == (
        f"Ada Quill / The Harbour Gazette via Crossroads. {LINE} https://harbour.example/tides"
    )


def test_plain_line_without_author_or_copyright_begins_with_the_source():
    decision = a_decision(chain=(ORIGIN,), acknowledgement=Acknowledgement())

    out = fulfil(a_copy(authors=()), decision)

    assert out.plain_line == "The Harbour Gazette. https://harbour.example/tides"


def test_withheld_items_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="withheld"):
        fulfil(a_copy(), a_decision(form=Form.WITHHELD))


def test_an_item_without_any_address_is_refused():
    lost = tuple(replace(hop, url=None) for hop in (ORIGIN, CARRIER))

    with pytest.raises(ValueError, match="no address"):
        fulfil(a_copy(url=None, feed=FeedRef(title="x")), a_decision(chain=lost))


def test_unknown_origin_address_leads_to_the_carrier_and_is_not_linked():
    chain = (replace(ORIGIN, url=None, homepage="https://harbour.example/"), CARRIER)

    out = fulfil(a_copy(), a_decision(chain=chain, duties=("link:crossroads",)))

    read = readable("body", out.body_html)
    assert out.url == CARRIER.url
    assert "https://harbour.example/" not in read.hrefs
    assert "The Harbour Gazette" in read.text


def test_a_home_page_stands_in_only_where_a_link_is_owed():
    chain = (replace(ORIGIN, url=None, homepage="https://harbour.example/"),)

    out = fulfil(a_copy(url=None), a_decision(chain=chain, duties=("link:harbour",)))

    assert out.url == "https://harbour.example/"


def test_the_unknown_party_is_not_credited():
    unknown = Hop(party="unknown", name="unknown", role="origin")

    out = fulfil(a_copy(), a_decision(chain=(unknown, CARRIER)))

    assert "unknown" not in out.body_html
    assert out.chain == (CARRIER,)


def test_published_is_never_later_than_updated():
    out = fulfil(a_copy(published=datetime(2027, 1, 1, tzinfo=UTC)), a_decision())

    assert out.published == out.updated == NOW


def test_an_override_names_the_author():
    found = Evidence(fact="author", value="Bea Stern", where="override")

    out = fulfil(a_copy(), a_decision(evidence=(found,)))

    assert out.authors == (Person(name="Bea Stern"),)
    assert "By <span" in out.body_html
    assert "Ada Quill</span>" not in out.body_html


def test_licence_changes_and_statement_are_said_and_linked():
    licence = Licence(
        policy="cc-by-4.0", title="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"
    )
    facts = Acknowledgement(
        licences=(licence,), statements=("First seen in the Gazette.",), changes=("media-removed",)
    )

    out = fulfil(a_copy(), a_decision(acknowledgement=facts, duties=("indicate_changes",)))

    read = readable("body", out.body_html)
    assert "Licence: CC BY 4.0. Changes: images and other media removed." in read.text
    assert "First seen in the Gazette." in read.text
    assert licence.url in read.hrefs
    assert 'rel="license"' in out.body_html
    assert out.acknowledgement.changes == ("images and other media removed",)


def test_owed_changes_without_a_list_are_the_formatting():
    out = fulfil(a_copy(), a_decision(duties=("indicate_changes",)))

    assert "Changes: formatting." in out.body_html


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_change_has_a_word_in_every_language(language):
    assert set(LANGUAGES[language].change) == set(LANGUAGES["en"].change)


def test_verbatim_full_text_gets_no_shortened_opening():
    out = fulfil(a_copy(), a_decision(duties=("verbatim",)))

    assert "High water" not in out.summary_html
    assert "High water" in out.body_html


def test_a_full_summary_opens_and_ends_with_the_notice():
    out = fulfil(a_copy(), a_decision())

    read = readable("summary", out.summary_html)
    assert read.text.startswith("High water came")
    assert out.summary_html.endswith("</aside>")


def test_a_page_counter_survives_where_it_is_owed():
    address = "https://harbour.example/count?a=7&b=1"
    owed = replace(a_decision().acknowledgement, counters=(address,))

    kept = fulfil(a_copy(), a_decision(acknowledgement=owed))
    gone = fulfil(a_copy(), a_decision())

    assert readable("body", kept.body_html).media == (address,)
    assert readable("body", gone.body_html).media == ()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("form", [Form.FULL, Form.EXCERPT, Form.LINK])
def test_every_language_names_parties_line_and_links(language, form):
    out = fulfil(a_copy(), a_decision(form=form, language=language))

    for html in (out.body_html, out.summary_html):
        read = readable("part", html)
        for owed in ("Ada Quill", "The Harbour Gazette", "Crossroads", LINE):
            assert owed in read.text
        assert {ORIGIN.url, CARRIER.url} <= set(read.hrefs)
        assert "{" not in read.text
    assert LANGUAGES[language].disclaimer in out.body_html


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        pytest.param("fr", "fr", id="exact"),
        pytest.param("de-AT", "de", id="base-language"),
        pytest.param("es_MX", "es", id="underscore"),
        pytest.param("AR", "ar", id="case"),
        pytest.param("nl", "en", id="unknown-is-english"),
        pytest.param(None, "en", id="none-is-english"),
    ],
)
def test_language_falls_back_to_its_base_then_to_english(asked, given):
    assert phrases(asked).language == given


def test_arabic_notice_runs_right_to_left_around_foreign_names():
    out = fulfil(a_copy(), a_decision(language="ar"))

    assert 'dir="rtl"' in out.body_html
    assert '<a href="https://harbour.example/tides" dir="auto">' in out.body_html
    assert "9 ديسمبر 2015" in out.body_html


def test_other_notices_say_nothing_of_direction():
    assert "dir=" not in fulfil(a_copy(), a_decision(language="fr")).body_html


def test_three_authors_are_one_enumeration():
    assert join_names(["A", "B", "C"], phrases("en")) == "A, B and C"


def test_hostile_values_stay_text():
    evil = '"><script>alert(1)</script>\x00'
    chain = (replace(ORIGIN, name=evil, url="javascript:alert(1)"), CARRIER)
    facts = Acknowledgement(
        copyright_line=evil,
        statements=(evil,),
        disclaimers=(evil,),
        usage=("javascript:alert(1)",),
        licences=(Licence(policy="x", title=evil, url="javascript:alert(1)"),),
    )

    out = fulfil(
        a_copy(title=evil, authors=(Person(name=evil),)),
        a_decision(chain=chain, acknowledgement=facts, duties=(evil,)),
    )

    for html in (out.body_html, out.summary_html):
        assert readable("part", html).unsafe == ()
        assert "<script" not in html
        assert "\x00" not in html
    assert "\x00" not in out.title + out.plain_line
    assert out.url == CARRIER.url


def test_reasons_are_codes_once_each_and_words_beside():
    reasons = tuple(
        Reason(code=code, hop="harbour", fields={"party": "The Harbour Gazette"})
        for code in ("ALL_RIGHTS_RESERVED", "RIGHTS_UNKNOWN", "ALL_RIGHTS_RESERVED")
    )

    out = fulfil(a_copy(), a_decision(reasons=reasons))

    assert out.reasons == ("ALL_RIGHTS_RESERVED", "RIGHTS_UNKNOWN")
    assert len(out.why) == 2
    assert all(out.why)


def test_tags_feed_and_ids_are_passed_on():
    tag = Tag(axis="theme", slug="sea", title="Sea")

    out = fulfil(a_copy(tags=(tag,)), a_decision(duties=("ai_reserve",)))

    assert out.tags == (tag,)
    assert out.id == "tag:example.org,2026:item/7"
    assert out.feed.title == "Crossroads"
    assert out.ai_reserve


@given(
    name=st.text(min_size=1, max_size=40),
    line=st.text(max_size=80),
    form=st.sampled_from([Form.FULL, Form.EXCERPT, Form.LINK]),
)
def test_no_text_of_a_publisher_becomes_markup(name, line, form):
    decision = a_decision(
        form=form,
        chain=(replace(ORIGIN, name=name or "x"), CARRIER),
        acknowledgement=Acknowledgement(copyright_line=line),
    )
    plain = fulfil(a_copy(authors=()), a_decision(form=form, acknowledgement=Acknowledgement()))

    out = fulfil(a_copy(authors=()), decision)

    read = readable("body", out.body_html)
    assert read.unsafe == ()
    assert read.media == ()
    assert len(read.hrefs) <= len(readable("body", plain.body_html).hrefs)


def test_a_copy_without_a_chain_is_credited_to_its_feed():
    out = fulfil(a_copy(), a_decision(chain=(), duties=()))

    assert out.url == CARRIER.url
    assert "Source: " in out.body_html
    assert ">Crossroads</a>" in out.body_html


def test_the_list_of_duties_stays_a_list_when_a_party_has_a_long_name():
    out = fulfil(a_copy(), a_decision(duties=("credit_source:Some Paper", "verbatim")))

    assert 'data-syn-duties="credit_source:Some_Paper verbatim"' in out.body_html
