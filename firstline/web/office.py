"""What the cockpit needs from the home it shows; the command line hands it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from firstline.intake.quarantine import QuarantinedRow
from firstline.model.batch import Batch
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse


class Office(Protocol):
    """The opened home as the cockpit sees it."""

    @property
    def settings(self) -> Settings:
        """The provider's settings."""

    @property
    def warehouse(self) -> Warehouse:
        """The one open warehouse; pages read through `reading`."""

    def now(self) -> datetime:
        """The instant of asking, aware; the only clock a page may read."""

    def batches(self) -> Sequence[Batch]:
        """Every accepted batch, newest first."""

    def quarantine(self, batch: int | None) -> Sequence[QuarantinedRow]:
        """Quarantined rows in file order, of one batch or of all."""

    def import_upload(self, name: str, content: bytes, mapping: str | None, entity: str | None) -> Mapping[str, Any]:
        """Import one uploaded file; returns the import record of the command-line contract.

        `mapping` is the text of a mapping file, `entity` the kind of rows; None where not given. What
        is wrong with the file is told in the record's `error`.
        """


@contextmanager
def reading(office: Office) -> Iterator[Warehouse]:
    """A cursor of the request's own, in one snapshot: a page never shows half an import."""
    cursor = office.warehouse.cursor()
    try:
        with cursor.transaction():
            yield cursor
    finally:
        cursor.close()
