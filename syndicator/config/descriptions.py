"""What the fields of the configuration mean, in the words of the model's docstrings.

Edge: it reads the source of the model, where the text below a field is not kept at run time.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache

from syndicator.model import rights, settings


@cache
def descriptions() -> Mapping[str, Mapping[str, str]]:
    """Return class -> field -> the text that stands below the field in the source."""
    return {
        node.name: dict(_fields(node))
        for module in (settings, rights)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    }


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            text = str(below.value.value)
            yield field.target.id, re.sub(r"\s+", " ", text).replace("``", "`").strip()
