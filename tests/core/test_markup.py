import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from syndicator.markup import (
    clean_counted,
    clean_html,
    excerpt,
    nesting,
    one_line,
    plain_text,
    strip_bidi,
    strip_media,
    without_trackers,
    word_count,
    xml_safe,
)

PAGE = "https://example.org/blog/post"
IMAGE = '<img src="https://example.org/a.png">'
MARKUP = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<b>",
                "</b>",
                "<script>",
                "</script>",
                "<svg>",
                "<math>",
                "<style>",
                "<!--",
                "-->",
                "]]>",
                "<![CDATA[",
                "<table>",
                "<td>",
                "</table>",
                "<a",
                "href=",
                '"',
                "'",
                ">",
                "<",
                "/",
                "=",
                "&",
                "&#11;",
                "&#xD800;",
                "&lt;",
                "<img",
                "src=x",
                "onerror=y>",
                "javascript:",
                "data:",
                "<iframe>",
                "<textarea>",
                "</",
                "<?",
                "\x00",
                "�",
                "\ufffe",
                "<figure>",
                "<template>",
                "<li>",
                "<center>",
                "</center>",
                "<marquee>",
                "<dd>",
                "<caption>",
                "<pre>\n\n",
            ]
        ),
    ),
    max_size=40,
).map("".join)


def clean(html):
    return clean_html(html, base_url=PAGE)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param("<p>a <em>b</em></p>", "<p>a <em>b</em></p>", id="plain-markup-stays"),
        pytest.param("a < b & c", "a &lt; b &amp; c", id="text-is-escaped"),
        pytest.param("1 > 0", "1 &gt; 0", id="text-without-tags-is-escaped"),
        pytest.param("a<script>alert(1)</script>b", "ab", id="script"),
        pytest.param("a<style>p{}</style>b", "ab", id="style"),
        pytest.param(
            '<p onclick="x" id="a" class="b" style="c">t</p>', "<p>t</p>", id="attributes"
        ),
        pytest.param(
            '<img src="/a.png" onerror="x">', '<img src="https://example.org/a.png">', id="onerror"
        ),
        pytest.param('<a href="javascript:x">t</a>', "<a>t</a>", id="javascript-link"),
        pytest.param('<a href="&#106;avascript:x">t</a>', "<a>t</a>", id="javascript-by-number"),
        pytest.param('<a href="java\nscript:x">t</a>', "<a>t</a>", id="javascript-over-two-lines"),
        pytest.param('<img src="data:image/png;base64,AA">t', "t", id="data-image"),
        pytest.param("<svg><animate onbegin=x /></svg>t", "t", id="svg-animate"),
        pytest.param("<math><mtext><script>x</script></mtext></math>t", "t", id="math"),
        pytest.param("<iframe src=x></iframe>t", "t", id="iframe"),
        pytest.param("<form><p>t</p><input name=a></form>", "<p>t</p>", id="form"),
        pytest.param("<object data=x><p>u</p></object>t", "t", id="object"),
        pytest.param("a&#11;b&#xFFFE;c&#0;", "abc\ufffd", id="characters-by-number"),
        pytest.param("a\x0bb\ufffec\ud800", "abc", id="characters"),
        pytest.param("<!-- c -->t", "t", id="comment"),
        pytest.param(
            '<a href="../x">t</a>', '<a href="https://example.org/x">t</a>', id="relative-link"
        ),
        pytest.param(
            '<a href="//h.example/">t</a>', '<a href="https://h.example/">t</a>', id="no-scheme"
        ),
        pytest.param('<a href="mailto:a@b.c">t</a>', '<a href="mailto:a@b.c">t</a>', id="mailto"),
        pytest.param(
            '<a rel="nofollow" target="_blank" href="/x">t</a>',
            '<a href="https://example.org/x">t</a>',
            id="nofollow",
        ),
        pytest.param(
            '<a rel="license" href="/x">t</a>',
            '<a rel="license" href="https://example.org/x">t</a>',
            id="licence-link",
        ),
        pytest.param(
            '<video poster="javascript:x" autoplay src="/v"></video>',
            '<video src="https://example.org/v" controls="controls"></video>',
            id="video",
        ),
        pytest.param("<p>a<p>b", "<p>a</p><p>b</p>", id="unclosed"),
        pytest.param(
            f'<p><picture><source srcset="/a.webp">{IMAGE}</picture>b</p>',
            f"<p>{IMAGE}b</p>",
            id="picture",
        ),
        pytest.param("one<wbr>two", "onetwo", id="place-for-a-line-break"),
    ],
)
def test_only_harmless_markup_stays(html, kept):
    assert clean(html) == kept


