"""phonenow_calls against a calculation in pandas that reads the workbook itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

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
    missing,
)
from tests.homes import counts

pytestmark = pytest.mark.shared_data

NAME = "phonenow_calls"
ZURICH = "Europe/Zurich"
EVERYTHING = {"from_": "2021-01-01", "to": "2021-04-01"}


@pytest.fixture(scope="module")
def calls(shared_data: Path) -> pd.DataFrame:
    """The sheet with shorter names; `day` and `month` as the file writes them."""
    read = pd.read_excel(data_file(shared_data, NAME), engine="openpyxl")
    return pd.DataFrame(
        {
            "id": read["Call Id"],
            "agent": read["Agent"],
            "topic": read["Topic"],
            "day": read["Date"],
            "month": read["Date"].str[:7],
            "start": pd.to_datetime(read["Date"] + " " + read["Time"].astype(str)),
            "answered": read["Answered (Y/N)"] == "Y",
            "resolved": read["Resolved"] == "Y",
            "wait": read["Speed of answer in seconds"],
            "talk": read["AvgTalkDuration"].map(_seconds),
            "talk_again": read["Talk Duration (Seconds)"],
            "rating": read["Satisfaction rating"],
        }
    )


def _seconds(cell: object) -> float | None:
    return cell.hour * 3600 + cell.minute * 60 + cell.second if isinstance(cell, time) else None


@pytest.fixture(scope="module")
def brought(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, ImportRecord]]:
    """A home in Zurich's time with the calls in it, and what the import said."""
    with home_in(tmp_path_factory.mktemp(NAME), timezone=ZURICH) as home:
        yield home, bring_example(home, shared_data, NAME)


@pytest.fixture(scope="module")
def imported(brought: tuple[Home, ImportRecord]) -> Home:
    """The home alone."""
    return brought[0]


def test_every_call_is_accepted_and_every_rated_one_is_an_answer_to_a_survey_too(
    brought: tuple[Home, ImportRecord], calls: pd.DataFrame
) -> None:
    assert counts(brought[1]) == DATA_SETS[NAME].counts
    rated = calls["answered"] & calls["rating"].notna()
    assert brought[1].entities == {"contact": 5000, "survey_response": int(rated.sum())}
    assert not brought[1].warnings


def test_946_of_5000_calls_were_missed(imported: Home, calls: pd.DataFrame) -> None:
    record = figure(imported, "missed_call_rate", **EVERYTHING)
    assert (record.numerator, record.denominator, record.value) == (946, 5000, 0.1892)
    assert int((~calls["answered"]).sum()) == 946


@pytest.mark.parametrize("by", ["month", "day"])
def test_missed_calls_of_every_period(imported: Home, calls: pd.DataFrame, by: str) -> None:
    missed = (~calls["answered"]).groupby(calls[by]).agg(["sum", "size"])
    found = by_start(figures(imported, "missed_call_rate", by=by, **EVERYTHING), 7 if by == "month" else 10)
    assert set(found) >= set(missed.index)
    assert len(missed) == (3 if by == "month" else 90)
    for period, row in missed.iterrows():
        record = found[str(period)]
        assert (record.numerator, record.denominator) == (row["sum"], row["size"])


def test_missed_calls_by_agent_and_by_topic(imported: Home, calls: pd.DataFrame) -> None:
    for dimension, column in (("agent", "agent"), ("reason", "topic")):
        expected = (~calls["answered"]).groupby(calls[column]).mean()
        found = by_group(figures(imported, "missed_call_rate", group=dimension, **EVERYTHING))
        assert {value: record.value for value, record in found.items()} == pytest.approx(expected.to_dict())


def test_waits_and_talk_of_the_answered_by_month(imported: Home, calls: pd.DataFrame) -> None:
    answered = calls[calls["answered"]]
    for kpi, column in (("asa", "wait"), ("average_talk_time", "talk")):
        expected = answered.groupby("month")[column].agg(["mean", "size"])
        found = by_start(figures(imported, kpi, by="month", **EVERYTHING))
        for month, row in expected.iterrows():
            assert found[str(month)].value == pytest.approx(row["mean"], rel=1e-12)
            assert found[str(month)].n == row["size"]


