"""Headers, login and proxy of one source: sent where they belong, shown nowhere."""

import asyncio
import base64

import pytest

from syndicator.config import effective_yaml, load_config
from syndicator.errors import AddressRefused, ConfigError, FetchError
from syndicator.fetch import fetch_feed
from syndicator.fetch.access import Access, access_of, setup_digest
from syndicator.model.settings import Auth, Fetch
from tests.badserver import BODY, NOTHING, a_client, a_redirect, a_server, an_answer, limits
from tests.builders import a_source

SECRET = "s3cr3t-w0rd"


def a_private_source(feed, **fields):
    return a_source(
        feed=feed,
        **{
            "headers": {"X-Api-Key": SECRET, "Accept-Language": "fr"},
            "auth": Auth(user="reader", password=SECRET),
        }
        | fields,
    )


def fetched(source, url):
    async def story():
        async with a_client() as client:
            access = access_of(source, limits())
            return await fetch_feed(client, url, NOTHING, limits(), access=access)

    return story()


def test_headers_and_login_are_sent_to_the_own_origin():
    async def story():
        async with a_server({"/feed": an_answer(body=BODY)}) as server:
            await fetched(a_private_source(server.url()), server.url())
            return server.headers()

    headers = asyncio.run(story())

    login = base64.b64encode(f"reader:{SECRET}".encode()).decode()
    assert headers["authorization"] == f"Basic {login}"
    assert headers["x-api-key"] == SECRET
    assert headers["accept-language"] == "fr"
    assert headers["user-agent"].startswith("syndicator/")


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost"])
def test_neither_leaves_for_another_origin(host):
    async def story():
        async with a_server({"/feed": an_answer(body=BODY)}, host="0.0.0.0") as other:
            routes = {"/feed": a_redirect(other.url(host=host))}
            async with a_server(routes) as server:
                await fetched(a_private_source(server.url()), server.url())
            return other.headers()

    headers = asyncio.run(story())

    assert "authorization" not in headers
    assert "x-api-key" not in headers
    assert SECRET not in str(headers)


def test_another_port_is_another_origin():
    access = access_of(a_private_source("https://news.example/feed"), Fetch())

    assert access.headers_for("https://news.example:443/other")
    assert not access.headers_for("https://news.example:8443/feed")
    assert not access.headers_for("http://news.example/feed")
    assert not access.headers_for("https://www.news.example/feed")


def test_no_secret_is_in_what_a_traceback_or_an_error_shows():
    async def story():
        async with a_server({"/feed": an_answer("403 Forbidden")}) as server:
            with pytest.raises(FetchError) as refused:
                await fetched(a_private_source(server.url()), server.url() + f"?token={SECRET}")
            return refused.value

    error = asyncio.run(story())

    assert SECRET not in str(error)
    assert SECRET not in repr(error)
    assert SECRET not in repr(access_of(a_private_source("https://news.example/"), Fetch()))


def test_digest_of_the_way_changes_with_a_password_and_does_not_hold_it():
    one = setup_digest(a_private_source("https://a.example/"))
    other = setup_digest(
        a_private_source("https://a.example/", auth=Auth(user="reader", password="x"))
    )

    assert one != other
    assert SECRET not in one


async def proxied(server, writer):
    await server.send(writer, an_answer(body=BODY))


def through_proxy(url):
    async def story():
        async with a_server({url: proxied}) as proxy:
            access = Access(proxy=proxy.url("").rstrip("/"))
            async with a_client(allow_networks=()) as client:
                found = await fetch_feed(client, url, NOTHING, limits(), access=access)
                return found, proxy.requests

    return asyncio.run(story())


def test_a_proxy_is_asked_for_the_whole_address():
    found, requests = through_proxy("http://203.0.114.9/feed")

    assert found.body == BODY
    assert [path for path, _ in requests] == ["http://203.0.114.9/feed"]


def test_a_proxy_that_cannot_be_reached_is_named_without_its_login():
    async def story():
        async with a_client(allow_networks=()) as client:
            access = Access(proxy=f"http://ada:{SECRET}@127.0.0.1:1")
            url = "http://203.0.114.9/feed"
            await fetch_feed(client, url, NOTHING, limits(), access=access)

    with pytest.raises(
        FetchError, match=r"the proxy http://127\.0\.0\.1:1: Connection refused"
    ) as e:
        asyncio.run(story())
    assert SECRET not in str(e.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
def test_a_proxy_is_not_asked_for_addresses_that_are_not_public(host):
    with pytest.raises(AddressRefused):
        through_proxy(f"http://{host}/feed")


HEAD = """\
site: {title: T, base_url: 'https://a.example', contact: 'mailto:a@a.example'}
publishers: {p: {name: P}}
sources:
  - id: a
    feed: https://news.example/feed
    publisher: p
"""


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        pytest.param(
            "auth: {user: u, password: open}", "password: must not stand here", id="login"
        ),
        pytest.param("headers: {Authorization: open}", "must not stand here", id="header"),
        pytest.param("headers: {X-Api-Key: open}", "must not stand here", id="key-in-header"),
        pytest.param("headers: {Cookie: a=b}", "must not stand here", id="cookie"),
        pytest.param("headers: {User-Agent: me}", "set by syndicator itself", id="our-own-header"),
        pytest.param("headers: {If-None-Match: x}", "set by syndicator itself", id="validator"),
        pytest.param("headers: {'X Y': z}", "must be the name of a header", id="no-header-name"),
        pytest.param('headers: {X-A: "b\\r\\nc"}', "printable", id="header-injection"),
        pytest.param("auth: {user: 'a:b', password: '${PW}'}", "colon", id="colon-in-user"),
        pytest.param("proxy: socks5://p.example", "address of a proxy", id="no-http-proxy"),
        pytest.param("proxy: 'http://u:open@p.example:1'", "password", id="password-of-proxy"),
        pytest.param("min_interval: P1D\n    max_interval: PT1H", "shorter than", id="range"),
    ],
)
def test_mistakes_are_told_and_secrets_refused(tmp_path, keys, problem):
    (tmp_path / "a.yaml").write_text(f"{HEAD}    {keys}\n")

    with pytest.raises(ConfigError, match=problem) as refused:
        load_config(tmp_path, {"PW": SECRET})

    assert SECRET not in str(refused.value)


def test_by_reference_they_are_taken_and_masked_when_shown(tmp_path):
    (tmp_path / "a.yaml").write_text(
        f"{HEAD}    auth: {{user: u, password: '${{PW}}'}}\n"
        "    headers: {X-Api-Key: '${PW}', Accept-Language: fr}\n"
        "    proxy: 'http://u:${PW}@p.example:3128'\n"
    )

    config = load_config(tmp_path, {"PW": SECRET})

    (source,) = config.sources
    assert source.auth == Auth(user="u", password=SECRET)
    assert source.headers["X-Api-Key"] == SECRET
    assert source.proxy == f"http://u:{SECRET}@p.example:3128"
    assert SECRET not in effective_yaml(config)