def test_without_a_base_relative_links_go():
    assert clean_html('<a href="/x">t</a>', base_url=None) == "<a>t</a>"
    assert clean_html('<a href="/x">t</a>', base_url="not an address") == "<a>t</a>"


@settings(max_examples=300)
@given(MARKUP)
def test_clean_markup_is_clean_xml_and_stays_as_it_is(html):
    cleaned = clean(html)
    as_xml = re.sub(r"<(img|br|hr|col|wbr|source)\b([^>]*)>", r"<\1\2/>", cleaned).replace(
        "&nbsp;", "\xa0"
    )

    root = etree.fromstring(f"<div>{as_xml}</div>")
    assert not {e.tag for e in root.iter()} & {"script", "svg", "math", "style", "iframe", "form"}
    assert not {a for e in root.iter() for a in e.attrib} & {"id", "class", "style", "name"}
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "image",
    [
        pytest.param('<img src="https://example.org/a" width="1" height="1">', id="one-pixel"),
        pytest.param('<img src="https://example.org/a" height="0">', id="no-height"),
        pytest.param('<img src="https://example.org/a" width="1px">', id="with-unit"),
        pytest.param('<img src="https://pixel.wp.com/g.gif?v=ext">', id="wordpress"),
        pytest.param('<img src="http://feeds.feedburner.com/~r/blog/~4/x">', id="feedburner"),
        pytest.param('<img src="https://www.google-analytics.com/collect?v=1">', id="analytics"),
        pytest.param('<img src="https://ad.doubleclick.net/x">', id="advertising"),
        pytest.param('<img src="https://example.org/pixel.gif?id=1">', id="named-pixel"),
        pytest.param("<img>", id="no-address"),
        pytest.param('<img src="https://example.org/a" width="01">', id="leading-zero"),
        pytest.param('<img src="https://example.org/a" height="1 pixel">', id="words-behind-it"),
        pytest.param('<img src="https://example.org/a" width="0.0%">', id="no-per-cent"),
    ],
)
def test_images_that_only_count_are_dropped(image):
    assert clean(f"a{image}b") == "ab"
    assert without_trackers(f"a{image}b") == "ab"


def test_players_lose_what_only_counts():
    html = (
        '<video poster="https://pixel.wp.com/g.gif" src="https://example.org/a.mp4"></video>'
        '<audio src="https://ad.doubleclick.net/x"></audio>'
        '<video><source src="https://example.org/pixel.gif"></video>'
    )

    assert clean(html) == (
        '<video src="https://example.org/a.mp4" controls="controls"></video>'
        '<audio controls="controls"></audio>'
        '<video controls="controls"><source></video>'
    )


@pytest.mark.parametrize("width", ["10", "1%", "010", "100%", "px", "auto"])
def test_images_of_any_width_that_can_be_seen_stay(width):
    html = f'<img src="https://example.org/a.png" width="{width}">'

    assert clean(html) == html


def test_images_that_show_something_stay():
    html = '<img src="https://example.org/a.png" alt="A > B" width="100">'

    assert clean(html) == html.replace("A > B", "A &gt; B")


