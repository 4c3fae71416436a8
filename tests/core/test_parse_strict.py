"""The strict reader gives the answer of the tolerant one, or none at all."""

import gzip
import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicator.errors import ParseError
from syndicator.parse import parse_feed
from syndicator.parse.names import RSS09
from syndicator.parse.strict import Declined, parse_strict
from syndicator.parse.tolerant import parse_xml
from syndicator.timestamps import parse_timestamp
from tests.core.feeds import atom, atom03, bare_atom, bare_rss, rdf, rss

CORPUS = Path(__file__).parents[3] / "shared" / "feedworld" / "corpus"
ADDRESS = "https://news.example/feeds/all.xml"

HTML = "&lt;p&gt;A &lt;a href='/x'&gt;b&lt;/a&gt; &amp;amp; c&amp;nbsp;d&lt;/p&gt;"
CDATA = "<![CDATA[<p>A <b>b</b> &amp; c &mdash; d</p>]]>"
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml"><p class="x">A <b>b</b> &amp; c<br/></p></div>'
TWO_DIVS = XHTML + '<div xmlns="http://www.w3.org/1999/xhtml">e</div>'

STATED = (
    "Mon, 23 Nov 2026 12:00:00 GMT",
    "Mon, 23 Nov 2026 12:00:00 +0100",
    "Mon, 23 Nov 2026 12:00:00 EST",
    "23 Nov 2026 12:00 -0500",
    "23 Nov 26 12:00:00 Z",
    "Fri, 23 Nov 2026 12:00:00 GMT",
    "2026-11-23T12:00:00Z",
    "2026-11-23T12:00:00.123+05:30",
    "2026-11-23T12:00Z",
    "2026-11-23 12:00:00",
    "2026-11-23",
    "2026-11",
    "20261123",
    "Mon Nov 23 12:00:00 2026",
    "November 23, 2026 12:00 PM",
    "23. November 2026, 12:00",
    "Mon, 23 Nov 2026 24:00:00 GMT",
    "Sat, 31 Dec 2016 23:59:60 GMT",
    " \n 2026-11-23T12:00:00Z \n ",
    "",
    "sometime in May",
    "1704103200",
    "1704103200000",
    "03-12-31",
    "--12-31",
    "12:00",
    "23/11/2026",
    "23.11.2026 12:00",
    "2026/11/23 12:00:00",
    "2026-327",
    "2026-11-23 12:00:00 +0000 UTC",
    "2026-11-23T12:00:00+01:00[Europe/Berlin]",
    "Mon Nov 23 2026 12:00:00 GMT+0100 (CET)",
    "Mon, 23 Nov 2026 12:00:00 XYZ",
    "Mon, 23 Nov 126 12:00:00 GMT",
    "Mon, 23 Nov 2026 12:00:00 ET",
    "Τετ, 23 Νοε 2026 12:00:00 +0200",
    "2026년 11월 23일 01:31:15",
    "2026-11-23 오후 01:31:15",
    "0000-00-00 00:00:00",
    "-0001-11-30T00:00:00+00:00",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Mon, 32 Nov 2026 12:00:00 GMT",
    "2026 was a good year",
)
DATES = {str(number): date for number, date in enumerate(STATED)}
RSS_DATES = ("pubDate", "dc:date", "dcterms:issued", "dcterms:modified", "atom:updated")
ATOM_DATES = ("published", "updated", "dc:date", "dcterms:created")

