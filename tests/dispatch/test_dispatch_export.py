"""A dispatch system's export as such systems write it, counted by hand, against the truck-roll KPIs.

Free text for job types and completions, American dates, no ticket ids, a row per technician, a totals line.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from firstline.home import Home
from firstline.intake.request import ImportRecord
from tests.examples.trial import by_group, by_start, figure, figures, home_in
from tests.homes import bring, counts, moment

HEADER = ("Job #", "Acct", "Job Type", "Appt", "Tech", "Dispatched", "Onsite", "Complete", "Completion", "Last Updated")


@dataclass(frozen=True)
class Row:
    """One line of the export, and the month in which the counter by hand saw a truck move for it (None: no roll)."""

    job: str
    kind: str
    appt: str
    tech: str
    dispatched: str
    onsite: str
    complete: str
    completion: str
    updated: str
    rolled: str | None
    why: str

    def cells(self) -> tuple[str, ...]:
        """The line's cells in the header's order."""
        acct = f"A-{self.job[-2:]}"
        moments = (self.dispatched, self.onsite, self.complete)
        return self.job, acct, self.kind, self.appt, self.tech, *moments, self.completion, self.updated


def _row(
    job: str,
    kind: str,
    day: str,
    times: tuple[str, str, str],
    completion: str,
    rolled: str | None,
    why: str,
    tech: str = "Ruiz",
    updated: str = "",
) -> Row:
    dispatched, onsite, complete = (f"{day} {clock}" if clock else "" for clock in times)
    last = updated or complete or onsite or dispatched or f"{day} 07:00 AM"
    return Row(job, kind, f"{day} 08:00 AM", tech, dispatched, onsite, complete, completion, last, rolled, why)


USUAL = ("08:05 AM", "08:40 AM", "09:35 AM")
NONE = ("", "", "")
MARCH, APRIL = "2026-03", "2026-04"
ROWS = (
    _row("J-1001", "Trouble - no internet", "03/02/2026", USUAL, "Comp: replaced drop", MARCH, "fixed"),
    _row("J-1002", "TC: slow wifi", "03/02/2026", USUAL, "NFF - ok at modem", MARCH, "no fault found, but it rolled"),
    _row("J-1003", "Trouble - no internet", "03/03/2026", NONE, "CXL by cust", None, "cancelled before dispatch"),
    _row("J-1004", "Trouble - no internet", "03/03/2026", ("08:05 AM", "", ""), "CXL enroute", MARCH, "on its way"),
    _row("J-1005", "TC: slow wifi", "03/04/2026", ("08:05 AM", "08:30 AM", ""), "Nobody home", MARCH, "no access"),
    _row("J-1006", "Trouble - intermittent", "03/04/2026", ("08:05 AM", "08:30 AM", ""), "Refused", MARCH, "sent away"),
    _row(
        "J-1007", "Trouble - no internet", "03/05/2026", USUAL, "Comp: replaced drop", MARCH, "two technicians", "Ruiz"
    ),
    _row(
        "J-1007", "Trouble - no internet", "03/05/2026", USUAL, "Comp: replaced drop", None, "the second one", "Okafor"
    ),
    _row("J-1008", "New install - fiber", "03/05/2026", USUAL, "Comp: installed", None, "an install"),
    _row(
        "J-1009",
        "New install - fiber",
        "03/06/2026",
        ("08:05 AM", "", ""),
        "Nobody home",
        None,
        "an install, no access",
    ),
    _row("J-1010", "Disco / pick up gear", "03/06/2026", USUAL, "Comp: picked up", None, "a disconnection"),
    _row(
        "J-1011",
        "TC: slow wifi",
        "03/09/2026",
        NONE,
        "Resched by cust",
        None,
        "moved to April",
        updated="03/08/2026 04:00 PM",
    ),
    _row("J-1011", "TC: slow wifi", "04/02/2026", USUAL, "Comp: moved router", APRIL, "the later date"),
    _row("J-1012", "TC: slow wifi", "03/10/2026", NONE, "Resched by cust", None, "moved, nobody has gone yet"),
    _row(
        "J-1013", "Trouble - no internet", "03/11/2026", USUAL, "Comp: replaced ONT", MARCH, "return trip after J-1001"
    ),
    _row("J-1014", "Plant maint", "03/11/2026", USUAL, "Comp: done", None, "maintenance"),
    _row("J-1015", "misc", "03/12/2026", USUAL, "Comp: done", None, "nobody knows what for"),
    _row(
        "J-1016",
        "Trouble - intermittent",
        "03/12/2026",
        ("", "08:40 AM", "09:00 AM"),
        "Comp: done",
        MARCH,
        "by arrival",
    ),
    _row("J-1017", "Trouble - intermittent", "03/13/2026", ("", "", "09:00 AM"), "Comp: done", MARCH, "by completion"),
    _row("J-1018", "Trouble - no internet", "03/13/2026", USUAL, "Referred to line crew", MARCH, "done in part"),
    _row(
        "J-1019",
        "Trouble - no internet",
        "03/31/2026",
        ("11:30 PM", "", ""),
        "Comp: done",
        MARCH,
        "still March in Denver",
    ),
)
HAND_COUNT = {MARCH: 11, APRIL: 1}
"""March: J-1001, 1002, 1004, 1005, 1006, 1007 once, 1013, 1016, 1017, 1018, 1019. April: J-1011, on its later date."""

MAPPING = """\
source = "dispatch"

