"""What subscribers see when rights change: takedowns, grants, embargoes, picks."""

import json
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from lxml import etree

from syndicator.cli.root import context_of, read_config
from syndicator.pipeline import context, output
from syndicator.store import only_one, open_engine, transaction
from syndicator.store.stale import mark_stale
from tests.web import rss, rss_item

ATOM = "{http://www.w3.org/2005/Atom}"
TOMB = "{http://purl.org/atompub/tombstones/1.0}"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "The mayor never learned who paid for the bridge. " * 12
URL = "https://news.example/2"


def at(**later):
    """Environment in which it is that much after noon."""
    return {"SOURCE_DATE_EPOCH": str(int((NOON + timedelta(**later)).timestamp()))}


def sources(web, *names, **more):
    return [{"id": name, "feed": f"{web.url}/{name}", "publisher": "news"} | more for name in names]


@pytest.fixture
def news(site):
    """A site with one source of two items; the second one will have to go."""
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))
    site.configure(sources=sources(site.web, "feed"))
    site.once(**at())
    return site


def did(site, *arguments, **environment):
    done = site.run(*arguments, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def taken_down(site, *arguments, when=None, target=URL):
    claim = ("--claimant", "Ada Byron", "--ground", "copyright", "--by", "ed")
    return did(site, "takedown", "add", target, *claim, *arguments, **(when or at(hours=1)))


def entries(site, name="all"):
    """Entries of the Atom feed by title."""
    found = feedparser.parse(site.files()[f"{name}.atom"]).entries
    return {entry.title: entry for entry in found}


def tombstones(site, name="all"):
    root = etree.fromstring(site.files()[f"{name}.atom"])
    return {t.get("ref"): t.get("when") for t in root.iter(f"{TOMB}deleted-entry")}


def showing(site, words):
    """Files in which *words* stand."""
    return [path for path, body in site.files().items() if words.encode() in body]


def quiet(site, *arguments, **environment):
    """Publish again and say whether no byte changed."""
    before = site.files()
    did(site, *(arguments or ("publish",)), **environment)
    return site.files() == before


def test_takedown_takes_our_id_as_explain_prints_it(news):
    article = entries(news)["Item 1"].id

    said = taken_down(news, target=article)

    assert "1 article" in said
    assert "Item 1" not in entries(news)
    assert article in tombstones(news)


def test_takedown_is_told_in_every_format_and_nothing_is_left(news):
    item = entries(news)["Item 2"]

    taken_down(news)

    assert not showing(news, "The mayor never") + showing(news, "Item 2") + showing(news, URL)
    assert tombstones(news) == {item.id: "2026-11-23T13:00:00Z"}
    stub = entries(news)["[removed]"]
    assert (stub.id, stub.updated) == (item.id, "2026-11-23T13:00:00Z")
    in_rss = feedparser.parse(news.files()["sources/feed.rss"]).entries
    assert [e.title for e in in_rss if e.id == item.id] == ["[removed]"]
    in_json = json.loads(news.files()["authors/ada-byron.json"])
    assert [r["id"] for r in in_json["_syndicator"]["removed"]] == [item.id]
    assert [i["title"] for i in in_json["items"]] == ["Item 1", "[removed]"]
    assert item.id not in news.files()["all.html"].decode()
    assert not showing(news, "Ada Byron asked") + showing(news, "copyright claim")
    assert quiet(news, **at(hours=2))


def test_takedown_is_told_for_its_time_and_then_forgotten(news):
    taken_down(news)

    did(news, "publish", **at(days=7, hours=1, seconds=-1))
    assert "[removed]" in entries(news)
    did(news, "publish", **at(days=7, hours=1))
    assert "[removed]" not in entries(news)
    assert tombstones(news)
    assert "[removed]" not in news.files()["all.rss"].decode()
    assert quiet(news, **at(days=8))
    did(news, "publish", **at(days=30, hours=1))
    assert not tombstones(news)
    assert not showing(news, "The mayor never")


def test_text_that_was_taken_down_comes_back_by_no_feed(news):
    taken_down(news)
    again = rss_item(7, text=f"First published elsewhere. {SECRET}", site="https://other.example")
    news.web.put("/other", rss(again, rss_item(8, site="https://other.example"), title="Other"))
    news.configure(sources=sources(news.web, "feed", "other"))

    news.once("--all", **at(hours=2))

    assert set(entries(news)) == {"Item 1", "Item 8", "[removed]"}
    assert not showing(news, "The mayor never")
    # What was never shown here is not announced either.
    assert len(tombstones(news)) == 1
    (told,) = json.loads(news.run("takedown", "list", "--json").stdout)
    assert sorted(told["works"].values()) == ["its address", "the same text"]


def test_edited_copy_of_a_work_that_was_taken_down_stays_away(news):
    taken_down(news)
    news.web.put("/feed", rss(rss_item(1), rss_item(2, text="Rewritten: " + SECRET)))

    news.once("--all", **at(hours=2))

    assert not showing(news, "The mayor never")
    assert "The mayor never" not in (news.root / "store.db").read_bytes().decode("latin-1")


def test_lifted_takedown_brings_the_article_back_under_its_id_and_later(news):
    before = entries(news)["Item 2"]
    taken_down(news)

    did(news, "takedown", "lift", "1", "--reference", "counter-notice", **at(hours=2))
    news.once(**at(hours=2))

    after = entries(news)["Item 2"]
    assert after.id == before.id
    assert after.updated > "2026-11-23T13:00:00Z" > before.updated
    assert len(showing(news, "The mayor never")) == len(showing(news, "Item 2"))
    assert tombstones(news) == {}
    assert "[removed]" not in entries(news)
    (told,) = json.loads(news.run("takedown", "list", "--all", "--json").stdout)
    assert (told["in_force"], told["lifted"]["reference"]) == (False, "counter-notice")
    assert quiet(news, **at(hours=3))


def test_takedown_that_ends_by_itself_needs_no_hand(news):
    taken_down(news, "--until", "2026-11-25")
    assert not showing(news, "The mayor never")

    did(news, "publish", **at(days=2))

    assert "Item 2" in entries(news)
    assert showing(news, "The mayor never")
    assert tombstones(news) == {}


def test_takedown_of_the_text_leaves_the_pointer(news):
    before = entries(news)["Item 2"]

    taken_down(news, "--scope", "text")

    after = entries(news)["Item 2"]
    assert (after.id, after.link) == (before.id, URL)
    assert after.updated > before.updated
    assert not showing(news, "The mayor never")
    assert tombstones(news) == {}


@pytest.mark.parametrize(
    ("kind", "target", "left"),
    [
        pytest.param("work", "Item 2", {"Item 1"}, id="part-of-the-title"),
        pytest.param("pattern", "http://www.news.example/*", set(), id="pattern"),
        pytest.param("source", "feed", set(), id="source"),
        pytest.param("owner", "The News", set(), id="publisher"),
        pytest.param("owner", "ada byron", set(), id="author"),
        pytest.param("owner", "Somebody Else", {"Item 1", "Item 2"}, id="nobody-here"),
    ],
)
def test_takedown_reaches_what_is_named(news, kind, target, left):
    plan = taken_down(news, "--as", kind, "--dry-run", target=target)
    assert set(entries(news)) == {"Item 1", "Item 2"}

    taken_down(news, "--as", kind, "--no-stub", target=target)

    assert set(entries(news)) == left
    assert plan.startswith(f"{2 - len(left)} article")
    assert len(tombstones(news)) == 2 - len(left)


def test_takedown_of_a_text_takes_away_the_article_that_holds_it(news, tmp_path):
    claimed = tmp_path / "claimed.txt"
    claimed.write_text(SECRET)
    assert showing(news, "The mayor never")

    taken_down(news, "--as", "text", target=str(claimed))

    assert not showing(news, "The mayor never")


def test_takedown_in_one_output_leaves_the_other(site):
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))
    outputs = [{"id": "main", "channel": "community"}, {"id": "mail", "channel": "community"}]
    site.configure(sources=sources(site.web, "feed"), outputs=outputs)
    site.once(**at())

    taken_down(site, "--output", "mail")

    assert "Item 2" in entries(site)
    assert "Item 2" not in entries(site, "mail/all")
    assert tombstones(site) == {}
    assert len(tombstones(site, "mail/all")) == 1


