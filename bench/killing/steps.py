"""The writes of the product, one by one: a test or a harness is told of each before and after it happens.

For kills and for faults. Seen are statements of the engine that write, commits of the ledger, and what is done with
files and folders; not seen is what the engines do inside.
"""

from __future__ import annotations

import builtins
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultDialect

from firstline.warehouse.engine import Warehouse

Told = Callable[[str, str], None]
"""Is told the kind of a step ("engine", "ledger", or the name of a file operation) and what it is done to."""

READING = re.compile(r"\s*(SELECT|WITH|FROM|DESCRIBE|SET|PRAGMA|BEGIN|ROLLBACK|EXPLAIN|SHOW)\b", re.IGNORECASE)
WRITABLE = re.compile("[wax+]")
RENAMING = ("replace", "rename", "link")
ARROW = " -> "


def _nothing(kind: str, what: str) -> None:
    """Nobody wants to know."""


@contextmanager
def watched(before: Told, after: Told = _nothing) -> Iterator[None]:
    """Within it, `before` is told of every write before it is done, and may raise or kill; `after` when it is done."""
    with ExitStack() as stack:

        def instead(owner: Any, name: str, stand_in: Any) -> None:
            stack.enter_context(patch.object(owner, name, stand_in))

        for name in ("fsync", "replace", "rename", "unlink", "rmdir", "mkdir", "link", "sendfile"):
            instead(os, name, _told(name, getattr(os, name), before, after))
        instead(os, "open", _opening_descriptor(os.open, before, after))
        opening = _opening(builtins.open, before, after)
        for owner, name in ((builtins, "open"), (io, "open"), (tarfile, "bltn_open")):
            instead(owner, name, opening)
        instead(DefaultDialect, "do_commit", _committing(DefaultDialect.do_commit, before, after))
        made = Warehouse.__init__

        def with_told_connection(self: Warehouse, connection: Any, folder: Path | None = None) -> None:
            made(self, _Connection(connection, before, after), folder)  # type: ignore[arg-type]

        instead(Warehouse, "__init__", with_told_connection)
        yield


def _told(name: str, real: Callable[..., Any], before: Told, after: Told) -> Callable[..., Any]:
    def done(subject: Any, *arguments: Any, **options: Any) -> Any:
        # of a file that gets another name both are told
        what = ARROW.join(map(_path_of, [subject, *arguments[:1]])) if name in RENAMING else _path_of(subject)
        before(name, what)
        found = real(subject, *arguments, **options)
        after(name, what)
        return found

    return done


def _path_of(subject: Any) -> str:
    if isinstance(subject, int):
        return os.readlink(f"/proc/self/fd/{subject}")
    return str(os.fspath(subject))


def _opening(real: Callable[..., Any], before: Told, after: Told) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if isinstance(file, int) or not WRITABLE.search(mode) or not Path(file).parent.is_dir():
            return real(file, mode, *arguments, **options)
        what = os.fspath(file)
        before("open", what)
        stream = _Stream(real(file, mode, *arguments, **options), what, before, after)
        after("open", what)
        return stream

    return opened


def _opening_descriptor(real: Callable[..., int], before: Told, after: Told) -> Callable[..., int]:
    def opened(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if not flags & (os.O_WRONLY | os.O_RDWR):
            return real(path, flags, *arguments, **options)
        before("open", os.fspath(path))
        descriptor = real(path, flags, *arguments, **options)
        after("open", os.fspath(path))
        return descriptor

    return opened


def _committing(real: Callable[..., Any], before: Told, after: Told) -> Callable[..., Any]:
    def committed(self: Any, connection: Any) -> None:
        before("ledger", "COMMIT")
        real(self, connection)
        after("ledger", "COMMIT")

    return committed


class _Stream:
    """A file that is written to: every piece is a step."""

    def __init__(self, stream: Any, path: str, before: Told, after: Told) -> None:
        self._stream, self._path, self._before, self._after = stream, path, before, after

    def write(self, piece: Any) -> Any:
        """Write, and tell of it."""
        self._before("write", self._path)
        written = self._stream.write(piece)
        self._after("write", self._path)
        return written

    def __enter__(self) -> _Stream:
        self._stream.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._stream.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Connection:
    """A connection to the engine: every statement that writes is a step."""

    def __init__(self, connection: Any, before: Told, after: Told) -> None:
        self._connection, self._before, self._after = connection, before, after

    def execute(self, sql: str, parameters: Any = None) -> Any:
        """Run a statement, and tell of it if it writes."""
        if READING.match(sql):
            return self._connection.execute(sql, parameters)
        try:
            self._before("engine", sql)
        except Warehouse.Error:
            # a commit that fails takes its transaction back
            if sql == "COMMIT":
                self._connection.execute("ROLLBACK")
            raise
        found = self._connection.execute(sql, parameters)
        self._after("engine", sql)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