[file]
entity = "truck_roll"
timezone = "America/Denver"

[fields]
visit_id = "Job #"
account_id = "Acct"
scheduled_start = { column = "Appt", format = "%m/%d/%Y %I:%M %p" }
dispatched_at = { column = "Dispatched", format = "%m/%d/%Y %I:%M %p" }
arrived_at = { column = "Onsite", format = "%m/%d/%Y %I:%M %p" }
completed_at = { column = "Complete", format = "%m/%d/%Y %I:%M %p" }
changed_at = { column = "Last Updated", format = "%m/%d/%Y %I:%M %p" }

[fields.purpose]
column = "Job Type"
[fields.purpose.values]
"Trouble - no internet" = "trouble"
"Trouble - intermittent" = "trouble"
"TC: slow wifi" = "trouble"
"New install - fiber" = "install"
"Disco / pick up gear" = "disconnect"
"Plant maint" = "maintenance"

[fields.outcome]
column = "Completion"
[fields.outcome.values]
"Comp: replaced drop" = "completed_fixed"
"Comp: replaced ONT" = "completed_fixed"
"Comp: moved router" = "completed_fixed"
"Comp: installed" = "completed_fixed"
"Comp: picked up" = "completed_fixed"
"Comp: done" = "completed_fixed"
"NFF - ok at modem" = "completed_no_fault"
"Referred to line crew" = "completed_partial"
"Nobody home" = "no_access"
"Refused" = "turned_away"
"CXL by cust" = "cancelled_before_dispatch"
"CXL enroute" = "cancelled_after_dispatch"
"""
AMERICAN = ', format = "%m/%d/%Y %I:%M %p"'
SPAN = {"from_": "2026-03-01", "to": "2026-05-01"}
SUBSCRIBERS = "period_start,period_end,active_subscribers\n2026-03-01,2026-04-01,2000\n2026-04-01,2026-05-01,2500\n"
COMPLETE = moment("2026-05-01T12:00:00")


def _csv(rows: tuple[Row, ...] = ROWS) -> str:
    lines = [HEADER, *(row.cells() for row in rows), (f"Total {len(rows)} jobs", *[""] * 9)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def _workbook() -> bytes:
    """The same visits from a system that has a row per visit, a column for the second technician and real dates."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEADER, "Tech 2"])
    for row in ROWS:
        if row.why != "the second one":
            cells = [_date(cell) for cell in row.cells()]
            sheet.append([*cells, "Okafor" if row.why == "two technicians" else None])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _date(cell: str) -> str | datetime | None:
    try:
        return datetime.strptime(cell, "%m/%d/%Y %I:%M %p")  # noqa: DTZ007 (a spreadsheet's date has no zone)
    except ValueError:
        return cell or None


def _bring(home: Home, text: str | bytes = "", mapping: str = MAPPING, name: str = "jobs.csv") -> ImportRecord:
    bring(home, SUBSCRIBERS, entity="active_subscribers", name="subscribers.csv")
    return bring(home, text or _csv(), mapping=mapping, name=name, complete_until=COMPLETE)


def _monthly(home: Home, kpi: str) -> dict[str, float | None]:
    return {month: record.value for month, record in by_start(figures(home, kpi, by="month", **SPAN)).items()}


@pytest.fixture
def denver(tmp_path: Path) -> Iterator[Home]:
    """An empty home of a provider in Denver that has not said what a truck roll costs it."""
    with home_in(tmp_path, timezone="America/Denver") as home:
        yield home


