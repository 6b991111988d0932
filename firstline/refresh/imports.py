"""Import files one after the other and refresh once: what the command line, the demo and the browser all call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.intake.recognition import kept_mappings
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.suggestion import UNKNOWN_CONTENT
from firstline.refresh.apply import apply_pending
from firstline.refresh.refreshing import refresh

Progress = Callable[[str], None]


def import_all(
    home: Home,
    requests: Iterable[ImportRequest],
    clock: Callable[[], datetime],
    dry_run: bool = False,
    progress: Progress = lambda step: None,
) -> list[ImportRecord]:
    """Import each file; a problem with one never stops the others. `clock` gives each its accept time (aware).

    Files of any size are imported with the memory that the settings allow: what is more goes through the disk.
    """
    records = []
    with home.warehouse.within(home.settings.import_memory_mb):
        asked = list(requests)
        for request in asked:
            records.append(import_file(home, request, clock(), dry_run, progress))
            if not dry_run:
                # the next file is compared with what this one brought
                apply_pending(home)
        if not dry_run:
            refresh(home, progress)
    return [_beside_a_known_sheet(home, *each, records) for each in zip(asked, records, strict=True)]


def _beside_a_known_sheet(
    home: Home, request: ImportRequest, record: ImportRecord, records: Sequence[ImportRecord]
) -> ImportRecord:
    """The record; of a sheet of which nothing is known, beside one that a kept mapping reads, no error: it holds notes,
    and each month would ask about it again."""
    if record.error is None or record.error["code"] != UNKNOWN_CONTENT or not request.is_one_of_sheets:
        return record
    kept = {batch.mapping for batch in kept_mappings(home.ledger.batches())}
    known = [each.sheet for each in records if each.path == record.path and each.error is None and each.mapping in kept]
    if not known:
        return record
    told = (
        f"Sheet '{record.sheet}' was not read: nothing is known of its columns, and a kept mapping reads '{known[0]}'. "
        "Name it with --sheet, and give it a mapping, if it holds rows."
    )
    return replace(record, error=None, exit_code=0, warnings=(told,))