ATOM_TEXTS = ("title", "summary", "content", "rights")
RSS_TEXTS = ("description", "content:encoded", "itunes:summary", "dc:description")
TEXTS = {
    "plain": "A b",
    "escaped": HTML,
    "cdata": CDATA,
    "empty": "",
    "blank": " \n ",
    "ampersand": "Tea &amp; cake &lt; 5",
    "twice": "a &amp;amp; b &amp;lt;i&amp;gt;",
    "numbers": "&#8220;A&#x201D; &#160;b",
    "umlauts": "Größe &amp; Maß — “x”",
    "other-script": "图书馆周日开放 مكتبة",
    "lines": "One\n\nTwo\r\nthree\n\n\nFour",
    "comment": "A<!-- not this -->b",
    "instruction": "A<?php x?>b",
    "cdata-twice": "<![CDATA[A]]> and <![CDATA[B]]>",
    "mojibake": "GrÃ¶ÃŸe",
    "tags-as-words": "List&lt;T&gt; and &lt;b&gt;",
    "bidi": "A\u202eb\u202c",
    "long": "word " * 400,
}
SHAPES = {
    "none": ("", "A &amp; b &lt;i&gt;"),
    "text": ('type="text"', "A &amp; b &lt;i&gt;"),
    "html": ('type="html"', HTML),
    "HTML": ('type="HTML"', HTML),
    "html-cdata": ('type="html"', CDATA),
    "text-html": ('type="text/html"', HTML),
    "text-plain": ('type="text/plain"', "A\n\nB &lt; c"),
    "xhtml": ('type="xhtml"', XHTML),
    "xhtml-spaced": ('type="xhtml"', f"\n  {XHTML}\n"),
    "xhtml-two": ('type="xhtml"', TWO_DIVS),
    "xhtml-prefixed": (
        'type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"',
        '<h:div><h:p title="a &quot;b&quot;">A</h:p></h:div>',
    ),
    "xhtml-empty": ('type="xhtml"', '<div xmlns="http://www.w3.org/1999/xhtml"/>'),
    "xhtml-words": ('type="xhtml"', "no element"),
    "lang": ('type="html" xml:lang="de_AT"', HTML),
    "no-lang": ('type="html" xml:lang=""', HTML),
    "base": ('type="html" xml:base="https://other.example/d/"', HTML),
    "base-relative": ('type="html" xml:base="d/e/"', HTML),
}
CONSTRUCTS = {row: ">".join(parts) for row, parts in SHAPES.items()}
LINKS = {
    "plain": "<link>https://news.example/a</link>",
    "spaced": "<link>\n https://news.example/a \n</link>",
    "query": "<link>https://news.example/a?b=1&amp;c=2</link>",
    "entity-in-query": "<link>https://news.example/a?b=1&amp;amp;c=2&amp;copy;=1</link>",
    "cdata": "<link><![CDATA[https://news.example/a?b=1&c=2]]></link>",
    "relative": "<link>/a</link>",
    "protocol-relative": "<link>//other.example/a</link>",
    "spaces-in-it": "<link>https://news.example/a b</link>",
    "umlaut": "<link>https://news.example/ä</link>",
    "empty": "<link/>",
    "mail": "<link>mailto:a@example.org</link>",
    "script": "<link>javascript:alert(1)</link>",
    "two": "<link>https://news.example/a</link><link>https://news.example/b</link>",
    "href": '<link href="https://news.example/a"/>',
    "guid-only": "<guid>https://news.example/g</guid>",
    "guid-no-page": '<guid isPermaLink="false">https://news.example/g</guid>',
    "guid-first": "<guid>https://news.example/g</guid><link>https://news.example/a</link>",
    "guid-same": "<link>https://news.example/a</link><guid>https://news.example/a</guid>",
    "guid-words": "<guid>news 1</guid>",
    "guid-FALSE": '<guid isPermaLink="FALSE">https://news.example/g</guid>',
    "guid-blank": "<guid> </guid>",
    "guid-twice": "<guid>a</guid><guid>b</guid>",
    "origlink": "<link>https://feeds.example/~r/1</link>"
    "<feedburner:origLink>https://news.example/o</feedburner:origLink>",
    "atom-link": '<atom:link rel="canonical" href="https://news.example/c" title="C &amp; d"/>',
    "atom-alternate": '<atom:link href="https://news.example/c"/>',
    "replies": '<atom:link rel="replies" type="application/atom+xml" href="/r" thr:count="3"/>',
    "via": '<atom:link rel="VIA" href="https://other.example/v"/>',
    "empty-under-base": '<link xml:base="https://b.example/"/>',
    "text-under-base": '<link xml:base="d/">a</link>',
    "enclosure": '<enclosure url="https://news.example/a.mp3" type="Audio/MPEG" length="123"/>',
    "enclosure-odd": '<enclosure url="/a b.mp3" length="long"/>',
    "enclosures": '<enclosure url="https://news.example/a.mp3"/><enclosure url="/b.mp3"/>',
    "enclosure-empty": "<enclosure/>",
    "id": "<atom:id>urn:example:a</atom:id>",
}
ATOM_LINKS = {
    "alternate": '<link rel="alternate" href="https://news.example/a"/>',
    "no-rel": '<link href="/a"/>',
    "xhtml-page": '<link type="application/xhtml+xml" href="/a"/>',
    "not-a-page": '<link type="application/pdf" href="/a.pdf"/>',
    "two-languages": '<link hreflang="de" href="/de"/><link hreflang="en" href="/en"/>',
    "self": '<link rel="self" href="/a.atom"/>',
    "enclosure": '<link rel="enclosure" type="audio/mpeg" length="1" href="/a.mp3"/>',
    "license": '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>',
    "license-relative": '<link rel="license" href="/licence"/>',
    "related": '<link rel="related" href="https://other.example/" title="O"/>',
    "iana": '<link rel="http://www.iana.org/assignments/relation/alternate" href="/i"/>',
    "no-href": "<link>https://news.example/t</link>",
    "empty-href": '<link href=""/>',
    "base": '<link xml:base="https://other.example/x/" href="y"/>',
    "edit": '<link rel="edit" href="/edit"/><link rel="alternate" href="/a"/>',
}
PERSONS = {
    "name": "<author><name>Ada</name></author>",
    "all": "<author><name>Ada</name><uri>https://a.example/</uri><email>a@b.example</email></author>",
    "mail-only": "<author><email>ada@b.example</email></author>",
    "mail-first": "<author><email>ada@b.example</email><name>Ada</name></author>",
    "uri-only": "<author><uri>https://a.example/</uri></author>",
    "relative-uri": '<author xml:base="https://a.example/"><name>Ada</name><uri>ada</uri></author>',
    "two": "<author><name>Ada</name></author><author><name>Grace</name></author>",
    "two-one-mail": "<author><name>Ada</name></author><author><email>g@b.example</email></author>",
    "mail-then-name": "<author><name>A</name><email>a@b.example</email></author>"
    "<author><name>G</name></author>",
    "same-twice": "<author><name>Ada</name></author><author><name>Ada</name></author>",
    "empty": "<author/>",
    "empty-name": "<author><name/></author>",
    "extended": '<author><name>A</name><g:image xmlns:g="urn:g" rel="x" src="y"/></author>',
    "contributor": "<contributor><name>Grace</name></contributor>",
    "dc": "<dc:creator>Ada</dc:creator>",
    "dc-two": "<dc:creator>Ada</dc:creator><dc:creator>Grace</dc:creator>",
    "dc-mail": "<dc:creator>ada@b.example (Ada Byron)</dc:creator>",
    "dc-markup": "<dc:creator>&lt;b&gt;Ada&lt;/b&gt; &amp;amp; Co</dc:creator>",
    "dc-cdata": "<dc:creator><![CDATA[ Ada ]]></dc:creator>",
    "dc-contributor": "<dc:contributor>Grace</dc:contributor>",
    "publisher": "<dc:publisher>News Ltd</dc:publisher>",
    "itunes": "<itunes:author>Ada</itunes:author>",
    "both": "<dc:creator>Ada</dc:creator><itunes:author>Ada B.</itunes:author>",
}
RSS_PERSONS = {
    "mail": "<author>ada@b.example</author>",
    "mail-name": "<author>ada@b.example (Ada)</author>",
    "name-mail": "<author>Ada &lt;ada@b.example&gt;</author>",
    "mail-then-dc": "<author>ada@b.example (Ada)</author><dc:creator>Ada</dc:creator>",
    "words": "<author>Ada Byron</author>",
    "empty": "<author></author>",
    "owner": "<itunes:owner><itunes:name>N</itunes:name><itunes:email>n@b.example</itunes:email>"
    "</itunes:owner>",
    "author-owner": "<author>Ada</author><itunes:owner><itunes:name>N</itunes:name></itunes:owner>",
}
CATEGORIES = {
    "one": "<category>a</category>",
    "two": "<category>a</category><category>b</category>",
    "same": "<category>a</category><category>a</category>",
    "domain": '<category domain="https://t.example/">a</category>',
    "same-of-domains": '<category domain="x">a</category><category domain="y">a</category>',
    "empty": "<category/>",
    "empty-domain": '<category domain="x"/><category>a</category>',
    "cdata": "<category><![CDATA[a & b]]></category>",
    "twice-escaped": "<category>a &amp;amp; b</category>",
    "term": '<category term="a"/>',
    "label": '<category term="a" label="A &amp; B" scheme="s"/>',
    "term-and-text": '<category term="a">b</category>',
    "subject": "<dc:subject>a</dc:subject><dc:subject>b; c</dc:subject>",
    "keywords": "<media:keywords>a, b,,c</media:keywords>",
    "media": "<media:category>m/n</media:category>",
    "media-label": '<media:category label="M">m</media:category>',
    "many": "".join(f"<category>{n}</category>" for n in range(70)),
    "itunes-keywords": "<itunes:keywords>a,b</itunes:keywords>",
    "itunes": '<itunes:category text="Arts"><itunes:category text="Food"/></itunes:category>',
}
RIGHTS = {
    "dc": "<dc:rights>© 2026 Ada &amp; Co</dc:rights>",
    "atom": "<atom:rights>All rights reserved</atom:rights>",
    "markup": "<dc:rights>&lt;a href='x'&gt;CC BY&lt;/a&gt;</dc:rights>",
    "creative-commons": "<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/"
    "</creativeCommons:license>",
    "creative-commons-two": "<creativeCommons:license>https://a.example/</creativeCommons:license>"
    "<creativeCommons:license/>",
    "cc": '<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>',
    "rfc4946": '<atom:link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>',
    "dcterms-license": "<dcterms:license>https://l.example/</dcterms:license>",
    "dcterms-rights": "<dcterms:rights>Some</dcterms:rights>",
    "dcterms-version": "<dcterms:isVersionOf>https://o.example/1</dcterms:isVersionOf>",
    "dcterms-version-of-nothing": "<dcterms:isVersionOf>urn:x</dcterms:isVersionOf>",
    "dcterms-holder": "<dcterms:rightsHolder>Ada</dcterms:rightsHolder>",
    "dcterms-access": "<dcterms:accessRights>open</dcterms:accessRights>",
    "media-copyright": '<media:copyright url="https://l.example/">© Ada</media:copyright>',
    "media-license": '<media:license type="text/html" href="https://l.example/">CC</media:license>',
    "media-restriction": '<media:restriction relationship="deny">us</media:restriction>',
    "media-rights": '<media:rights status="userCreated"/>',
    "available": "<dcterms:available>2027-03-03T10:00:00+01:00</dcterms:available>",
    "valid": "<dcterms:valid>start=2027-03-03T10:00Z; end=2027-04-03T10:00Z;</dcterms:valid>",
    "media-valid": "<media:valid>start=2027-03-03; end=2027-04-03</media:valid>",
    "prism": '<p:embargoDate xmlns:p="http://prismstandard.org/namespaces/basic/2.0/">2027-03-03'
    "</p:embargoDate>",
    "rsl": '<rsl:content url="/"><rsl:license><rsl:permits type="usage">search</rsl:permits>'
    '<rsl:prohibits type="usage">ai-train</rsl:prohibits></rsl:license></rsl:content>',
    "rsl-alone": "<rsl:license><rsl:payment type='purchase'/></rsl:license>",
    "fac": '<fac:restriction relationship="deny"/>',
    "tombstone": '<d:deleted-entry xmlns:d="http://purl.org/atompub/tombstones/1.0" ref="urn:x"/>',
}
MEDIA = {
    "content": '<media:content url="https://news.example/a.jpg" type="image/jpeg"/>',
    "title-inside": '<media:content url="/a.jpg"><media:title type="html">M</media:title>'
    "</media:content>",
    "group": '<media:group><media:title>M</media:title><media:content url="/v"/>'
    "<media:description>D</media:description></media:group>",
    "thumbnail": '<media:thumbnail url="/t.jpg"/>',
    "description": "<media:description>D &amp;lt;b&amp;gt;</media:description>",
    "title": "<media:title>M</media:title>",
    "credit": '<media:credit role="a">Ada</media:credit>',
    "community": "<media:group><media:community><media:statistics views='1'/></media:community>"
    "</media:group>",
    "player": '<media:player url="/p"/>',
    "valid-medium": '<media:content url="/a"><dcterms:valid>start=2027-03-03</dcterms:valid>'
    "</media:content>",
    "deep-copyright": '<media:content url="/a"><media:copyright>©</media:copyright></media:content>',
}
BESIDE = {
    "slash": "<slash:comments>3</slash:comments>",
    "comments": "<comments>https://news.example/1#c</comments>",
    "wfw": "<wfw:commentRss>https://news.example/1/feed</wfw:commentRss>",
    "thr": '<thr:in-reply-to ref="urn:x" href="https://o.example/"/><thr:total>2</thr:total>',
    "podcast": '<podcast:transcript url="/t" type="text/vtt"/><podcast:episode>3</podcast:episode>',
    "own-namespace": '<x:y xmlns:x="urn:x" z="1"><x:w>v</x:w></x:y>',
    "no-prefix": '<post-id xmlns="com-wordpress:feed-additions:1">15</post-id>',
    "itunes": "<itunes:explicit>no</itunes:explicit><itunes:duration>1:00</itunes:duration>"
    '<itunes:image href="/i.jpg"/><itunes:block>yes</itunes:block>',
    "itunes-subtitle": "<itunes:subtitle>S</itunes:subtitle>",
    "georss": "<georss:point>45.2 -71.9</georss:point>",
    "image": "<image>https://news.example/i.jpg</image>",
    "unknown": "<rating>5</rating><guidance>x</guidance>",
    "language": "<dc:language>de_DE</dc:language>",
    "lang-attribute": '<dc:description xml:lang="fr">F</dc:description>',
    "expires": "<expirationDate>Mon, 23 Nov 2026 12:00:00 GMT</expirationDate>",
    "source": '<source url="https://other.example/feed">Other &amp; Co</source>',
    "source-bare": "<source>Other</source>",
    "source-empty": "<source/>",
    "dc-title": "<dc:title>D</dc:title>",
    "summary-content": "<description>S</description><content:encoded>C</content:encoded>",
    "content-summary": "<content:encoded>C</content:encoded><description>S</description>",
    "same-text": "<description>S</description><content:encoded>S</content:encoded>",
    "two-descriptions": "<description>S</description><description>T</description>",
    "three-descriptions": "<description>S</description><description>T</description>"
    "<description>U</description>",
    "summary-itunes": "<description>S</description><itunes:summary>I</itunes:summary>",
    "itunes-first": "<itunes:summary>I</itunes:summary><description>S</description>",
    "description-xhtml-typed": f'<description type="xhtml">{XHTML}</description>',
}
TITLES = {
    **TEXTS,
    "html-words": "&lt;b&gt;One&lt;/b&gt; two",
    "unknown-tag": "&lt;foo&gt;One&lt;/foo&gt;",
    "entity": "A &amp;eacute; b",
    "unknown-entity": "A &amp;foo; b",
}
HEADS = {
    "language": "<language>en-us</language>",
    "copyright": "<copyright>© 2026 News</copyright>",
    "ttl": "<ttl>60</ttl>",
    "ttl-words": "<ttl>an hour</ttl>",
    "dates": "<pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate>"
    "<lastBuildDate>Mon, 23 Nov 2026 13:00:00 GMT</lastBuildDate>",
    "pub-only": "<pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate>",
    "dc-date": "<dc:date>2026-11-23</dc:date>",
    "image": "<image><url>/i.png</url><title>Logo</title><link>https://l.example/</link>"
    "<width>8</width></image>",
    "image-then-title": "<image><url>/i</url><title>L</title><link>/</link></image><title>N</title>",
    "textinput": "<textInput><title>Search</title><description>S</description><name>q</name>"
    "<link>https://s.example/</link></textInput>",
    "second-title": "<title>Again</title><dc:title>And again</dc:title>",
    "skip": "<skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>",
    "cloud": '<cloud domain="c.example" port="80" path="/" registerProcedure="" protocol="x"/>',
    "self-hub": '<atom:link rel="self" href="https://news.example/feed"/>'
    '<atom:link rel="hub" href="https://hub.example/"/>',
    "editor": "<managingEditor>e@b.example (Ed)</managingEditor><webMaster>w@b.example</webMaster>",
    "creator": "<dc:creator>Ada</dc:creator>",
    "generator": "<generator>G</generator><docs>https://d.example/</docs>",
    "sy": "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
    "category": "<category>town</category>",
    "itunes": "<itunes:summary>I</itunes:summary><itunes:author>A</itunes:author>"
    "<itunes:owner><itunes:name>O</itunes:name><itunes:email>o@b.example</itunes:email>"
    '</itunes:owner><itunes:category text="Arts"/><itunes:image href="/i"/>',
    "summary-then-description": "<itunes:summary>I</itunes:summary><description>D</description>",
    "unknown": '<x:y xmlns:x="urn:x">1</x:y><x:y xmlns:x="urn:x" a="b"/>',
    "relative-link": "<link>/home</link>",
}
ATOM_HEADS = {
    "author": "<author><name>Feed Author</name></author>",
    "rights": "<rights>© News</rights>",
    "rights-xhtml": f'<rights type="xhtml">{XHTML}</rights>',
    "subtitle": f'<subtitle type="xhtml">{XHTML}</subtitle>',
    "icons": "<icon>/i</icon><logo>/l</logo>",
    "generator": '<generator uri="https://g.example/" version="1">G</generator>',
    "links": '<link rel="self" href="/f"/><link rel="hub" href="https://h.example/"/>'
    '<link rel="license" href="https://l.example/"/><link rel="next" href="/f?2"/>',
    "category": '<category term="t"/>',
    "paging": '<o:totalResults xmlns:o="http://a9.com/-/spec/opensearchrss/1.0/">1</o:totalResults>',
}
SOURCES = {
    "full": "<source><id>urn:o</id><title>Other</title><updated>2026-11-01T00:00:00Z</updated>"
    '<link rel="self" href="https://o.example/f"/><link href="https://o.example/"/>'
    "<rights>© O</rights><author><name>Olga</name></author></source>",
    "bare": "<source><title type='html'>O &amp;amp; P</title></source>",
    "empty": "<source/>",
    "base": '<source xml:base="https://o.example/d/"><link href="x"/></source>',
}


