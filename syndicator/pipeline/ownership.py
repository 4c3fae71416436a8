"""Whose the publish directory is, and where else the store has published.

Publishing removes what no feed of the store has, so two stores in one directory would remove
each other's files.  A file there names its store, by an id that is made once and goes with
the store wherever it is moved.  The store in turn remembers its directories: of one that it
left nobody would know that nothing is updated there, nor taken out.
"""

import json
import secrets
from contextlib import suppress
from pathlib import Path

from syndicator.errors import PublishRefused
from syndicator.pipeline.context import Context
from syndicator.publish import MARKER, make_root, mark, owner_of
from syndicator.store import Transaction, address_of, facts, reading, transaction

_STORE, _DIRECTORIES = "store", "directories"


def require_own(ctx: Context) -> str:
    """Return the id of the store that the publish directory names: this one, or none yet.

    Raises:
        PublishRefused: it is another store's.
    """
    with reading(ctx.engine) as tx:
        store = facts.fact(tx, _STORE)
    owner = owner_of(ctx.public)
    if owner in {"", store}:
        return owner
    raise PublishRefused(
        str(ctx.public),
        f"another store publishes there (id {owner[:40]!r}), not {address_of(ctx.engine)} "
        f"({f'id {store!r}' if store else 'new, without an id'}), and each would remove the "
        "files of the other: set another publish.directory; or, if that store is no more or "
        f"is to give way, delete {ctx.public.absolute() / MARKER}, publish, and let `syndicator "
        "audit` name what is left of it",
    )


def take_directory(ctx: Context) -> None:
    """Make the publish directory this store's, before anything is written there.

    Where somebody else may have written there meanwhile, all is to be published again.

    Raises:
        PublishRefused: it is another store's, or it cannot be written to.
    """
    owner = require_own(ctx)
    make_root(ctx.public)
    # Stored first: nobody could publish where a store is named that does not know its id.
    store = _remember(ctx, marked=bool(owner))
    if not owner:
        mark(ctx.public, store)
        require_own(ctx)


def left_behind(ctx: Context, tx: Transaction) -> list[str]:
    """Return a sentence for each directory that the store left with files in it."""
    store = facts.fact(tx, _STORE)
    return [
        f"{path} still holds what was published there, and publish.directory is "
        f"{ctx.public.absolute()} now: nobody updates the old files, or takes out what may not "
        f"be shown any more. Delete those that may not stay, and {MARKER} there, which keeps "
        "this note"
        for path in _directories(tx)
        if _is_left(Path(path), ctx.public, store)
    ]


def _directories(tx: Transaction) -> list[str]:
    """Return where the store has published, the present directory last."""
    found: list[str] = json.loads(facts.fact(tx, _DIRECTORIES) or "[]")
    return found


def _remember(ctx: Context, *, marked: bool) -> str:
    """Return the id of the store, once that knows its id and the directory."""
    here = str(ctx.public.resolve())
    with reading(ctx.engine) as tx:
        store, known = facts.fact(tx, _STORE), _directories(tx)
    if store and marked and known[-1:] == [here]:
        return store
    store = store or secrets.token_hex(8)
    with transaction(ctx.engine) as tx:
        facts.set_fact(tx, _STORE, store)
        facts.set_fact(tx, _DIRECTORIES, json.dumps([*(d for d in known if d != here), here]))
        # What is noted as published lies in another directory, or another store may have
        # replaced it.
        facts.set_fact(tx, "published_with", "")
    return store


def _is_left(path: Path, public: Path, store: str | None) -> bool:
    with suppress(OSError):  # one of them is no more
        if path.samefile(public):
            return False
    try:
        return owner_of(path) == store and any(one.name != MARKER for one in path.iterdir())
    except (PublishRefused, OSError):  # it is there and lets nobody look
        return True
