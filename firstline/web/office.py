"""What the cockpit needs from the home it shows; the command line hands it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from firstline.home import Home
from firstline.intake.quarantine import QuarantinedRow, ReasonCount, Sought
from firstline.intake.request import ImportRequest
from firstline.model.batch import Batch
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse


class Office(Protocol):
    """The opened home as the cockpit sees it."""

    @property
    def settings(self) -> Settings:
        """The provider's settings."""

    def connection(self) -> AbstractContextManager[Warehouse]:
        """A connection to the one open warehouse for as long as the block runs; pages read through `reading`."""

    def now(self) -> datetime:
        """The instant of asking, aware; the only clock a page may read."""

    def batches(self) -> Sequence[Batch]:
        """Every accepted batch, newest first."""

    def quarantine(self, sought: Sought, first: int = 0, most: int | None = None) -> Sequence[QuarantinedRow]:
        """Quarantined rows in file order, newest batch first: `most` of them after the first `first`."""

    def quarantine_counts(self, batch: int | None = None) -> Sequence[ReasonCount]:
        """Open and closed entries of the quarantine by source, entity and reason, of one batch or of all."""

    def spool(self) -> AbstractContextManager[Path]:
        """A folder of the home for files that are being received, gone when the block ends."""

    @property
    def step(self) -> str:
        """What the import that runs now is doing, in words; empty when none runs."""

    @property
    def home_path(self) -> Path:
        """The folder of the home, in which files wait for their mapping."""

    def import_upload(self, request: ImportRequest) -> Sequence[Mapping[str, Any]]:
        """Import one received file; returns the import records of the command-line contract, one or several.

        What is wrong with a file is told in its record's `error`. Where only its mapping is missing the file waits for
        it in the home, and the record's `waiting` is its id.
        """

    def retry_upload(self, path: Path, name: str) -> Mapping[str, Any]:
        """Bring back quarantined rows that were exported and mended; returns the record of it, as an import's.

        `closed` counts the entries that are closed now.
        """

    def working(self) -> AbstractContextManager[Home]:
        """The home itself, for work that changes it: one piece of work at a time."""


@contextmanager
def reading(office: Office) -> Iterator[Warehouse]:
    """A cursor of the request's own, in one snapshot: a page never shows half an import."""
    with office.connection() as cursor, cursor.transaction():
        yield cursor
