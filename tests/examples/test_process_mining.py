"""Two event logs against pm4py, a library for process mining that shares nothing with the product.

pm4py takes seconds to import, so it is imported in the one fixture that needs it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from firstline.home import Home
from tests.examples.trial import bring_example, data_file, home_in, mapping_text

pytestmark = pytest.mark.shared_data

LOGS = {
    # the zone whose clock it was written by, what ends a case (the first resolves it), what takes it up again
    "helpdesk_italy": ("UTC", ("Resolve ticket",), ("Take in charge ticket", "Resolve ticket")),
    "bpi2013_closed_problems": (
        "Europe/Stockholm",
        ("Completed-Closed", "Completed-Cancelled"),
        ("Accepted-In Progress", "Accepted-Assigned", "Accepted-Wait", "Queued-Awaiting Assignment"),
    ),
}


@dataclass(frozen=True)
class Mined:
    """One log in a home, and as pm4py sees it: its events, all durations of cases and how often each activity is."""

    name: str
    home: Home
    events: pd.DataFrame
    durations: list[float]
    activities: dict[str, int]


@pytest.fixture(scope="module", params=LOGS)
def mined(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mined]:
    import pm4py

    zone, _, _ = LOGS[request.param]
    # an event that is told twice is one
    read = pd.read_csv(data_file(shared_data, request.param)).drop_duplicates()
    read["at"] = pd.to_datetime(read["time:timestamp"].str[:19]).dt.tz_localize(zone).dt.tz_convert("UTC")
    named = {"case_id": "case:concept:name", "activity_key": "concept:name", "timestamp_key": "at"}
    log = pm4py.format_dataframe(read, **named)
    with home_in(tmp_path_factory.mktemp(request.param), timezone="UTC") as home:
        bring_example(home, shared_data, request.param)
        yield Mined(
            name=request.param,
            home=home,
            events=log,
            durations=pm4py.get_all_case_durations(log),
            activities=pm4py.get_event_attribute_values(log, "concept:name"),
        )


def test_a_case_lasts_as_long_as_pm4py_says(mined: Mined) -> None:
    rows = mined.home.warehouse.rows(
        'SELECT date_diff(\'second\', min("at"), max("at")) AS lasted FROM ticket_event GROUP BY ticket_id'
    )
    assert sorted(row["lasted"] for row in rows) == sorted(mined.durations)
    assert len(rows) > 1000


def test_an_activity_is_as_common_as_pm4py_says(mined: Mined) -> None:
    meanings: dict[str, str] = tomllib.loads(mapping_text(mined.name))["events"]["values"]
    wanted: Counter[str] = Counter()
    for activity, times in mined.activities.items():
        wanted[meanings[activity]] += times
    rows = mined.home.warehouse.rows("SELECT type, count(*) AS n FROM ticket_event GROUP BY type")
    assert {row["type"]: row["n"] for row in rows} == wanted


def test_a_ticket_is_resolved_after_as_long_as_pm4py_says(mined: Mined) -> None:
    import pm4py

    _, (resolving, *_others), _ = LOGS[mined.name]
    rows = mined.home.warehouse.rows("SELECT ticket_id, resolution_s FROM fact_ticket WHERE resolution_s IS NOT NULL")
    resolved = {row["ticket_id"]: row["resolution_s"] for row in rows}
    log = mined.events[mined.events["case:concept:name"].isin(resolved)]
    last = log[log["concept:name"] == resolving].groupby("case:concept:name")["at"].max()
    until = log[log["at"] <= log["case:concept:name"].map(last)]
    assert sorted(resolved.values()) == sorted(pm4py.get_all_case_durations(until))
    assert len(resolved) > 1000


def test_a_ticket_was_reopened_as_often_as_pandas_counts(mined: Mined) -> None:
    _, ending, again = LOGS[mined.name]
    wanted = {case: _reopenings(events, ending, again) for case, events in mined.events.groupby("case:concept:name")}
    rows = mined.home.warehouse.rows("SELECT ticket_id, coalesce(reopen_count, 0) AS n FROM fact_ticket")
    assert {row["ticket_id"]: row["n"] for row in rows} == wanted
    assert sum(wanted.values()) > 50


def _reopenings(events: pd.DataFrame, ending: tuple[str, ...], again: tuple[str, ...]) -> int:
    """How often a case that was over was taken up again: once for each time it lay so."""
    count, is_over, ended_at = 0, False, None
    for what, at in events.sort_values("at", kind="stable")[["concept:name", "at"]].itertuples(index=False):
        if is_over and what in again and at > ended_at:
            count, is_over, ended_at = count + 1, what in ending, at
        elif what in ending:
            is_over, ended_at = True, at
    return count