def test_takedown_that_came_before_the_article_keeps_it_out_unannounced(site):
    site.web.put("/feed", rss(rss_item(1)))
    site.configure(sources=sources(site.web, "feed"))
    site.once(**at())
    taken_down(site)
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))

    site.once("--all", **at(hours=2))

    assert set(entries(site)) == {"Item 1"}
    assert tombstones(site) == {}


def test_own_article_that_is_taken_down_loses_its_page(site):
    site.configure()
    (site.root / "seeds" / "note.md").write_text("---\ntitle: Our note\n---\n" + SECRET)
    site.once(**at())
    (page,) = (site.root / "public" / "articles").glob("*.html")

    taken_down(site, "--as", "work", target="Our note")

    assert "This article was withdrawn" in page.read_text()
    assert "Record 1 of this site" in page.read_text()
    assert "Ada" not in page.read_text()
    assert not showing(site, "The mayor never") + showing(site, "Our note")
    assert "sources/seeds" not in site.files()["index.html"].decode()
    done = site.run("audit", "--json", **at(hours=1, minutes=1))
    assert [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"] == []
    did(site, "takedown", "lift", "1", **at(hours=2))
    site.once(**at(hours=3))
    assert "The mayor never" in page.read_text()


def test_page_of_which_a_court_forbids_every_word_is_gone_without_one(site):
    site.configure()
    (site.root / "seeds" / "note.md").write_text("---\ntitle: Our note\n---\n" + SECRET)
    site.once(**at())
    assert list((site.root / "public" / "articles").glob("*.html"))

    taken_down(site, "--as", "work", "--no-stub", target="Our note")

    assert list((site.root / "public" / "articles").glob("*.html")) == []


def test_author_whose_only_article_was_taken_down_is_named_nowhere(site):
    theirs = rss_item(2, text=SECRET).replace("Ada Byron", "Grace Hopper")
    site.web.put("/feed", rss(rss_item(1), theirs))
    site.configure(sources=sources(site.web, "feed"))
    site.once(**at())
    assert len(showing(site, "Grace Hopper")) > 2

    taken_down(site)

    assert showing(site, "Grace Hopper") + showing(site, 'href="authors/grace-hopper') == []
    # Whoever subscribed to her learns that the article is gone; then the feed goes too.
    assert len(tombstones(site, "authors/grace-hopper")) == 1
    assert showing(site, "authors/grace-hopper") == [
        f"authors/grace-hopper.{suffix}" for suffix in ("atom", "html", "json", "rss")
    ]
    assert quiet(site, **at(hours=2))
    done = site.run("audit", "--json", **at(hours=2))
    assert [f for f in json.loads(done.stdout)["findings"] if f["severity"] != "note"] == []
    did(site, "publish", **at(days=31))
    assert not [path for path in site.files() if "grace" in path]


def test_author_whose_articles_are_all_withheld_is_named_nowhere(site):
    site.web.put("/feed", rss(rss_item(1)))
    policy = {"prohibitions": [{"forms": ["full", "excerpt", "link"]}]}
    site.configure(
        publishers={"news": {"name": "The News", "policy": "none", "domains": ["news.example"]}},
        policies={"none": policy},
        sources=sources(site.web, "feed"),
    )

    site.once(**at())

    assert showing(site, "Ada Byron") + showing(site, "ada-byron") == []


def test_files_are_written_again_by_another_version(news, monkeypatch):
    config = read_config(news.root / "config")
    ctx = context_of(config, open_engine(config.database.url))
    page = news.root / "public" / "all.html"
    page.write_text("by an earlier version")

    output.publish(ctx, NOON + timedelta(hours=1))
    left = page.read_text()
    monkeypatch.setattr(context, "RENDERED_BY", "another")
    output.publish(ctx, NOON + timedelta(hours=2))
    ctx.engine.dispose()

    assert left == "by an earlier version"
    assert "Item 2" in page.read_text()


def granting(site, **grant):
    site.configure(
        publishers={"news": {"name": "The News", "domains": ["news.example"]}},
        sources=sources(site.web, "feed"),
        grants=[
            {
                "id": "g1",
                "grantor": "news",
                "reference": "mail of 2026-11-01",
                "from": "2026-11-01",
                "until": "2026-11-30",
                "forms": ["full", "excerpt"],
            }
            | grant
        ],
    )


@pytest.fixture
def granted(site):
    """A site whose one source is opened by a grant alone."""
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))
    granting(site)
    site.once(**at())
    return site


