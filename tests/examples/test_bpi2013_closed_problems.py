"""bpi2013_closed_problems against a calculation in pandas that reads the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRecord
from tests.examples.trial import (
    DATA_SETS,
    bring_example,
    by_group,
    by_start,
    data_file,
    figure,
    figures,
    home_in,
    mapping_text,
    missing,
)
from tests.homes import counts

pytestmark = pytest.mark.shared_data

NAME = "bpi2013_closed_problems"
STOCKHOLM = "Europe/Stockholm"
DONE = ("Completed-Closed", "Completed-Cancelled")


@pytest.fixture(scope="module")
def events(shared_data: Path) -> pd.DataFrame:
    """All events in order of time: case, what, team, clock (as written) and at (an instant)."""
    read = pd.read_csv(data_file(shared_data, NAME))
    clock = pd.to_datetime(read["time:timestamp"].str[:19])
    found = pd.DataFrame(
        {
            "case": read["case:concept:name"],
            "what": read["concept:name"],
            "team": read["org:group"],
            "clock": clock,
            "at": clock.dt.tz_localize(STOCKHOLM),
        }
    )
    return found.sort_values(["case", "at"], kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def problems(events: pd.DataFrame) -> pd.DataFrame:
    """One row per problem: opened, closed (finally), first closed, the team that had it last."""
    closings = events[events["what"] == "Completed-Closed"].groupby("case")["at"]
    return pd.DataFrame(
        {
            "opened": events.groupby("case")["at"].first(),
            "first_closed": closings.first(),
            "closed": closings.last(),
            "team": events.groupby("case")["team"].last(),
        }
    )


@pytest.fixture(scope="module")
def brought(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, ImportRecord]]:
    """A home in Stockholm's time with the log in it, and what the import said."""
    with home_in(tmp_path_factory.mktemp(NAME), timezone=STOCKHOLM) as home:
        yield home, bring_example(home, shared_data, NAME)


@pytest.fixture(scope="module")
def imported(brought: tuple[Home, ImportRecord]) -> Home:
    """The home alone."""
    return brought[0]


def _months(instants: pd.Series[Any]) -> pd.Series[str]:
    months: pd.Series[str] = instants.dt.tz_convert(STOCKHOLM).dt.strftime("%Y-%m")
    return months


def test_every_event_is_accepted_and_the_doubled_columns_are_not_needed(
    brought: tuple[Home, ImportRecord], shared_data: Path
) -> None:
    read = pd.read_csv(data_file(shared_data, NAME))
    assert (read["Activity"] == read["concept:name"]).all()
    assert counts(brought[1]) == DATA_SETS[NAME].counts
    assert brought[1].entities["ticket_event"] == len(read)
    assert brought[0].warehouse.value("SELECT count(*) FROM ticket") == read["case:concept:name"].nunique() == 1487
    dashes = int((pd.read_csv(data_file(shared_data, NAME), keep_default_na=False)["Resource"] == "-").sum())
    said = f"Cells that say nothing were read as empty: '-' in 'Resource' ({dashes})."
    assert brought[1].warnings == (said,)


def test_the_clock_follows_summer_time(events: pd.DataFrame) -> None:
    change = pd.Timestamp("2012-03-25")
    month = pd.Timedelta(days=28)
    hours = {}
    for season, start in (("winter", change - month), ("summer", change)):
        span = events[(events["clock"] >= start) & (events["clock"] < start + month)]
        hours[season] = span["clock"].dt.hour.value_counts()
    # the working day moves on by an hour on this clock; on a clock in UTC it would move back by one
    assert hours["winter"][9] > 2 * hours["summer"][9]
    assert hours["summer"][18] > 3 * hours["winter"][18]


def test_problems_opened_in_every_month(imported: Home, problems: pd.DataFrame) -> None:
    expected = _months(problems["opened"]).value_counts().to_dict()
    found = by_start(figures(imported, "ticket_volume", by="month"))
    assert {month: record.value for month, record in found.items() if record.value} == expected
    assert figure(imported, "ticket_volume").value == 1487