def in_head(template):
    return lambda head: template(head=head)


def after_items(tail):
    return rss(tail=tail)


PLAIN = "{}"
TABLES = (
    *((f"rss-{e}", rss, DATES, f"<{e}>{{}}</{e}>") for e in RSS_DATES),
    *((f"atom-{e}", atom, DATES, f"<{e}>{{}}</{e}>") for e in ATOM_DATES),
    *((f"rss-{e}", rss, TEXTS, f"<{e}>{{}}</{e}>") for e in RSS_TEXTS),
    *((f"atom-{e}", atom, CONSTRUCTS, f"<{e} {{}}</{e}>") for e in ATOM_TEXTS),
    ("rss-title", bare_rss, TITLES, "<title>{}</title>"),
    ("atom-title", bare_atom, TITLES, "<title>{}</title>"),
    ("atom-html-title", bare_atom, TITLES, '<title type="html">{}</title>'),
    ("rss-link", bare_rss, LINKS, PLAIN),
    ("rdf-link", rdf, LINKS, PLAIN),
    ("atom-link", atom, ATOM_LINKS, PLAIN),
    ("atom03-link", atom03, ATOM_LINKS, PLAIN),
    ("atom-person", atom, PERSONS, PLAIN),
    ("rss-person", rss, PERSONS | RSS_PERSONS, PLAIN),
    ("atom-feed-person", in_head(atom), PERSONS, PLAIN),
    *(
        (f"{template.__name__}-{name}", template, rows, PLAIN)
        for template in (rss, atom, rdf)
        for name, rows in {"category": CATEGORIES, "rights": RIGHTS, "media": MEDIA}.items()
    ),
    ("rss-feed-rights", in_head(rss), RIGHTS, PLAIN),
    ("atom-feed-rights", in_head(atom), RIGHTS, PLAIN),
    ("rss-media-alone", bare_rss, MEDIA, PLAIN),
    ("rss-beside", bare_rss, BESIDE, PLAIN),
    ("rdf-beside", rdf, BESIDE, PLAIN),
    ("rss-head", in_head(rss), HEADS, PLAIN),
    ("rss-head-after", after_items, HEADS, PLAIN),
    ("bare-head", in_head(bare_rss), HEADS, PLAIN),
    ("atom-head", in_head(atom), ATOM_HEADS, PLAIN),
    ("atom-source", atom, SOURCES, PLAIN),
)
CASES = {
    f"{name}-{row}": template(shape.format(filling))
    for name, template, rows, shape in TABLES
    for row, filling in rows.items()
}


