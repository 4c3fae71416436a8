"""Configuration: what is accepted, and how each mistake is told."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config import config_schema, effective_yaml, load_config
from syndicator.config.references import escape_references, follow_references
from syndicator.config.show import iso
from syndicator.config.values import duration_of
from syndicator.errors import ConfigError
from syndicator.model.rights import Form, SourceTerms
from syndicator.model.settings import Database, Output
from syndicator.rights import decide
from syndicator.rights.builtin import BUILTIN
from tests.builders import NOON, an_entry

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config"

SITE = """\
site:
  title: Test
  base_url: https://news.example
  contact: mailto:ed@news.example
"""
NEWS = """\
publishers:
  paper: {name: The Paper, domains: [paper.example]}
sources:
  - id: paper
    feed: https://paper.example/feed
    publisher: paper
"""


TODAY = date(2026, 11, 24)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the files of a directory called config, which is then the current one's child."""
    monkeypatch.chdir(tmp_path)
    directory = Path("config")
    directory.mkdir()

    def write(text="", name="a.yaml", *, site=SITE):
        (directory / name).write_text(site + text, encoding="utf-8")
        return directory

    return write


def mistakes(directory, environ=None):
    with pytest.raises(ConfigError) as caught:
        load_config(directory, environ or {}, TODAY)
    return caught.value.mistakes


def only_mistake(directory, environ=None):
    found = mistakes(directory, environ)
    assert len(found) == 1, found
    return found[0]


# What is accepted


def test_the_smallest_configuration_is_a_site_and_has_polite_defaults(write):
    config = load_config(write(), {})

    assert config.site.title == "Test"
    assert config.fetch.interval == timedelta(hours=1)
    assert config.fetch.allow_networks == ()
    assert config.outputs == (Output(id="main", contact="mailto:ed@news.example"),)


def test_an_output_without_contact_takes_the_sites_and_keeps_its_own(write):
    config = load_config(
        write("outputs: [{id: one}, {id: two, contact: 'https://two.example/'}]\n"), {}
    )

    assert [output.contact for output in config.outputs] == [
        "mailto:ed@news.example",
        "https://two.example/",
    ]


def test_outputs_without_contact_take_the_house_contact_and_mail_needs_no_mailto(write):
    config = load_config(
        write(
            "rights: {house_contact: rights@news.example}\n"
            "outputs: [{id: one}, {id: two, contact: two@news.example}]\n"
            "publishers: {p: {name: P, contact: {usage: use@p.example}}}\n"
        ),
        {},
    )

    assert [output.contact for output in config.outputs] == [
        "mailto:rights@news.example",
        "mailto:two@news.example",
    ]
    assert config.publishers["p"].contact.usage == "mailto:use@p.example"


def test_policy_in_the_place_of_a_built_in_one_keeps_the_name_of_the_licence(write):
    config = load_config(
        write(
            "policies:\n  cc-by-4.0:\n    permissions:\n"
            "      - {forms: [excerpt], duties: [credit_author, licence_notice]}\n"
        ),
        {},
    )

    assert config.policies["cc-by-4.0"].title == "CC BY 4.0"
    assert config.policies["cc-by-4.0"].text_url == "https://creativecommons.org/licenses/by/4.0/"


def test_values_arrive_as_the_types_of_the_model(write):
    config = load_config(
        write(
            NEWS
            + """\
fetch: {interval: PT90M, allow_networks: [127.0.0.0/8, "fd00::/8"], max_body: 2_000_000}
policies:
  own-terms: {reviewed: 2026-11-23, review_after: P2Y, permissions: [{forms: [full]}]}
grants:
  - id: g
    grantor: paper
    reference: a mail
    from: 2026-01-01T08:00:00+02:00
    until: never
    forms: [full]
rights: {min_confidence: 1}
"""
        ),
        {},
    )

    assert config.fetch.interval == timedelta(minutes=90)
    assert config.fetch.allow_networks == (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert config.fetch.max_body == 2_000_000
    assert config.policies["own-terms"].id == "own-terms"
    assert config.policies["own-terms"].reviewed == date(2026, 11, 23)
    assert config.policies["own-terms"].review_after == timedelta(days=730)
    assert config.grants[0].starts == datetime(2026, 1, 1, 6, tzinfo=UTC)
    assert config.grants[0].until == "never"
    assert config.publishers["paper"].name == "The Paper"


def test_files_are_merged_by_section_in_the_order_of_their_names(write):
    write("sources:\n  - {id: a, feed: 'https://a.example/', publisher: one}\n", "10.yaml")
    write("sources:\n  - {id: b, feed: 'https://b.example/', publisher: two}\n", "20.yml", site="")
    write("publishers: {one: {name: One}}\nserve: {host: '::1'}\n", "30.yaml", site="")
    directory = write("publishers: {two: {name: Two}}\nserve: {port: 0}\n", "40.yaml", site="")

    config = load_config(directory, {})

    assert [source.id for source in config.sources] == ["a", "b"]
    assert set(config.publishers) == {"one", "two"}
    assert (config.serve.host, config.serve.port) == ("::1", 0)


def test_hidden_files_and_other_suffixes_do_not_count(write):
    write("nonsense", ".a.yaml", site="")
    write("nonsense", "notes.txt", site="")

    assert load_config(write(), {}).sources == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sources:\npublishers:\nfetch:\noutputs:\n", id="sections-without-content"),
        pytest.param("sources: []\npublishers: {}\noutputs: []\n", id="empty-sections"),
    ],
)
def test_empty_sections_are_as_good_as_none(write, text):
    empty = load_config(write(text), {})

    assert empty == load_config(write(), {})


def test_an_empty_file_and_a_file_of_comments_change_nothing(write):
    write("", "b.yaml", site="")
    write("# nothing yet\n", "c.yaml", site="")

    assert load_config(write(), {}).site.title == "Test"


def test_a_byte_order_mark_is_not_part_of_the_first_key(write):
    directory = write()
    (directory / "a.yaml").write_bytes(b"\xef\xbb\xbf" + SITE.encode())

    assert load_config(directory, {}).site.title == "Test"


