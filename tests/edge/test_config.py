"""Configuration: what is accepted, and what is shown of it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config import effective_yaml, load_config
from syndicator.config.references import escape_references, follow_references
from syndicator.config.show import iso
from syndicator.config.values import duration_of
from syndicator.model.rights import Form, SourceTerms
from syndicator.model.settings import Database, Output
from syndicator.rights import decide
from syndicator.rights.builtin import BUILTIN
from tests.builders import NOON, an_entry
from tests.configs import NEWS, ROOT, SHIPPED, SITE, TODAY, mistakes, only_mistake

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


@given(st.text())
def test_an_escaped_text_is_read_back_as_it_was(text):
    assert follow_references(escape_references(text), {}) == text


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
