"""The page in the place of an article that was withdrawn.  Pure.

A server that reads ``MARK`` in it answers 410 (RFC 9110, 15.5.11); any other hands out the
page as it is, which says the same to people.
"""

from markupsafe import escape

from syndicator.model.entries import OutputFeed
from syndicator.render.vocabulary import contact_address, language_tag, mail_address

MARK = '<meta name="syndicator" content="410">'
"""Stands in the head of every such page, and in no other: text of others is escaped."""


def render_gone(page: OutputFeed, comment: str, *, record: int | None) -> bytes:
    """Return the page.

    Args:
        page: where the article stood.
        comment: why it went, in general words.
        record: number of the takedown; None where there is none, or none to be told of.
    """
    address = contact_address(page.contact)
    label = escape(mail_address(page.contact) or page.contact)
    contact = f'Questions: <a href="{escape(address)}">{label}</a>. ' if address else ""
    said = [comment]
    if record:
        said += ["Who asked for it is not told here.", f"Record {record} of this site is about it."]
    return (
        f'<!doctype html>\n<html lang="{escape(language_tag(page.language) or "en")}">\n'
        f'<head><meta charset="utf-8">{MARK}<meta name="robots" content="noindex">\n'
        f"<title>Gone · {escape(page.site_title)}</title></head>\n"
        f"<body><main><h1>This article was withdrawn</h1>\n"
        f"<p>{escape(' '.join(said))}</p>\n"
        f'<p>{contact}<a href="../index.html">All feeds of this site</a></p></main></body>\n'
        "</html>\n"
    ).encode()