def test_an_alias_stands_for_what_its_anchor_marks(write):
    config = load_config(
        write(
            """\
policies:
  one: {permissions: [{forms: [full], when: &close {channel: [community]}}]}
  two: {permissions: [{forms: [excerpt], when: *close}]}
"""
        ),
        {},
    )

    assert config.policies["two"].permissions[0].when.channel == ("community",)


@pytest.mark.parametrize("policy", ["unknown", "own-work", "public-domain", "cc-by-nc-sa-3.0"])
def test_built_in_policies_need_no_definition(write, policy):
    directory = write(f"publishers: {{paper: {{name: Paper, policy: {policy}}}}}\n")

    assert policy in BUILTIN
    assert load_config(directory, {}).publishers["paper"].policy == policy


def test_the_gap_between_requests_may_be_zero(write):
    config = load_config(write("fetch: {per_host_gap: PT0S}\n"), {})

    assert config.fetch.per_host_gap == timedelta(0)


# Secrets


def test_references_are_replaced_in_any_text(write, tmp_path):
    (tmp_path / "password").write_text("s3cret\n")
    directory = write(
        "database: {url: 'postgresql://u:${file:%s}@db/x'}\n" % (tmp_path / "password")
        + "publish: {directory: '${OUT}/public'}\n"
    )

    config = load_config(directory, {"OUT": "/srv"})

    assert config.database.url == "postgresql://u:s3cret@db/x"
    assert config.publish.directory == "/srv/public"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param("${NOPE}", "the environment variable NOPE is not set", id="variable-not-set"),
        pytest.param("${A:-b}", "is no reference: write ${NAME}", id="shell-default"),
        pytest.param("${}", "is no reference", id="no-name"),
        pytest.param("${OPEN", "has no }", id="not-closed"),
        pytest.param("${file:/none/such}", "/none/such cannot be read", id="file-missing"),
        pytest.param("${BAD}", "BAD holds unprintable", id="octets-that-are-not-utf-8"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_mistake(write, written, told):
    directory = write(f"publish: {{directory: '{written}'}}\n")

    found = only_mistake(directory, {"BAD": "x\udcff"})

    assert found.startswith("config/a.yaml:5: publish.directory: ")
    assert told in found


@given(st.text())
def test_an_escaped_text_is_read_back_as_it_was(text):
    assert follow_references(escape_references(text), {}) == text


def test_a_password_in_the_yaml_is_refused_without_repeating_it(write):
    found = only_mistake(write("database: {url: 'postgresql://u:hunter2@db/x'}\n"))

    assert "must not contain a password" in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("database: {url: 'mysql://u:${PW}@db/x'}", id="wrong-database"),
        pytest.param("site: {contact: '${PW}'}", id="wrong-contact"),
        pytest.param("fetch: {max_body: '${PW}'}", id="wrong-type"),
        pytest.param("themes: [{id: '${PW}', title: T}]", id="wrong-id"),
        pytest.param(
            "sources: [{id: a, feed: 'https://x.example/#${PW}', publisher: b}]", id="fragment"
        ),
        pytest.param("sources: [{id: a, feed: 'f', publisher: '${PW}'}]", id="dangling"),
        pytest.param("outputs: [{id: a, ads: '${PW}'}]", id="not-in-the-list"),
        pytest.param("serve: {max_age: '${PW}'}", id="no-duration"),
        pytest.param("outputs: [{id: a, territory: '${PW}'}]", id="no-list"),
    ],
)
def test_a_message_never_shows_what_a_reference_stands_for(write, text):
    found = "\n".join(mistakes(write(text + "\n", site=""), {"PW": "Hunter Two"}))

    assert "hunter" not in found.casefold()