@pytest.mark.parametrize("depth", [66, 250, 20_000])
@pytest.mark.parametrize(
    "tag", ["div", "blockquote", "span", "b", "table><td", "table><tr><td", "ul><li", "div><b"]
)
def test_deep_nesting_is_made_flat_and_keeps_its_words(tag, depth):
    opening = f"<{tag}>"

    cleaned = clean(opening * depth + "word")

    assert plain_text(cleaned) == "word"
    assert _depth(cleaned) <= 256


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("<div><!--</div>-->", id="end-tag-in-comment"),
        pytest.param('<div><img alt="</div>">', id="end-tag-in-value"),
        pytest.param("<div><textarea></div></textarea>", id="end-tag-in-raw-text"),
        pytest.param("<div><table><td></div>", id="end-tag-out-of-scope"),
        pytest.param("<div><svg><![CDATA[x></div>]]>", id="end-tag-in-cdata"),
        pytest.param("<div '></div>", id="quote-outside-of-a-value"),
        pytest.param("<div></divx>", id="end-tag-of-another-name"),
        pytest.param("<q><div></q>", id="end-tag-around-a-block"),
        pytest.param("<q><p></q></p>", id="end-tag-around-a-paragraph"),
        pytest.param("<q><p><hr>", id="rule-that-ends-a-paragraph"),
        pytest.param("<li><ul></li>", id="end-tag-of-an-entry-around-a-list"),
        pytest.param("<h1><div><h2></h1>", id="end-tag-of-the-inner-heading"),
        pytest.param("<h1><a>", id="heading-in-a-link-in-a-heading"),
        pytest.param("<td><div></td>", id="cell-without-table"),
        pytest.param("<div><table><hr></table>", id="table-that-is-never-closed"),
        pytest.param("<keygen><span></keygen>", id="element-without-content"),
        pytest.param("<ruby><rp>", id="ruby"),
        pytest.param("<rt><b></b>", id="ruby-text-without-ruby"),
        pytest.param(f"<table><td>{'</b>' * 8}{'<b>' * 8}", id="formatting-around-a-cell"),
        pytest.param(f"<marquee>{'</b>' * 8}{'<b>' * 8}", id="formatting-around-a-marquee"),
    ],
)
def test_hidden_end_tags_do_not_hide_the_depth(unit):
    assert _depth(clean(unit * 2000 + "word")) <= 256


@pytest.mark.parametrize("stray", ["<br>x", "<i>x</i>", "</p>", "</br>", "<table>x"])
def test_what_stands_in_a_table_but_in_no_cell_is_bounded(stray):
    cleaned = clean("<table>" + stray * 5000)

    assert cleaned.count("<") <= 3 * nesting.MAX_STRAY
    assert cleaned.count("x") == stray.count("x") * 5000


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        pytest.param(
            "<ul><li><div><center><li>x</li></center></div></li></ul>",
            "<ul><li><div></div></li><li>x</li></ul>",
            id="entry-whose-parent-was-taken-away",
        ),
        pytest.param(
            "<dl><dd><div><fieldset><dt>x</dt></fieldset></div></dd></dl>",
            "<dl><dd><div></div></dd><dt>x</dt></dl>",
            id="definition",
        ),
        pytest.param(
            "<li><div><table><li>x</table></div></li>",
            "<li><div></div></li><li>x</li><table></table>",
            id="entry-out-of-a-table",
        ),
        pytest.param(
            "<p>a<marquee><p>b</marquee>", "<p>a</p><p>b</p><p></p>", id="paragraph-in-a-paragraph"
        ),
    ],
)
def test_every_element_stands_where_a_browser_finds_it_again(html, cleaned):
    assert clean(html) == cleaned
    assert clean(cleaned) == cleaned


def test_what_is_too_deep_all_the_same_is_left_as_words(monkeypatch):
    monkeypatch.setattr("syndicator.markup.clean.DEEPEST", 2)

    assert clean("<p><b><i>a &lt; b</i></b></p>") == "a &lt; b"


def test_unclosed_formatting_does_not_multiply():
    html = "<p>" + "".join(f"<b title={i}>" for i in range(300)) + "</p>" + "<p>x" * 2000

    assert len(clean(html)) < 40 * len(html)


NESTED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "div",
                "ul",
                "li",
                "table",
                "tr",
                "td",
                "p",
                "a",
                "pre",
                "b",
                "i",
                "code",
                "img",
                "br",
                "form",
                "script",
                "span",
            ]
        ).flatmap(
            lambda name: st.sampled_from(
                [f"<{name}>", f"</{name}>", f"<{name.upper()} title='x'>", f'<{name} alt=">">']
            )
        ),
        st.sampled_from(["x", "<!-- -->", "<", ">", "<!-- > -->", "<div " * 50, "<div>" * 90]),
    ),
    max_size=60,
).map("".join)


