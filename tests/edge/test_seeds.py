"""What files under seeds/ become."""

import importlib.util
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.errors import SeedError
from syndicator.model.feed import Person, Statement
from syndicator.seeds import Seed, load_seeds, read_seed

ROOT = Path(__file__).parents[2]
FOUNDING = ROOT.parent / "shared" / "seed"

REPRINT = """\
# The Lamp Posts That Answer Back

By [Callum Reyes](#)

The Commons Review, March 04, 2026

[The Harbour Daily](#) 2 March 2026

Region: [Harbour Quarter](#), [Quays, old and new](#)

Theme: [Town life](#)

In-depth Report: [LAMP REPORT](#)

*Every lamp post has a telephone number.*

A long first paragraph about [plates](#) and [posts](https://lamps.example/posts) follows here.

\\* \\* \\*

Read more below.

The original source of this article is [The Harbour Daily](#)  
Copyright © [Callum Reyes](#), [The Harbour Daily](#), 2026

---

[Comment on Commons Review articles on our Facebook page](#)

[Become a Member of The Commons Review](#)

Articles by: **[Callum Reyes](#)**

**Disclaimer:** The contents of this article are of sole responsibility of the author(s).

More small print, for [ever](mailto:rights@commons.example)
"""  # noqa: W291 - two spaces at the end are a line break of the layout


@pytest.fixture
def seed(tmp_path):
    """Return a function that loads one file and gives its only article."""

    def load(text, name="one.md"):
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
        report = load_seeds(tmp_path)
        assert report.mistakes == ()
        return report.seeds[0]

    return load


@pytest.fixture
def mistakes(tmp_path):
    """Return a function that loads one file and gives the texts of its mistakes."""

    def load(text):
        (tmp_path / "one.md").write_text(dedent(text), encoding="utf-8")
        report = load_seeds(tmp_path)
        assert report.seeds == ()
        return [str(mistake) for mistake in report.mistakes]

    return load


def facts(seed, fact):
    return [evidence for evidence in seed.evidence if evidence.fact == fact]


# --- Markdown with front matter ------------------------------------------------------------


def test_front_matter_becomes_the_entry(seed):
    found = seed("""\
        ---
        title: Library opens on Sundays
        authors: [Ada Byron, {name: Max Frisch, url: "https://a.example/max"}]
        published: 2026-03-04T09:30:00+01:00
        updated: 2026-03-05
        language: en
        url: https://us.example/sundays
        themes: [Libraries, Town life]
        region: Harbour Quarter
        report: LIBRARY REPORT
        rights:
          copyright: Copyright © 2026 Ada Byron
          licence: https://creativecommons.org/licenses/by/4.0/
          statements: [Please send us a copy]
        policy: own-work
        ---
        The library **opens**.
        """)

    assert found.entry.title == "Library opens on Sundays"
    assert found.entry.authors == (
        Person(name="Ada Byron"),
        Person(name="Max Frisch", url="https://a.example/max"),
    )
    assert found.entry.published == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    assert found.entry.updated == datetime(2026, 3, 5, tzinfo=UTC)
    assert found.entry.language == "en"
    assert found.entry.url == "https://us.example/sundays"
    assert found.entry.rights == "Copyright © 2026 Ada Byron"
    assert found.entry.statements == (
        Statement(scheme="atom-license", value="https://creativecommons.org/licenses/by/4.0/"),
        Statement(scheme="dc-rights", value="Please send us a copy"),
    )
    assert "<strong>opens</strong>" in found.entry.content_html
    assert (found.themes, found.regions, found.reports) == (
        ("Libraries", "Town life"),
        ("Harbour Quarter",),
        ("LIBRARY REPORT",),
    )
    assert (found.body, found.carrier, found.policy) == ("full", None, "own-work")
    assert [e.value for e in facts(found, "holder")] == ["Ada Byron"]


