"""A home whose tickets fill some months of 2026, and shorthands for what was published of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from firstline.home import Home
from firstline.model.publication import Published, Restatement
from firstline.publishing.publish import publish
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from firstline.query.run import answer
from tests.homes import bring, moment

UNTIL = moment("2026-04-20")
ASKED = moment("2026-12-01")
TICKET = "ticket_id,opened_at,type,changed_at\n"
EVENT = "ticket_id,at,type,actor_kind\n"


def tickets(prefix: str, count: int, first: str = "2026-01-01", changed: str = "2026-03-20") -> str:
    """A file of this many tickets, opened a day apart."""
    begin = datetime.fromisoformat(first)
    rows = (f"{prefix}{n},{begin + timedelta(days=n)},trouble,{changed}\n" for n in range(count))
    return TICKET + "".join(rows)


def events(prefix: str, count: int, kind: str, first: str, **span: float) -> str:
    """A file with one event of each of these tickets, a day apart."""
    begin = datetime.fromisoformat(first)
    return EVENT + "".join(f"{prefix}{n},{begin + timedelta(days=n)},{kind},agent\n" for n in range(count))


def filled(home: Home) -> None:
    """Tickets of 1 January to 30 April, a day apart, complete until 20 April; resolved an hour after."""
    bring(home, tickets("T", 120), complete_until=UNTIL, at=moment("2026-05-01"))
    resolved = events("T", 120, "resolved", "2026-01-01 01:00:00")
    bring(home, resolved, complete_until=UNTIL, at=moment("2026-05-01"), entity="ticket_event")
    publish(home)


def published(home: Home, kpi: str, scope: str = "") -> dict[str, Published]:
    """What was published of a KPI, by month."""
    found = (each for each in home.publications.published() if (each.series.kpi, each.series.scope) == (kpi, scope))
    return {f"{each.series.month:%Y-%m}": each for each in found}


def restated(home: Home, kpi: str, scope: str = "") -> list[Restatement]:
    """What was restated of a KPI, oldest first."""
    return [e for e in home.publications.restatements() if (e.series.kpi, e.series.scope) == (kpi, scope)]


def record(home: Home, kpi: str, start: str, end: str, **asked: Any) -> Record:
    """The one record of a KPI over a span."""
    query = parse_question(
        the_catalogue(), home.settings.zone, ASKED, {"kpi": [kpi], "from": [start], "to": [end], **asked}
    )
    (found,) = answer(home.warehouse, the_catalogue(), home.settings, query).records
    return found