def test_revoked_grant_takes_the_text_and_keeps_the_pointer_under_its_id(granted):
    before = entries(granted)["Item 2"]
    assert showing(granted, "The mayor never")
    granting(granted, revoked="2026-11-20")

    plan = did(granted, "publish", "--dry-run", **at(hours=1))
    assert showing(granted, "The mayor never")
    did(granted, "publish", **at(hours=1))

    assert plan.count("full -> link") == 2
    assert "GRANT_REVOKED" in plan
    assert not showing(granted, "The mayor never")
    after = entries(granted)["Item 2"]
    assert (after.id, after.updated) == (before.id, "2026-11-23T13:00:00Z")
    assert tombstones(granted) == {}
    assert quiet(granted, **at(hours=2))
    assert did(granted, "publish", "--dry-run", **at(hours=2)).startswith("0 form changes")


def test_grant_ends_and_starts_by_the_clock_alone(granted):
    asked = len(granted.web.requests)
    assert json.loads(did(granted, "grants", "--json", **at()))[0]["ends_soon"]

    did(granted, "publish", **at(days=8))
    assert not showing(granted, "The mayor never")
    (told,) = json.loads(did(granted, "grants", "--json", **at(days=8)))
    assert (told["state"], told["articles"]) == ("ended", 0)

    granting(granted, **{"from": "2026-12-05", "until": "never"})
    did(granted, "publish", **at(days=9))
    assert not showing(granted, "The mayor never")
    did(granted, "publish", **at(days=12))
    assert showing(granted, "The mayor never")
    assert entries(granted)["Item 2"].updated == "2026-12-05T12:00:00Z"
    assert len(granted.web.requests) == asked