def test_hops_become_the_chain_from_origin_to_carrier(seed):
    found = seed("""\
        ---
        title: Bends
        hops:
          - {party: River Ledger, url: "https://river.example/bends", date: 2026-09-24}
          - {party: Valley Planet, url: "https://planet.example/9", role: via}
          - {party: commons-review, url: "https://commons.example/bends", date: 2026-09-30}
        ---
        Text.
        """)

    assert found.carrier == "commons-review"
    assert found.entry.url == "https://commons.example/bends"
    assert found.entry.published == datetime(2026, 9, 24, tzinfo=UTC)
    assert [(e.fact, e.value, e.url, e.confidence) for e in found.evidence] == [
        ("origin", "River Ledger", "https://river.example/bends", 1.0),
        ("date", "2026-09-24T00:00:00+00:00", None, 1.0),
        ("via", "Valley Planet", "https://planet.example/9", 1.0),
        ("carrier-url", "https://commons.example/bends", "https://commons.example/bends", 1.0),
        ("date", "2026-09-30T00:00:00+00:00", None, 1.0),
    ]


def test_a_single_hop_is_origin_and_carrier(seed):
    found = seed("""\
        ---
        title: Bends
        hops: {party: River Ledger, url: "https://river.example/bends"}
        ---
        Text.
        """)

    assert found.carrier == "River Ledger"
    assert found.entry.url == "https://river.example/bends"
    assert [e.value for e in facts(found, "origin")] == ["River Ledger"]


def test_an_embargo_is_a_fact_for_the_rights_rules(seed):
    found = seed("---\ntitle: Later\nembargo_until: 2027-01-01T12:00:00+02:00\n---\nText.\n")

    assert [e.value for e in facts(found, "embargo")] == ["2027-01-01T10:00:00+00:00"]


@pytest.mark.parametrize(
    ("front", "text", "body", "content", "summary"),
    [
        pytest.param("", "Words.", "full", "<p>Words.</p>", "", id="text-is-the-whole"),
        pytest.param(
            "abstract: true\n", "Words.", "summary", "", "<p>Words.</p>", id="abstract-is-no-whole"
        ),
        pytest.param("", "", "none", "", "", id="facts-only"),
    ],
)
def test_what_the_body_is(seed, front, text, body, content, summary):
    found = seed(f"---\ntitle: T\n{front}---\n{text}\n")

    assert found.body == body
    assert found.entry.content_html == content
    assert found.entry.summary_html == summary


def test_hostile_markup_in_a_file_is_not_passed_on(seed):
    found = seed("""\
        ---
        title: T
        ---
        <script>alert(1)</script> [a](javascript:alert(1)) [b](#) [c]() [d](https://d.example/)
        """)

    html = found.entry.content_html
    assert "<script" not in html
    assert html.count("<a ") == 1
    assert 'href="https://d.example/"' in html


@pytest.mark.parametrize(
    ("front", "told"),
    [
        pytest.param("titel: x", "line 2: titel: unknown key; did you mean title?", id="misspelt"),
        pytest.param("title: T\nfoo: x", "line 3: foo: unknown key; known are", id="unknown"),
        pytest.param("language: en", "title: is missing", id="no-title"),
        pytest.param("title: ''", "line 2: title: is empty", id="empty-title"),
        pytest.param("title: 1984", "line 2: title: must be a text; put it in", id="number"),
        pytest.param(
            "title: T\nlanguage: no", "line 3: language: must be a text; put it in quotes", id="no"
        ),
        pytest.param("title: T\nlanguage: english!", "language tag", id="no-language-tag"),
        pytest.param("title: T\npublished: soon", "line 3: published: must be a date", id="date"),
        pytest.param(
            "title: T\npublished: 2026-02-30", "line 3: published: must be a date", id="february-30"
        ),
        pytest.param(
            "title: T\nurl: example.org/x", "line 3: url: must be a complete address", id="url"
        ),
        pytest.param(
            "title: T\nurl: javascript:alert(1)", "url: must be a complete", id="script-url"
        ),
        pytest.param("title: T\ntitle: U", "line 3: title: stands here twice", id="key-twice"),
        pytest.param(
            "title: T\ntheme: a\nthemes: [b]", "line 4: themes: is the same as themes", id="both"
        ),
        pytest.param("title: T\nabstract: yes please", "true or false", id="flag"),
        pytest.param("title: T\nabstract: true", "abstract: there is no text", id="empty-abstract"),
        pytest.param(
            "title: T\nhops:\n  - {url: 'https://a.example/x'}",
            "line 4: hops.party: is missing",
            id="hop-without-party",
        ),
        pytest.param(
            "title: T\nhops:\n  - {party: A, role: carrier}\n  - party: B",
            "line 4: hops.role: this hop is the origin",
            id="hops-in-disorder",
        ),
        pytest.param(
            "title: T\nhops: [{party: A, role: editor}, {party: B}]",
            "hops.role: must be one of origin, via, carrier",
            id="no-role",
        ),
        pytest.param("title: T\nhops: [River]", "hops: write names and values", id="hop-is-text"),
        pytest.param(
            "title: T\nurl: https://a.example/\nhops: [{party: A}]",
            "line 3: url: stands in the last of the hops",
            id="url-beside-hops",
        ),
        pytest.param(
            "title: T\nauthors: [{url: 'https://a.example/'}]",
            "authors.name: is missing",
            id="author-without-name",
        ),
        pytest.param(
            "title: T\nrights: {license: 'https://a.example/'}",
            "rights.license: unknown key; did you mean licence?",
            id="spelling-of-licence",
        ),
        pytest.param("title: [T", "this is no YAML", id="not-yaml"),
        pytest.param("title: \tT: x: y", "this is no YAML", id="not-yaml-either"),
        pytest.param("- title", "write names and values", id="a-list"),
        pytest.param(
            "title: &a T\nauthors: [*a, *a]", "anchors and aliases are not read", id="aliases"
        ),
        pytest.param("title: !!python/name:os.system x", "line 2: tags such as", id="python-tag"),
        pytest.param("title: !!bool x", "line 2: tags such as", id="tag-that-does-not-fit"),
        pytest.param(r'title: "\ud800"', "line 2: title: is empty", id="half-a-character"),
    ],
)
def test_each_mistake_names_line_key_and_remedy(mistakes, front, told):
    text = "" if "there is no text" in told else "Text."

    found = mistakes(f"---\n{front}\n---\n{text}\n")

    assert any(told in mistake and mistake.startswith("one.md: line ") for mistake in found), found