WHOLE = {
    "declaration": b'<?xml version="1.0" encoding="utf-8"?>' + rss().encode(),
    "mark": b"\xef\xbb\xbf" + rss().encode(),
    "space-before": b"\n\n  " + rss().encode(),
    "latin-1": b'<?xml version="1.0" encoding="iso-8859-1"?>'
    + rss("<author>\xc4</author>").encode("latin-1"),
    "windows-1252": b'<?xml version="1.0" encoding="iso-8859-1"?>'
    + rss("<dc:rights>\x93</dc:rights>").encode("latin-1"),
    "utf-16": rss("<author>Ä</author>").encode("utf-16"),
    "stylesheet": b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- x -->'
    + rss().encode(),
    "html-entities": rss("<description>A&nbsp;b &eacute; &copy; 2026</description>").encode(),
    "bare-ampersand": rss("<author>Tea & cake</author>").encode(),
    "crlf": rss("<description>A\n\nB</description>").replace("><", ">\r\n<").encode(),
    "rss091": rss(version="0.91").encode(),
    "rss092": rss(version="0.92").encode(),
    "rss093": rss(version="0.93").encode(),
    "rss094": rss(version="0.94").encode(),
    "rss-of-no-version": rss(version="").encode(),
    "no-items": b'<rss version="2.0"><channel><title>t</title></channel></rss>',
    "atom-prefixed": b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>t</a:title><a:entry>'
    b"<a:id>x</a:id></a:entry></a:feed>",
    "feed-language": atom(attributes='xml:lang="de" xml:base="https://b.example/"').encode(),
    "rss-language": bare_rss(attributes='xml:lang="de_AT"').encode(),
    "atom03-modes": atom03(
        '<summary type="text/html" mode="escaped">&lt;b&gt;x&lt;/b&gt;</summary>'
        f'<content type="application/xhtml+xml" mode="xml">{XHTML}</content>'
        "<issued>2026-11-23T12:00:00Z</issued><modified>2026-11-23</modified><created>2026</created>"
    ).encode(),
    "rdf-after": rdf(after='<image rdf:about="/i"><title>T</title><url>/u</url></image>').encode(),
    "rss090": (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="{RSS09}"><channel><title>t</title><link>/</link></channel>'
        "<image><title>i</title></image><item><title>a</title><link>/a</link></item>"
        "<textinput><title>x</title><name>q</name></textinput></r:RDF>"
    ).encode(),
    "many-entries": (
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        + "<entry><content>c</content></entry>" * 400
        + "</feed>"
    ).encode(),
}

