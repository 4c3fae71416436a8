"""Configuration: how each mistake is told."""

from pathlib import Path

import pytest
import yaml

from tests.configs import NEWS, SITE, mistakes, only_mistake

# In one place


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


# In several files


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


# In references, and with secrets


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


# In how the parts fit together


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


# In files that cannot be read


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


def test_section_that_may_stand_in_a_file_that_cannot_be_read_is_not_missed(write):
    write("sources: []\n", site="")

    (told,) = mistakes(write("site:\n\ttitle: x\n", "b.yaml", site=""))

    assert told.startswith("config/b.yaml:2: is not valid YAML")