def test_all_mistakes_of_a_file_are_told_at_once(mistakes):
    found = mistakes("---\ntitel: x\npublished: soon\nurl: nowhere\n---\nText.\n")

    assert len(found) == 4  # the misspelt key, the missing title, the date and the address


def test_an_open_front_matter_is_a_mistake(mistakes):
    assert mistakes("---\ntitle: T\n\nText.\n") == [
        "one.md: line 1: the front matter is not closed; write a line --- after it"
    ]


# --- the print layout ------------------------------------------------------------------------


def test_dates_at_the_ends_of_the_calendar_are_dates(seed):
    found = seed("---\ntitle: T\npublished: 0001-01-01T00:00:00+14:00\n---\n")

    assert found.entry.published == datetime(1, 1, 1, tzinfo=UTC)


def test_control_characters_do_not_get_into_a_feed(seed):
    front = seed('---\ntitle: "a\\x01b\u202e <b>c</b>"\n---\nd\x02e\n')
    printed = seed(REPRINT.replace("Lamp", "L\x00a\u202emp", 1), "lamp.txt")

    assert front.entry.title == "ab c"
    assert front.entry.content_html == "<p>de</p>"
    assert printed.entry.title == "The Lamp Posts That Answer Back"


def test_the_print_layout_gives_all_its_fields(seed):
    found = seed(REPRINT, "lamp.txt")

    assert found.entry.title == "The Lamp Posts That Answer Back"
    assert found.entry.id == "seed:lamp"
    assert found.entry.url is None
    assert found.entry.authors == (Person(name="Callum Reyes"),)
    assert found.entry.published == datetime(2026, 3, 2, tzinfo=UTC)
    assert found.entry.rights == "Copyright © Callum Reyes, The Harbour Daily, 2026"
    assert found.carrier == "The Commons Review"
    assert found.regions == ("Harbour Quarter", "Quays, old and new")
    assert (found.themes, found.reports) == (("Town life",), ("LAMP REPORT",))
    assert [(e.value, e.url, e.confidence) for e in facts(found, "origin")] == [
        ("The Harbour Daily", None, 0.95)
    ]
    assert [e.value for e in facts(found, "holder")] == ["The Harbour Daily"]
    assert [e.value[:10] for e in facts(found, "date")] == ["2026-03-02", "2026-03-04"]
    assert facts(found, "notice")[0].value.startswith("Disclaimer: The contents")


def test_the_text_of_a_printed_article_is_the_work_alone(seed):
    html = seed(REPRINT, "lamp.txt").entry.content_html

    assert html.startswith("<p><em>Every lamp post has a telephone number.</em></p>")
    assert html.rstrip().endswith("<p>Read more below.</p>")
    assert "<p>* * *</p>" in html
    assert html.count("<a ") == 1
    for furniture in ("original source", "Copyright", "Comment", "Member", "Articles by", "small"):
        assert furniture not in html