DECLINED = {
    "doctype": b"<!DOCTYPE rss>" + rss().encode(),
    "entities": b'<!DOCTYPE rss [<!ENTITY a "b">]>' + rss("<author>&a;</author>").encode(),
    "external": b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">' + rss().encode(),
    "laughs": b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + rss("&b;").encode(),
    "words-before": b"Warning: mysql\n" + rss().encode(),
    "root-in-comment": b"<!-- <rss> -->" + rss().encode(),
    "junk-after": rss().encode() + b"x",
    "cut": rss().encode()[:-20],
    "control": rss("<author>a\x01b</author>").encode(),
    "surrogate": rss("<author>&#xD800;</author>").encode(),
    "c1": rss("<author>\x93a\x94</author>").encode(),
    "c1-by-number": rss("<author>&#147;a&#148;</author>").encode(),
    "not-utf-8": rss("<author>a\xe4</author>").encode("latin-1"),
    "wrong-encoding": b'<?xml version="1.0" encoding="ascii7"?>' + rss().encode(),
    "deep": rss("<x>" * 300 + "</x>" * 300).encode(),
    "undeclared-prefix": rss("<foo:bar/>").encode(),
    "markup-in-title": bare_rss("<title>A <b>b</b></title>").encode(),
    "markup-in-description": rss("<description>A <p>b</p></description>").encode(),
    "xhtml-in-html": atom(f'<content type="html">{XHTML}</content>').encode(),
    "foreign-xhtml": atom('<content type="xhtml"><div xmlns="urn:x"/></content>').encode(),
    "drawing": atom(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        '<svg xmlns="http://www.w3.org/2000/svg"/></div></content>'
    ).encode(),
    "base64": atom('<content type="image/png">aGk=</content>').encode(),
    "content-xml": atom('<content type="application/xml"><x xmlns="urn:x"/></content>').encode(),
    "prefix-of-another": bare_rss("<guid>g</guid>", attributes='xmlns:x="urn:x"')
    .replace("http://purl.org/dc/elements/1.1/", "urn:not-dc")
    .encode(),
    "foreign-href": rss('<atom:link x:href="/b" xmlns:x="urn:x" href="/a"/>').encode(),
    "two-channels": b'<rss version="2.0"><channel/><channel/></rss>',
    "item-outside": b'<rss version="2.0"><channel/><item><title>t</title></item></rss>',
    "items-in-items": rss("<item><title>x</title></item>").encode(),
    "known-in-unknown": rss("<wrapper><pubDate>2026-11-23</pubDate></wrapper>").encode(),
    "image-in-item": rss("<image><url>/x</url></image>").encode(),
    "our-own-names": rss("<links>x</links>").encode(),
    "rss-with-rdf": rss().replace("<rss ", '<rss xmlns:r="http://purl.org/rss/1.0/" ').encode(),
    "not-a-feed": b"<html><body/></html>",
    "cdf": b'<rss version="2.0"><channel><item href="/x"><guid>g</guid></item></channel></rss>',
    "long-title": bare_rss(f"<title>{'x' * 6000}</title>").encode(),
    "huge-content": rss(f"<description>{'x' * 1_000_001}</description>").encode(),
    "too-many-items": rss(tail="<item><guid>g</guid></item>" * 2000).encode(),
    "many-attributes": rss("<category " + " ".join(f'a{n}=""' for n in range(300)) + "/>").encode(),
    "strange-base": atom(attributes='xml:base="javascript:x"').encode(),
    "base-in-relative-base": atom(
        '<link xml:base="a/" href="b"/>', attributes='xml:base="c/"'
    ).encode(),
    "text-beside-a-name": atom('<author><name>A</name><x a="b">B</x></author>').encode(),
    "text-in-a-link": atom('<source><link href="/a">B</link></source>').encode(),
    "attribute-ttl": rss(head='<ttl unit="s">60</ttl>').encode(),
    "empty": b"",
    "json": b"{}",
}