# Mistakes in one place


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            NEWS + "    evry: PT1H\n",
            'config/a.yaml:11: sources.0.evry: unknown key; did you mean "interval"?',
            id="unknown-key-that-others-use",
        ),
        pytest.param(
            NEWS + "    theme: [x]\n",
            'config/a.yaml:11: sources.0.theme: unknown key; did you mean "themes"?',
            id="unknown-key-that-is-close",
        ),
        pytest.param(
            "souces: []\n",
            'config/a.yaml:5: souces: unknown key; did you mean "sources"?',
            id="unknown-section",
        ),
        pytest.param(
            "fetch: {qqq: 1}\n",
            "config/a.yaml:5: fetch.qqq: unknown key; known keys: allow_networks, authorities, "
            "concurrency, connect_timeout, deny_hosts, first_items, interval, max_body, max_interval, "
            "max_redirects, min_interval, penalty, per_host_gap, startup_spread, total_timeout",
            id="unknown-key-like-no-other",
        ),
        pytest.param(
            "serve: {port: '8080'}\n",
            'config/a.yaml:5: serve.port: must be a whole number, not "8080": '
            "write it in digits, without quotes",
            id="text-for-a-number",
        ),
        pytest.param(
            "serve: {host: 8080}\n",
            "config/a.yaml:5: serve.host: must be text, not 8080: put it in quotes",
            id="number-for-text",
        ),
        pytest.param(
            "fetch: {concurrency: true}\n",
            "config/a.yaml:5: fetch.concurrency: must be a whole number, not true",
            id="truth-value-for-a-number",
        ),
        pytest.param(
            "fetch: {concurrency: 1.5}\n",
            "config/a.yaml:5: fetch.concurrency: must be a whole number, not 1.5",
            id="fraction-for-a-whole-number",
        ),
        pytest.param(
            "outputs: [{id: a, paywall: yes}]\n",
            'config/a.yaml:5: outputs.0.paywall: "yes" is read as text by some and as true or '
            'false by others: write true or false, or "yes" in quotes',
            id="yes-for-a-truth-value",
        ),
        pytest.param(
            "outputs: [{id: a, paywall: 'true'}]\n",
            'config/a.yaml:5: outputs.0.paywall: must be true or false, not "true"',
            id="text-for-a-truth-value",
        ),
        pytest.param(
            "outputs: [{id: a, territory: [NO]}]\n",
            'config/a.yaml:5: outputs.0.territory.0: "NO" is read as text by some and as true or '
            'false by others: write true or false, or "NO" in quotes',
            id="norway",
        ),
        pytest.param(
            "outputs: [{id: a, purpose: news}]\n",
            'config/a.yaml:5: outputs.0.purpose: must be a list, not "news": '
            'put it in brackets, ["news"]',
            id="text-for-a-list",
        ),
        pytest.param(
            "outputs: [{id: a, channel: comunity}]\n",
            'config/a.yaml:5: outputs.0.channel: must be "community", "commercial" or "print", '
            'not "comunity"; did you mean "community"?',
            id="word-not-in-the-list",
        ),
        pytest.param(
            "fetch: {interval: 1h}\n",
            "config/a.yaml:5: fetch.interval: must be an ISO 8601 duration such as PT30S, PT15M, "
            'PT1H or P2D; did you mean "PT1H"?',
            id="duration-in-shorthand",
        ),
        pytest.param(
            "fetch: {interval: 2 days}\n",
            "config/a.yaml:5: fetch.interval: must be an ISO 8601 duration such as PT30S, PT15M, "
            'PT1H or P2D; did you mean "P2D"?',
            id="duration-in-words",
        ),
        pytest.param(
            "fetch: {interval: 3600}\n",
            "config/a.yaml:5: fetch.interval: must be an ISO 8601 duration such as PT30S, PT15M, "
            "PT1H or P2D",
            id="duration-as-a-number",
        ),
        pytest.param(
            "fetch: {interval: '01:00'}\n",
            "config/a.yaml:5: fetch.interval: must be an ISO 8601 duration such as PT30S, PT15M, "
            "PT1H or P2D",
            id="duration-as-a-clock-time",
        ),
        pytest.param(
            "fetch: {interval: PT0S}\n",
            "config/a.yaml:5: fetch.interval: must be longer than zero and at most P366D, "
            'not "PT0S"',
            id="duration-of-nothing",
        ),
        pytest.param(
            "fetch: {total_timeout: P9999D}\n",
            "config/a.yaml:5: fetch.total_timeout: must be longer than zero and at most P1D, "
            'not "P9999D"',
            id="duration-without-sense",
        ),
        pytest.param(
            "fetch: {allow_networks: [10.0.0.1/8]}\n",
            "config/a.yaml:5: fetch.allow_networks.0: must be an address range such as "
            '127.0.0.0/8, not "10.0.0.1/8"; did you mean "10.0.0.0/8"?',
            id="network-with-host-bits",
        ),
        pytest.param(
            "policies: {p: {reviewed: 2026-13-01}}\n",
            "config/a.yaml:5: policies.p.reviewed: is no day of the calendar: 2026-13-01",
            id="no-such-day",
        ),
        pytest.param(
            "policies: {p: {reviewed: '1700000000'}}\n",
            "config/a.yaml:5: policies.p.reviewed: must be a date such as 2026-11-23",
            id="seconds-for-a-date",
        ),
        pytest.param(
            "rights: {min_confidence: 1.5}\n",
            "config/a.yaml:5: rights.min_confidence: must be from 0 to 1, not 1.5",
            id="confidence-above-one",
        ),
        pytest.param(
            "serve: {port: 70000}\n",
            "config/a.yaml:5: serve.port: must be from 0 to 65535, not 70000",
            id="no-such-port",
        ),
        pytest.param(
            "sources: {a: b}\n",
            "config/a.yaml:5: sources: must be a list: begin each entry with a hyphen",
            id="mapping-for-a-list-section",
        ),
        pytest.param(
            "publishers: [a]\n",
            "config/a.yaml:5: publishers: must be a mapping: keys with values below it",
            id="list-for-a-mapping-section",
        ),
        pytest.param(
            "outputs: [main]\n",
            'config/a.yaml:5: outputs.0: must be a mapping, not "main"',
            id="text-for-an-entry",
        ),
        pytest.param(
            "publishers: {p: {id: p, name: P}}\n",
            "config/a.yaml:5: publishers.p.id: unknown key; the id is the key of the mapping",
            id="id-given-inside",
        ),
        pytest.param(
            "publishers: {360: {name: P}}\n",
            'config/a.yaml:5: publishers.360: a key must be text: put it in quotes, "360"',
            id="number-as-key",
        ),
        pytest.param(
            "serve:\n  host: a\n  port: 1\n  host: b\n",
            "config/a.yaml:8: serve.host: is given twice; first on line 6",
            id="key-given-twice-in-a-mapping",
        ),
        pytest.param(
            "publishers:\n  p:\n    name: P\n    contact: {usage: 'mailto:a@b.example', "
            "usage: 'mailto:c@d.example'}\n",
            "config/a.yaml:8: publishers.p.contact.usage: is given twice; first on line 8",
            id="key-given-twice-deep-below",
        ),
        pytest.param(
            "serve: {<<: {host: a}}\n",
            "config/a.yaml:5: serve.<<: merge keys (<<) are not understood here: "
            "repeat the keys, or use an alias",
            id="merge-key",
        ),
        pytest.param(
            "serve: {host: !!python/name:os.system x}\n",
            "config/a.yaml:5: serve.host: tag tag:yaml.org,2002:python/name:os.system is not "
            "understood here: leave it out",
            id="tag-of-a-language",
        ),
    ],
)
def test_each_mistake_names_file_line_key_and_remedy(write, text, told):
    assert only_mistake(write(text)).startswith(told)


def test_what_is_missing_is_told_with_its_meaning(write):
    directory = write("site: {title: T, base_url: 'https://a.example'}\n", site="")

    assert only_mistake(directory) == (
        "config/a.yaml:1: site.contact: is missing: `mailto:` or http(s) address; it is in every "
        "feed and in our User-Agent."
    )


def test_a_missing_site_says_what_belongs_to_it(write):
    assert only_mistake(write("serve: {port: 1}\n", site="")) == (
        "config: site: is missing: give base_url, contact, title"
    )