@pytest.mark.parametrize(
    ("old", "new", "fact", "value"),
    [
        pytest.param(
            "source of this article is [The Harbour Daily](#)",
            "source of this article is [Kestrel](#)",
            "origin",
            [("Kestrel", None, 0.9), ("The Harbour Daily", None, 0.85)],
            id="contradicting-origins-are-both-told",
        ),
        pytest.param(
            "[The Harbour Daily](#) 2 March 2026",
            "[The Harbour Daily](https://daily.example/lamps) 2 March 2026",
            "origin",
            [("The Harbour Daily", "https://daily.example/lamps", 0.95)],
            id="address-of-the-origin-from-its-date-line",
        ),
        pytest.param(
            "[The Harbour Daily](#) 2 March 2026",
            "[The Harbour Daily](https://daily.example/) 2 March 2026",
            "origin",
            [("The Harbour Daily", None, 0.95)],
            id="a-home-page-is-no-article",
        ),
        pytest.param(
            "[The Harbour Daily](#) 2 March 2026",
            "[The Harbour Daily](#) 2 gennaio 2026",
            "date",
            [("2026-01-02T00:00:00+00:00", None, 0.9), ("2026-03-04T00:00:00+00:00", None, 0.9)],
            id="a-month-in-italian",
        ),
        pytest.param(
            "# The Lamp Posts That Answer Back",
            "# [The Lamp Posts That Answer Back](https://commons.example/lamps)",
            "carrier-url",
            [("https://commons.example/lamps", "https://commons.example/lamps", 0.95)],
            id="address-at-the-carrier-from-the-title",
        ),
        pytest.param(
            "By [Callum Reyes](#)",
            "By **Ada Byron**, Max Frisch, Jr. and [Callum Reyes](https://c.example/cal)",
            "author",
            [
                ("Ada Byron", None, 0.9),
                ("Max Frisch, Jr.", None, 0.9),
                ("Callum Reyes", "https://c.example/cal", 0.9),
            ],
            id="several-authors",
        ),
        pytest.param(
            "The Commons Review, March 04, 2026",
            "**The&nbsp;Commons Review**, 4 mars 2026  ",
            "author",
            [("Callum Reyes", None, 0.9)],
            id="emphasis-nbsp-and-other-months",
        ),
    ],
)
def test_variants_of_the_print_layout(seed, old, new, fact, value):
    assert old in REPRINT

    found = seed(REPRINT.replace(old, new), "lamp.txt")

    assert [(e.value, e.url, e.confidence) for e in facts(found, fact)] == value
    assert found.carrier == "The Commons Review"
    assert found.entry.title == "The Lamp Posts That Answer Back"


def test_a_publishers_own_article_has_itself_as_origin(seed):
    text = REPRINT.replace("[The Harbour Daily](#) 2 March 2026\n\n", "")
    found = seed(text.replace("The Harbour Daily", "The Commons Review"), "own.txt")

    assert found.entry.published == datetime(2026, 3, 4, tzinfo=UTC)
    assert [(e.value, e.confidence) for e in facts(found, "origin")] == [
        ("The Commons Review", 0.95)
    ]


def test_a_quoted_disclaimer_stays_in_the_text(seed):
    quoted = "Disclaimer: no lamp was harmed.\n\nRead more below."

    found = seed(REPRINT.replace("Read more below.", quoted), "lamp.txt")

    assert "no lamp was harmed" in found.entry.content_html
    assert "Read more below" in found.entry.content_html
    assert "small print" not in found.entry.content_html


def test_lines_of_the_text_that_look_like_facts_stay(seed):
    lines = "By the way, it rained.\n\nTheme: what we sang.\n\nOslo, March 9, 2026\n\nRead more"

    found = seed(REPRINT.replace("Read more", lines, 1), "lamp.txt")

    assert found.entry.authors == (Person(name="Callum Reyes"),)
    assert found.themes == ("Town life",)
    assert found.carrier == "The Commons Review"
    for line in lines.split("\n\n"):
        assert line in found.entry.content_html


