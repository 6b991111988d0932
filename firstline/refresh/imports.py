"""Import files one after the other and refresh once: what the command line, the demo and the browser all call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.intake.notes_sheets import notes_passed_over
from firstline.intake.request import ImportRecord, ImportRequest
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
    return notes_passed_over(asked, records)
