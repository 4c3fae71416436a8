"""The database: the only code that knows it.  Edge.

SQLite (WAL, one writer) or PostgreSQL, by SQLAlchemy Core.  Transactions are short and no
network is touched inside one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
)

from syndicator.errors import StoreError

Store = Engine
"""An open database."""
Transaction = Connection
"""A connection within a transaction."""

_DAMAGED = ("malformed", "not a database")
"""How SQLite says that what it read is none of its own."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_NUMBER, _WRITER_NUMBER = 7_394_662_001, 7_394_662_002
"""Keys of our PostgreSQL advisory locks; any numbers that nobody else uses."""


def open_engine(url: str, *, create: bool = True) -> Engine:
    """Return the engine for *url*, with its tables brought to the newest revision.

    Raises:
        StoreError: the address is wrong, the database cannot be reached, it is damaged, a
            newer version made it, or there is no such file and *create* is false.
    """
    try:
        engine = _engine(url, create=create)
        try:
            with engine.connect() as connection:
                _check(connection)
                _upgrade(connection)
            _watch(engine)
        except BaseException:
            engine.dispose()
            raise
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"database.url: {error}") from error
    except DBAPIError as error:
        raise StoreError(f"database.url: cannot open {_shown(url)}: {error.orig}") from error
    except OSError as error:
        raise StoreError(f"database.url: cannot open {_shown(url)}: {error}") from error
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Transaction]:
    """Yield a writing transaction: committed at the end, undone by an exception.

    One at a time, on PostgreSQL as on SQLite: a command beside the daemon must not miss what
    the daemon is just storing, nor the daemon what the command forbids.

    Raises:
        StoreError: the database refused (its disk is full, it cannot be written to or reached).
    """
    with (
        _refusing(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITER_NUMBER})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Transaction]:
    """Yield a transaction that sees one state of the store and waits for no writer.

    Raises:
        StoreError: as for `transaction`.
    """
    with _refusing(engine), engine.connect() as connection:
        yield connection


@contextmanager
def _refusing(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        # What is derived from it, but for the one, is about a single statement: a bug.
        if type(error) not in (DatabaseError, OperationalError):
            raise
        raise StoreError(
            f"database.url: {address_of(engine)}: {error.orig}: nothing of this step was "
            f"stored; {_remedy(str(error.orig))}"
        ) from error


def _remedy(problem: str) -> str:
    if any(word in problem for word in _DAMAGED):
        return "the file is damaged: stop syndicator and restore a backup"
    if "locked" in problem:
        return "another program holds it; it is done again once that lets go"
    return "it is done again once the database can be used"


@contextmanager
def only_one(engine: Engine) -> Iterator[None]:
    """Hold the store for one writing process; the lock dies with its holder.

    Raises:
        StoreError: another process holds it.
    """
    taken = StoreError(
        f"another syndicator works on {address_of(engine)}: stop it first, or let it work"
    )
    hold = _advisory_lock if engine.dialect.name == "postgresql" else _locked_file
    with hold(engine, taken):
        yield


@contextmanager
def _advisory_lock(engine: Engine, taken: StoreError) -> Iterator[None]:
    with engine.connect() as connection:
        got = connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK_NUMBER})"))
        connection.commit()
        if not got:
            raise taken
        try:
            yield
        finally:
            # The connection goes back to a pool: the lock would live on in it.
            connection.scalar(text(f"SELECT pg_advisory_unlock({_LOCK_NUMBER})"))
            connection.commit()


@contextmanager
def _locked_file(engine: Engine, taken: StoreError) -> Iterator[None]:
    # Beside the file itself, not beside a link to it: by another name it is the same store.
    path = Path(f"{os.path.realpath(engine.url.database or '')}.lock")
    try:
        file = path.open("w")
    except OSError as error:
        raise StoreError(f"database.url: cannot lock {path}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise taken from error
        check = _remains(path, os.fstat(file.fileno()), _UNLOCKED)
        event.listen(engine, "begin", check)
        try:
            yield
        finally:
            event.remove(engine, "begin", check)


_UNLOCKED = (
    "{path} was removed or replaced, by which this syndicator holds the store: another one may "
    "work there by now; nothing is stored or published before a restart"
)
_VANISHED = (
    "database.url: {path} is not the file any more that was opened: it was removed, moved or "
    "replaced; nothing is stored or published until it is back; to go on with what is there "
    "now, restart"
)


def _watch(engine: Engine) -> None:
    """Let no transaction begin once the file of an SQLite store is gone, or another one.

    SQLite goes on in a file that has no name any more, and all that would be lost; what it opens
    by the name would be another store.
    """
    path = Path(os.path.realpath(engine.url.database or ""))
    if engine.dialect.name == "sqlite" and path.is_file():  # not a store in memory
        check = _remains(path, path.stat(), _VANISHED)
        event.listen(engine, "do_connect", check)
        event.listen(engine, "begin", check)


def _remains(path: Path, opened: os.stat_result, lost: str) -> Callable[..., None]:
    """Return a function that raises StoreError, saying *lost*, once *path* is another file."""

    def check(*_: object) -> None:
        try:
            same = os.path.samestat(opened, path.stat())
        except OSError:
            same = False
        if not same:
            raise StoreError(lost.format(path=path))

    return check


def _engine(url: str, *, create: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and "+" not in parsed.drivername:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"database.url: {parsed.drivername} is not sqlite or postgresql")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        path = Path(parsed.database).absolute()
        if not create and not path.exists():
            raise StoreError(
                f"database.url: no store at {path}: `syndicator once` (or `run`) makes one; a "
                "relative path counts from the directory in which the command is started"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() == "postgresql")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_settings(connection: object, _record: object) -> None:
    # The driver must not begin transactions of its own: ours begin IMMEDIATE (below), so
    # that a writer waits for its turn at the start, where waiting is safe.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    result = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    connection.rollback()
    if result != "ok":
        raise StoreError(
            f"database.url: {address_of(connection.engine)} is damaged"
            f" ({' '.join(str(result).split())}): "
            "restore a backup; it was not touched"
        )


def _upgrade(connection: Connection) -> None:
    known = {file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
    current = None
    if inspect(connection).has_table("alembic_version"):
        current = connection.scalar(text("SELECT version_num FROM alembic_version"))
    connection.rollback()
    if current == max(known):
        return
    if current is not None and current not in known:
        raise StoreError(
            f"database.url: {address_of(connection.engine)} was made by a newer syndicator "
            f"(revision {current}): use that one, or restore a backup; it was not touched"
        )
    # Most commands find nothing to do, and Alembic takes longer to load than they run.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


def address_of(engine: Engine) -> str:
    """Return the address of the store, without its password."""
    return _shown(str(engine.url))


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
