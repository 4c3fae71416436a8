"""Small documents, each a template with one place that a test fills."""

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "atom": "http://www.w3.org/2005/Atom",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "thr": "http://purl.org/syndication/thread/1.0",
        "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        "cc": "http://web.resource.org/cc/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rsl": "https://rslstandard.org/rsl",
        "fac": "http://www.bloglines.com/about/specs/fac-1.0",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "wfw": "http://wellformedweb.org/CommentAPI/",
        "georss": "http://www.georss.org/georss",
        "podcast": "https://podcastindex.org/namespace/1.0",
    }.items()
)


def rss(item="", head="", version="2.0", tail=""):
    return (
        f'<rss version="{version}" {SPACES}><channel><title>News</title>'
        f"<link>https://news.example/</link><description>Of the town</description>{head}"
        f"<item><title>One</title><link>https://news.example/1</link>{item}</item>"
        f"<item><title>Two</title><guid>https://news.example/2</guid></item>{tail}</channel></rss>"
    )


def bare_rss(item="", head="", attributes=""):
    """RSS without any of the usual elements."""
    return (
        f'<rss version="2.0" {SPACES} {attributes}><channel>{head}'
        f"<item>{item}</item></channel></rss>"
    )


def atom(entry="", head="", attributes=""):
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES} {attributes}><title>News</title>'
        "<id>urn:example:feed</id><updated>2026-11-23T12:00:00Z</updated>"
        f'<link href="https://news.example/"/>{head}<entry><id>urn:example:1</id>'
        f"<title>One</title><updated>2026-11-23T12:00:00Z</updated>{entry}</entry></feed>"
    )


def bare_atom(entry="", head="", attributes=""):
    """Atom without any of the usual elements."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES} {attributes}>{head}'
        f"<entry>{entry}</entry></feed>"
    )


def atom03(entry="", head=""):
    return (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" {SPACES.partition(" ")[2]}>'
        f"<title>News</title>{head}<entry><id>urn:example:1</id><title>One</title>"
        f'<link rel="alternate" type="text/html" href="https://news.example/1"/>{entry}'
        "</entry></feed>"
    )


def rdf(item="", head="", after=""):
    return (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {SPACES}>'
        '<channel rdf:about="https://news.example/"><title>News</title>'
        f"<link>https://news.example/</link><description>Of the town</description>{head}"
        '<items><rdf:Seq><rdf:li rdf:resource="https://news.example/1"/></rdf:Seq></items>'
        '</channel><item rdf:about="https://news.example/1"><title>One</title>'
        f"<link>https://news.example/1</link>{item}</item>{after}</rdf:RDF>"
    )
