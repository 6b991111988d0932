"""The list of everybody whom a home has forgotten, as a file: an older backup that is restored is held against it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from firstline.durable import write_durably
from firstline.errors import HomeError, MisuseError
from firstline.home import Home
from firstline.model.batch import Batch
from firstline.model.erasure import Mark
from firstline.state.secret import FILE_NAME as SECRET_FILE
from firstline.state.secret import fingerprint

FILE_NAME = "forgotten.txt"
HEADING = "# Whom this home has forgotten, as keyed hashes: for 'firstline restore ARCHIVE --forgotten FILE'."
SECRET = "secret "


@dataclass(frozen=True)
class ForgottenList:
    """What the rows of forgotten persons are known by, and the fingerprint of the secret that is hashed with.

    `now` (aware) is when it was read.
    """

    path: Path
    now: datetime
    secret: str
    marks: tuple[Mark, ...]


def list_forgotten(home: Home, batches: Sequence[Batch]) -> None:
    """Write the list of a home, if it has forgotten anybody."""
    marks = [mark for batch in batches for mark in batch.erases]
    if marks:
        secret = next(batch.secret for batch in batches if batch.erases)
        lines = [HEADING, f"{SECRET}{secret}", *dict.fromkeys(mark.model_dump_json() for mark in marks)]
        write_durably(home.path / FILE_NAME, lambda target: target.write_text("\n".join(lines) + "\n", "utf-8"))


def read_forgotten(path: Path, now: datetime) -> ForgottenList:
    """Read a list. Raises MisuseError when the file is none."""
    try:
        heading, secret, *marks = path.read_text("utf-8").splitlines()
        if heading != HEADING or not secret.startswith(SECRET):
            raise ValueError
        found = tuple(Mark.model_validate_json(line) for line in marks)
        return ForgottenList(path, now, secret.removeprefix(SECRET), found)
    except (OSError, ValueError, ValidationError):
        hint = f"It is the {FILE_NAME} that lies in the home, and in its backups."
        raise MisuseError("bad_forgotten_list", f"{path} is no list of forgotten persons.", hint) from None


def take_secret(listed: ForgottenList, home: Path) -> None:
    """See to it that a restored home has the secret that the list is hashed with.

    A backup from before the secret was made has none: then it is the one beside the list. Raises HomeError where it is
    another one, or there is none.
    """
    own, beside = home / SECRET_FILE, listed.path.resolve().parent / SECRET_FILE
    if not own.exists() and beside.exists():
        write_durably(own, lambda target: shutil.copy(beside, target))
    if not own.exists() or fingerprint(own.read_bytes()) != listed.secret:
        problem = f"{listed.path} was hashed with another secret than {own}."
        raise HomeError("other_secret", problem, f"Take the list, and the {SECRET_FILE} beside it, of the same home.")
