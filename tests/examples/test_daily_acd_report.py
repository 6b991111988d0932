"""daily_acd_report against pandas: months are weighted by calls, and what is not there is not made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRecord
from tests.examples.trial import DATA_SETS, bring_example, by_start, data_file, figure, figures, home_in, missing
from tests.homes import counts, moment

pytestmark = pytest.mark.shared_data

NAME = "daily_acd_report"
MADRID = "Europe/Madrid"
SPEED, TALK = "Answer Speed (AVG)", "Talk Duration (AVG)"
EVERYTHING = {"from_": "2020-01-01", "to": "2023-06-05"}


@pytest.fixture(scope="module")
def days(shared_data: Path) -> pd.DataFrame:
    """The file, with the month of each day."""
    read = pd.read_csv(data_file(shared_data, NAME))
    return read.assign(month=read["Fecha"].str[:7])


@pytest.fixture(scope="module")
def brought(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, ImportRecord]]:
    """A home in a zone with summer time, with the report in it, and what the import said."""
    with home_in(tmp_path_factory.mktemp(NAME), timezone=MADRID) as home:
        yield home, bring_example(home, shared_data, NAME, complete_until=moment("2023-06-04T22:00:00"))


@pytest.fixture(scope="module")
def imported(brought: tuple[Home, ImportRecord]) -> Home:
    """The home alone."""
    return brought[0]


def test_every_day_is_accepted_without_a_warning(brought: tuple[Home, ImportRecord]) -> None:
    assert counts(brought[1]) == DATA_SETS[NAME].counts
    assert not brought[1].warnings


def test_each_row_falls_on_its_own_day_in_the_providers_zone(imported: Home, days: pd.DataFrame) -> None:
    found = by_start(figures(imported, "missed_call_rate", by="day", **EVERYTHING), 10)
    assert {day: record.n for day, record in found.items()} == days.set_index("Fecha")["Incoming Calls"].to_dict()
    assert found["2023-06-04"].state == "final"
    assert found["2023-06-04"].completeness == 1


@pytest.mark.parametrize(("kpi", "column"), [("asa", SPEED), ("average_talk_time", TALK)])
def test_a_months_mean_is_weighted_by_calls(imported: Home, days: pd.DataFrame, kpi: str, column: str) -> None:
    answered = days["Answered Calls"]
    seconds = (days[column] * answered).groupby(days["month"]).sum()
    weighted = seconds / answered.groupby(days["month"]).sum()
    plain = days.groupby("month")[column].mean()
    found = by_start(figures(imported, kpi, by="month", **EVERYTHING))
    assert len(found) == 42
    assert {month: record.value for month, record in found.items()} == pytest.approx(weighted.to_dict(), rel=1e-12)
    assert ((weighted - plain).abs() > 0.01).all(), "the plain mean of the days is another figure in every month"


def test_how_far_off_the_plain_mean_of_daily_means_is(imported: Home, days: pd.DataFrame) -> None:
    june = days[days["month"] == "2022-06"]
    right = figure(imported, "asa", from_="2022-06-01", to="2022-07-01").value
    assert (round(june[SPEED].mean()), round(right or 0)) == (26, 37)


def test_quarters_and_years_are_weighted_by_calls_too(imported: Home, days: pd.DataFrame) -> None:
    seconds, answered = days[SPEED] * days["Answered Calls"], days["Answered Calls"]
    year = days["Fecha"].str[:4]
    expected = seconds.groupby(year).sum() / answered.groupby(year).sum()
    found = by_start(figures(imported, "asa", by="year", **EVERYTHING), 4)
    assert {start: record.value for start, record in found.items()} == pytest.approx(expected.to_dict(), rel=1e-12)


def test_missed_and_abandoned_calls_of_every_month(imported: Home, days: pd.DataFrame) -> None:
    assert (days["Incoming Calls"] == days["Answered Calls"] + days["Abandoned Calls"]).all()
    months = days.groupby("month")[["Incoming Calls", "Abandoned Calls"]].sum()
    expected = (months["Abandoned Calls"] / months["Incoming Calls"]).to_dict()
    for kpi in ("missed_call_rate", "abandonment_rate_raw"):
        found = by_start(figures(imported, kpi, by="month", **EVERYTHING))
        assert {month: record.value for month, record in found.items()} == pytest.approx(expected, rel=1e-12)


def test_the_worst_day_is_there_to_be_seen(imported: Home, days: pd.DataFrame) -> None:
    worst = days.sort_values("Answer Rate").iloc[0]
    record = by_start(figures(imported, "missed_call_rate", by="day", **EVERYTHING), 10)[worst["Fecha"]]
    assert record.value == pytest.approx(worst["Abandoned Calls"] / worst["Incoming Calls"])
    assert (record.value or 0) > 0.77


def test_what_the_report_cannot_say_is_unavailable_and_names_the_field(imported: Home) -> None:
    kpis = ("service_level_a", "service_level_b", "abandonment_rate", "average_hold_time", "average_wrap_time", "aht")
    assert missing(imported, *kpis) == {
        "service_level_a": "missing:queue_interval.answered_within_t",
        "service_level_b": "missing:queue_interval.answered_within_t",
        "abandonment_rate": "missing:queue_interval.abandoned_within_short",
        "average_hold_time": "missing:queue_interval.hold_s",
        "average_wrap_time": "missing:queue_interval.wrap_s",
        "aht": "missing:queue_interval.hold_s",
    }
