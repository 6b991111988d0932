"""Lists as of a day say who was there then, and no more than was known on that morning."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from firstline.simulate import provider as cutting
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, Wanted, simulate
from firstline.simulate.scenario import Scenario
from tests.simulate.conftest import END

LISTS = 11
RESTLESS = replace(RATES, leaves_per_month=0.2, agent_leaves_per_year=9.0)
"""So many leave that some do on the very day of a list."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """A provider of three blocks over a year, with all lists of who is active."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cutting, "LARGEST_BLOCK", 100)
        return simulate(
            *(tmp_path_factory.mktemp("lists"), 300, 12, 4),
            end=END,
            scenario=Scenario(RESTLESS),
            wanted=Wanted(active_lists=LISTS, threads=2),
        )


def _lists(made: Simulated, kind: str) -> dict[date, pd.DataFrame]:
    paths = [path for path, mapping in made.imports if mapping.stem == kind]
    return {date.fromisoformat(path.stem[-10:]): pd.read_csv(path, dtype=str) for path in paths}


def _days(column: pd.Series, form: str = "%Y-%m-%d") -> pd.Series:
    return pd.to_datetime(column, format=form)


def test_there_is_a_roster_a_month_with_all_who_were_there_since_the_last(made: Simulated) -> None:
    agents = pd.DataFrame(json.loads(made.truth.read_text("utf-8"))["agents"]).T
    hired, left = _days(agents["hired"]), _days(agents["left"])
    rosters = _lists(made, "roster")
    assert list(rosters) == [date(2025, month, 1) for month in range(5, 13)] + [date(2026, n, 1) for n in range(1, 5)]
    since = pd.Timestamp(made.first)
    for day, rows in rosters.items():
        now = pd.Timestamp(day)
        there = (hired < now) & (left.isna() | (left > since))
        assert set(rows["Employee No"]) == set(agents.index[there])
        told = rows.set_index("Employee No")
        gone = _days(told["Gone From"])
        assert set(told.index[gone.notna()]) == set(agents.index[there & (left <= now)])
        assert (told[["Last Day", "Left Because"]].notna().all(axis=1) == gone.notna()).all()
        assert (_days(told["Last Day"]).dropna() + pd.Timedelta(days=1) == gone.dropna()).all()
        since = now
    assert left.isin([pd.Timestamp(day) for day in rosters]).any()
    assert hired.isin([pd.Timestamp(day) for day in rosters]).any()
    assert set(agents.index) == {number for rows in rosters.values() for number in rows["Employee No"]}


def test_who_is_active_is_who_has_the_service_on_that_morning(made: Simulated) -> None:
    folder = made.truth.parent / "exports"
    people = pd.read_csv(folder / "subscribers.csv", dtype=str).set_index("Customer No")
    begun, ended = (_days(people[name], "%m/%d/%Y") for name in ("Activated", "Disconnected"))
    lists = _lists(made, "active_customers")
    assert list(lists) == [date(2025, month, 1) for month in range(5, 13)] + [date(2026, n, 1) for n in range(1, 4)]
    assert len(people) > 300
    assert ended.isin([pd.Timestamp(day) for day in lists]).any()
    assert begun.isin([pd.Timestamp(day) for day in lists]).any()
    for day, rows in lists.items():
        now = pd.Timestamp(day)
        there = (begun <= now) & (ended.isna() | (ended > now))
        assert set(rows["Customer No"]) == set(people.index[there])
        assert not rows["Customer No"].duplicated().any()
        assert (rows.set_index("Customer No")["Market"] == people.loc[rows["Customer No"], "Market"]).all()
    assert len({len(rows) for rows in lists.values()}) > 1


def test_each_list_was_made_on_its_morning_before_the_other_exports(made: Simulated) -> None:
    dated = [path for path, mapping in made.imports if mapping.stem in ("roster", "active_customers")]
    assert dated == [path for path, _ in made.imports][: 12 + LISTS]
    for path in dated:
        morning = datetime.fromisoformat(path.stem[-10:]).replace(tzinfo=made.exported_at.tzinfo)
        assert made.exported(path) == morning
    assert [made.exported(path) for path in dated[:12]] == sorted(made.exported(path) for path in dated[:12])
    assert set(made.read_at) == {path.name for path in dated}


def test_lists_of_who_is_active_come_on_request_and_no_further_back_than_the_span(tmp_path: Path) -> None:
    plain = simulate(tmp_path / "plain", 20, 2, 1, end=END)
    assert not [path for path, _ in plain.imports if path.name.startswith("active")]
    all_of_them = simulate(tmp_path / "all", 20, 2, 1, end=END, wanted=Wanted(active_lists=99))
    assert list(_lists(all_of_them, "active_customers")) == [date(2026, 3, 1)]
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "exports").glob("*.csv")}
        for name in ("plain", "all")
    )
    assert one == {name: content for name, content in other.items() if not name.startswith("active")}
