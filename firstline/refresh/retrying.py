"""Bring mended rows back: their imports one after the other, one refresh, and what became of the entries."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from firstline.errors import FirstlineError
from firstline.full_disk import naming_full_disk
from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.intake.mending import MendedFile, RetryRequest, read_mended_file
from firstline.intake.request import ImportRecord
from firstline.refresh.apply import apply_pending
from firstline.refresh.refreshing import refresh

Progress = Callable[[str], None]


@dataclass(frozen=True)
class RetryRecord(ImportRecord):
    """What became of a mended export; `closed` counts the entries that it closed (that it would close: dry run).

    read = accepted + unchanged + quarantined: rows whose entry was closed before are unchanged, rows of lines that
    were not filled in are quarantined still.
    """

    closed: int = 0


def retry_all(
    home: Home,
    requests: Iterable[RetryRequest],
    clock: Callable[[], datetime],
    dry_run: bool = False,
    progress: Progress = lambda step: None,
) -> list[RetryRecord]:
    """Bring each mended export back; a problem with one never stops the others. `clock` gives accept times (aware)."""
    records = [_retry(home, request, clock, dry_run, progress) for request in requests]
    if not dry_run:
        refresh(home, progress)
    return records


def _retry(
    home: Home, request: RetryRequest, clock: Callable[[], datetime], dry_run: bool, progress: Progress
) -> RetryRecord:
    records: list[ImportRecord] = []
    warehouse = home.warehouse.cursor()
    try:
        with naming_full_disk(home.path), tempfile.TemporaryDirectory(dir=home.path / "scratch") as scratch:
            mended = read_mended_file(home, warehouse, request, Path(scratch))
            for each in mended.imports:
                records.append(import_file(home, each, clock(), dry_run, progress))
                if not dry_run:
                    # the next rows are compared with what these brought
                    apply_pending(home)
    except FirstlineError as error:
        return RetryRecord(request.name, error=error.as_dict(), exit_code=error.exit_code)
    finally:
        warehouse.close()
    return _together(request, records, mended)


def _together(request: RetryRequest, records: list[ImportRecord], mended: MendedFile) -> RetryRecord:
    """One record of the whole file. A batch whose rows could not be read leaves its entries as they are."""
    reasons, entities = Counter(mended.unfilled), Counter[str]()
    for record in records:
        reasons.update(record.reasons)
        entities.update(record.entities)
    accepted = sum(record.accepted for record in records)
    unchanged = sum(record.unchanged for record in records)
    quarantined = sum(reasons.values())
    failed = next((record for record in records if record.error), None)
    warnings = [warning for record in records for warning in record.warnings]
    if mended.closed_before:
        warnings.append(
            f"{mended.closed_before:,} rows belong to entries that are closed already and were left alone; "
            "to change a row that was accepted, import it as a file of its source."
        )
    if mended.unfilled:
        warnings.append(
            f"{sum(mended.unfilled.values()):,} rows are lines that could not be split, and their cells are still "
            "empty: fill them from quarantine_original."
        )
    return RetryRecord(
        path=request.name,
        entity=next((record.entity for record in records), None),
        entities=dict(entities),
        read=accepted + unchanged + quarantined + mended.closed_before,
        accepted=accepted,
        unchanged=unchanged + mended.closed_before,
        quarantined=quarantined,
        reasons=dict(reasons),
        batch=next((record.batch for record in reversed(records) if record.batch), None),
        batches=tuple(number for record in records for number in record.batches),
        stated=tuple(dict.fromkeys(said for record in records for said in record.stated)),
        warnings=tuple(dict.fromkeys(warnings)),
        error=failed.error if failed else None,
        exit_code=max((record.exit_code for record in records), default=0),
        closed=accepted + unchanged,
    )