def test_the_average_talk_duration_is_this_calls_talk_time(imported: Home, calls: pd.DataFrame) -> None:
    assert (calls["talk"].fillna(0) == calls["talk_again"]).all()
    stored = imported.warehouse.rows("SELECT contact_id, talk_s FROM contact WHERE talk_s IS NOT NULL")
    expected = calls[calls["answered"]].set_index("id")["talk_again"].to_dict()
    assert {row["contact_id"]: row["talk_s"] for row in stored} == expected


def test_a_call_ends_after_waiting_and_talking_and_an_unanswered_one_at_no_known_time(
    imported: Home, calls: pd.DataFrame
) -> None:
    end = calls["start"] + pd.to_timedelta(calls["wait"] + calls["talk"], unit="s")
    expected = end.dt.tz_localize(ZURICH).dt.tz_convert("UTC").dt.tz_localize(None)
    expected.index = pd.Index(calls["id"])
    stored = imported.warehouse.rows("SELECT contact_id, ended_at, wait_s, talk_s FROM contact")
    assert {row["contact_id"]: row["ended_at"] for row in stored if row["ended_at"]} == {
        call: at.to_pydatetime() for call, at in expected.dropna().items()
    }
    unanswered = [row for row in stored if row["ended_at"] is None]
    assert len(unanswered) == 946
    assert {(row["wait_s"], row["talk_s"]) for row in unanswered} == {(None, None)}, "null, never 0"


def test_answered_within_20_seconds_of_all_offered(imported: Home, calls: pd.DataFrame) -> None:
    record = figure(imported, "service_level_a", **EVERYTHING)
    assert (record.numerator, record.denominator) == (int((calls["wait"] <= 20).sum()), 5000)
    assert figure(imported, "abandonment_rate_raw", **EVERYTHING).value == 0.1892


def test_satisfaction_by_month_on_its_own_scale(imported: Home, calls: pd.DataFrame) -> None:
    rated = calls[calls["answered"] & calls["rating"].notna()].groupby("month")["rating"]
    expected = {
        "csat_t2b": rated.agg(lambda scores: (scores >= 4).mean()),
        "csat_mean": rated.mean(),
        "csat_normalised": (rated.mean() - 1) / 4 * 100,
    }
    for kpi, values in expected.items():
        found = by_start(figures(imported, kpi, by="month", **EVERYTHING))
        assert {month: record.value for month, record in found.items()} == pytest.approx(values.to_dict())
        assert sum(record.n or 0 for record in found.values()) == 4054


def test_the_agents_own_resolved_is_never_first_contact_resolution(imported: Home, calls: pd.DataFrame) -> None:
    expected = calls[calls["answered"]].groupby("agent")["resolved"].mean()
    found = by_group(figures(imported, "resolved_flag_share", group="agent", **EVERYTHING))
    assert {agent: record.value for agent, record in found.items()} == pytest.approx(expected.to_dict())
    whole = figure(imported, "resolved_flag_share", **EVERYTHING)
    assert (whole.numerator, whole.denominator) == (3646, 4054)
    assert "not first contact resolution" in (whole.note or "")
    # which needs to know who called
    assert missing(imported, "fcr_single", "fcr_net", "fcr_window") == dict.fromkeys(
        ("fcr_single", "fcr_net", "fcr_window"), "missing:contact.account_id"
    )


def test_what_the_file_cannot_say_is_unavailable_and_names_the_field(imported: Home) -> None:
    kpis = ("aht", "average_hold_time", "average_wrap_time", "abandonment_rate", "service_level_b", "ticket_volume")
    assert missing(imported, *kpis) == {
        "aht": "missing:contact.hold_s",
        "average_hold_time": "missing:contact.hold_s",
        "average_wrap_time": "missing:contact.wrap_s",
        "abandonment_rate": "missing:contact.wait_s",
        "service_level_b": "missing:contact.wait_s",
        "ticket_volume": "missing:ticket.opened_at",
    }