def test_what_a_printed_article_lacks_is_a_warning(tmp_path):
    head = REPRINT.partition("The original source")[0]
    (tmp_path / "lamp.txt").write_text(head, encoding="utf-8")

    report = load_seeds(tmp_path)

    assert len(report.seeds) == 1
    rest = "was not found; the rights rules have to do without it"
    assert report.warnings == (
        f"lamp.txt: a line “The original source of this article is …” {rest}",
        f"lamp.txt: a copyright line {rest}",
    )


def test_very_long_lines_are_read_and_are_no_facts(seed):
    found = seed(REPRINT.replace("Read more below.", "By " + "**a" * 50_000), "lamp.txt")

    assert found.entry.authors == (Person(name="Callum Reyes"),)
    assert len(found.entry.content_html) > 100_000


def test_the_founding_document_is_loaded_unchanged_with_all_its_fields(tmp_path):
    files = sorted(FOUNDING.glob("*.txt"))
    if not files:
        pytest.skip("the founding document is not beside the repository")
    (tmp_path / "founding.txt").write_bytes(files[0].read_bytes())

    report = load_seeds(tmp_path)

    (found,) = report.seeds
    assert (report.mistakes, report.warnings) == ((), ())
    assert found.entry.title.startswith("Iraq Seeks To Cancel Security Agreement With US")
    assert [a.name for a in found.entry.authors] == ["Zero Hedge"]
    assert found.entry.published == datetime(2015, 12, 9, tzinfo=UTC)
    assert [e.text for e in facts(found, "date")] == [
        "Zero Hedge 9 December 2015",
        "Global Research, December 09, 2015",
    ]
    assert found.regions == ("Middle East & North Africa", "Russia and FSU")
    assert (found.themes, found.reports) == (("US NATO War Agenda",), ("IRAQ REPORT",))
    assert found.carrier == "Global Research"
    assert found.entry.url is None
    assert [(e.value, e.url, e.confidence) for e in facts(found, "origin")] == [
        ("Zero Hedge", None, 0.95)
    ]
    assert found.entry.rights == "Copyright © Zero Hedge, Zero Hedge, 2015"
    html = found.entry.content_html
    assert html.startswith("<p><em>Most Iraqis")
    assert html.rstrip().endswith("Washington and Baghdad below.</p>")
    assert "<a " not in html
    assert "original source of this" not in html


@given(text=st.text(max_size=400), printed=st.booleans())
def test_no_text_breaks_the_reading(text, printed):
    head = "# T\n\nBy A\n\nB, March 4, 2026\n" if printed else "---\ntitle: T\n"

    for whole in (text, head + text, f"{head}---\n{text}", head + text + "\n---\nText.\n"):
        found, _ = read_seed("one.md", whole)
        assert isinstance(found, Seed) or all(isinstance(m, SeedError) for m in found)


# --- the directory ---------------------------------------------------------------------------


def test_one_bad_file_loses_no_other(tmp_path):
    (tmp_path / "good.md").write_text("---\ntitle: Good\n---\nText.\n")
    (tmp_path / "bad.md").write_text("---\ntitel: Bad\n---\nText.\n")
    (tmp_path / "latin.md").write_bytes(b"---\ntitle: Caf\xe9\n---\n")
    (tmp_path / "notes.txt").write_text("just some notes\n")
    (tmp_path / "empty.md").write_bytes(b"")

    report = load_seeds(tmp_path)

    assert [s.entry.title for s in report.seeds] == ["Good"]
    assert sorted({m.path for m in report.mistakes}) == [
        "bad.md",
        "empty.md",
        "latin.md",
        "notes.txt",
    ]
    assert "latin.md: line 2: is not UTF-8; save the file in that encoding" in map(
        str, report.mistakes
    )


def test_only_articles_are_read(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in (".hidden.md", ".git/x.md", "picture.png", "sub.md"):
        (tmp_path / name).write_text("---\ntitle: T\n---\n")

    report = load_seeds(tmp_path)

    assert [s.path for s in report.seeds] == ["sub.md"]
    assert report.mistakes == ()
    assert report.warnings == ("picture.png: was not read; articles end in .markdown, .md, .txt",)


def test_ids_follow_the_path_or_the_file(tmp_path):
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "bus.v2.md").write_text("---\ntitle: Bus\n---\n")
    (tmp_path / "own.md").write_text("---\ntitle: Own\nid: urn:example:7\n---\n")

    report = load_seeds(tmp_path)

    assert {s.path: s.entry.id for s in report.seeds} == {
        "2026/bus.v2.md": "seed:2026/bus.v2",
        "own.md": "urn:example:7",
    }