def differences(ours, theirs):
    found = {
        field.name: (getattr(ours, field.name), getattr(theirs, field.name))
        for field in fields(ours)
        if getattr(ours, field.name) != getattr(theirs, field.name)
    }
    if "entries" in found and len(ours.entries) == len(theirs.entries):
        found["entries"] = [
            differences(a, b) for a, b in zip(ours.entries, theirs.entries, strict=True) if a != b
        ]
    return found


def strictly(body, content_type=None):
    return parse_strict(body, content_type=content_type, base_url=ADDRESS)


def tolerantly(body, content_type=None):
    return parse_xml(body, content_type=content_type, base_url=ADDRESS)


@pytest.mark.parametrize("document", CASES.values(), ids=CASES)
def test_strict_and_tolerant_reader_agree(document):
    body = document.encode()

    assert not differences(strictly(body), tolerantly(body))


@pytest.mark.parametrize("stated", STATED)
def test_a_date_is_the_same_instant_in_every_format_and_quality(stated):
    entry = f"<id>1</id><published>{stated}</published><updated>{stated}</updated>"
    item = {"id": "1", "date_published": stated, "date_modified": stated}
    documents = (
        bare_atom(entry),
        bare_atom(entry).replace("</entry>", "<title>no end</entry>"),
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}),
    )

    read = [parse_feed(d.encode(), content_type=None, base_url=ADDRESS) for d in documents]

    meant = parse_timestamp(stated)
    assert [(e.published, e.updated) for feed in read for e in feed.entries] == [(meant, meant)] * 3


