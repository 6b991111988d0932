"""Read a source's kept files again under a corrected mapping, after trying it out: which months of which KPIs move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.request import ImportRecord
from firstline.model.batch import Batch
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.refresh.refreshing import refresh
from firstline.refresh.remap import remap

Progress = Callable[[str], None]
COUNTS = ("path", "read", "accepted", "unchanged", "quarantined", "reasons", "batch")


@dataclass(frozen=True)
class Remapped:
    """The old batches and their withdrawal (None for a trial), the files read again, the figures that move."""

    source: str
    withdraws: tuple[int, ...]
    withdrawal: int | None
    records: Sequence[ImportRecord]
    moved: Sequence[Moved]

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {
            "source": self.source,
            "withdraws": list(self.withdraws),
            "batch": self.withdrawal,
            "files": [{name: getattr(record, name) for name in COUNTS} for record in self.records],
            "moved": [each.as_json() for each in self.moved],
        }


def try_remap(
    home: Home, source: str, mapping_text: str, now: datetime, progress: Progress = lambda step: None
) -> Remapped:
    """What `remap_source` would do, found out in a copy of the home. Raises when a file could not be read."""

    def change(trial: Home) -> tuple[Batch, list[ImportRecord]]:
        withdrawal, records = remap(trial, source, mapping_text, now, progress, files_of=home)
        for record in records:
            if record.error:
                raise MisuseError(**record.error)
        return withdrawal, records

    (withdrawal, records), moved = moved_by(home, change, now, True, progress)
    return Remapped(source, withdrawal.withdraws, None, records, moved)


def remap_source(
    home: Home, source: str, mapping_text: str, now: datetime, progress: Progress = lambda step: None
) -> Remapped:
    """Try it out, and if every file can be read, do it (`now` aware)."""
    tried = try_remap(home, source, mapping_text, now, progress)
    withdrawal, records = remap(home, source, mapping_text, now, progress)
    refresh(home, progress)
    return Remapped(source, withdrawal.withdraws, withdrawal.number, records, tried.moved)
