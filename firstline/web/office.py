"""What the cockpit needs from the home it shows; the command line hands it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class BatchRow:
    """One accepted batch of the ledger. Counts are source rows: read = accepted + unchanged + quarantined."""

    number: int
    accepted_at: datetime
    source: str
    file_name: str
    entity: str
    read: int
    accepted: int
    unchanged: int
    quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuarantinedRow:
    """A source row that was not accepted: where it stood, why, and what it held."""

    batch: int
    file_name: str
    line: int
    reason: str
    note: str
    values: Mapping[str, Any]


class Office(Protocol):
    """The opened home as the cockpit sees it. Each request works on a cursor of its own."""

    @property
    def settings(self) -> Settings:
        """The provider's settings."""

    @property
    def warehouse(self) -> Warehouse:
        """The one open warehouse; pages call `cursor()` on it."""

    def now(self) -> datetime:
        """The instant of asking, aware; the only clock a page may read."""

    def batches(self) -> Sequence[BatchRow]:
        """Every accepted batch, newest first."""

    def quarantine(self, batch: int | None) -> Sequence[QuarantinedRow]:
        """Quarantined rows in file order, of one batch or of all."""

    def import_upload(
        self, name: str, content: bytes, mapping: str | None, entity: str | None
    ) -> Mapping[str, Any]:
        """Import one uploaded file; returns the import record of the command-line contract.

        `mapping` is the text of a mapping file, `entity` the kind of rows; None where not given. What
        is wrong with the file is told in the record's `error`; a wrong mapping raises MisuseError.
        """
