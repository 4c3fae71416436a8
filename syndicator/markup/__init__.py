"""How text from outside becomes text that may stand in ours.  Pure.

Everything a publisher wrote is hostile until it went through here.  ``clean_html`` gives a
fragment that is safe to show and to put into XML, ``plain_text`` and ``one_line`` give text
without markup, ``excerpt`` its opening, ``strip_media`` a fragment without pictures.
"""

from syndicator.markup.clean import clean_counted, clean_html, strip_media, without_trackers
from syndicator.markup.text import (
    excerpt,
    one_line,
    plain_text,
    strip_bidi,
    word_count,
    xml_safe,
)

__all__ = [
    "clean_counted",
    "clean_html",
    "excerpt",
    "one_line",
    "plain_text",
    "strip_bidi",
    "strip_media",
    "without_trackers",
    "word_count",
    "xml_safe",
]
