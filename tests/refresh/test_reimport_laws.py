"""Whatever the order, the pieces and the repetitions in which files are imported: the same rows and the same figures.

The two stated exceptions are left out of what is drawn: corrections that say neither when they were made nor when they
were exported, and one change time with two contents.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.model.vocabulary import vocabulary
from firstline.query.definitions import the_catalogue
from firstline.query.question import Query
from firstline.query.run import answer
from firstline.refresh.imports import import_all
from firstline.warehouse.text import quoted
from tests.homes import ARRIVAL, moment

NOW = moment("2026-07-01")
EVENT_LOG = """\
source = "log"
[events]
case = "case"
activity = "what"
at = "when"
reopens = ["Reopen"]
[events.values]
New = "opened"
Answer = "first_response"
Solve = "resolved"
"""


@dataclass(frozen=True)
class Export:
    """One file: its header, its rows, and what is said of it."""

    entity: str | None
    header: str
    rows: tuple[str, ...]
    exported_at: datetime | None = None
    mapping: str | None = None


def pick(key: object, words: list[str]) -> str:
    """A word that depends on the key alone: one version time has one content."""
    return words[Random(repr(key)).randrange(len(words))]


def tickets(chance: Random) -> Export:
    """Tickets with change times, some of them deleted, with rows that lack their key or time among them."""
    rows = []
    for _ in range(chance.randrange(1, 9)):
        number, day = chance.randrange(5), chance.randrange(1, 6)
        kind = pick(("kind", number, day), ["trouble", "billing", "order"])
        gone = pick(("gone", number, day), ["", "", "", "true"])
        rows.append(f"T{number},2026-01-{number + 1:02} 09:00,{kind},A{number % 2},2026-02-{day:02},{gone}")
    rows += chance.sample([",2026-01-01,order,A1,2026-02-01,", "T9,,order,A1,2026-02-01,"], chance.randrange(3))
    return Export("ticket", "ticket_id,opened_at,type,account_id,changed_at,is_deleted", tuple(rows))


def contacts(chance: Random) -> Export:
    """Calls of an export with a date; a later export may say other things of the same call."""
    day = chance.randrange(1, 6)
    rows = []
    for number in {chance.randrange(8) for _ in range(chance.randrange(1, 9))}:
        talk = pick(("talk", number, day), ["30", "60", ""])
        start = f"2026-01-{number + 1:02}"
        rows.append(f"C{number},{start} 10:00:00,{start} 10:00:20,{start} 10:02:00,phone,inbound,answered,{talk}")
    header = "contact_id,entered_at,answered_at,ended_at,channel,direction,disposition,talk_s"
    return Export("contact", header, tuple(rows), exported_at=moment(f"2026-03-{day:02}"))


def events(chance: Random) -> Export:
    """An event log without ids of its own, identical rows among them."""
    rows = [
        f"T{chance.randrange(5)},{chance.choice(['New', 'Answer', 'Solve', 'Reopen', 'Odd'])},"
        f"2026-01-{chance.randrange(1, 20):02} 12:00:0{chance.randrange(3)}"
        for _ in range(chance.randrange(1, 12))
    ]
    return Export(None, "case,what,when", (*rows, *rows[:2]), mapping=EVENT_LOG)


def answers(chance: Random) -> Export:
    """Survey answers that never change, in a dated or an undated export."""
    rows = [f"R{number},2026-01-{number + 1:02},csat,{number % 5 + 1},1,5" for number in chance.sample(range(9), k=5)]
    exported = moment(f"2026-03-0{chance.randrange(1, 6)}") if chance.random() < 0.5 else None
    return Export("survey_response", "response_id,responded_at,kind,score,scale_min,scale_max", tuple(rows), exported)


def drawn(chance: Random) -> list[Export]:
    return [chance.choice([tickets, contacts, events, answers])(chance) for _ in range(chance.randrange(1, 6))]


def cut(chance: Random, export: Export) -> list[Export]:
    """The file in pieces that may overlap."""
    if chance.random() < 0.3:
        return [export]
    at = chance.randrange(len(export.rows) + 1)
    overlap = chance.randrange(2)
    halves = (export.rows[: at + overlap], export.rows[at:])
    return [Export(export.entity, export.header, half, export.exported_at, export.mapping) for half in halves if half]


def state_after(exports: list[Export]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """All canonical rows by entity, and all KPI records by month, of a home into which these were imported in order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder) / "home")
        requests = []
        for number, export in enumerate(exports):
            path = Path(folder) / f"{number}.csv"
            path.write_text("\n".join([export.header, *export.rows]) + "\n")
            requests.append(
                ImportRequest(path, path.name, export.entity, export.mapping, exported_at=export.exported_at)
            )
        clock = itertools.count()
        for record in import_all(home, requests, lambda: ARRIVAL + timedelta(hours=next(clock))):
            assert record.error is None, record.error
        rows = {name: canonical(home, name) for name in ("ticket", "ticket_event", "contact", "survey_response")}
        query = Query((), NOW, moment("2026-01-01"), moment("2026-03-01"), by="month")
        figures = answer(home.warehouse, the_catalogue(), home.settings, query).records
        home.close()
    return rows, [asdict(record) for record in figures]


def canonical(home: Home, entity: str) -> Any:
    names = ["source_system", "source_id", *vocabulary()[entity].field_names, "is_deleted"]
    own = [name for name in names if not any(f.personal and f.name == name for f in vocabulary()[entity].fields)]
    return home.warehouse.rows(f"SELECT {', '.join(map(quoted, own))} FROM {entity} ORDER BY ALL")


@settings(max_examples=10)
@given(some.integers(0, 2**32))
def test_order_pieces_and_repetitions_change_nothing(seed: int) -> None:
    chance = Random(seed)
    exports = drawn(chance)
    again = [piece for export in exports for piece in cut(chance, export) for _ in range(chance.choice([1, 1, 2]))]
    chance.shuffle(again)
    rows, figures = state_after(exports)
    other_rows, other_figures = state_after(again)
    assert other_rows == rows
    assert other_figures == figures


def test_the_law_can_be_broken() -> None:
    """Undated corrections are the stated exception: with them the same check fails."""
    one, two = (
        Export("ticket", "ticket_id,opened_at,type", (f"T1,2026-01-01,{kind}",)) for kind in ("order", "billing")
    )
    with pytest.raises(AssertionError):
        assert state_after([one, two]) == state_after([two, one])