def test_grants_tells_what_relies_on_each(granted):
    (told,) = json.loads(did(granted, "grants", "--json", **at()))

    assert (told["id"], told["state"], told["articles"]) == ("g1", "in force", 2)
    assert {r["output"] for r in told["relying"]} == {"main"}


def test_embargo_keeps_the_article_out_and_its_end_lets_it_in(site):
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))
    embargo = {"item": URL, "by": "ed", "at": "2026-11-23", "note": "agreed",
               "embargo_until": "2026-11-24T06:00:00Z"}  # fmt: skip
    site.configure(sources=sources(site.web, "feed"), overrides=[embargo])

    site.once(**at())
    assert not showing(site, "Item 2") + showing(site, "The mayor never")
    assert quiet(site, **at(hours=17))
    did(site, "publish", **at(hours=18))

    entry = entries(site)["Item 2"]
    assert (entry.published, entry.updated) == ("2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z")
    assert showing(site, "The mayor never")
    assert tombstones(site) == {}
    assert quiet(site, **at(hours=19))


def test_pick_opens_what_wants_individual_selection(site):
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text=SECRET)))
    policy = {"permissions": [{"forms": ["full"], "when": {"selection": "individual"}}]}
    site.configure(
        publishers={"news": {"name": "The News", "policy": "chosen", "domains": ["news.example"]}},
        policies={"chosen": policy},
        sources=sources(site.web, "feed"),
    )
    site.once(**at())
    assert not showing(site, "The mayor never")

    did(site, "pick", "add", URL, "--output", "main", "--note", "good", **at(hours=1))

    assert showing(site, "The mayor never")
    assert not showing(site, "A first paragraph")
    assert entries(site)["Item 2"].updated == "2026-11-23T13:00:00Z"
    (told,) = json.loads(did(site, "pick", "list", "--json"))
    assert (told["output"], told["note"], told["withdrawn"]) == ("main", "good", None)
    assert quiet(site, **at(hours=2))

    did(site, "pick", "withdraw", URL, "--output", "main", **at(hours=3))

    assert not showing(site, "The mayor never")
    assert entries(site)["Item 2"].updated == "2026-11-23T15:00:00Z"
    assert tombstones(site) == {}
    assert json.loads(did(site, "pick", "list", "--json")) == []


