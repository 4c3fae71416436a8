"""The audit of a site finds every planted breach, and nothing on a clean site."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import delete, update

from syndicator.cli import main
from syndicator.cli.root import context_of
from syndicator.config import load_config
from syndicator.model.entries import EntryKey
from syndicator.model.feed import Enclosure, Person
from syndicator.model.rights import Evidence, Form
from syndicator.pipeline import auditing
from syndicator.pipeline.auditing import audit_site
from syndicator.pipeline.output import publish
from syndicator.store import entries, open_engine, reading, sources, transaction
from syndicator.store.schema import decisions, items
from tests.builders import NOON, an_entry

A = "{http://www.w3.org/2005/Atom}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
BY = "https://creativecommons.org/licenses/by/4.0/"
LINE = "Copyright © Ada Byron, The Review, 2026"
LOST = "The lost ledger of the ferry company"
SECRET = "What the harbour will announce tomorrow"

CONFIG = {
    "site": {
        "title": "Test site",
        "base_url": "http://test.example",
        "contact": "mailto:editor@test.example",
        "tag": "test.example,2026",
    },
    "publishers": {
        "news": {"name": "The News", "policy": "cc-by-4.0", "domains": ["news.example"]},
        "gazette": {"name": "Gazette", "policy": "all-rights-reserved"},
        "quiet": {"name": "Quiet Paper", "domains": ["quiet.example"]},
        "letters": {"name": "Letters", "policy": "cc-by-nd-4.0", "domains": ["letters.example"]},
        "review": {"name": "The Review", "policy": "review", "domains": ["review.example"]},
        "self": {"name": "Test site", "policy": "own-work", "own": True},
    },
    "policies": {
        "review": {
            "title": "Reposting The Review",
            "reviewed": "2026-09-01",
            "text_url": "https://review.example/terms",
            "copyright_template": "Copyright © {author}, The Review, {year}",
            "media": "include",
            "permissions": [
                {
                    "forms": ["full", "excerpt"],
                    "when": {"channel": ["community"]},
                    "duties": ["link", "copyright_notice", "disclaimer", "usage_info"],
                }
            ],
            "contact": {"usage": "mailto:rights@review.example"},
        }
    },
    "grants": [
        {
            "id": "gazette-letter",
            "grantor": "gazette",
            "reference": "letter of 1 October",
            "from": "2026-10-01",
            "until": "2027-06-01",
            "forms": ["full"],
            "scope": {"works": ["https://gazette.example/granted"], "channels": ["community"]},
        }
    ],
    "sources": [
        {"id": name, "feed": f"https://{name}.example/feed", "publisher": name}
        for name in ("news", "gazette", "quiet", "letters", "review")
    ],
    "themes": [{"id": "floods", "title": "Floods", "match": {"any": ["flood1"]}}],
    "outputs": [
        {"id": "main", "channel": "community"},
        {"id": "shop", "channel": "commercial", "formats": ["atom", "rss", "json"]},
    ],
}


def words(stem, first=1, last=400):
    """Return words that no other article has."""
    return " ".join(f"{stem}{n}" + "." * (n % 10 == 0) for n in range(first, last + 1))


def work(name):
    return f"tag:test.example,2026:article/{name}"


def a_copy(source, name, **fields):
    return an_entry(
        **{
            "source_id": source,
            "key": EntryKey(f"{source}-{name}"),
            "article_id": work(name),
            "title": f"Story of the {name} in {len(name)} parts",
            "url": f"https://{source}.example/{name}",
            "authors": (Person(name="Ada Byron"),),
            "content_html": f"<p>{words(name)}</p>",
        }
        | fields
    )


PICTURE = '<p><img src="https://review.example/p.jpg"> And a picture.</p>'
ENTRIES = (
    a_copy("news", "flood", content_html=f"<p>{words('flood')}</p>{PICTURE}"),
    a_copy(
        "gazette",
        "bridge",
        content_html=f'<p>{words("bridge")}<img src="https://gazette.example/b.jpg"></p>',
    ),
    a_copy("gazette", "granted"),
    a_copy("quiet", "market"),
    a_copy("letters", "essay"),
    a_copy(
        "review",
        "river",
        content_html=f"<p>{words('river')}</p>{PICTURE}",
        enclosures=(Enclosure(url="https://review.example/river.mp3", type="audio/mpeg"),),
    ),
    a_copy("news", "shared"),
    a_copy("review", "shared", content_html=f"<p>{words('other')}</p>"),
    a_copy("news", "nowhere", url=None),
    a_copy("news", "lost", title=LOST),
    a_copy(
        "news",
        "secret",
        title=SECRET,
        evidence=(Evidence(fact="embargo", value="2026-12-24T00:00:00+00:00"),),
    ),
    a_copy("seeds", "own", url="http://test.example/articles/own.html"),
)


def built(root):
    """Return a site in *root* as it is published: every form, every format, two outputs."""
    (root / "config").mkdir()
    (root / "seeds").mkdir()
    document = CONFIG | {
        "database": {"url": f"sqlite:///{root}/store.db"},
        "publish": {"directory": str(root / "public")},
        "seeds": {"directory": str(root / "seeds")},
    }
    (root / "config" / "all.yaml").write_text(yaml.safe_dump(document), "utf-8")
    config = load_config(root / "config", {})
    engine = open_engine(config.database.url)
    with transaction(engine) as tx:
        sources.follow(tx, {s.id: s.feed for s in config.sources}, now=NOON)
        entries.save_new(tx, ENTRIES, {})
    ctx = context_of(config, engine)
    assert publish(ctx, NOON).problems == ()
    with transaction(engine) as tx:
        entries.remove(tx, "news", EntryKey("news-lost"), why="takedown", at=NOON)
    assert publish(ctx, NOON).problems == ()
    return ctx


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    ctx = built(tmp_path_factory.mktemp("site"))
    yield ctx
    ctx.engine.dispose()


@pytest.fixture
def another(tmp_path):
    """A site whose store a test may change."""
    ctx = built(tmp_path)
    yield ctx
    ctx.engine.dispose()


@pytest.fixture
def site(clean, tmp_path):
    """A copy of the published files that a test may change."""
    shutil.copytree(clean.public, tmp_path / "public")
    where = replace(clean.config.publish, directory=str(tmp_path / "public"))
    return replace(clean, config=replace(clean.config, publish=where))


def audited(ctx, now=NOON):
    with reading(ctx.engine) as tx:
        return audit_site(ctx, tx, now)


def found(ctx, severity="error", **options):
    return {(r.check, r.file) for r in audited(ctx, **options).remarks if r.severity == severity}


# --- how breaches are planted --------------------------------------------------------------


def text(path, old, new, count=-1):
    """Return what replaces *old* in a file; *old* must be there."""

    def plant(public):
        before = (public / path).read_text("utf-8")
        assert old in before
        (public / path).write_text(before.replace(old, new, count), "utf-8")

    return path, plant


def put(path, content):
    def plant(public):
        (public / path).parent.mkdir(parents=True, exist_ok=True)
        (public / path).write_text(content, "utf-8")

    return path, plant


def gone(path, of=None):
    return of or path, lambda public: (public / path).unlink()


def atom(path, name, change):
    """Return a change of the entry *name* of an Atom feed (None: of the feed)."""
    return path, lambda public: _edit_xml(public / path, name, change, f"{A}entry", f"{A}id")


def rss(path, name, change):
    return path, lambda public: _edit_xml(public / path, name, change, "channel/item", "guid")


def _edit_xml(path, name, change, items, key):
    root = etree.fromstring(path.read_bytes())
    found = [x for x in root.iterfind(items) if x.findtext(key) == (name and work(name))]
    change(found[0] if name else root)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def jsonfeed(path, name, change):
    def plant(public):
        feed = json.loads((public / path).read_bytes())
        found = [item for item in feed["items"] if item["id"] == (name and work(name))]
        change(found[0] if name else feed)
        (public / path).write_text(json.dumps(feed), "utf-8")

    return path, plant


def within(tag, old, new):
    """Return a change of the text of one element."""

    def change(entry):
        element = entry.find(tag)
        assert old in element.text
        element.text = element.text.replace(old, new)

    return change


def member(key, old, new):
    def change(item):
        assert old in item[key]
        item[key] = item[key].replace(old, new)

    return change


def without(tag):
    return lambda entry: entry.remove(entry.find(tag))


def with_text(tag, value):
    def change(entry):
        entry.find(tag).text = value

    return change


def more(tag, value):
    """Return a change that puts *value* behind the text of one element."""

    def change(entry):
        entry.find(tag).text += value

    return change


def adding(tag, value=None, **attributes):
    def change(entry):
        etree.SubElement(entry, tag, attributes).text = value

    return change


def twice(entry):
    entry.addnext(etree.fromstring(etree.tostring(entry)))


def setting(**fields):
    return lambda item: item.update(fields)


def tombstone(name, when):
    return adding(f"{AT}deleted-entry", ref=work(name), when=when)


def swap(first, second):
    """Return a change that exchanges the texts of two items of a JSON feed."""

    def change(feed):
        by_id = {item["id"]: item for item in feed["items"]}
        one, two = by_id[work(first)], by_id[work(second)]
        one["content_html"] = one["content_html"].replace(words(first), words(second))
        two["content_html"] = two["content_html"].replace(words(second), words(first))

    return change


ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}license"
MORE = words("bridge", 41, 70)
QUOTED = words("bridge", 1, 40)
MARKET = words("market")
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
FLOOD = "https://news.example/flood"

PLANTED = [
    # 1: decided
    pytest.param(1, rss("all.rss", "flood", with_text("guid", work("nobody"))), id="1-rss-id"),
    pytest.param(1, atom("all.atom", "flood", with_text(f"{A}id", "x:1")), id="1-atom-id"),
    pytest.param(1, rss("all.rss", "flood", with_text("guid", work("nowhere"))), id="1-rss-back"),
    pytest.param(
        1, jsonfeed("all.json", "market", setting(id=work("nowhere"))), id="1-json-withheld-back"
    ),
    pytest.param(
        1, rss("sources/news.rss", "flood", with_text("guid", work("river"))), id="1-other-source"
    ),
    # 2: form
    pytest.param(
        2,
        atom("all.atom", "bridge", within(f"{A}summary", QUOTED, f"{QUOTED} {MORE}")),
        id="2-atom-longer-excerpt",
    ),
    pytest.param(
        2,
        rss("all.rss", "bridge", within("description", QUOTED, f"{QUOTED} {MORE}")),
        id="2-rss-longer-excerpt",
    ),
    pytest.param(
        2,
        jsonfeed("all.json", "bridge", member("content_html", QUOTED, f"{QUOTED} {MORE}")),
        id="2-json-longer-excerpt",
    ),
    pytest.param(2, text("all.html", QUOTED, f"{QUOTED} {MORE}"), id="2-html-longer-excerpt"),
    pytest.param(
        2,
        atom("all.atom", "market", adding(f"{A}content", words("market"), type="html")),
        id="2-atom-body-in-link-form",
    ),
    pytest.param(
        2, rss("all.rss", "market", adding(ENCODED, words("market"))), id="2-rss-body-in-link-form"
    ),
    pytest.param(
        2,
        jsonfeed("all.json", "market", lambda i: i.update(content_html=words("market"))),
        id="2-json-body-in-link-form",
    ),
    pytest.param(
        2, text("all.html", "</main>", f"</main><div>{words('market')}</div>"), id="2-html-beside"
    ),
    pytest.param(
        2,
        text("all.html", "</footer>", f"</footer><p hidden>{MORE}</p>"),
        id="2-html-hidden-beside",
    ),
    pytest.param(
        2,
        jsonfeed("all.json", "bridge", lambda i: i["_syndicator"].update(form="full")),
        id="2-says",
    ),
    *(
        pytest.param(2, planted, id=f"2-{name}")
        for name, planted in {
            "json-content-text": jsonfeed("all.json", "market", setting(content_text=MARKET)),
            "json-summary": jsonfeed(
                "all.json", "bridge", member("summary", "Ada", words("bridge"))
            ),
            "json-member": jsonfeed("all.json", "market", setting(_whole={"text": [MARKET]})),
            "json-feed": jsonfeed("all.json", None, setting(description=MARKET)),
            "atom-second-summary": atom("all.atom", "market", adding(f"{A}summary", MARKET)),
            "atom-title": atom("all.atom", "market", with_text(f"{A}title", MARKET)),
            "atom-comment": atom("all.atom", "market", lambda x: x.append(etree.Comment(MARKET))),
            "atom-subtitle": atom("all.atom", None, with_text(f"{A}subtitle", MARKET)),
            "atom-label": atom("all.atom", "market", adding(f"{A}category", label=MARKET)),
            "atom-html-comment": atom(
                "all.atom", "market", more(f"{A}summary", f"<!--{MARKET}-->")
            ),
            "rss-second-description": rss(
                "all.rss", "bridge", adding("description", words("bridge"))
            ),
            "rss-tooltip": rss(
                "all.rss", "market", more("description", f'<b title="{MARKET}">x</b>')
            ),
            "rss-other-vocabulary": rss("all.rss", "market", adding(f"{ITUNES}summary", MARKET)),
            "rss-channel": rss("all.rss", None, lambda x: adding("category", MARKET)(x[0])),
            "html-comment": text("all.html", "</main>", f"<!-- {MARKET} --></main>"),
            "html-meta": text("all.html", "</head>", f'<meta content="{MARKET}"></head>'),
            "html-script": text("all.html", "</main>", f'<script>"{MARKET}"</script></main>'),
            "html-before-it": text("all.html", "<html", f"<!-- {MARKET} --><html"),
            "index": text("index.html", "</main>", f"<p>{MARKET}</p></main>"),
            "index-comment": text("index.html", "</main>", f"<!-- {MARKET} --></main>"),
            "opml": text("feeds.opml", "<body>", f'<body><outline text="{MARKET}"/>'),
        }.items()
    ),
    # 3: duties in the words
    pytest.param(
        3,
        jsonfeed("all.json", "flood", member("content_html", ">The News</a>", "></a>The News")),
        id="3-json-link-without-words",
    ),
    pytest.param(
        3, rss("all.rss", "flood", within(ENCODED, "Ada Byron", "somebody")), id="3-rss-author"
    ),
    pytest.param(
        3,
        rss("all.rss", "flood", within("description", "Ada Byron", "")),
        id="3-rss-author-summary",
    ),
    pytest.param(
        3, atom("all.atom", "flood", within(f"{A}content", "The News", "x")), id="3-atom-source"
    ),
    pytest.param(
        3,
        jsonfeed("all.json", "flood", member("content_html", FLOOD, "https://news.example/")),
        id="3-json-other-href",
    ),
    pytest.param(
        3,
        atom("all.atom", "flood", within(f"{A}content", "<a href=", '<a rel="nofollow" href=')),
        id="3-atom-nofollow",
    ),
    pytest.param(
        3, rss("all.rss", "river", within(ENCODED, LINE, "All yours")), id="3-rss-copyright"
    ),
    pytest.param(
        3,
        jsonfeed("all.json", "river", member("content_html", "Responsibility", "Nothing")),
        id="3-json-disclaimer",
    ),
    pytest.param(
        3,
        atom("all.atom", "river", within(f"{A}content", "rights@review.example", "us")),
        id="3-atom-usage",
    ),
    pytest.param(3, text("all.html", f'href="{BY}"', 'href="#"'), id="3-html-licence-link"),
    pytest.param(
        3,
        rss("all.rss", "bridge", within("description", "Excerpt", "Text")),
        id="3-rss-excerpt-mark",
    ),
    # 4: duties in the elements
    pytest.param(4, atom("all.atom", "flood", without(f"{A}author")), id="4-atom-author"),
    pytest.param(4, rss("all.rss", "flood", without(f"{DC}creator")), id="4-rss-creator"),
    pytest.param(4, rss("all.rss", "flood", adding(f"{DC}creator", "Eve")), id="4-rss-stranger"),
    pytest.param(
        4, jsonfeed("all.json", "market", setting(authors=[{"name": "Eve"}])), id="4-json-stranger"
    ),
    pytest.param(
        4,
        atom("all.atom", "flood", adding(f"{A}link", rel="via", href="https://eve.example/")),
        id="4-atom-station",
    ),
    pytest.param(
        4, rss("all.rss", "river", with_text(f"{DC}rights", "Copyright © us")), id="4-rss-rights"
    ),
    pytest.param(
        4,
        jsonfeed(
            "all.json", "river", lambda i: i["_syndicator"]["rights"].update(notice="© us, 2026")
        ),
        id="4-json-copyright",
    ),
    pytest.param(4, rss("all.rss", "flood", without(CC)), id="4-rss-licence"),
    pytest.param(4, text("all.atom", f'rel="license" href="{BY}"', 'rel="x"'), id="4-atom-licence"),
    pytest.param(
        4, rss("all.rss", "flood", with_text("link", "http://test.example/flood")), id="4-rss-link"
    ),
    # 5: together
    pytest.param(
        5,
        jsonfeed(
            "all.json",
            "river",
            lambda i: i.update(
                content_html=f"<p>{LINE}</p><p>.</p><p>.</p>" + i["content_html"].replace(LINE, "")
            ),
        ),
        id="5-json-apart",
    ),
    # 6: media
    pytest.param(
        6,
        rss(
            "all.rss", "flood", within(ENCODED, "flood1 ", '<img src="https://x.example/"> flood1 ')
        ),
        id="6-rss-img",
    ),
    pytest.param(
        6,
        jsonfeed("all.json", "flood", lambda i: i.update(image="https://x.example/i.jpg")),
        id="6-json-image",
    ),
    pytest.param(
        6,
        atom("all.atom", "flood", adding(f"{A}link", rel="enclosure", href="https://x.example/a")),
        id="6-atom-enclosure",
    ),
    pytest.param(
        6,
        text("all.html", "flood1 ", '<iframe src="https://x.example/"></iframe>flood1 '),
        id="6-html",
    ),
    # 7: verbatim
    pytest.param(
        7,
        jsonfeed("all.json", "essay", member("content_html", "essay9 ", "not ")),
        id="7-json-word",
    ),
    pytest.param(7, text("all.html", "essay9 ", "not "), id="7-html-word"),
    pytest.param(
        7,
        atom("all.atom", "essay", within(f"{A}content", words("essay", 9, 60), "")),
        id="7-atom-cut",
    ),
    # 8: licences
    pytest.param(
        8, atom("all.atom", None, adding(f"{A}link", rel="license", href=BY)), id="8-atom-feed"
    ),
    pytest.param(8, rss("all.rss", None, lambda x: adding(CC, BY)(x[0])), id="8-rss-channel"),
    pytest.param(
        8,
        jsonfeed("all.json", None, lambda f: f["_syndicator"].update(license=BY)),
        id="8-json-feed",
    ),
    pytest.param(
        8,
        text("all.html", "</footer>", f'<a rel="license" href="{BY}">CC</a></footer>'),
        id="8-html",
    ),
    pytest.param(
        8,
        atom("all.atom", None, with_text(f"{A}rights", "All of this: CC BY 4.0")),
        id="8-atom-rights",
    ),
    pytest.param(
        8,
        rss("all.rss", None, lambda x: with_text("copyright", "© 2026 Test site")(x[0])),
        id="8-rss-copyright",
    ),
    pytest.param(8, rss("all.rss", "market", adding(CC, BY)), id="8-rss-item-not-relied-on"),
    pytest.param(
        8,
        text("index.html", "</main>", f'<a rel="license" href="{BY}">CC</a></main>'),
        id="8-index",
    ),
    pytest.param(
        6,
        jsonfeed("all.json", "bridge", setting(icon="https://gazette.example/b.jpg")),
        id="6-icon",
    ),
    # 9: gone
    pytest.param(
        9, atom("all.atom", "flood", with_text(f"{A}id", work("lost"))), id="9-atom-taken-down"
    ),
    pytest.param(
        9,
        rss("all.rss", "market", with_text("link", "https://news.example/lost?utm_source=x")),
        id="9-rss-address",
    ),
    pytest.param(
        9,
        jsonfeed(
            "all.json", "market", setting(title=LOST, content_html=f"<p>{words('lost', 1, 30)}</p>")
        ),
        id="9-json-title-and-text",
    ),
    pytest.param(9, text("index.html", "</main>", f"<p>{LOST}</p></main>"), id="9-index-title"),
    pytest.param(
        9,
        text("feeds.opml", "<body>", f'<body><outline text="{SECRET}"/>'),
        id="9-opml-embargoed-title",
    ),
    pytest.param(
        9,
        atom("all.atom", "flood", lambda x: x.append(etree.Comment(words("secret")))),
        id="9-atom-embargoed-text",
    ),
    pytest.param(9, jsonfeed("all.json", None, setting(_x=words("secret"))), id="9-json-text"),
    pytest.param(
        9, text("all.html", "</main>", f'</main><a href="#x">{SECRET}</a>'), id="9-html-contents"
    ),
    pytest.param(
        9,
        jsonfeed("all.json", None, lambda f: f["_syndicator"].update(next=work("secret"))),
        id="9-json-id",
    ),
    pytest.param(
        9,
        put(
            "old/all.html",
            f'<article data-id="{work("lost")}"><h2>{LOST}</h2></article>{work("lost")}',
        ),
        id="9-unowned-file",
    ),
    # 10: tombstones
    pytest.param(
        10, atom("all.atom", None, tombstone("flood", "2026-11-23T11:00:00Z")), id="10-both-live"
    ),
    pytest.param(
        10, atom("all.atom", None, tombstone("nobody", "2026-11-23T11:00:00Z")), id="10-never-there"
    ),
    pytest.param(
        10, atom("all.atom", None, tombstone("lost", "2027-11-23T11:00:00Z")), id="10-to-come"
    ),
    pytest.param(10, atom("all.atom", None, tombstone("lost", "yesterday")), id="10-no-time"),
    pytest.param(
        10,
        jsonfeed(
            "all.json",
            None,
            lambda f: f["_syndicator"].update(
                removed=[{"id": work("flood"), "when": "2026-11-23T11:00:00Z"}]
            ),
        ),
        id="10-json-both-live",
    ),
    pytest.param(
        10,
        jsonfeed("all.json", None, lambda f: f["_syndicator"].pop("removed")),
        id="10-json-not-reported",
    ),
    pytest.param(10, atom("all.atom", None, without(f"{AT}deleted-entry")), id="10-atom-missing"),
    pytest.param(
        9, rss("all.rss", "lost", with_text("description", words("lost", 1, 12))), id="9-stub"
    ),
    # 11: twice, and mixed up
    pytest.param(11, atom("all.atom", "flood", twice), id="11-atom-twice"),
    pytest.param(11, rss("all.rss", "flood", twice), id="11-rss-twice"),
    pytest.param(
        11,
        rss(
            "all.rss",
            "flood",
            lambda i: (
                with_text("title", "Story of the market in 6 parts")(i),
                with_text("link", "https://quiet.example/market")(i),
            ),
        ),
        id="11-rss-same-under-two-ids",
    ),
    pytest.param(
        11, jsonfeed("all.json", None, swap("flood", "essay")), id="11-json-credits-swapped"
    ),
    pytest.param(
        11,
        jsonfeed("all.json", "shared", member("content_html", words("shared"), words("other"))),
        id="11-json-text-of-another-copy",
    ),
    # 12: commerce
    pytest.param(
        12,
        text("all.html", "</main>", '<ins class="adsbygoogle" data-ad-client="x"></ins></main>'),
        id="12-html-ads",
    ),
    pytest.param(
        12,
        text("index.html", "</main>", '<a href="https://www.paypal.com/donate?x">Give</a></main>'),
        id="12-index-payment",
    ),
    pytest.param(
        12,
        text(
            "themes/floods.html",
            "</body>",
            '<script src="https://js.stripe.com/v3/"></script></body>',
        ),
        id="12-html-checkout",
    ),
    # 16: well-formed and safe
    pytest.param(16, put("all.atom", "<feed><entry></feed>"), id="16-atom-broken"),
    pytest.param(16, put("all.rss", ""), id="16-rss-empty"),
    pytest.param(16, put("all.json", '{"items": ['), id="16-json-broken"),
    pytest.param(16, put("feeds.opml", "<opml><body></opml>"), id="16-opml-broken"),
    pytest.param(
        16,
        rss("all.rss", "flood", with_text("link", "javascript:alert(1)")),
        id="16-rss-script-link",
    ),
    pytest.param(
        16,
        atom("all.atom", "flood", adding(f"{A}link", rel="related", href="javascript:alert(1)")),
        id="16-atom-script-link",
    ),
    pytest.param(
        16,
        jsonfeed(
            "all.json", "flood", member("content_html", f'href="{FLOOD}"', 'href="javascript:x"')
        ),
        id="16-json-script-in-content",
    ),
    pytest.param(
        16,
        rss("all.rss", "river", with_text(f"{DC}rights", "<b>Copyright</b> © us")),
        id="16-rss-markup-in-rights",
    ),
    pytest.param(
        16,
        text("all.html", QUOTED, f"<ul><li><div>{QUOTED}<li>x</li></div></li></ul>"),
        id="16-html-moved-by-browsers",
    ),
    pytest.param(16, atom("all.atom", "flood", without(f"{A}updated")), id="16-atom-no-updated"),
    pytest.param(16, jsonfeed("all.json", None, lambda f: f.pop("version")), id="16-json-version"),
    pytest.param(
        16, text("index.html", 'href="feeds.opml"', 'href="data:x,y"'), id="16-index-data"
    ),
    *(
        pytest.param(16, text("all.html", "</main>", f"{part}</main>"), id=f"16-html-{name}")
        for name, part in {
            "frame": '<iframe src="https://news.example/flood"></iframe>',
            "picture": '<img src="https://review.example/p.jpg">',
            "script": '<script src="https://eve.example/x.js"></script>',
            "style": "<style>.syn-notice { display: none }</style>",
            "refresh": '<meta http-equiv="Refresh" content="0;url=https://eve.example/">',
        }.items()
    ),
    pytest.param(
        16, rss("all.rss", "flood", within(ENCODED, "<aside", "<aside hidden")), id="16-rss-hidden"
    ),
    pytest.param(
        16,
        atom("all.atom", "flood", within(f"{A}content", "<aside", '<aside style="font-size:0"')),
        id="16-atom-too-small",
    ),
    # 18: files nobody owns
    pytest.param(18, put("themes/retired.atom", "<feed/>"), id="18-retired-theme"),
    pytest.param(18, put("shop/all.html", "<p>"), id="18-format-that-is-off"),
    pytest.param(18, put("articles/x.html", "<p>"), id="18-page-of-no-article"),
    pytest.param(
        18,
        ("way-out", lambda public: (public / "way-out").symlink_to("/etc/hostname")),
        id="18-symbolic-link",
    ),
    # 19: links between files
    pytest.param(19, gone("themes/floods.html", of="index.html"), id="19-index-to-nowhere"),
    pytest.param(19, gone("themes/floods.atom", of="feeds.opml"), id="19-opml-to-nowhere"),
    pytest.param(
        19,
        text("all.atom", 'href="http://test.example/all.atom"', 'href="http://test.example/x"'),
        id="19-atom-self",
    ),
    pytest.param(
        19, jsonfeed("all.json", None, setting(feed_url="http://x.example/")), id="19-json"
    ),
]


def test_clean_site_has_no_error_and_shows_every_form(clean):
    report = audited(clean)

    assert [r for r in report.remarks if r.severity != "note"] == []
    assert set(report.forms) == {"full", "excerpt", "link"}
    assert report.publishers["The Review"] == 2
    assert report.files > 40


@pytest.mark.parametrize(("check", "planted"), PLANTED)
def test_planted_breach_is_found(site, check, planted):
    path, plant = planted

    plant(site.public)

    assert (check, path) in found(site)


def changed(ctx, **sections):
    """Return *ctx* with another configuration, as if nothing was published since."""
    config = replace(ctx.config, **sections)
    return replace(ctx, config=config, rules=config.rules(), digest="another")


def test_commerce_is_known_by_what_the_operator_lists(site):
    _, plant = text("all.html", "</main>", '<a class="Shop-Window" href="/x">x</a></main>')
    plant(site.public)
    listing = replace(site.config.publish, commerce=("shop-window",))

    assert (12, "all.html") not in found(site)
    assert (12, "all.html") in found(replace(site, config=replace(site.config, publish=listing)))


def test_revoked_grant_leaves_more_text_than_its_form_allows(clean):
    (grant,) = clean.config.grants
    revoked = replace(grant, revoked=NOON.date())

    after = changed(clean, grants=(revoked,))

    assert {(2, f"all.{f}") for f in ("atom", "rss", "json", "html")} <= found(after)
    assert (1, "") in found(after, "warning")


def test_takedown_that_was_not_published_is_found_in_every_file_that_shows_it(another):
    with transaction(another.engine) as tx:
        entries.remove(tx, "news", EntryKey("news-flood"), why="takedown", at=NOON)

    errors = found(another)

    shown = {str(p.relative_to(another.public)) for p in another.public.rglob("*") if is_shown(p)}
    assert {file for check, file in errors if check == 9} == shown
    assert (1, "") in found(another, "warning")


@pytest.mark.parametrize("format_", ["atom", "rss", "json", "html"])
def test_taken_down_text_that_came_back_by_another_source_is_found(another, format_):
    back = a_copy("review", "back", title=LOST, content_html=f"<p>{words('lost')}</p>")
    with transaction(another.engine) as tx:
        entries.save_new(tx, [back], {})
    publish(another, NOON)

    assert (9, f"all.{format_}") in found(another)


def test_own_article_that_moved_to_another_file_is_no_return(another):
    (before,) = [e for e in ENTRIES if e.source_id == "seeds"]
    address = "http://test.example/articles/moved.html"
    moved = replace(before, key=EntryKey("moved"), article_id=work("moved"), url=address)
    with transaction(another.engine) as tx:
        entries.remove(tx, "seeds", before.key, why="its file is gone", at=NOON)
        entries.save_new(tx, [moved], {})
    publish(another, NOON)

    assert found(another) == set()


def is_shown(path):
    return path.is_file() and b"article/flood" in path.read_bytes()


def test_embargo_is_over_when_it_is_over(site):
    path, plant = text("index.html", "</main>", f"<p>{SECRET}</p></main>")
    plant(site.public)

    now, later = found(site), found(site, now=NOON + timedelta(days=60))

    assert (9, path) in now
    assert (9, path) not in later


def test_decision_that_was_due_since_is_a_warning(clean):
    assert (1, "") in found(clean, "warning", now=NOON + timedelta(days=60))


def test_removal_is_reported_to_subscribers_of_the_clean_site(clean):
    feeds = [(clean.public / f"all.{f}").read_text() for f in ("atom", "rss", "json")]

    assert all(work("lost") in feed for feed in feeds)


def test_decision_that_comes_out_otherwise_the_second_time_is_found(clean, monkeypatch):
    decide = auditing.decide

    def moody(copy, output, rules, now):
        return replace(decide(copy, output, rules, now), form=Form.LINK)

    monkeypatch.setattr(auditing, "decide", moody)

    assert {r.item for r in audited(clean).remarks if r.check == 17} >= {work("essay")}


def told(ctx, check):
    return {(r.severity, r.item) for r in audited(ctx).remarks if r.check == check}


def test_work_without_a_recorded_decision_is_found(another):
    with transaction(another.engine) as tx:
        tx.execute(delete(decisions).where(decisions.c.article_id == work("essay")))

    assert told(another, 1) == {("warning", work("essay"))}


def test_decision_that_was_recorded_from_other_facts_is_found(another):
    with transaction(another.engine) as tx:
        tx.execute(
            update(items).where(items.c.key == "letters-essay").values(content_hash="another")
        )

    assert told(another, 1) == {("warning", work("essay"))}


def test_decision_that_was_recorded_otherwise_from_the_same_facts_is_found(another):
    with transaction(another.engine) as tx:
        mine = decisions.c.article_id == work("essay")
        tx.execute(update(decisions).where(mine).values(result_digest="another"))

    assert told(another, 17) == {("error", work("essay"))}


def run(ctx, *arguments):
    directory = str(ctx.public.parent / "config")
    return CliRunner().invoke(
        main, ["-q", "audit", "--config", directory, *arguments], env={"SOURCE_DATE_EPOCH": EPOCH}
    )


EPOCH = str(int(NOON.timestamp()))


def test_command_ends_with_0_on_a_clean_site_and_counts_what_is_there(clean):
    done = run(clean, "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 0, done.output
    assert (told["errors"], told["warnings"]) == (0, 0)
    assert told["not_checked"] == [15]
    assert sum(told["forms"].values()) == told["items"]
    assert "gazette-letter" in told["findings"][0]["problem"]


def test_command_ends_with_1_and_says_what_is_wrong_and_what_to_do(clean):
    stray = clean.public / "stray.html"
    stray.write_text("<p>")
    try:
        done = run(clean)
        told = json.loads(run(clean, "--json").stdout)
    finally:
        stray.unlink()

    assert done.exit_code == 1
    assert "stray.html: no configured feed has this name" in done.stdout
    assert "what to do: Delete the file" in done.stdout
    assert told["findings"][0] == {
        "check": 18,
        "title": "Every file belongs to a configured feed",
        "severity": "error",
        "file": "stray.html",
        "item": None,
        "problem": "no configured feed has this name",
        "advice": told["findings"][0]["advice"],
    }


def test_two_reprints_of_one_original_that_nobody_joined_are_worth_a_look_and_no_error(another):
    original = Evidence(
        fact="origin",
        value="Gazette",
        url="https://gazette.example/dam",
        rule="canonical",
        where="feed:link",
        confidence=0.9,
    )
    reprints = [
        a_copy(source, f"dam-{source}", title="The dam", evidence=(original,))
        for source in ("news", "letters")
    ]
    with transaction(another.engine) as tx:
        entries.save_new(tx, reprints, {})
    publish(another, NOON)

    assert (11, "all.atom") in found(another, "warning")
    assert not {file for check, file in found(another) if check == 11}