HARM = {
    "stray": "</nope>",
    "strays": "</a></p></c></d></e>",
    "never-closed": "<p>a<br>b" * 100,
    "crossed": "<x><y></x></y>",
    "less-than": "1 < 2",
    "attributes": "<x a=1 a=2 b='<'>",
}


def said(feed):
    return feed.statements, [entry.statements for entry in feed.entries]


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
@pytest.mark.parametrize("case", [case for case in CASES if "-rights-" in case])
def test_no_word_on_rights_is_lost_in_broken_markup(case, harm):
    whole = CASES[case]
    start = whole.index(">") + 1
    harmed = f"{whole[:start]}<extra>{harm}</extra>{whole[start:]}"

    assert said(tolerantly(harmed.encode())) == said(strictly(whole.encode()))


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_strict_and_tolerant_reader_agree_on_whole_documents(body):
    assert not differences(strictly(body), tolerantly(body))


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1251", "utf-16le", "shift_jis"]
)
def test_the_charset_of_the_media_type_counts(charset):
    body = rss("<author>Ada</author>").encode(charset)
    content_type = f"application/rss+xml; charset={charset}"

    assert not differences(strictly(body, content_type), tolerantly(body, content_type))


@pytest.mark.parametrize("body", DECLINED.values(), ids=DECLINED)
def test_what_is_unusual_is_declined(body):
    with pytest.raises(Declined):
        strictly(body)


@pytest.mark.parametrize(
    "body", [body for body in DECLINED.values() if body[:1] == b"<" and b"<html" not in body]
)
def test_what_is_declined_is_read_by_the_tolerant_reader(body):
    def outcome(read):
        try:
            return read(body)
        except ParseError as problem:
            return str(problem)

    def either(document):
        return parse_feed(document, content_type=None, base_url=ADDRESS)

    assert outcome(either) == outcome(tolerantly)


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        pytest.param(
            b'<?xml version="1.0" encoding="utf-8" "?>' + rss().encode(),
            (),
            id="broken-declaration",
        ),
        pytest.param(
            b"<br />\n<b>Notice</b>: undefined\n" + rss().encode(), (), id="a-notice-before"
        ),
    ],
)
def test_a_feed_behind_a_broken_start_is_read_where_feedparser_alone_finds_nothing(body, warning):
    feed = parse_feed(body, content_type=None, base_url=ADDRESS)

    assert [entry.title for entry in feed.entries] == ["One", "Two"]
    assert feed.warnings == warning


