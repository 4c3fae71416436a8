"""How the name of an author is told from a mail address in one line.  Pure.

RSS writes ``ada@example.org (Ada Byron)``, others ``Ada Byron <ada@example.org>``.  Both
readers use this and not feedparser's own way, to which no top-level domain is longer than
four letters: of ``ada@example.online`` it leaves ``ine`` in the name.
"""

import re
from typing import Any

_MAIL = re.compile(
    r"[\w.+-]+@(?:[a-z0-9-]+\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,24})(?:\?subject=\S+)?",
    re.IGNORECASE | re.ASCII,
)


def sync_author(context: dict[str, Any], key: str) -> None:
    """Bring line and parts of the last author in *context* in line, as feedparser does."""
    detail = context.get(f"{key}s", [{}])[-1]
    if detail:
        name, mail = detail.get("name"), detail.get("email")
        if name or mail:
            context[key] = f"{name} ({mail})" if name and mail else name or mail
        return
    name, mail = told_apart(context.get(key) or "")
    if name or mail:
        context.setdefault(f"{key}_detail", detail)
    if name:
        detail["name"] = name
    if mail:
        detail["email"] = mail


def told_apart(line: str) -> tuple[str, str]:
    """Return the name in *line* and the mail address; either may be empty."""
    found = _MAIL.search(line)
    if found is None:
        return line, ""
    name = line.replace(found[0], "")
    for left in ("()", "<>", "&lt;&gt;"):
        name = name.replace(left, "")
    return name.strip().removeprefix("(").removesuffix(")").strip(), found[0]
