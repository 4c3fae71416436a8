"""A page is read once more as a browser reads it, and the parts of its items are where they were."""

import lxml.html
import pytest

from syndicator.markup import clean_html
from syndicator.rights.second_reading import misread_parts

PAGE = """<!doctype html><html><head><title>News</title></head><body><div class="page"><main id="m">
<article data-id="one"><p class="above">by</p><h2>One</h2><div class="body">{}
<aside class="syn-notice" role="note"><p>From the News</p></aside></div><p class="also">x</p></article>
<article data-id="two"><div class="body"><p>Two</p></div></article></main></div></body></html>"""
MOVED = [
    pytest.param("<ul><li><div>one<li>two</li></div></li></ul>", id="entry-in-a-block"),
    pytest.param("<dl><dd><div>one<dt>two</dt></div></dd></dl>", id="definition-in-a-block"),
]


def misread(text):
    body = PAGE.format(text)
    return list(misread_parts(body.encode(), lxml.html.document_fromstring(body)))


@pytest.mark.parametrize("text", MOVED)
def test_part_that_a_browser_finds_elsewhere_is_told(text):
    assert misread(text)


@pytest.mark.parametrize("text", MOVED)
def test_what_was_cleaned_is_read_as_it_is_written(text):
    assert not misread(clean_html(text, base_url=None))


@pytest.mark.parametrize(
    "text",
    [
        "plain &amp; simple&nbsp;words",
        "a control\x0b, a stray &nosuch; and a sign < of less",
        "<p>a<p>b",
        "<ul><li>a<li>b</ul>",
        "<table><tr><td><p>a</p></td></tr></table>",
        "<blockquote><p>a <b>b</b></p></blockquote><pre>\n\nc</pre>",
        "<details><summary>a</summary><p>b</p></details>",
    ],
)
def test_what_both_read_alike_is_no_fault(text):
    assert misread(text) == []
