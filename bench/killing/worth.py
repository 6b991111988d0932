"""What a home is worth: everything that must be the same in a home that was killed and in one that never was."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.cli.desk import Desk
from firstline.cli.main import run
from firstline.home import RESTORING, Home
from firstline.intake.quarantine import quarantined_rows
from firstline.model.batch import RECEIVED, Batch, live_numbers
from firstline.model.vocabulary import vocabulary
from firstline.publishing.publish import publish
from firstline.refresh.refreshing import bring_up_to_date
from firstline.state.publications import current
from firstline.state.store import FILE_NAME as STORE_FILE
from firstline.warehouse.tables import tables_of

ASKED_AT = "2026-07-01"
KPIS = (
    "ticket_volume",
    "backlog",
    "resolution_rate_7d",
    "resolution_time_median",
    "average_talk_time",
    "missed_call_rate",
)
"""Figures of what the commands bring; each is of a fact of its own."""


@dataclass(frozen=True)
class Worth:
    """A home's content. Which batch brought a row is no part of it: a command given again is a batch of its own.

    `ledger` counts the rows that each file brought to each entity, those that count and those withdrawn; `kept` are the
    files as they were received, `published` the figures that were told as final, as they are told now.
    """

    rows: dict[str, list[tuple[Any, ...]]]
    ledger: dict[str, int]
    quarantine: list[tuple[Any, ...]]
    kept: frozenset[str]
    figures: Any
    published: list[tuple[Any, ...]]

    def differences(self, other: Worth) -> list[str]:
        """The parts in which two homes differ."""
        return [name for name in vars(self) if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True)
class Found:
    """A home after it was opened: the accepted batches, what is wrong with it, and its worth if that was asked for."""

    batches: frozenset[int]
    problems: tuple[str, ...]
    worth: Worth | None


def look_at(path: Path, is_whole: Callable[[frozenset[int]], bool] = lambda batches: True) -> Found:
    """Open a home as every command does, which finishes what was cut off; tell its worth if its batches are whole.

    Where a restore was cut off there is no home to open, and nothing is wrong with it.
    """
    if (path / RESTORING).exists() or not (path / STORE_FILE).exists():
        return Found(frozenset(), (), None)
    home = Home.open(path)
    try:
        bring_up_to_date(home)
        publish(home)
        batches = home.ledger.batches()
        numbers, problems = frozenset(batch.number for batch in batches), tuple(_problems(home, batches))
        if not is_whole(numbers):
            return Found(numbers, problems, None)
        rows = {table: _rows(home, table) for name in vocabulary() for table in (name, *_personal(name))}
        entries = quarantined_rows(home.landing.folder, home.warehouse, batches)
        published = _published(home)
    finally:
        home.close()
    told = sorted((Path(each.file_name).name, each.row, each.reason, tuple(each.values.items())) for each in entries)
    kept = frozenset(each.name for each in (path / RECEIVED).glob("*"))
    return Found(numbers, problems, Worth(rows, _ledger_view(batches), told, kept, _figures(path), published))


def _published(home: Home) -> list[tuple[Any, ...]]:
    """Each published figure with what it is told to be now.

    A command that was cut off and given again was accepted in two parts, and what held between them was published, too.
    """
    told = current(home.publications.published(), home.publications.restatements())
    return sorted(((*series.model_dump(mode="json").values(), *values) for series, values in told.items()), key=str)


def _personal(name: str) -> list[str]:
    return [table for table in tables_of(vocabulary()[name]) if table.endswith("_personal")]


def _rows(home: Home, table: str) -> list[tuple[Any, ...]]:
    found = home.warehouse.rows(f"SELECT * EXCLUDE (batch) FROM {table} ORDER BY ALL")
    return [tuple(row.values()) for row in found]


def _problems(home: Home, batches: list[Batch]) -> list[str]:
    """What must hold of every home whatever happened to it."""
    found = []
    applied = [row["batch"] for row in home.warehouse.rows("SELECT batch FROM applied_batch ORDER BY batch")]
    if applied != [batch.number for batch in batches]:
        found.append(f"accepted are {[batch.number for batch in batches]}, applied {applied}")
    found += [f"damaged: {path}" for path in home.landing.damaged_files(batches)]
    recorded = {batch.number for batch in home.landing.recorded_batches(home.warehouse)}
    found += [f"without its record: {batch.number}" for batch in batches if batch.number not in recorded]
    found += [f"unfinished: {path.name}" for path in home.path.rglob("*.unfinished")]
    found += [f"left in scratch: {path.name}" for path in (home.path / "scratch").glob("*")]
    return found


def _ledger_view(batches: list[Batch]) -> dict[str, int]:
    live = live_numbers(batches)
    view: Counter[str] = Counter()
    for batch in batches:
        standing = "counts" if batch.number in live else "withdrawn"
        for name, rows in batch.entities.items():
            view[f"{batch.source} {Path(batch.file_name).name} {name} {standing}"] += rows
        if batch.withdraws:
            view[f"{batch.file_name} {standing}"] += 1
    return {name: rows for name, rows in view.items() if rows}


def _figures(path: Path) -> Any:
    out = io.StringIO()
    code = run(
        Desk(["--home", str(path), "kpi", *KPIS, "--format", "json", "--now", ASKED_AT], out=out, err=io.StringIO())
    )
    if code:
        raise AssertionError("the figures cannot be asked for")
    return json.loads(out.getvalue())
