"""Files that wait for their mapping: kept in the home until they are imported, discarded, or too old."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from firstline.errors import MisuseError
from firstline.home import WAITING
from firstline.intake.request import ImportRequest

KEPT_DAYS = 14
"""A file that nobody cared for so long is deleted: it may hold personal data."""
SETTLED_BY_A_MAPPING = (
    "unknown_mapping",
    "header_changed",
    "unknown_content",
    "ambiguous_content",
    "no_column_known",
    "ambiguous_dates",
    "unknown_date_format",
    "ambiguous_numbers",
)
"""The errors of an import after which its file waits: nothing is wrong with the file itself."""
_ID = re.compile(r"[0-9a-f]{16}")
_ABOUT = "about.json"


class Wrong(BaseModel):
    """What was written into a box of the editor and cannot be, and why."""

    model_config = ConfigDict(frozen=True)

    text: str
    told: str


class Waiting(BaseModel):
    """A file that waits: what it is called, the file meant in an archive, the sheet, and why it was not imported.

    `mapping` is a draft of its mapping (TOML), None before anybody looked; `edits` the batch whose kept mapping is to
    be changed with it; `wrong` what was written of how the file is read and was not taken over, by key; `aside` the
    fields (TOML) whose columns went when it was read in another way, for when they come back.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    member: str | None = None
    sheet: str | None = None
    received_at: datetime
    why: str
    mapping: str | None = None
    edits: int | None = None
    wrong: dict[str, Wrong] = {}
    aside: str | None = None

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.received_at + timedelta(days=KEPT_DAYS)

    def folder(self, home: Path) -> Path:
        """Where it lies, with what was made from it."""
        return home / WAITING / self.id

    def request(self, home: Path) -> ImportRequest:
        """The request to import it, without a mapping."""
        return ImportRequest(path=self.folder(home) / "file", name=self.name, member=self.member, sheet=self.sheet)


def keep_waiting(home: Path, request: ImportRequest, why: str, now: datetime, edits: int | None = None) -> Waiting:
    """Keep the file of a request until its mapping is known (`now` aware)."""
    kept = Waiting(
        id=secrets.token_hex(8),
        name=request.name,
        member=request.member,
        sheet=request.sheet,
        received_at=now,
        why=why,
        mapping=request.mapping_text,
        edits=edits,
    )
    folder = kept.folder(home)
    folder.mkdir(parents=True)
    try:
        # the files of one archive share its bytes
        os.link(request.path, folder / "file")
    except OSError:
        shutil.copyfile(request.path, folder / "file")
    note(home, kept)
    return kept


def note(home: Path, waiting: Waiting) -> None:
    """Write down what is known of a waiting file."""
    target = waiting.folder(home) / _ABOUT
    unfinished = target.with_suffix(".unfinished")
    unfinished.write_text(waiting.model_dump_json(), "utf-8")
    unfinished.replace(target)


def waiting_files(home: Path) -> list[Waiting]:
    """The files that wait, newest first."""
    found = [Waiting.model_validate_json(path.read_text("utf-8")) for path in (home / WAITING).glob(f"*/{_ABOUT}")]
    return sorted(found, key=lambda each: each.received_at, reverse=True)


def waiting_file(home: Path, name: str) -> Waiting:
    """The waiting file of that id. Raises MisuseError when there is none (any more)."""
    path = home / WAITING / name / _ABOUT
    if not _ID.fullmatch(name) or not path.is_file():
        hint = f"It was imported, discarded, or older than {KEPT_DAYS} days. The sources page lists those that wait."
        raise MisuseError("no_such_waiting_file", "No such file waits for its mapping.", hint)
    return Waiting.model_validate_json(path.read_text("utf-8"))


def discard(home: Path, waiting: Waiting) -> None:
    """Delete a waiting file and all that was made from it."""
    shutil.rmtree(waiting.folder(home), ignore_errors=True)


def drop_unfinished(home: Path) -> None:
    """Delete what a killed process was about to keep, and told nobody of. No other process has the home."""
    for folder in (home / WAITING).glob("*"):
        if not (folder / _ABOUT).is_file():
            shutil.rmtree(folder, ignore_errors=True)
        for unfinished in folder.glob("*.unfinished"):
            unfinished.unlink()


def drop_expired(home: Path, now: datetime) -> None:
    """Delete the files that waited too long."""
    for waiting in waiting_files(home):
        if waiting.expires_at < now:
            discard(home, waiting)
