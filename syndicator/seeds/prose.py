"""How Markdown becomes HTML, and how one line of it is read.  Pure.

CommonMark with tables; raw HTML is shown as text, never passed on.  A link to nowhere
(``#``, empty) is no link: its words stay, its address does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from syndicator.markup import clean_html, one_line

READ = 4000
"""Characters of a line that are looked at when a fact is sought in it."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Words:
    """One line as people see it, and the words of it that are links."""

    text: str
    links: tuple[tuple[str, str | None], ...] = ()
    """(words, address); the address is None where the link leads nowhere."""

    def address_of(self, words: str) -> str | None:
        """Return the address behind *words*, if they are a link that leads somewhere."""
        return next((href for text, href in self.links if text == words and href), None)

    def address(self) -> str | None:
        """Return the first address in the line."""
        return next((href for _, href in self.links if href), None)


def is_address(href: str) -> bool:
    """Tell whether *href* leads somewhere on the web: absolute, http or https, with a host."""
    scheme, _, rest = href.partition("://")
    return scheme.lower() in {"http", "https"} and rest[:1] not in {"", "/", "#", "?"}


def to_html(markdown: str) -> str:
    """Return the sanitised HTML of *markdown*; links to nowhere are reduced to their words."""
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = _without_dead_links(token.children)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return clean_html(html, base_url=None).strip()


def read_line(line: str) -> Words:
    """Return the words of one line: emphasis, escapes and entities are resolved."""
    inline = _MARKDOWN.parseInline(line.strip()[:READ])
    children = [child for token in inline for child in token.children or ()]
    parts: list[str] = []
    links: list[tuple[str, str | None]] = []
    opened: tuple[int, str] | None = None
    for token in children:
        if token.type == "link_open":
            opened = (len(parts), str(token.attrs.get("href", "")))
        elif token.type == "link_close" and opened:
            words = one_line("".join(parts[opened[0] :]))
            links.append((words, opened[1] if is_address(opened[1]) else None))
            opened = None
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(token.content)
    return Words(one_line("".join(parts)), tuple(links))


def _without_dead_links(tokens: Iterable[Token]) -> list[Token]:
    kept: list[Token] = []
    dead = False
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            dead = href in {"", "#"}
            if dead:
                continue
        elif token.type == "link_close" and dead:
            dead = False
            continue
        kept.append(token)
    return kept