@pytest.mark.parametrize("start", [b"", b"<!DOCTYPE rss>"], ids=["strict", "tolerant"])
@pytest.mark.parametrize(
    ("persons", "names"),
    [
        pytest.param("<dc:creator>a@b.org (Ada)</dc:creator>", ["Ada"], id="mail-and-name"),
        pytest.param(
            "<dc:creator>Ada</dc:creator><author><name>Grace</name></author>",
            ["Ada", "Grace"],
            id="line-then-person",
        ),
        pytest.param(
            "<author><name>Ada</name></author><author><email>grace@b.example</email></author>",
            ["Ada", "grace"],
            id="person-without-a-name",
        ),
    ],
)
def test_every_author_keeps_the_own_name(start, persons, names):
    feed = parse_feed(start + rss(persons).encode(), content_type=None, base_url=ADDRESS)

    assert [person.name for person in feed.entries[0].authors] == names


@pytest.fixture(params=[b"", b"<!DOCTYPE rss>"], ids=["strict", "tolerant"])
def read(request):
    """One of the two readers, by way of the gate to both."""

    def read(document):
        body = request.param + document.encode()
        return parse_feed(body, content_type=None, base_url=ADDRESS)

    return read


def test_a_title_is_cut(read):
    assert len(read(bare_rss(f"<title>{'x' * 600}</title>")).entries[0].title) == 500


def test_categories_are_counted(read):
    assert len(read(rss(CATEGORIES["many"])).entries[0].categories) == 50


def test_content_is_cut(read):
    feed = read(rss(f"<content:encoded>{'x' * 1_200_000}</content:encoded>"))

    assert len(feed.entries[0].content_html) == 1_000_000


def test_items_are_counted(read):
    feed = read(rss(tail="<item><title>x</title></item>" * 2100))

    assert len(feed.entries) == 2000
    assert any("more items" in warning for warning in feed.warnings)


def test_depth_is_bounded(read):
    with pytest.raises(ParseError, match="deep"):
        read(rss("<x>" * 300 + "</x>" * 300))


def test_hundreds_of_contents_are_no_depth(read):
    many = "<entry><id>x</id><content>c</content></entry>" * 300

    assert len(read(atom(head=many)).entries) == 301


def test_line_ends_of_windows_are_no_flaw():
    body = b"<!DOCTYPE rss>" + rss().replace("><", ">\r\n<").encode()

    assert tolerantly(body).warnings == ()


def test_an_id_stays_as_written_under_a_base():
    feed = strictly(atom(attributes='xml:base="https://b.example/"').encode())

    assert feed.entries[0].id == "urn:example:1"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.gz")), ids=lambda path: path.name[:16])
def test_real_feeds_are_read_alike(path):
    body = gzip.decompress(path.read_bytes())

    assert not differences(strictly(body), tolerantly(body))


SEEDS = list(CASES.values())
PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<b>",
        "&",
        "&#0;",
        "]]>",
        "<!--",
        "-->",
        "<![CDATA[",
        "\0",
        "\ud800",
        "<!DOCTYPE x>",
        "xmlns='urn:x'",
        "<title>",
        "</channel>",
        "<x:y/>",
        '"',
        "<content>",
        "é",
    ]
)


@settings(max_examples=150)
@given(document=st.sampled_from(SEEDS), place=st.integers(0, 3000), piece=PIECES)
@example(document=SEEDS[0], place=0, piece="<!DOCTYPE x>")
def test_a_damaged_document_is_read_alike_or_declined(document, place, piece):
    body = (document[:place] + piece + document[place:]).encode("utf-8", "surrogatepass")

    try:
        ours = strictly(body)
    except Declined:
        return

    theirs = tolerantly(body)
    assert not differences(ours, theirs)


@settings(max_examples=150)
@given(body=st.binary(max_size=300))
@example(body=b"<rss\xff\xfe")
@example(body=b"\xff\xfe<\x00r\x00")
def test_nothing_but_a_refusal_leaves_the_readers(body):
    for start in (
        b"",
        b'<rss version="2.0"><channel><item>',
        b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    ):
        try:
            parse_feed(start + body, content_type=None, base_url=ADDRESS)
        except ParseError:
            continue


def test_time_for_which_a_medium_is_valid_is_not_the_items():
    start = "<dcterms:valid>start=2027-03-03</dcterms:valid>"
    medium = f'<media:content url="https://news.example/a.mp4">{start}</media:content>'

    of_item, of_medium = (
        parse_feed(rss(item=part).encode(), content_type=None, base_url=ADDRESS)
        .entries[0]
        .statements
        for part in (start, medium)
    )

    assert [s.scheme for s in of_item] == ["dcterms-valid"]
    assert [s.scheme for s in of_medium] == ["media-valid"]


def test_time_for_which_a_document_is_valid_says_nothing_on_its_items():
    head = "<dcterms:valid>start=2027-03-03T10:00Z</dcterms:valid>"

    assert parse_feed(rss(head=head).encode(), content_type=None, base_url=ADDRESS).statements == ()


def test_the_work_of_which_an_item_is_a_version_is_a_link():
    said = "<dcterms:isVersionOf>https://o.example/1</dcterms:isVersionOf>"

    entry, _ = parse_feed(rss(said).encode(), content_type=None, base_url=ADDRESS).entries

    assert [(link.rel, link.href) for link in entry.links] == [
        ("isVersionOf", "https://o.example/1")
    ]
