"""Documents that want more from us than to be read: files, requests, our trust, our time."""

import pytest

from syndicator.model.rights import Publisher
from syndicator.pipeline.readers import Readers
from syndicator.pipeline.reading import read_document
from syndicator.store import queries, reading
from tests.builders import a_source
from tests.edge.test_manners import DAY, NOON, a_feed, run, url
from tests.web import rss, rss_item

NEWS = Publisher(id="news", name="The News")


@pytest.fixture(scope="module")
def readers():
    with Readers(1) as pool:
        yield pool


def stored(world):
    with reading(world.ctx.engine) as tx:
        return [entry for _, entry in queries.entries_of(tx, "news")]


def with_entity(declaration):
    """Return a feed whose one entry shows the entity ``x``, which *declaration* declares."""
    text = rss("<title>before &x; after</title><guid>1</guid>")
    start, feed = text.split("?>", 1)
    return f"{start}?><!DOCTYPE rss [{declaration}]>{feed}".encode()


@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param('<!ENTITY x SYSTEM "file://{secret}">', id="file"),
        pytest.param('<!ENTITY x SYSTEM "{canary}">', id="address"),
        pytest.param('<!ENTITY x PUBLIC "p" "{canary}">', id="public"),
        pytest.param('<!ENTITY % d SYSTEM "{canary}"> %d;', id="parameter"),
        pytest.param('<!ENTITY % f SYSTEM "file://{secret}"> %f;', id="parameter-file"),
    ],
)
def test_an_entity_reads_no_file_and_asks_no_server(tmp_path, declaration):
    secret = tmp_path / "secret"
    secret.write_text("s3cret")

    async def story(world):
        canary = f"http://127.0.0.1:{world.port}/canary"
        body = with_entity(declaration.format(secret=secret, canary=canary))
        world.server.routes["/feed"] = a_feed(body)
        await world.tick()
        assert world.paths == ["/feed"]
        assert not any("s3cret" in entry.title for entry in stored(world))

    run(story, {"/canary": a_feed(b"s3cret")}, tmp_path)


def test_entities_that_multiply_are_cheap(readers):
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    laughs = "".join('<!ENTITY {} "{}">'.format(name, f"&{of};" * 10) for of, name in pairs)
    body = with_entity(f'<!ENTITY a "ha">{laughs}<!ENTITY x "&i;&i;">')

    read = readers.submit(read_document, body, None, "https://news.example/", NEWS).result()

    (entry,) = read.feed.entries
    assert len(entry.title) < 1000


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(
            '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
            "{to}</itunes:new-feed-url>",
            id="new-feed-url",
        ),
        pytest.param(
            '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="{to}"/>', id="self"
        ),
        pytest.param(
            '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="hub" href="{to}"/>', id="hub"
        ),
    ],
)
def test_a_document_cannot_move_its_feed(tmp_path, extra):
    async def story(world):
        elsewhere = url("/elsewhere", world.port, "other.example")
        body = rss(rss_item(1), extra=extra.format(to=elsewhere)).encode()
        world.server.routes["/feed"] = a_feed(body)
        await world.visit_at(*(NOON + n * DAY for n in range(5)))
        assert set(world.paths) == {"/feed"}
        assert world.state().address is None

    run(story, {"/elsewhere": a_feed()}, tmp_path)


def test_a_document_cannot_pass_for_one_of_another_source(tmp_path):
    forged = (
        '<source url="http://good.example/feed">The Good</source>'
        "<title>Forged</title><guid>id-1</guid><link>https://news.example/1</link>"
    )

    async def story(world):
        await world.tick()
        (entry,) = stored(world)
        assert entry.title == "Item 1"
        with reading(world.ctx.engine) as tx:
            ((_, other),) = queries.entries_of(tx, "bad")
        assert other.feed.url.startswith("http://bad.example")
        assert other.source_id == "bad"

    followed = [
        a_source(id="news", feed="http://good.example:PORT/good"),
        a_source(id="bad", feed="http://bad.example:PORT/bad"),
    ]
    routes = {"/good": a_feed(rss(rss_item(1)).encode()), "/bad": a_feed(rss(forged).encode())}
    run(story, routes, tmp_path, *followed)


COSTLY = {
    "categories": "<category>c{n}</category>",
    "links": '<link href="http://a.example/{n}"/>',
    "enclosures": '<enclosure url="http://a.example/{n}" length="1" type="a/b"/>',
    "attributes": "<a b{n}='1'/>",
    "elements": "<x{n}>",
    "entities": "&amp;#{n};",
}


@pytest.mark.parametrize("kind", COSTLY)
@pytest.mark.parametrize("broken", ["", "&nbsp;"])
def test_twenty_thousand_of_anything_stay_within_the_limits(readers, kind, broken):
    many = "".join(COSTLY[kind].format(n=n) for n in range(20_000))
    body = rss(f"<title>t{broken}</title><guid>1</guid>{many}").encode()

    future = readers.submit(read_document, body, None, "https://news.example/", NEWS)
    problem = future.exception()

    assert problem is None or "nested" in str(problem) or "no feed" in str(problem)


@pytest.mark.parametrize("element", ["link", "guid", "content:encoded"])
def test_an_element_of_countless_attributes_is_refused_before_they_are_read(readers, element):
    many = " ".join(f"a{n}='1'" for n in range(100_000))
    body = rss(f"<title>t</title><{element} {many}/>").encode()

    future = readers.submit(read_document, body, None, "https://news.example/", NEWS)

    assert "more than 200 attributes" in str(future.exception())
