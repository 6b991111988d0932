"""Everything that can be found at a simulated provider has a switch; with all of them off there is nothing to find."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from firstline.errors import MisuseError
from firstline.simulate import rates
from firstline.simulate.mistakes import NO_MISTAKES
from firstline.simulate.rates import RATES
from firstline.simulate.run import simulate
from firstline.simulate.scenario import (
    AS_FOUND,
    MISTAKES_OF,
    NOTHING_PLANTED,
    OUTAGES,
    RATES_OF,
    SWITCHES,
    VENDOR_REPORTS,
    Scenario,
    without,
)
from firstline.simulate.vendor_reports import CLAIMS, HONEST
from tests.simulate.conftest import END

SIZES = (600, 10, 2)


def _made(folder: Path, scenario: Scenario) -> dict[str, Any]:
    """The truth of a provider with exports."""
    truth = simulate(folder, *SIZES, end=END, scenario=scenario).truth
    record: dict[str, Any] = json.loads(truth.read_text("utf-8"))
    return record


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The truth of a provider as it is found."""
    return _made(tmp_path_factory.mktemp("found"), AS_FOUND)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a provider where nothing is planted."""
    folder = tmp_path_factory.mktemp("quiet")
    _made(folder, NOTHING_PLANTED)
    return folder


def test_what_is_there_to_find_has_the_names_of_the_switches(found: dict[str, Any]) -> None:
    assert {*found["planted"], *found["mistakes"], OUTAGES, VENDOR_REPORTS} == set(SWITCHES)
    assert all(found["planted"].values())
    assert all(found["mistakes"].values())
    assert found[OUTAGES]
    assert found[VENDOR_REPORTS]


def test_with_nothing_planted_the_truth_names_nothing(quiet: Path) -> None:
    truth = json.loads((quiet / "truth.json").read_text("utf-8"))
    assert set(truth["planted"]) == set(RATES_OF)
    assert set(truth["mistakes"]) == set(MISTAKES_OF)
    assert not any(truth["planted"].values())
    assert not any(truth["mistakes"].values())
    assert truth[VENDOR_REPORTS] is None
    assert not any(outage["planted"] for outage in truth["outages"])


def test_with_nothing_planted_the_exports_are_clean(quiet: Path) -> None:
    calls = pd.read_csv(quiet / "exports" / "calls.csv", dtype=str)
    customers = pd.read_csv(quiet / "exports" / "subscribers.csv", dtype=str)
    tickets = pd.read_csv(quiet / "exports" / "tickets.csv", dtype=str)
    assert not {"Phone", "Account Phone"} & {*customers}
    assert calls["Account"].notna().any()
    masters = {outage["master"] for outage in json.loads((quiet / "truth.json").read_text("utf-8"))["outages"]}
    assert set(tickets["Parent Ticket"].dropna()) == masters - {None}
    agents = pd.concat([pd.read_csv(path, dtype=str) for path in (quiet / "exports").glob("roster-*.csv")])
    assert set(calls["Agent"].dropna()) <= set(agents["Employee No"])
    months = pd.to_datetime(calls["Call Start"]).dt.strftime("%Y-%m")
    early, late = (set(calls.loc[months == month, "Reason"].dropna()) for month in ("2025-07", "2026-03"))
    assert early & late


def test_with_nothing_planted_vendors_report_what_the_rows_say(quiet: Path) -> None:
    """The share of reopened tickets, counted again by who solved them first."""
    exports = quiet / "exports"
    tickets, history = (pd.read_csv(exports / name, dtype=str) for name in ("tickets.csv", "ticket_history.csv"))
    left_out = tickets["Merged Into"].notna() | (tickets["Type"] == "Internal task")
    left_out |= (tickets["Test"] == "Y") | (tickets["Spam"] == "Y") | (tickets["Raised By"] == "Network desk")
    history["at"] = pd.to_datetime(history["Time"], format="%m/%d/%Y %H:%M:%S")
    history = history[history["Ticket #"].isin(tickets.loc[~left_out, "Ticket #"])]
    solved = history[history["Activity"] == "Solved"].sort_values("at").groupby("Ticket #").first()
    again = pd.Series(solved.index.isin(history.loc[history["Activity"] == "Reopened", "Ticket #"]), solved.index)
    agents = pd.concat([pd.read_csv(path, dtype=str) for path in sorted(exports.glob("roster-*.csv"))])
    firm = solved["Performed By"].map(
        agents.drop_duplicates("Employee No", keep="last").set_index("Employee No")["Partner"]
    )
    counted = again.groupby([firm, solved["at"].dt.strftime("%Y-%m-01")]).mean()
    reports = pd.read_csv(exports / "partner_reports.csv")
    reports = reports[(reports["Measure"] == "Reopens") & reports["Reported"].notna()]
    told = reports.set_index(["Partner", "From"])["Reported"]
    assert len(told) > 15
    assert told.to_dict() == pytest.approx(counted.to_dict(), abs=0.000051)


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_switches_one_thing_alone(name: str) -> None:
    scenario = without(AS_FOUND, [name])
    changed = {item.name for item in fields(RATES) if getattr(scenario.rates, item.name) != getattr(RATES, item.name)}
    changed |= {key for key, value in asdict(scenario.mistakes).items() if value != getattr(AS_FOUND.mistakes, key)}
    changed |= {VENDOR_REPORTS} if scenario.claims != CLAIMS else set()
    own = {*RATES_OF.get(name, ()), *filter(None, [MISTAKES_OF.get(name)])} or {name}
    assert changed == own


def test_all_switches_together_are_nothing_planted() -> None:
    assert Scenario(rates.NOTHING_PLANTED, NO_MISTAKES, HONEST) == NOTHING_PLANTED


def test_a_name_that_is_no_switch_is_told_with_the_nearest() -> None:
    with pytest.raises(MisuseError) as refused:
        without(AS_FOUND, ["area_outtage"])
    assert "'area_outtage'" in str(refused.value)
    assert "'area_outage'" in str(refused.value)
