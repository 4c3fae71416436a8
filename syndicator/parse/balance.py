"""The tags of a document that is not well-formed, put in pairs.  Pure.

An end tag that closes nothing is taken out, an element that nobody closes ends with the one
around it: as readers of HTML do.  Of themselves parsers of XML take every end tag for that
of the element that is open, and a handful of stray ones ends the document.
"""

import re
from collections import Counter

DEEPEST = 200
"""Levels; what is opened below them is taken out, so that no parser gives up."""
_TOKEN = re.compile(
    r"<!\[CDATA\[|<!--|<\?"
    r"|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*+)(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>"
)
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}


def balanced(text: str) -> str:
    """Return *text* with its tags in pairs, and no ``<`` in it that begins nothing."""
    pieces: list[str] = []
    stack: list[str] = []
    open_now: Counter[str] = Counter()
    endless: set[str] = set()
    done = 0
    while token := _TOKEN.search(text, done):
        pieces.append(text[done : token.start()].replace("<", "&lt;"))
        done = token.end()
        name = token["name"]
        if name is None:
            done = _after_section(text, token, endless)
            pieces.append(text[token.start() : done] if done > token.end() else "")
        elif token["end"]:
            while open_now[name]:
                last = stack.pop()
                open_now[last] -= 1
                pieces.append(f"</{last}>")
                if last == name:
                    break
        elif token[0].endswith("/>"):
            pieces.append(token[0])
        elif len(stack) < DEEPEST:
            stack.append(name)
            open_now[name] += 1
            pieces.append(token[0])
    pieces.append(text[done:].replace("<", "&lt;"))
    pieces += [f"</{name}>" for name in reversed(stack)]
    return "".join(pieces)


def _after_section(text: str, start: re.Match[str], endless: set[str]) -> int:
    """Return where the section that begins at *start* is over; its beginning if nowhere.

    What never ends is noted in *endless*, so that nobody looks for its end again.
    """
    end = _ENDS[start[0]]
    at = -1 if end in endless else text.find(end, start.end())
    if at < 0:
        endless.add(end)
        return start.end()
    return at + len(end)