def test_every_line_is_accounted_for(denver: Home) -> None:
    record = _bring(denver)
    assert counts(record) == (22, 20, 1, 1)
    assert record.reasons == {"missing_time": 1}, "the totals line"
    unread = "\n".join(warning for warning in record.warnings if "could not be read" in warning)
    assert "truck_roll.purpose: 1 cells" in unread
    assert "'misc' (1)" in unread
    assert "truck_roll.outcome: 2 cells" in unread
    assert "'Resched by cust' (2)" in unread


def test_truck_rolls_are_those_that_were_counted_by_hand(denver: Home) -> None:
    _bring(denver)
    rolled = [row.rolled for row in ROWS]
    assert {month: rolled.count(month) for month in (MARCH, APRIL)} == HAND_COUNT
    assert _monthly(denver, "truck_rolls") == HAND_COUNT


def test_each_outcome_counts_as_the_hand_says(denver: Home) -> None:
    _bring(denver)
    found = by_group(figures(denver, "truck_rolls", group="outcome", **SPAN))
    assert {outcome: record.value for outcome, record in found.items() if record.value} == {
        "completed_fixed": 7,
        "completed_no_fault": 1,
        "completed_partial": 1,
        "no_access": 1,
        "turned_away": 1,
        "cancelled_after_dispatch": 1,
    }


def test_what_was_left_out_or_assumed_is_said(denver: Home) -> None:
    _bring(denver)
    record = figure(denver, "truck_rolls", **SPAN)
    assert dict(record.exclusions) == {"Purpose unknown": 1}
    assert "2 of 12 rolls have no time of dispatch" in (record.note or "")


def test_rolls_per_thousand_subscribers_of_each_month(denver: Home) -> None:
    _bring(denver)
    expected = {MARCH: 11 / 2000 * 1000, APRIL: 1 / 2500 * 1000}
    assert _monthly(denver, "truck_rolls_per_1000") == pytest.approx(expected)


def test_a_roll_costs_135_dollars_modelled_until_the_provider_says_otherwise(denver: Home) -> None:
    _bring(denver)
    assert _monthly(denver, "truck_roll_cost") == {MARCH: 11 * 135, APRIL: 135}
    record = figure(denver, "truck_roll_cost", **SPAN)
    assert (record.value, record.low, record.high, record.unit) == (1620, 1440, 1800, "USD")
    assert "Modelled: 12 of 12 rolls" in (record.note or "")
    assert "135 USD" in (record.note or "")


def test_a_provider_that_states_its_cost_has_its_own_figure(tmp_path: Path) -> None:
    with home_in(tmp_path, timezone="America/Denver", truck_roll_cost=160.0) as home:
        _bring(home)
        record = figure(home, "truck_roll_cost", **SPAN)
    assert (record.value, record.low, record.high) == (12 * 160, None, None)
    assert "135" not in (record.note or "")


def test_a_visits_own_cost_goes_before_any_unit_cost(denver: Home) -> None:
    lines = _csv().splitlines()
    costs = {"J-1001": "$210.50", "J-1008": "$900.00"}
    priced = [f'{lines[0]},"Cost"'] + [f'{line},"{costs.get(line[1:7], "")}"' for line in lines[1:]]
    _bring(denver, "\n".join(priced) + "\n", MAPPING.replace("[fields.purpose]\n", 'cost = "Cost"\n[fields.purpose]\n'))
    record = figure(denver, "truck_roll_cost", **SPAN)
    assert record.value == pytest.approx(210.50 + 11 * 135)
    assert "Modelled: 11 of 12 rolls" in (record.note or "")


def test_a_workbook_with_a_second_technician_column_gives_the_same(denver: Home) -> None:
    mapping = MAPPING.replace(AMERICAN, "").replace("[fields.purpose]\n", 'technician_id = "Tech"\n[fields.purpose]\n')
    assert counts(_bring(denver, _workbook(), mapping, "jobs.xlsx")) == (20, 20, 0, 0)
    assert _monthly(denver, "truck_rolls") == HAND_COUNT


def test_reading_the_technician_from_a_row_per_technician_is_refused_not_counted_twice(denver: Home) -> None:
    mapping = MAPPING.replace("[fields.purpose]\n", 'technician_id = "Tech"\n[fields.purpose]\n')
    record = _bring(denver, mapping=mapping)
    assert counts(record) == (22, 19, 0, 3)
    assert record.reasons == {"conflicting_versions": 2, "missing_time": 1}
    assert _monthly(denver, "truck_rolls") == {MARCH: 10, APRIL: 1}


def test_the_order_of_the_lines_does_not_matter(denver: Home) -> None:
    assert counts(_bring(denver, _csv(tuple(reversed(ROWS))))) == (22, 20, 1, 1)
    assert _monthly(denver, "truck_rolls") == HAND_COUNT