def test_a_path_counts_in_its_own_file(write):
    write(NEWS, "a.yaml")
    directory = write(
        "sources:\n  - {id: b, feed: 'https://b.example/', publisher: papr}\n", "b.yaml", site=""
    )

    assert only_mistake(directory) == (
        'config/b.yaml:2: sources.0.publisher: no publisher has the id "papr"; '
        'did you mean "paper"?'
    )


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        pytest.param(
            "serve: {port: 1}\n",
            "serve: {port: 2}\n",
            "config/b.yaml:1: serve.port: is given twice; first at config/a.yaml:5",
            id="key-of-a-section",
        ),
        pytest.param(
            "publishers: {p: {name: P}}\n",
            "publishers: {p: {name: Q}}\n",
            "config/b.yaml:1: publishers.p: is given twice; first at config/a.yaml:5",
            id="publisher",
        ),
        pytest.param(
            "themes: [{id: t, title: One}]\n",
            "themes: [{id: t, title: Two}]\n",
            'config/b.yaml:1: themes.0.id: "t" is given twice; first at config/a.yaml:5 '
            "(themes.0.id)",
            id="id-of-a-list",
        ),
    ],
)
def test_what_two_files_both_give_names_both_places(write, first, second, told):
    write(first, "a.yaml")

    assert only_mistake(write(second, "b.yaml", site="")) == told


def test_all_mistakes_of_all_files_are_told_at_once_in_reading_order(write):
    write(NEWS + "    evry: PT1H\n    themes: [none-such]\nfetch: {interval: 1h}\n", "a.yaml")
    write("serve: {port: x}\n", "b.yaml", site="")
    (Path("config") / "c.yaml").write_text("a: [1\n")
    directory = write("themes: [{id: T, title: ''}]\n", "d.yaml", site="")

    keys = [" ".join(found.split(": ")[:2]) for found in mistakes(directory)]

    assert keys == [
        "config/a.yaml:11 sources.0.evry",
        "config/a.yaml:12 sources.0.themes.0",
        "config/a.yaml:13 fetch.interval",
        "config/b.yaml:1 serve.port",
        "config/c.yaml:2 is not valid YAML",
        "config/d.yaml:1 themes.0.id",
        "config/d.yaml:1 themes.0.title",
    ]


# Mistakes in how the parts fit together


def source(**fields):
    return {"id": "b", "feed": "https://b.example/feed", "publisher": "paper"} | fields


def grant(**fields):
    return {
        "id": "g",
        "grantor": "paper",
        "reference": "mail",
        "from": "2026-01-01",
        "until": "2026-12-31",
        "forms": ["full"],
    } | fields


def theme(**fields):
    return {"id": "war", "title": "War", "match": {"any": ["war"]}} | fields


def policy(**fields):
    return {"p": {"permissions": [{"forms": ["full"]}]} | fields}


