"""Ask a hand-written twin the question that the product was asked: a KPI, some periods, one filter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from firstline.periods import Period
from firstline.warehouse.engine import Row, Warehouse

FOLDER = Path(__file__).parent
FAMILIES = re.compile(r"(resolution_rate|repeat_ticket_rate|fcr_window)(?:_(\d+)d)?(?:_(strict.*|same_channel))?")
"""KPIs that differ only in a number of days (7 where none is named) and in their scope share a file, which takes them
as $days and $scope."""

PLACEHOLDER = re.compile(r"/\*(\w+)(?:: ([^*]+))?\*/")
"""Where a twin takes a filter: the subject whose row it is and, for a subscriber, the instant."""

DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "channel": {
        "ticket": "t.channel",
        "contact": "heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at)",
        "issue": "c.channel",
        "interval": "channel_of_queue(q.queue_id, q.interval_start)",
        "answer": "channel_of(r.source_system, r.contact_id, r.ticket_id, r.channel)",
        "invite": "i.channel",
    },
    "region": {
        "ticket": "region_of(t.account_id, t.began)",
        "contact": "region_of(c.account_id, c.entered_at)",
        "issue": "region_of(c.account_id, c.entered_at)",
        "interval": "CAST(NULL AS VARCHAR)",
        "visit": "region_of(v.account_id, v.moved)",
        "answer": "region_of(r.account, r.about_at)",
        "invite": "region_of(i.account, i.sent_at)",
        "snapshot": "p.region_id",
        "subscriber": "home_region(s.subscriber_id, s.region_id, {at})",
    },
    "outage": {
        "ticket": "hangs(t.source_system, t.ticket_id)",
        "contact": "hangs(c.source_system, c.ticket_id)",
        "interval": "CAST(NULL AS VARCHAR)",
        "answer": "is_of_outage(r.source_system, r.contact_id, r.ticket_id)",
    },
}
"""What a dimension is of each subject: SQL over the alias that its placeholder stands beside."""

Filter = tuple[str, str | None]
"""A dimension and the value asked for; None stands for rows without one."""


def file_of(kpi: str) -> Path:
    """The twin's file."""
    family = FAMILIES.fullmatch(kpi)
    return FOLDER / f"{family[1] if family else kpi}.sql"


def days_of(kpi: str) -> int | None:
    """The number of days that tells a KPI from the others of its family; None if it is in none."""
    family = FAMILIES.fullmatch(kpi)
    return int(family[2] or 7) if family else None


def scope_of(kpi: str) -> str | None:
    """What else tells a KPI from the others of its family; None for the usual one."""
    family = FAMILIES.fullmatch(kpi)
    return family[3] if family else None


@cache
def text_of(name: str) -> str:
    """A file of this folder, by its name without the ending."""
    return (FOLDER / f"{name}.sql").read_text("utf-8")


def can_be_filtered(name: str, dimension: str) -> bool:
    """Whether what a twin counts has the dimension (the subscribers it is set against need not)."""
    subjects = [subject for subject, _ in PLACEHOLDER.findall(text_of(name)) if subject != "subscriber"]
    return all(subject in DIMENSIONS[dimension] for subject in subjects or ["subscriber"])


def filterable(text: str) -> str:
    """A twin's SQL that obeys the filter of the period it is asked for, at its placeholders."""

    def condition(found: re.Match[str]) -> str:
        cases = [
            f"WHEN '{dimension}' THEN {columns[found[1]].format(at=found[2])} IS NOT DISTINCT FROM period.wanted"
            for dimension, columns in DIMENSIONS.items()
            if found[1] in columns
        ]
        return f"AND CASE period.dimension {' '.join(cases)} ELSE TRUE END"

    return PLACEHOLDER.sub(condition, text)


def learn_words(warehouse: Warehouse) -> None:
    """Define the words that the twins use, in this connection only."""
    warehouse.execute(text_of("words"))


def ask(
    warehouse: Warehouse,
    name: str,
    periods: Sequence[Period],
    parameters: Mapping[str, Any],
    filters: Sequence[Filter | None] = (None,),
    reasons: Sequence[str | None] = (None,),
) -> dict[tuple[datetime, Filter | None, str | None], Row]:
    """The one row of a twin for each period, filter and reason: by the period's start, the filter and the reason.

    All are asked at once (the twin stands beside a table of them, with its $start, $end and $reason taken from
    there): planning these queries takes longer than running them.
    """
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE period"
        " (number INTEGER, starts TIMESTAMP, ends TIMESTAMP, dimension VARCHAR, wanted VARCHAR, reason VARCHAR)"
    )
    questions = list(product(periods, filters, reasons))
    for number, (period, asked, reason) in enumerate(questions):
        bounds = [moment.astimezone(UTC).replace(tzinfo=None) for moment in (period.start, period.end)]
        row = [number, *bounds, *(asked or (None, None)), reason]
        warehouse.execute("INSERT INTO period VALUES (?, ?, ?, ?, ?, ?)", row)
    text = filterable(text_of(name))
    for word, column in (("$start", "period.starts"), ("$end", "period.ends"), ("$reason", "period.reason")):
        text = text.replace(word, column)
    named = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", text)))
    rows = warehouse.rows(
        f"SELECT period.number, twin.* FROM period, LATERAL (\n{text}\n) twin",
        {key: value for key, value in parameters.items() if key in named},
    )
    assert len(rows) == len(questions), f"{name} gives {len(rows)} rows for {len(questions)} questions"
    asked_for = [(period.start.astimezone(UTC), asked, reason) for period, asked, reason in questions]
    return {asked_for[row["number"]]: row for row in rows}
