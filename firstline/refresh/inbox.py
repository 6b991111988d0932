"""The inbox: files that a source's system drops into `inbox/<source>/` are imported and put away with their report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from firstline.full_disk import naming_full_disk, raise_if_full
from firstline.home import INBOX, INBOX_DONE, Home
from firstline.intake.gathering import gather
from firstline.intake.recognition import kept_mappings
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.refresh.imports import import_all

FAILED = "failed"
REPORT = ".report.json"
MAPPING = "mapping.toml"
"""A mapping that lies in the folder is used for all of its files, in place of the kept one."""
QUIET_S = 5.0
"""A file that was not written to for this long is finished (judgement: copies write more often than that)."""
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
"""Endings under which programs write a file that they rename when it is whole."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Arrival:
    """A finished file in the folder of a source."""

    source: str
    path: Path


def arrivals(home: Path, now: float) -> Iterator[Arrival]:
    """The finished files of every source's folder, the oldest first; `now` is in seconds since the epoch."""
    found = []
    for folder in sorted((home / INBOX).glob("*/")):
        for path in folder.iterdir():
            is_ours = path.name == MAPPING or path.name.startswith((".", "~$")) or path.name.endswith(UNFINISHED)
            if not is_ours and path.is_file() and not path.is_symlink():
                changed_at = path.stat().st_mtime
                if now - changed_at >= QUIET_S:
                    found.append((changed_at, Arrival(folder.name, path)))
    for _changed_at, arrival in sorted(found, key=lambda each: (each[0], each[1].path)):
        yield arrival


def take_in(home: Home, arrival: Arrival, now: datetime, progress: Progress = lambda step: None) -> list[ImportRecord]:
    """Import a file, or each file in an archive, and move it to `done/`, or to `failed/` where one of them could not
    be read, beside its report (`now` aware).

    Cut off between the two, the file is imported again: its rows are unchanged then. Raises DiskFullError where there
    is no room; the file stays where it is until there is.
    """
    with naming_full_disk(home.path):
        items = _imports(home, arrival)
        found = import_all(
            home, [each for each in items if isinstance(each, ImportRequest)], lambda: now, progress=progress
        )
        imported = iter(found)
        records = [each if isinstance(each, ImportRecord) else next(imported) for each in items]
        for record in records:
            raise_if_full(record.error, home.path)
        put_away(arrival, records, now)
    return records


def _imports(home: Home, arrival: Arrival) -> list[ImportRequest | ImportRecord]:
    """What a file stands for (see `gather`); of a workbook only the sheet that is meant, once the source has a mapping:
    the others may be notes."""
    mapping = arrival.path.parent / MAPPING
    request = ImportRequest(
        path=arrival.path,
        name=arrival.path.name,
        mapping_text=mapping.read_text("utf-8") if mapping.is_file() else None,
        mapping_name=f"{INBOX}/{arrival.source}/{MAPPING}",
        source=arrival.source,
    )
    items = gather(request)
    is_known = any(each.source == arrival.source for each in kept_mappings(home.ledger.batches()))
    has_sheets = any(isinstance(each, ImportRequest) and each.sheet is not None for each in items)
    return [request] if is_known and has_sheets else items


def put_away(arrival: Arrival, records: Sequence[ImportRecord], now: datetime) -> Path:
    """Move the file out of the way, with its report; a name that is taken already gets the time before it."""
    folder = arrival.path.parent / (FAILED if any(record.error for record in records) else INBOX_DONE)
    folder.mkdir(exist_ok=True)
    target = folder / arrival.path.name
    if target.exists():
        target = folder / f"{now:%Y%m%dT%H%M%S%f}-{arrival.path.name}"
    report = target.with_name(target.name + REPORT)
    report.write_text(json.dumps([record.as_json() for record in records], indent=2) + "\n", "utf-8")
    arrival.path.replace(target)
    return target