@pytest.mark.parametrize(
    ("section", "content", "told"),
    [
        pytest.param(
            "sources", [source(publisher="papr")], 'did you mean "paper"?', id="publisher-unknown"
        ),
        pytest.param(
            "sources",
            [source(policy="cc-by-4")],
            'no policy has the id "cc-by-4"; did you mean "cc-by-4.0"?',
            id="policy-unknown",
        ),
        pytest.param("sources", [source(themes=["x"])], "no theme has the id", id="theme-unknown"),
        pytest.param(
            "sources", [source(regions=["x"])], "no region has the id", id="region-unknown"
        ),
        pytest.param(
            "sources", [source(reports=["x"])], "no report has the id", id="report-unknown"
        ),
        pytest.param(
            "themes",
            [theme(match={"any": ["a"], "sources": ["papr"]})],
            'sources.0: no source has the id "papr"; did you mean "paper"?',
            id="source-of-a-rule-unknown",
        ),
        pytest.param(
            "grants", [grant(grantor="x")], "no publisher has the id", id="grantor-unknown"
        ),
        pytest.param(
            "grants",
            [grant(scope={"outputs": ["man"]})],
            'no output has the id "man"; did you mean "main"?',
            id="output-of-a-grant-unknown",
        ),
        pytest.param(
            "grants",
            [grant(grantor="house", basis="exception", parties=["x"], jurisdiction="US")],
            "grants.0.parties.0: no publisher has the id",
            id="party-of-an-exception-unknown",
        ),
        pytest.param(
            "rights", {"unknown": "unknwn"}, 'did you mean "unknown"?', id="policy-of-the-house"
        ),
        pytest.param(
            "overrides",
            [
                {
                    "item": "https://a.example/1",
                    "by": "ed",
                    "at": "2026-11-23",
                    "note": "n",
                    "origin": {"party": "x"},
                }
            ],
            "overrides.0.origin.party: no publisher has the id",
            id="party-of-an-override-unknown",
        ),
        pytest.param("sources", [source(id="paper")], "is given twice", id="source-id-twice"),
        pytest.param(
            "sources",
            [source(feed="https://PAPER.example:443/feed")],
            "is given twice",
            id="feed-twice-in-another-spelling",
        ),
        pytest.param("outputs", [{"id": "a"}, {"id": "a"}], "is given twice", id="output-twice"),
        pytest.param("grants", [grant(), grant()], "is given twice", id="grant-twice"),
        pytest.param(
            "publishers",
            {"other": {"name": "Other", "domains": ["PAPER.example".lower()]}},
            "publishers.other.domains.0: ",
            id="domain-of-two-publishers",
        ),
        pytest.param(
            "publishers",
            {"other": {"name": "Other", "aliases": ["the  paper"]}},
            "publishers.other.aliases.0: as a name",
            id="name-of-two-publishers",
        ),
        pytest.param(
            "publishers", {"A B": {"name": "Other"}}, 'did you mean "a-b"?', id="publisher-id"
        ),
        pytest.param(
            "publishers",
            {"other": {"name": "Other", "domains": ["https://www.other.example/news"]}},
            'did you mean "other.example"?',
            id="domain-written-as-an-address",
        ),
        pytest.param(
            "themes",
            [theme(), theme(id="peace", title="Peace", aliases=["WAR"])],
            'themes.1.aliases.0: as a name, "WAR" is given twice',
            id="alias-that-is-another-themes-id",
        ),
        pytest.param(
            "themes",
            [theme(), theme(id="conflict")],
            'themes.1.title: as a name, "War" is given twice',
            id="title-of-two-themes",
        ),
        pytest.param("themes", [theme(id="War")], 'did you mean "war"?', id="id-in-capitals"),
        pytest.param("themes", [theme(id="a" * 65)], "must be 1 to 64", id="id-too-long"),
        pytest.param(
            "themes", [theme(match={"none": ["x"]})], "matches nothing", id="rule-without-effect"
        ),
        pytest.param(
            "themes",
            [theme(match={"any": ["war"]}, unless={"none": ["x"]})],
            "themes.0.unless: matches nothing: give at least one of any, all, patterns, categories,",
            id="veto-without-effect",
        ),
        pytest.param(
            "themes", [theme(match={"any": ["!?"]})], "has no word in it", id="term-without-a-word"
        ),
        pytest.param(
            "themes", [theme(match={"all": ["/a(/"]})], "is no RE2", id="term-that-is-no-pattern"
        ),
        pytest.param(
            "themes", [theme(search="-war OR")], "themes.0.search: ", id="search-for-nothing"
        ),
        pytest.param(
            "themes", [theme(parent="peace")], 'no theme has the id "peace"', id="unknown-parent"
        ),
        pytest.param("themes", [theme(parent="war")], "war > war", id="own-parent"),
        pytest.param(
            "themes",
            [theme(match={"any": ["x"], "since": "2026-02-01", "until": "2026-01-01"})],
            "themes.0.match.until: ends before it starts",
            id="rule-for-no-day",
        ),
        pytest.param(
            "themes", [theme(include=["war.html"])], "must be our id", id="listed-by-a-file-name"
        ),
        pytest.param("themes", [theme(match={"any": [" "]})], "must not be empty", id="blank-word"),
        pytest.param(
            "themes",
            [theme(match={"patterns": ["(?=war)"]})],
            "themes.0.match.patterns.0: is no RE2 expression: ",
            id="pattern-that-re2-refuses",
        ),
        pytest.param(
            "themes",
            [theme(match={"patterns": ["a)|(b"]})],
            "is no RE2 expression: ",
            id="pattern-that-leaves-its-group",
        ),
        pytest.param(
            "themes",
            [theme(match={"patterns": ["war|"]})],
            "matches the empty text",
            id="pattern-that-matches-everything",
        ),
        pytest.param("sources", [source(feed="/feed")], "absolute address", id="feed-relative"),
        pytest.param(
            "sources",
            [source(feed="www.b.example/feed")],
            "did you leave out https://",
            id="feed-without-scheme",
        ),
        pytest.param("sources", [source(feed="ftp://b.example/")], "absolute address", id="ftp"),
        pytest.param("sources", [source(feed="file:///etc/passwd")], "absolute address", id="file"),
        pytest.param("sources", [source(feed="https://[::1/")], "absolute address", id="bad-host"),
        pytest.param("sources", [source(feed="https://b.example:x/")], "absolute", id="bad-port"),
        pytest.param(
            "sources",
            [source(feed="https://b.example/f#top")],
            'write "https://b.example/f"',
            id="feed-with-fragment",
        ),
        pytest.param(
            "sources",
            [source(feed="https://me:hunter2@b.example/")],
            "user name or password",
            id="feed-with-password",
        ),
        pytest.param(
            "publishers",
            {"unknown": {"name": "Unknown"}},
            "stands for whoever is not known",
            id="publisher-named-unknown",
        ),
        pytest.param(
            "sources", [source(id="seeds")], "feed of your own articles", id="source-named-seeds"
        ),
        pytest.param("sources", [source(language="englisch!")], "language tag", id="language"),
        pytest.param(
            "sources",
            [source(disregard=[{"claim": "all-rights-reserved"}])],
            "sources.1.disregard.0.note: is missing",
            id="disregard-without-reason",
        ),
        pytest.param(
            "policies", policy(covers="all"), "needs `reviewed`", id="covers-all-without-review"
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["full"], "duties": ["link", "statement"]}]),
            'policies.p.permissions.0.duties.1: the duty "statement" prints a sentence that'
            " nobody gave: write it as `statement` under policies.p, or publishers.ID",
            id="statement-without-a-sentence",
        ),
        pytest.param(
            "policies", policy(statement=" "), "must not be empty", id="statement-that-is-blank"
        ),
        pytest.param(
            "policies",
            policy(
                text_url="https://p.example/terms",
                permissions=[{"forms": ["full"], "duties": ["licence_notice"]}],
            ),
            "links to them: write `title` and `text_url` under policies.p",
            id="terms-without-a-title",
        ),
        pytest.param(
            "policies",
            policy(title="Terms", permissions=[{"forms": ["full"], "adapt": "share_alike"}]),
            "links to it: write `title` and `text_url` under policies.p",
            id="share-alike-without-an-address",
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["full"], "duties": ["usage_info"]}]),
            "other uses: write `contact: {usage: mailto:...}` under policies.p",
            id="nobody-to-ask",
        ),
        pytest.param(
            "grants",
            [grant(duties=["link", "statement"])],
            "grants.0.duties.1: the duty",
            id="granted-for-a-sentence-that-nobody-gave",
        ),
        pytest.param(
            "grants",
            [grant(grantor="house", basis="exception", parties=["paper"])],
            "needs `jurisdiction`",
            id="exception-without-a-law",
        ),
        pytest.param(
            "sources",
            [source(policy="cc-by")],
            '"cc-by" names no version of the licence, and they differ: write the one that the'
            ' publisher states, of "cc-by-4.0", "cc-by-3.0", "cc-by-2.5", "cc-by-2.0",'
            ' "cc-by-1.0"',
            id="licence-without-its-version",
        ),
        pytest.param(
            "policies",
            policy(reviewed="2062-10-01"),
            'policies.p.reviewed: "2062-10-01" is still to come',
            id="read-in-the-future",
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["full"], "duties": ["lnk"]}]),
            'unknown duty, not "lnk"; did you mean "link"?',
            id="duty-unknown",
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["full"], "duties": ["link:paper"]}]),
            'write "link"',
            id="duty-with-its-party",
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["withheld"]}]),
            'must be "full", "excerpt" or "link"',
            id="form-that-cannot-be-permitted",
        ),
        pytest.param(
            "policies", policy(permissions=[{"forms": []}]), "must not be empty", id="no-form"
        ),
        pytest.param(
            "policies",
            policy(copyright_template="© {holder}"),
            "unknown field {holder}",
            id="template-with-unknown-field",
        ),
        pytest.param(
            "policies",
            policy(permissions=[{"forms": ["full"], "when": {"territory": ["Canada"]}}]),
            "country code",
            id="territory-in-words",
        ),
        pytest.param("policies", policy(text_url="terms"), "absolute address", id="text-url"),
        pytest.param("grants", [grant(reference="")], "must not be empty", id="no-reference"),
        pytest.param(
            "grants",
            [{k: v for k, v in grant().items() if k != "reference"}],
            "grants.0.reference: is missing",
            id="reference-missing",
        ),
        pytest.param(
            "grants",
            [{k: v for k, v in grant().items() if k != "until"}],
            "grants.0.until: is missing",
            id="end-missing",
        ),
        pytest.param(
            "grants", [grant(until="2025-01-01")], "ends before it starts", id="ends-first"
        ),
        pytest.param("grants", [grant(until="nevr")], '"never"', id="neither-date-nor-never"),
        pytest.param(
            "grants",
            [grant(starts="2026-01-01")],
            'grants.0.starts: unknown key; did you mean "from"?',
            id="python-name-of-from",
        ),
        pytest.param(
            "grants",
            [grant(grantor="house")],
            '"house" can only record an exception',
            id="house-as-grantor",
        ),
        pytest.param(
            "grants",
            [grant(grantor="house", basis="exception")],
            "needs `parties`",
            id="exception-without-parties",
        ),
        pytest.param(
            "outputs", [{"id": "themes"}], "name of the published site", id="folder-taken"
        ),
        pytest.param("outputs", [{"id": "a", "formats": []}], "must not be empty", id="no-format"),
        pytest.param("outputs", [{"id": "a", "purpose": []}], "must not be empty", id="no-purpose"),
        pytest.param("outputs", [{"id": "a", "limit": 0}], "from 1 to 1000", id="no-entries"),
        pytest.param("database", {"url": "postgres://db/x"}, "postgresql://", id="old-scheme"),
        pytest.param("database", {"url": "sqlite://"}, "sqlite:///path", id="no-file"),
        pytest.param(
            "fetch", {"authorities": "/etc/ca.pem"}, "in PEM", id="path-for-a-certificate"
        ),
        pytest.param(
            "fetch",
            {"authorities": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
            "in PEM",
            id="no-certificate",
        ),
    ],
)
def test_what_does_not_fit_together_is_a_mistake(write, section, content, told):
    parts = yaml.safe_load(SITE + NEWS)
    if isinstance(content, dict):
        parts[section] = parts.get(section, {}) | content
    else:
        parts[section] = parts.get(section, []) + content
    directory = write(yaml.safe_dump(parts, sort_keys=False), site="")

    found = only_mistake(directory)

    assert told in found
    assert section in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        pytest.param("base_url", "https://a.example/", 'write "https://a.example"', id="slash"),
        pytest.param("base_url", "https://a.example/x/", "end with a slash", id="slash-after-path"),
        pytest.param("base_url", "a.example", "absolute address", id="relative"),
        pytest.param("base_url", "https://a.example/?x", "neither query", id="query"),
        pytest.param("contact", "", "mailto:", id="contact-empty"),
        pytest.param("contact", "mailto:nobody", "mail address", id="contact-without-host"),
        pytest.param("contact", "ftp://a.example/", "mailto: or http(s)", id="contact-by-ftp"),
        pytest.param("title", " ", "must not be empty", id="title-blank"),
        pytest.param("language", "e n", "language tag", id="language"),
        pytest.param("tag", "example.org", "domain and a date", id="tag-without-date"),
    ],
)
def test_the_site_is_checked(write, key, value, told):
    site = yaml.safe_load(SITE)["site"] | {key: value}

    found = only_mistake(write(yaml.safe_dump({"site": site}), site=""))

    assert f"site.{key}: " in found
    assert told in found


