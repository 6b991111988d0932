"""What a disk may hold after the power failed: operations on files are recorded; what was not synced may be lost.

The rules are those that a file system promises, and no more. The bytes of a file are there once the file was synced;
until then there are some of them, all or none. A name (of a new file, a renamed or a removed one, a new folder) is
there once its folder was synced; until then each change of a name may have happened or not, whatever became of others.
The files of the two database engines are theirs to keep and are left out, and so is scratch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from bench.killing.steps import ARROW, watched
from firstline.model.batch import Batch
from firstline.state.ledger import Ledger

COPY = re.compile(r"^COPY .* TO '([^']+)'", re.DOTALL)
LEFT_OUT = re.compile(r"/scratch(/|$)|\.duckdb|state\.db")

State = dict[str, bytes]
"""Every file that the disk holds, by its path below the root."""


@dataclass
class Content:
    """The bytes of a file: those on disk for certain (None: not a single one), and those that were written."""

    certain: bytes | None = None
    written: bytes = b""

    def after_loss(self, what: str) -> bytes:
        """The bytes where what was not synced is lost, half there ("torn") or all there ("kept")."""
        whole = {"kept": self.written, "torn": self.written[: len(self.written) // 2], "lost": b""}
        return whole[what] if self.certain is None else self.certain


@dataclass(frozen=True)
class NameChange:
    """A name gets a content or a folder (None), or is removed."""

    folder: str
    name: str
    content: Content | None = None
    is_removed: bool = False

    @property
    def path(self) -> str:
        """The whole path."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass
class Moment:
    """The disk after an operation: the names that are certain, the changes that are not, and what was promised."""

    operation: str
    certain: dict[str, Content | None]
    uncertain: list[NameChange]
    contents: dict[int, Content]
    accepted: tuple[Batch, ...]

    def states(self) -> Iterator[State]:
        """All and none of the uncertain changes, each of them alone, and all but each; bytes lost, torn and kept."""
        every = range(len(self.uncertain))
        chosen = {frozenset(every), frozenset[int]()}
        chosen |= {frozenset({one}) for one in every} | {frozenset(every) - {one} for one in every}
        for kept in chosen:
            for what in ("lost", "torn", "kept"):
                yield self._state(kept, what)

    def certain_state(self) -> State:
        """The poorest state: nothing is there but what must be."""
        return self._state(frozenset(), "lost")

    def _state(self, kept: frozenset[int], what: str) -> State:
        names = dict(self.certain)
        for index, change in enumerate(self.uncertain):
            if index in kept and change.is_removed:
                names.pop(change.path, None)
            elif index in kept:
                names[change.path] = change.content
        return {
            path: self.contents[id(content)].after_loss(what)
            for path, content in names.items()
            if content is not None and all(str(above) in names for above in list(Path(path).parents)[:-1])
        }


@dataclass
class Recorder:
    """Records the operations below `root`, which is on disk already."""

    root: Path
    moments: list[Moment] = field(default_factory=list)
    accepted: list[Batch] = field(default_factory=list)
    _certain: dict[str, Content | None] = field(default_factory=dict)
    _uncertain: list[NameChange] = field(default_factory=list)
    _contents: list[Content] = field(default_factory=list)

    def after(self, kind: str, what: str) -> None:
        """An operation was done."""
        copied = COPY.match(what) if kind == "engine" else None
        if copied:
            kind, what = "open", copied[1]
        paths = [self._below(path) for path in what.split(ARROW)]
        if kind in ("engine", "ledger") or None in paths:
            return
        found = [path for path in paths if path is not None]
        does: dict[str, Callable[..., None]] = {
            "open": self._opened,
            "write": self._written,
            "sendfile": self._written,
            "fsync": self._synced,
            "replace": self._renamed,
            "rename": self._renamed,
            "link": self._linked,
            "unlink": self._removed,
            "rmdir": self._removed,
            "mkdir": lambda path: self._named(path, None),
        }
        does[kind](*found)
        self._note(f"{kind} {what}")

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Within it, everything is recorded; each acceptance of a batch, too."""
        real = Ledger.accept

        def accept(ledger: Ledger, batch: Batch) -> None:
            real(ledger, batch)
            self.accepted.append(batch)
            self._note(f"accepted {batch.number}")

        with patch.object(Ledger, "accept", accept), watched(lambda kind, what: None, self.after):
            yield

    def _below(self, path: str) -> str | None:
        if LEFT_OUT.search(path) or not Path(path).is_relative_to(self.root):
            return None
        relative = str(Path(path).relative_to(self.root))
        return "" if relative == "." else relative

    def _note(self, operation: str) -> None:
        copies = {id(each): Content(each.certain, each.written) for each in self._contents}
        self.moments.append(Moment(operation, dict(self._certain), list(self._uncertain), copies, tuple(self.accepted)))

    def _current(self, path: str) -> Content | None:
        changes = [each for each in self._uncertain if each.path == path]
        if changes:
            return None if changes[-1].is_removed else changes[-1].content
        return self._certain.get(path)

    def _opened(self, path: str) -> None:
        if self._current(path) is None:
            made = Content()
            self._contents.append(made)
            self._named(path, made)
        self._written(path)

    def _written(self, path: str) -> None:
        content, file = self._current(path), self.root / path
        if content is not None and file.exists():
            content.written = file.read_bytes()

    def _synced(self, path: str) -> None:
        if (self.root / path).is_dir():
            for change in [each for each in self._uncertain if each.folder == path]:
                self._uncertain.remove(change)
                if change.is_removed:
                    self._certain.pop(change.path, None)
                else:
                    self._certain[change.path] = change.content
            return
        self._written(path)
        content = self._current(path)
        if content is not None:
            content.certain = content.written

    def _renamed(self, path: str, target: str) -> None:
        # bytes that the program had buffered are written by now
        content = self._current(path)
        if (self.root / target).is_dir():
            # what lies in a folder goes with it
            below = {name: each for name, each in self._certain.items() if name.startswith(f"{path}/")}
            self._certain |= {target + name.removeprefix(path): each for name, each in below.items()}
        self._named(target, content)
        self._removed(path)
        self._written(target)

    def _linked(self, path: str, target: str) -> None:
        self._named(target, self._current(path))

    def _named(self, path: str, content: Content | None) -> None:
        folder, _, name = path.rpartition("/")
        self._uncertain.append(NameChange(folder, name, content))

    def _removed(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        self._uncertain.append(NameChange(folder, name, is_removed=True))


def files_of(batch: Batch) -> dict[str, str | None]:
    """The files that an accepted batch needs, below its home, and their SHA-256 where the batch says it."""
    needed: dict[str, str | None] = {f"landing/{file.path}": file.sha256 for file in batch.files}
    needed[f"landing/batch/{batch.number:08d}.parquet"] = None
    if batch.received:
        needed[f"received/{batch.received}"] = batch.received
    if batch.secret:
        needed["secret.key"] = None
    return needed