def test_undescribed_origin_is_one_task_that_a_further_article_opens_again(site):
    reprint = "This article was originally published by Zed Wire. " + SECRET
    site.web.put("/feed", rss(rss_item(1, text=reprint), rss_item(2, text=reprint + "More.")))
    site.configure(sources=sources(site.web, "feed"))
    site.once(**at())

    (task,) = json.loads(did(site, "tasks", "--json"))
    assert (task["kind"], task["subject"], task["count"]) == ("describe", "Zed Wire", 2)
    did(site, "tasks", "done", str(task["number"]), "--by", "ed", **at(hours=1))
    assert json.loads(did(site, "tasks", "--json")) == []
    site.web.put("/feed", rss(rss_item(3, text=reprint + "And more.")))
    site.once("--all", **at(hours=2))

    (task,) = json.loads(did(site, "tasks", "--json"))
    assert task["count"] == 1


def atom(*ids, deleted="", text=SECRET):
    inner = "".join(
        f"<entry><id>urn:x:{n}</id><title>Item {n}</title><updated>2026-11-20T09:00:00Z</updated>"
        f'<link href="https://news.example/{n}"/><content type="text">{text}{n}</content></entry>'
        for n in ids
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>urn:x</id><title>News</title>'
        f"<updated>2026-11-20T09:00:00Z</updated>{deleted}{inner}</feed>"
    )


GONE = '<at:deleted-entry ref="urn:x:2" when="2026-11-23T12:30:00Z"/>'


@pytest.mark.parametrize("trust", ["none", "own"])
def test_deletion_that_a_feed_states_is_a_task_and_a_trusted_one_is_done(site, trust):
    site.web.put("/feed", atom(1, 2))
    site.configure(sources=sources(site.web, "feed", trust=trust))
    site.once(**at())
    site.web.put("/feed", atom(1, deleted=GONE))

    site.once("--all", **at(hours=1))

    (task,) = [t for t in json.loads(did(site, "tasks", "--json")) if t["kind"] == "retraction"]
    assert task["count"] == 1
    assert ("Item 2" in entries(site)) == (trust == "none")
    assert len(tombstones(site)) == (trust == "own")
    assert bool(showing(site, "Withdrawn by its publisher.")) == (trust == "own")