# Files that cannot be read


def test_a_missing_directory_is_told(tmp_path):
    assert "there is no such directory" in only_mistake(tmp_path / "none")


def test_a_file_in_place_of_the_directory_is_told(tmp_path):
    (tmp_path / "config").write_text("")

    assert "cannot be read as a directory" in only_mistake(tmp_path / "config")


def test_a_directory_without_yaml_is_told(tmp_path):
    (tmp_path / "readme.txt").write_text("site: {}")

    assert "has no *.yaml file" in only_mistake(tmp_path)


def test_a_directory_that_is_called_like_a_file_is_told(write):
    directory = write()
    (directory / "b.yaml").mkdir()

    assert only_mistake(directory).startswith("config/b.yaml: cannot be read: ")


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        pytest.param(
            b"a: 1\nb: \xff\n", "config/a.yaml:2: is not UTF-8 (octet 0xFF)", id="latin-1"
        ),
        pytest.param("site: {}".encode("utf-16"), "config/a.yaml:1: is not UTF-8", id="utf-16"),
        pytest.param(b"a: 1\nb: \x00\n", "config/a.yaml:2: is not valid YAML", id="control"),
        pytest.param(b"a: [1\nb: 2\n", "config/a.yaml:", id="bracket-left-open"),
        pytest.param(
            b"a:\n\t- b\n",
            "config/a.yaml:2: is not valid YAML: it is indented with a tab",
            id="tab",
        ),
        pytest.param(b"a: b: c\n", "config/a.yaml:1: is not valid YAML", id="two-colons"),
        pytest.param(b"a: *nobody\n", "config/a.yaml:1: alias *nobody", id="alias-of-nothing"),
        pytest.param(b"a: &x [*x]\n", "config/a.yaml:1: alias *x", id="alias-of-itself"),
        pytest.param(
            b"a: 1\n---\nb: 1\n", "config/a.yaml:3: a second document", id="two-documents"
        ),
        pytest.param(b"- a\n", "config/a.yaml:1: must be a mapping of sections", id="list-on-top"),
        pytest.param(
            b"hello\n", "config/a.yaml:1: must be a mapping of sections", id="text-on-top"
        ),
        pytest.param(
            b"a: " + b"[" * 100_000 + b"]" * 100_000,
            "config/a.yaml:1: is nested more than 20 levels deep",
            id="nested-beyond-reason",
        ),
        pytest.param(
            b"? [a]\n: b\n", "config/a.yaml:1: a key must be plain text", id="list-as-key"
        ),
    ],
)
def test_a_file_that_is_no_yaml_of_ours_is_told_with_its_line(write, octets, told):
    directory = write()
    (directory / "a.yaml").write_bytes(octets)

    assert mistakes(directory)[0].startswith(told)


