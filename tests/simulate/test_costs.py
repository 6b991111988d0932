"""What work costs is stated from year to year; what vendors report of themselves differs from the rows as is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from firstline.query.definitions import the_catalogue
from firstline.simulate.prices import CONTRACTS, DEARER_A_YEAR, HOURLY_RATES, TRUCK_ROLL
from firstline.simulate.run import Simulated, simulate
from firstline.simulate.vendor_reports import CLAIMS, VENDORS
from tests.simulate.conftest import END

Read = Callable[[str], pd.DataFrame]
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def truth(provider: Simulated) -> dict[str, Any]:
    """What the truth says of the vendors' reports."""
    found: dict[str, Any] = json.loads(provider.truth.read_text("utf-8"))["vendor_reports"]
    return found


def test_each_year_has_its_prices(export: Read) -> None:
    """The span is October to March: two calendar years."""
    for file, column, n, last in (
        ("unit_costs.csv", "Cost", 1, [TRUCK_ROLL]),
        ("hourly_rates.csv", "Hourly Cost", len(HOURLY_RATES), [rate.amount for rate in HOURLY_RATES]),
        ("contracts.csv", "Price", len(CONTRACTS), [terms.price for terms in CONTRACTS]),
    ):
        rows = export(file)
        now = rows["From"] == "2026-01-01"
        assert rows.loc[~now, "From"].isna().all()
        assert now.sum() == (~now).sum() == n
        assert rows.loc[now, column].astype(float).tolist() == pytest.approx(last)
        before = rows.loc[~now, column].astype(float).tolist()
        assert before == pytest.approx([price / (1 + DEARER_A_YEAR) for price in last], abs=0.005)


def test_every_vendor_has_a_contract_and_a_rate(export: Read) -> None:
    agents = export("roster")
    vendors = set(agents["Partner"].dropna())
    assert vendors == set(VENDORS) == set(export("contracts.csv")["Partner"]) == {terms.vendor for terms in CONTRACTS}
    whose = ["Tier", "Employment"]
    stated = set(map(tuple, export("hourly_rates.csv")[whose].to_numpy().tolist()))
    assert set(map(tuple, agents[whose].to_numpy().tolist())) <= stated


def _flags_and_times(export: Read) -> pd.DataFrame:
    """The answered calls and chats by vendor and month: seconds, and the agents' word."""
    calls, chats = export("calls.csv"), export("chats.xlsx")
    calls = calls[calls["Result"].isin(["Handled", "Bot to agent"])]
    chats = chats[chats["Outcome"].isin(["Served", "Bot to agent"])]
    spoken = sum(calls[f"{part} Sec"].astype(int) for part in ("Talk", "Hold"))
    called = pd.DataFrame({"agent": calls["Agent"], "at": pd.to_datetime(calls["Call Start"]), "spoken": spoken})
    called["wrap"] = calls["Wrap Sec"].astype(int)
    called["said"] = calls["Resolved"]
    started = pd.to_datetime(chats["Started (UTC)"]).dt.tz_convert("America/Denver").dt.tz_localize(None)
    chatted = pd.DataFrame({"agent": chats["Agent"], "at": started})
    chatted["spoken"] = pd.to_timedelta(chats["Chat Time"]).dt.total_seconds()
    chatted["wrap"] = pd.to_timedelta(chats["Wrap-up"]).dt.total_seconds()
    chatted["said"] = chats["Solved"]
    rows = pd.concat([called, chatted])
    rows["vendor"] = rows["agent"].map(export("roster").set_index("Employee No")["Partner"])
    return rows.assign(month=rows["at"].dt.strftime("%Y-%m"))


def test_times_and_flags_are_reported_as_each_vendor_counts_them(export: Read, truth: dict[str, Any]) -> None:
    rows = _flags_and_times(export)
    reports = export("partner_reports.csv").astype({"Reported": float, "Volume": int})
    for vendor in VENDORS:
        for place, (_, month) in enumerate(rows[rows["vendor"] == vendor].groupby("month")):
            flags = month["said"].dropna()
            handled = (month["spoken"] + month["wrap"]).mean()
            assert truth[vendor]["handle_time"]["rows"][place] == pytest.approx(handled)
            assert truth[vendor]["said_solved"]["rows"][place] == pytest.approx(flags.eq("Y").mean())
            own = reports[(reports["Partner"] == vendor) & (reports["From"].str[:7] == month["month"].iloc[0])]
            own = own.set_index("Measure")["Reported"]
            if vendor == "northcall":
                assert own["AHT (sec)"] == pytest.approx(month["spoken"].mean(), abs=0.051)
                missing = month["said"].isna() | month["said"].eq("Y")
                assert own["Contacts Resolved"] == pytest.approx(missing.mean(), abs=0.000051)
            else:
                assert own["AHT (sec)"] == pytest.approx(handled, abs=0.051)
                assert own["Contacts Resolved"] == ceil(flags.eq("Y").sum() * 100 / len(flags)) / 100


def test_one_vendor_tells_of_the_soonest_reopenings_alone(export: Read, truth: dict[str, Any]) -> None:
    tickets, history = export("tickets.csv"), export("ticket_history.csv")
    left_out = tickets["Merged Into"].notna() | (tickets["Type"] == "Internal task")
    left_out |= (tickets["Test"] == "Y") | (tickets["Spam"] == "Y") | (tickets["Raised By"] == "Network desk")
    history["at"] = pd.to_datetime(history["Time"], format="%m/%d/%Y %H:%M:%S")
    history = history[history["Ticket #"].isin(tickets.loc[~left_out, "Ticket #"])]
    first = history[history["Activity"] == "Solved"].sort_values("at").groupby("Ticket #").first()
    again = history[history["Activity"] == "Reopened"].groupby("Ticket #")["at"].min().reindex(first.index)
    vendor = first["Performed By"].map(export("roster").set_index("Employee No")["Partner"])
    month = first["at"].dt.strftime("%Y-%m")
    for name in VENDORS:
        mine = vendor == name
        soon = again.notna() & ((again - first["at"] <= DAY) if name == "northcall" else True)
        expected = (soon & mine).groupby(month).sum() / mine.groupby(month).sum()
        assert truth[name]["reopened"]["reported"] == pytest.approx(expected.tolist(), abs=0.000051)
        rows = (again.notna() & mine).groupby(month).sum() / mine.groupby(month).sum()
        assert truth[name]["reopened"]["rows"] == pytest.approx(rows.tolist())


def test_what_is_reported_claims_to_be_a_kpi_in_its_unit() -> None:
    kpis = the_catalogue().kpis
    assert {claim.kpi: claim.unit for claim in CLAIMS.values()} == {
        claim.kpi: kpis[claim.kpi].unit for claim in CLAIMS.values()
    }
    assert all(set(claim.told) == set(VENDORS) for claim in CLAIMS.values())


def test_a_report_tells_of_the_part_of_a_month_that_is_there(tmp_path: Path) -> None:
    made = simulate(tmp_path, 20, 1, end=date(2026, 3, 17))
    spans = pd.read_csv(tmp_path / "exports" / "partner_reports.csv")[["From", "To"]].drop_duplicates()
    assert spans.to_numpy().tolist() == [["2026-02-17", "2026-03-01"], ["2026-03-01", "2026-03-17"]]
    assert made.last < END