@pytest.mark.parametrize("gone_at", ["news", "more"])
def test_retraction_by_the_origin_reaches_what_others_carry(site, gone_at):
    words = " ".join(f"word{n}" for n in range(200))
    credit = (
        "&lt;p>This article was originally published by "
        "&lt;a href='https://news.example/2'>Harbour Gazette&lt;/a>.&lt;/p>"
    )
    copied = atom(2, text=f"{credit}{words}").replace("news.example/2", "more.example/2", 1)
    site.web.put("/news", atom(2, text=words))
    site.web.put("/more", copied.replace('type="text"', 'type="html"'))
    site.configure(
        publishers={
            party: {"name": name, "policy": "cc-by-4.0", "domains": [f"{party}.example"]}
            for party, name in (("news", "Harbour Gazette"), ("more", "Quay Post"))
        },
        sources=[
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": name, "trust": "own"}
            for name in ("news", "more")
        ],
    )  # fmt: skip
    site.once(**at())
    (article,) = entries(site).values()
    site.web.put(f"/{gone_at}", atom(3, deleted=GONE, text="Something else. " * 20))

    site.once("--all", **at(hours=1))

    assert bool(showing(site, "word42")) is (gone_at == "more")
    assert (article.id in tombstones(site)) is (gone_at == "news")
    told = did(site, "explain", "https://more.example/2", **at(hours=1))
    assert ("Withdrawn by Harbour Gazette" in told) is (gone_at == "news")
    done = site.run("audit", "--json", **at(hours=1))
    assert [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("takedown", "lift", "9"), "there is no takedown 9", id="no-takedown"),
        pytest.param(("tasks", "done", "9"), "there is no task 9", id="no-task"),
        pytest.param(("pick", "add", URL, "--output", "x"), "no output 'x'", id="no-output"),
        pytest.param(("pick", "add", "Item", "--output", "main"), "2 articles", id="ambiguous"),
        pytest.param(("pick", "withdraw", URL, "--output", "main"), "not picked", id="no-pick"),
        pytest.param(
            ("takedown", "add", URL, "--claimant", "A", "--until", "soon"), "no date", id="no-date"
        ),
        pytest.param(
            ("takedown", "add", "tag:test.example,2026:article/none", "--claimant", "A"),
            "nothing in the store matches",
            id="id-of-nothing",
        ),
        pytest.param(
            ("takedown", "add", "https://news.example/*", "--claimant", "A"),
            "add --as pattern",
            id="star-in-an-address",
        ),
        pytest.param(
            ("takedown", "add", "Item 1", "--as", "url", "--claimant", "A"),
            "no address",
            id="title-as-address",
        ),
    ],
)
def test_mistake_is_a_plain_line_and_changes_nothing(news, arguments, said):
    before = news.files()

    done = news.run(*arguments)

    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert news.files() == before


def test_takedown_that_comes_while_feeds_are_written_is_not_lost(news, monkeypatch):
    config = read_config(news.root / "config")
    ctx = context_of(config, open_engine(config.database.url))
    with transaction(ctx.engine) as tx:
        mark_stale(tx, [1, 2])
    written = output.write_feed

    def write_and_be_overtaken(*arguments, **options):
        monkeypatch.setattr(output, "write_feed", written)
        assert "The running daemon publishes it" in taken_down(news)
        return written(*arguments, **options)

    monkeypatch.setattr(output, "write_feed", write_and_be_overtaken)
    with only_one(ctx.engine):
        output.publish(ctx, NOON + timedelta(hours=1, minutes=1))
    ctx.engine.dispose()

    did(news, "publish", **at(hours=2))

    assert not showing(news, "The mayor never")
    assert len(tombstones(news)) == 1


def test_override_that_no_article_answers_to_is_told_with_file_and_line(site):
    site.web.put("/feed", rss(rss_item(1)))
    found = {"by": "ed", "at": "2026-11-23", "note": "n", "author": "A. Reed"}
    items = ["https://news.example/1?utm_source=x", "https://news.example/11", "tag:x,2026:1"]
    site.configure(
        sources=sources(site.web, "feed"), overrides=[{"item": item, **found} for item in items]
    )

    done = site.run("once", **at())
    told = [t["evidence"] for t in json.loads(did(site, "tasks", "--json"))]

    assert len(told) == 2
    for evidence, item in zip(told, items[1:], strict=True):
        file, line, key, said = evidence.split(":", 3)
        assert file.endswith("config/all.yaml")
        assert int(line) > 1
        assert key.strip().startswith("overrides.")
        assert f"no article has the id or address {item};" in said
        assert evidence in done.stderr
    assert "correct an override" in did(site, "tasks")