def test_aliases_cannot_multiply_without_end(write):
    lines = ["themes:", "  - &a0 {id: x, title: X}"]
    lines += [f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 16)]

    found = mistakes(write("\n".join(lines) + "\n"))

    assert found == (
        "config/a.yaml: holds more than 500000 values, aliases counted as often as used",
    )


# The effective configuration


def test_the_effective_configuration_read_back_is_the_same(write):
    config = load_config(SHIPPED, {})

    again = load_config(write(effective_yaml(config), site=""), {})

    assert again == config
    assert effective_yaml(again) == effective_yaml(config)


def test_grants_overrides_and_odd_texts_survive_the_round_trip(write):
    text = (
        NEWS
        + """\
    disregard: [{claim: all-rights-reserved, note: "footer of the theme"}]
themes: [{id: odd, title: "yes: 'no' # \\u2028 ${OPEN}", match: {any: ["on", "2026-01-01", "7"]}}]
fetch: {interval: P1DT2H3M4.5S, allow_networks: [127.0.0.0/8]}
policies: {p: {reviewed: 2026-11-23, permissions: [{forms: [full], when: {not_after: P90D}}]}}
grants: [{id: g, grantor: paper, reference: m, from: 2026-01-01, until: never, forms: [full]}]
overrides:
  - item: https://paper.example/1
    by: editor
    at: 2026-11-23T10:00:00Z
    note: found in the archive
    embargo_until: 2026-12-01T06:00:00Z
"""
    ).replace("${OPEN}", "$${OPEN}")
    config = load_config(write(text), {})

    again = load_config(write(effective_yaml(config), site=""), {})

    assert again == config
    assert "${OPEN}" in config.themes[0].title


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("postgresql://u:pa:ss@db/x", "postgresql://u:***@db/x", id="password"),
        pytest.param("postgresql://u:p@ss/wd@db/x", "postgresql://u:***@db/x", id="not-encoded"),
        pytest.param("postgresql://u@db/x", "postgresql://u@db/x", id="user-only"),
        pytest.param("postgresql://db/x", "postgresql://db/x", id="neither"),
        pytest.param(
            "postgresql://db/x?user=u&password=secret",
            "postgresql://db/x?user=u&password=***",
            id="query",
        ),
        pytest.param("sqlite:////srv/a@b.db", "sqlite:////srv/a@b.db", id="file-with-an-at"),
    ],
)
def test_secrets_are_masked(write, url, shown):
    config = replace(load_config(write(), {}), database=Database(url=url))

    assert yaml.safe_load(effective_yaml(config))["database"]["url"] == shown


@given(st.timedeltas(timedelta(0), timedelta(days=40_000)))
def test_a_duration_is_read_back_as_it_was_written(span):
    assert duration_of(iso(span)) == span


# The schema, and what is shipped


def test_the_shipped_schema_is_the_printed_one():
    shipped = (SHIPPED / "schema.json").read_text(encoding="utf-8")

    assert shipped == json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"


def unknown_to_schema(value, schema, definitions, path=""):
    """Yield the keys of *value* that *schema* would mark as wrong, and those it would miss."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    branches = schema.get("anyOf", [schema])
    kind = {dict: "object", list: "array"}.get(type(value))
    resolved = [definitions[b["$ref"].rpartition("/")[2]] if "$ref" in b else b for b in branches]
    chosen = next((b for b in resolved if b.get("type") == kind), None)
    if kind and chosen is None:
        yield path
    elif kind == "object":
        yield from (f"{path}.{k} (missing)" for k in chosen.get("required", []) if k not in value)
        for key, inner in value.items():
            extra = chosen.get("additionalProperties")
            below = chosen.get("properties", {}).get(key) or extra
            if below:
                yield from unknown_to_schema(inner, below, definitions, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif kind == "array":
        for number, inner in enumerate(value):
            yield from unknown_to_schema(inner, chosen["items"], definitions, f"{path}.{number}")


@pytest.mark.parametrize("name", ["syndicator", "publishers", "policies", "sources", "themes"])
def test_the_schema_knows_every_key_of_the_shipped_files(name):
    schema = config_schema()
    content = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))

    assert content
    assert list(unknown_to_schema(content, schema, schema["$defs"])) == []


def test_the_schema_marks_what_the_loader_refuses():
    schema = config_schema()
    wrong = {
        "publishers": {"p": {"id": "p", "name": "P"}},
        "grants": [{"id": "g", "starts": "2026-01-01"}],
        "sources": [{"id": "a", "evry": "PT1H"}],
    }

    found = set(unknown_to_schema(wrong, schema, schema["$defs"]))

    assert {".publishers.p.id", ".grants.0.starts", ".sources.0.evry"} <= found
    assert {".grants.0.from (missing)", ".sources.0.feed (missing)"} <= found
    assert schema["additionalProperties"] is False


def test_the_schema_requires_nothing_that_may_stand_in_another_file():
    schema = config_schema()

    assert "required" not in schema
    assert list(unknown_to_schema({"site": {"title": "T"}}, schema, schema["$defs"])) == []


def test_the_schema_explains_the_fields():
    described = config_schema()["$defs"]["Site"]["properties"]["contact"]["description"]

    assert "User-Agent" in described


def test_every_shipped_file_tells_editors_its_schema():
    files = sorted(SHIPPED.glob("*.yaml"))

    assert len(files) >= 5
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json", file.name


def test_the_shipped_configuration_is_useful_as_it_is():
    config = load_config(SHIPPED, {})

    feeds = {source.feed for source in config.sources}
    open_terms = {
        p.id
        for p in config.publishers.values()
        if (config.policies.get(p.policy) or BUILTIN[p.policy]).permissions
    }
    assert "https://www.globalresearch.ca/feed" in feeds
    assert len({source.publisher for source in config.sources} & open_terms) >= 11
    assert config.publishers["global-research"].reprints
    assert config.publishers["zero-hedge"].policy == "all-rights-reserved"
    assert config.outputs[0].id == "community"


def test_the_shipped_axes_know_the_names_of_the_founding_article():
    config = load_config(SHIPPED, {})

    def names(axis):
        return {n for entry in axis for n in (entry.title, *entry.aliases)}

    assert {"US NATO War Agenda"} <= names(config.themes)
    assert {"Middle East & North Africa", "Russia and FSU"} <= names(config.regions)
    assert {"Iraq Report", "IRAQ REPORT"} <= names(config.reports)
    assert all(theme.match for theme in (*config.themes, *config.regions, *config.reports))


def test_every_shipped_policy_names_its_terms_and_its_review():
    config = load_config(SHIPPED, {})

    assert config.policies
    for each in config.policies.values():
        assert each.title, each.id
        assert each.text_url, each.id
        assert each.reviewed == date(2026, 11, 23), each.id


def test_every_policy_that_owes_a_statement_has_one():
    config = load_config(SHIPPED, {})

    owing = {
        p.id for p in config.policies.values() for r in p.permissions if "statement" in r.duties
    }
    having = {p.id for p in config.policies.values() if p.statement}
    assert owing == having


def test_no_shipped_file_holds_a_literal_secret():
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"://[^/\s:]+:(?!\$\{)[^/\s@]+@", text), file.name


def test_circle_of_parents_is_told_for_each_of_its_themes(write):
    themes = "\n".join(
        f"  - {{id: {name}, title: {name}, parent: {parent}}}"
        for name, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "c"))
    )

    found = mistakes(write(f"themes:\n{themes}\n"))

    assert [m.partition(": ")[2].partition(":")[0] for m in map(str, found)] == [
        f"themes.{n}.parent" for n in range(4)
    ]
    assert "goes round in a circle: b > c > a > b" in str(found[0])


def test_rule_with_all_its_keys_is_accepted_and_shown_again(write):
    text = """\