@settings(max_examples=300)
@given(NESTED)
def test_flattening_changes_nothing_in_what_is_told_to_be_shallow(html):
    with pytest.MonkeyPatch.context() as patched:
        shallow = nesting.is_shallow(html)
        patched.setattr(nesting, "is_shallow", lambda _: False)
        flat = nesting.flatten(html)

    # Comments are left out of what is flattened, and mean nothing where they are left in.
    assert not shallow or flat == html.replace("<!-- -->", "")


def _depth(cleaned):
    depth = deepest = 0
    for end, name in re.findall(r"<(/?)([a-z0-9]+)", cleaned):
        if name not in {"img", "br", "hr", "col", "wbr", "source"}:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    return deepest


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param("<p>a</p><p>b</p>", "a b", id="blocks-are-apart"),
        pytest.param("a<br>b", "a b", id="line-break"),
        pytest.param("<b>a</b>b", "ab", id="inline-is-not"),
        pytest.param("a &amp; b &lt;c&gt; &nbsp; d", "a & b <c> d", id="entities"),
        pytest.param("&amp;lt;", "&lt;", id="entities-once"),
        pytest.param(" a \n\t b ", "a b", id="white-space"),
        pytest.param("a<script>x</script>b", "ab", id="script"),
        pytest.param("a<!-- <script> -->b", "ab", id="script-in-comment"),
        pytest.param("a<script>x", "a", id="unclosed-script"),
        pytest.param('a<img alt=">">b', "a b", id="bracket-in-value"),
        pytest.param("a < b > c", "a < b > c", id="no-tag"),
        pytest.param("a&#11;b&#xD800;c", "ab\ufffdc", id="characters-by-number"),
        pytest.param("", "", id="empty"),
    ],
)
def test_words_are_read_from_markup(html, words):
    assert plain_text(html) == words


PLAIN = ["<p>", "</p>", "<b", '<a href="', '">', "<", ">", "x", "<br/>", "<title>", "</title>"]
PLAIN += [
    "<!--",
    "-->",
    '"',
    "'",
    " ",
    '<p class="y">',
    "<em>",
    "/",
    "\0",
    "<P>",
    "=",
    "</",
    "<h1>",
]


@given(st.lists(st.sampled_from(PLAIN), max_size=12))
def test_tags_that_are_easily_told_are_read_as_all_others(pieces):
    html = "".join(pieces)

    # A comment in front of it is nothing, but has the text read tag by tag.
    assert plain_text(html) == plain_text("<!---->" + html)


@given(MARKUP)
def test_words_are_the_same_before_and_after_escaping_is_undone(html):
    text = plain_text(html)

    assert text == " ".join(text.split())
    assert xml_safe(text) == text


@pytest.mark.parametrize(
    ("title", "line"),
    [
        pytest.param("A\n title", "A title", id="one-line"),
        pytest.param("A <b>bold</b> title", "A bold title", id="tags"),
        pytest.param("List<T> in C", "List<T> in C", id="no-tag-of-html"),
        pytest.param("A <script>x</script>title", "A title", id="script"),
        pytest.param("AT&amp;T", "AT&amp;T", id="not-decoded"),
        pytest.param("a\u202eb\u2066c", "abc", id="bidi"),
        pytest.param("a\x0bb\ud800", "ab", id="characters"),
        pytest.param("x < y", "x < y", id="less-than"),
    ],
)
def test_titles_are_one_plain_line(title, line):
    assert one_line(title) == line


def test_marks_of_right_to_left_text_stay():
    assert strip_bidi("\u200f\u0627\u061c") == "\u200f\u0627\u061c"


