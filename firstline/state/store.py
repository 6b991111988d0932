"""The application's own store: one SQLite file, durable on commit, its tables made by migrations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event

from firstline.full_disk import DiskFullError, has_no_room

FILE_NAME = "state.db"
MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"
"""The newest migration; `tests/state` holds that it is."""


def open_store(home: Path) -> Engine:
    """Open (or make) the store of a home, brought up to the newest migration. Raises DiskFullError without room."""
    path = home / FILE_NAME
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _durable)
    event.listen(engine, "handle_error", partial(_name_full_disk, home))
    if _revision(path) != HEAD:
        _migrate(engine)
    return engine


def copy_store(home: Path, target: Path) -> None:
    """A consistent copy of the store while others may be writing (SQLite's own online backup)."""
    with closing(sqlite3.connect(home / FILE_NAME)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _durable(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 10000")


def _name_full_disk(home: Path, context: ExceptionContext) -> None:
    # where the index beside the log has no room, all that is said is "disk I/O error"
    if isinstance(context.original_exception, sqlite3.OperationalError) and has_no_room(home):
        raise DiskFullError(home) from context.original_exception


def revision_of(home: Path) -> str | None:
    """The migration that a home's store stands at, None if it has none or cannot tell; nothing is written."""
    path = home / FILE_NAME
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            return _stated(connection)
        except sqlite3.DatabaseError:
            return None


def _revision(path: Path) -> str | None:
    """The migration the file stands at, read without loading the migration library (it costs half a second)."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        return _stated(connection)


def _stated(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