themes:
  - id: rivers
    title: Rivers
    parent: nature
    match:
      any: [river, "/dam(s|med)?/"]
      fields: [title, author, url]
      languages: [en, pt-BR]
      licences: [cc-by]
      since: 2026-01-01
      until: 2026-12-31
    search: '"river dam" OR reservoir'
    unless: {languages: [fr]}
    include: ["https://news.example/a"]
    exclude: ["tag:news.example,2026:article/1"]
  - {id: nature, title: Nature}
"""

    config = load_config(write(text), {})

    shown = yaml.safe_load(effective_yaml(config))["themes"][0]
    assert config.themes[0].match.since == date(2026, 1, 1)
    assert shown["match"]["languages"] == ["en", "pt-BR"]
    assert shown["unless"]["languages"] == ["fr"]


STATED = """\
publishers:
  paper: {name: The Paper, domains: [paper.example], policy: p%s}
  other: {name: The Other, domains: [other.example]%s}
sources:
  - {id: paper, feed: "https://paper.example/feed", publisher: paper}
  - {id: other, feed: "https://other.example/feed", publisher: other, policy: p}
policies:
  p: {permissions: [{forms: [full], duties: [statement]}]}
"""


def test_the_sentence_may_be_given_by_every_publisher_under_the_terms(write):
    sentence = ", statement: Seen first here."

    assert only_mistake(write(STATED % (sentence, ""))).endswith("or publishers.other")
    assert load_config(write(STATED % (sentence, sentence)), {}, TODAY).publishers


def test_a_day_that_has_begun_in_the_east_is_not_to_come(write):
    text = NEWS + "policies: {p: {reviewed: 2026-11-25}}\n"

    assert load_config(write(text), {}, TODAY).policies["p"].reviewed == date(2026, 11, 25)


def test_a_clock_that_is_far_behind_does_not_refuse_what_is_shipped():
    assert load_config(SHIPPED, {}, date(2000, 1, 1)).policies


def test_an_origin_that_nobody_described_may_be_named(write):
    text = (
        "overrides:\n  - {item: 'https://paper.example/1', by: ed, at: 2026-11-23, note: n,\n"
        "     origin: {party: The Old Mill}}\n"
    )

    assert load_config(write(NEWS + text), {}, TODAY).overrides[0].origin.party == "The Old Mill"


def test_exception_is_recorded_as_the_documents_say(write):
    text = (ROOT / "docs" / "rights.md").read_text("utf-8")
    example = text.split("### An exception, step by step")[1].split("```yaml\n")[1].split("```")[0]
    config = load_config(write(example), {}, TODAY)
    rules = replace(config.rules(), sources={"zh": SourceTerms(publisher="zero-hedge")})
    copy = an_entry(source_id="zh", url="https://www.zerohedge.com/a")

    decided = {o.id: decide(copy, o, rules, NOON) for o in config.outputs}

    assert decided["study-circle"].form is Form.FULL
    assert decided["study-circle"].reasons[0].code == "EXCEPTION_RELIED_ON"
    assert decided["main"].form is not Form.FULL
    for key in ("parties", "jurisdiction", "reference", "from", "until"):
        without = re.sub(rf"\n    {key}: .*", "", example)
        assert mistakes(write(without)), key


@pytest.mark.parametrize(
    ("feed", "said", "private"),
    [
        ("https://a.example/feed", "", False),
        ("https://a.example/${KEY}/feed", "", True),
        ("https://${KEY}/feed", ", private: false", False),
        ("https://a.example/feed", ", private: true", True),
        ("https://a.example/feed?token=x", ", private: false", True),
    ],
)
def test_an_address_with_a_secret_in_it_is_private(tmp_path, feed, said, private):
    (tmp_path / "a.yaml").write_text(
        "site: {title: T, base_url: 'https://a.example', contact: 'mailto:a@a.example'}\n"
        "publishers: {p: {name: P}}\n"
        f"sources: [{{id: a, feed: '{feed}', publisher: p{said}}}]\n"
    )

    (source,) = load_config(tmp_path, {"KEY": "k.example"}).sources

    assert source.private == private


def test_section_that_may_stand_in_a_file_that_cannot_be_read_is_not_missed(write):
    write("sources: []\n", site="")

    (told,) = mistakes(write("site:\n\ttitle: x\n", "b.yaml", site=""))

    assert told.startswith("config/b.yaml:2: is not valid YAML")