def test_time_to_the_final_closing_by_the_month_of_it(imported: Home, problems: pd.DataFrame) -> None:
    took = (problems["closed"] - problems["opened"]).dt.total_seconds()
    found = {
        kpi: by_start(figures(imported, kpi, by="month"))
        for kpi in ("resolution_time_median", "resolution_time_p90", "resolution_time_mean")
    }
    months = sorted(set(_months(problems["closed"])))
    assert months[:2] == ["2012-01", "2012-02"]
    for month in months:
        part = took[_months(problems["closed"]) == month]
        assert found["resolution_time_mean"][month].n == len(part)
        if len(part) >= 50:
            assert found["resolution_time_median"][month].value == pytest.approx(part.median(), rel=1e-12)
            assert found["resolution_time_p90"][month].value == pytest.approx(part.quantile(0.9), rel=1e-12)
            assert found["resolution_time_mean"][month].value == pytest.approx(part.mean(), rel=1e-12)


def test_believing_the_offsets_moves_events_by_an_hour_and_changes_no_duration(
    imported: Home, shared_data: Path, problems: pd.DataFrame, tmp_path: Path
) -> None:
    believed = mapping_text(NAME).replace(', offset = "ignore"', "")
    with home_in(tmp_path, timezone=STOCKHOLM) as home:
        bring_example(home, shared_data, NAME, mapping=believed)
        first = home.warehouse.value('SELECT min("at") FROM ticket_event')
        medians = [figure(each, "resolution_time_median").value for each in (home, imported)]
    assert medians[0] == medians[1]
    assert pd.Timestamp(first, tz="UTC") == problems["opened"].min() - pd.Timedelta(hours=1)


def test_work_after_a_closing_is_a_reopening(imported: Home, events: pd.DataFrame, problems: pd.DataFrame) -> None:
    watermark, window = events["at"].max(), pd.Timedelta(days=14)
    first_closed = events["case"].map(problems["first_closed"])
    again = events[(events["at"] > first_closed) & ~events["what"].isin(DONE)].groupby("case")["at"].first()
    gap = again.reindex(problems.index) - problems["first_closed"]
    mature = problems["first_closed"] + window <= watermark
    record = figure(imported, "reopen_rate")
    assert (record.numerator, record.denominator, record.pending) == (
        int((mature & (gap <= window)).sum()),
        int(mature.sum()),
        int((~mature).sum()),
    )
    assert record.numerator


def test_backlog_of_the_teams_at_the_end_of_every_month(
    imported: Home, events: pd.DataFrame, problems: pd.DataFrame
) -> None:
    decided = events.assign(open=~events["what"].isin(DONE))
    for end in pd.date_range("2011-01-01", "2012-06-01", freq="MS", tz=STOCKHOLM):
        state = decided[decided["at"] < end].groupby("case")["open"].last()
        open_now = problems.loc[state[state].index]
        asked = {"from_": "2006-01-01", "to": end.date().isoformat()}
        assert figure(imported, "backlog", **asked).value == len(open_now), end
        teams = open_now["team"].value_counts()
        found = by_group(figures(imported, "backlog", group="queue", **asked))
        assert {team: record.value for team, record in found.items() if record.value} == teams.to_dict()


def test_what_the_log_cannot_say_is_unavailable_and_names_the_field(imported: Home) -> None:
    kpis = ("repeat_ticket_rate_30d", "first_response_time_median", "escalation_rate", "driver_share")
    assert missing(imported, *kpis) == {
        "repeat_ticket_rate_30d": "missing:ticket.account_id",
        "first_response_time_median": "missing:ticket.channel",
        "escalation_rate": "missing:ticket_event.to_tier",
        "driver_share": "missing:ticket.reason_code",
    }