@pytest.mark.parametrize(
    ("html", "max_words", "opening"),
    [
        pytest.param("<p>One two.</p>", 5, "One two.", id="short-enough"),
        pytest.param("One two three four. Five six.", 5, "One two three four.", id="at-a-sentence"),
        pytest.param(
            "One. Two three four five six.", 5, "One. Two three four five…", id="sentence-too-early"
        ),
        pytest.param("One two three four five six", 3, "One two three…", id="at-a-word"),
        pytest.param("One two three, four", 3, "One two three…", id="no-comma-before-ellipsis"),
        pytest.param("He met Mr. Smith and more people", 3, "He met Mr.…", id="abbreviation"),
        pytest.param("He came xsept. Then we left", 4, "He came xsept.", id="longer-word"),
        pytest.param("One two three", 0, "", id="nothing"),
        pytest.param("One two three", -1, "", id="less-than-nothing"),
        pytest.param("国家安全局の記事", 3, "国家安…", id="no-spaces-between-words"),
        pytest.param("x" * 100, 2, "x" * 80 + "…", id="endless-word"),
        pytest.param("One <b>two</b> &amp; three", 9, "One two & three", id="plain"),
        pytest.param(
            'She said "no more." Then we all left', 5, 'She said "no more."', id="quoted-sentence"
        ),
    ],
)
def test_excerpts_are_openings(html, max_words, opening):
    assert excerpt(html, max_words=max_words) == opening


@given(MARKUP, st.integers(1, 30))
def test_an_excerpt_is_contiguous_and_within_its_limit(html, limit):
    opening = excerpt(html, max_words=limit)

    assert plain_text(html).startswith(opening.removesuffix("…"))
    assert word_count(opening.removesuffix("…")) <= limit


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        pytest.param(f"<p>a{IMAGE}b</p>", "<p>ab</p>", id="image"),
        pytest.param(
            f"<figure>{IMAGE}<figcaption>c</figcaption></figure><p>t</p>",
            "<p>t</p>",
            id="figure-with-caption",
        ),
        pytest.param(f'<p><a href="https://e.org/">{IMAGE}</a></p>t', "t", id="link-around-image"),
        pytest.param(
            f"<figure><blockquote>q</blockquote>{IMAGE}</figure>",
            "<figure><blockquote>q</blockquote></figure>",
            id="figure-with-words",
        ),
        pytest.param(
            '<video src="https://e.org/v">v<source src="https://e.org/w"></video>t', "t", id="video"
        ),
        pytest.param(
            f"<p><source>{IMAGE}b</p><p>c</p>", "<p>b</p><p>c</p>", id="source-of-a-picture"
        ),
        pytest.param(f"a<wbr>b{IMAGE}<p>c</p>", "ab<p>c</p>", id="place-for-a-line-break"),
        pytest.param(f"a &lt; b{IMAGE}<br>c", "a &lt; b<br>c", id="escapes-stay"),
        pytest.param(IMAGE, "", id="only-an-image"),
        pytest.param(
            f"<pre>f()<span>\n</span>g()</pre>{IMAGE}",
            "<pre>f()\ng()</pre>",
            id="space-in-an-element",
        ),
        pytest.param(f"one<p>{IMAGE}</p>two", "one two", id="block-between-words"),
        pytest.param(f"{IMAGE}<p>a</p><li></li>", "<p>a</p>", id="end-tag-that-html-4-may-omit"),
        pytest.param(
            "<figure><pre>x</pre></figure>", "<figure><pre>x</pre></figure>", id="no-media"
        ),
    ],
)
def test_media_is_stripped_with_its_captions(html, rest):
    assert strip_media(html) == rest


def test_everything_that_xml_forbids_is_dropped():
    forbidden = "".join(map(chr, [0, 8, 0xB, 0xC, 0xE, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]))

    assert xml_safe(f"a{forbidden}b") == "ab"
    assert xml_safe("\t\n é \U0001f600 \ue000") == "\t\n é \U0001f600 \ue000"


def test_line_ends_are_those_that_an_xml_parser_would_give():
    assert xml_safe("a\r\nb\rc") == "a\nb\nc"


def test_page_counters_are_taken_away_and_told():
    pixel = '<img src="/count?a=1&amp;b=2" width=1 height=1>'
    picture = '<img src="https://news.example/a.jpg" width="640">'

    shown, counters = clean_counted(f"<p>a{picture}{pixel}</p>", base_url="https://news.example/1")

    assert counters == ("https://news.example/count?a=1&b=2",)
    assert shown == clean_html(f"<p>a{picture}</p>", base_url=None)


@pytest.mark.parametrize("image", ["<img width=1 height=1>", "<img src='data:,' width=0>", ""])
def test_image_without_an_address_counts_nobody(image):
    assert clean_counted(f"<p>a</p>{image}", base_url=None)[1] == ()