def test_two_files_with_one_id_are_a_mistake_of_the_second(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: One\n---\n")
    (tmp_path / "a.txt").write_text("---\ntitle: Two\n---\n")

    report = load_seeds(tmp_path)

    assert [s.entry.title for s in report.seeds] == ["One"]
    assert [str(m) for m in report.mistakes] == [
        "a.txt: id: seed:a is taken by a.md; give one of them an id of its own"
    ]


def test_a_missing_directory_is_a_warning(tmp_path):
    report = load_seeds(tmp_path / "none")

    assert report.seeds == ()
    assert "there is no such seeds directory" in report.warnings[0]


def test_the_order_is_that_of_the_paths(tmp_path):
    for name in ("c.md", "a.md", "b.txt"):
        (tmp_path / name).write_text(f"---\ntitle: {name}\n---\n")

    assert [s.path for s in load_seeds(tmp_path).seeds] == ["a.md", "b.txt", "c.md"]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param("---\ntitle: T\ntheme: a\n---\nText.\n", True, id="nothing"),
        pytest.param("---\r\ntheme: [a]\r\ntitle: 'T'\r\n---\r\n\r\nText.\r\n", True, id="layout"),
        pytest.param("\ufeff---\ntitle: T\ntheme: a\n---\nText.\n", True, id="byte-order-mark"),
        pytest.param("---\ntitle: T\ntheme: a\n---\nTexts.\n", False, id="text"),
        pytest.param("---\ntitle: U\ntheme: a\n---\nText.\n", False, id="title"),
        pytest.param("---\ntitle: T\ntheme: b\n---\nText.\n", False, id="theme"),
        pytest.param("---\ntitle: T\ntheme: a\nhops: {party: A}\n---\nText.\n", False, id="hop"),
        pytest.param("---\ntitle: T\ntheme: a\npolicy: p\n---\nText.\n", False, id="policy"),
    ],
)
def test_the_digest_changes_with_what_counts(seed, other, same):
    before = seed("---\ntitle: T\ntheme: a\n---\nText.\n").digest

    assert (seed(other).digest == before) is same


# --- what is shipped ---------------------------------------------------------------------------


def test_the_shipped_article_states_facts_and_an_abstract_of_our_own():
    report = load_seeds(ROOT / "seeds")

    assert (report.mistakes, report.warnings) == ((), ())
    (found,) = report.seeds
    assert found.body == "summary"
    assert found.entry.content_html == ""
    assert found.carrier == "Global Research"
    assert found.entry.url is None
    assert facts(found, "carrier-url") == []
    assert [(e.value, e.url) for e in facts(found, "origin")] == [
        (
            "Zero Hedge",
            "http://www.zerohedge.com/news/2015-12-09/iraq-seeks-cancel-security-agreement-us-will-invite-russia-fight-isis",
        )
    ]


def test_the_demonstrations_articles_are_in_order():
    report = load_seeds(ROOT / "examples" / "demo" / "seeds")

    assert (report.mistakes, report.warnings) == ((), ())
    assert [s.carrier for s in report.seeds] == [None, "The Commons Review"]


@pytest.fixture
def demo():
    """Yield the address of the demonstration's feed server."""
    spec = importlib.util.spec_from_file_location(
        "serve_feeds", ROOT / "examples" / "demo" / "serve_feeds.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = module.make_server(port=0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def get(url, etag=None):
    request = urllib.request.Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["ETag"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["ETag"], error.read()


def test_the_demonstration_corrects_after_the_first_visit_and_then_rests(demo):
    url = f"{demo}/ferry-lane.rss"

    first = get(url)
    second = get(url, first[1])
    third = get(url, second[1])

    assert (first[0], second[0], third[0]) == (200, 200, 304)
    assert b"Correction" not in first[2]
    assert b"Correction" in second[2]


def test_a_returning_visitor_never_sees_the_mistake_again(demo):
    status, _, body = get(f"{demo}/ferry-lane.rss", '"from-an-earlier-run"')

    assert status == 200
    assert b"Correction" in body


def test_the_demonstration_has_a_dead_address_and_no_other_files(demo):
    assert get(f"{demo}/old-mill.rss")[0] == 404
    assert get(f"{demo}/../serve_feeds.py")[0] == 404
