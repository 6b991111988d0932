"""`firstline demo`: what the simulator knows to be true comes out of the import as figures, to the last row."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute
import pyarrow.parquet
import pytest

from firstline.cli.demo import demo
from firstline.cli.desk import Desk
from firstline.cli.main import run
from firstline.refresh.imports import import_all
from firstline.simulate.run import Simulated, Wanted, simulate
from firstline.simulate.scenario import PLANTED
from tests.cli.commands import Printed

Totals = Mapping[str, list[float]]
Count = Callable[[Totals, int], float]
SAMPLES_FILE = "telemetry_samples.parquet"


class DeskInApril(Desk):
    """A desk whose clock stands still."""

    def now(self) -> datetime:
        """Noon of 1 April 2026."""
        return datetime(2026, 4, 1, 12, tzinfo=UTC)


def firstline(home: Path, *words: str) -> Printed:
    """Run a command in April 2026."""
    out, err = io.StringIO(), io.StringIO()
    code = run(DeskInApril(["--home", str(home), *words], out=out, err=err))
    return Printed(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the demo without the mistakes of its feeds: what is imported is then what happened."""
    path = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.cli.demo_home.SCENARIO", PLANTED)
        done = firstline(path, "demo", "--once", "--subscribers", "500", "--months", "6")
    assert done.code == 0, done.err
    assert "Lived through block 1 of 1: 25%" in done.err
    return path


def imported(home: Path) -> list[dict[str, Any]]:
    """The batches of the home."""
    return list(firstline(home, "imports", "--format", "json").json())


def both(name: str) -> Count:
    """A total of calls and chats together."""
    return lambda totals, month: totals[f"calls_{name}"][month] + totals[f"chats_{name}"][month]


def one(name: str) -> Count:
    """A total as it is."""
    return lambda totals, month: totals[name][month]


def less(whole: Count, part: Count) -> Count:
    """One count without another."""
    return lambda totals, month: whole(totals, month) - part(totals, month)


def plus(*parts: Count) -> Count:
    """Counts together."""
    return lambda totals, month: sum(part(totals, month) for part in parts)


ENTERED_QUEUE = plus(both("answered"), both("abandoned"))
SHORT = both("abandoned_within_10s")
TRUTHS: dict[str, tuple[Count, Count | None]] = {
    "ticket_volume": (one("tickets_opened"), None),
    "tickets_per_1000": (one("tickets_opened"), one("subscribers_mean_of_days")),
    "backlog": (one("tickets_open_at_end"), None),
    "closure_ratio": (one("tickets_solved"), one("tickets_opened")),
    "resolution_time_mean": (one("solution_time_s"), one("tickets_solved")),
    "escalation_rate": (one("tickets_solved_after_escalation"), one("tickets_solved")),
    "truck_rolls": (one("truck_rolls"), None),
    "truck_rolls_per_1000": (one("truck_rolls"), one("subscribers_mean_of_days")),
    "average_talk_time": (both("talk_s"), both("answered")),
    "average_hold_time": (both("hold_s"), both("answered")),
    "average_wrap_time": (both("wrap_s"), both("answered")),
    "aht": (plus(both("talk_s"), both("hold_s"), both("wrap_s")), both("answered")),
    "asa": (both("wait_answered_s"), both("answered")),
    "abandonment_rate_raw": (both("abandoned"), ENTERED_QUEUE),
    "abandonment_rate": (less(both("abandoned"), SHORT), less(ENTERED_QUEUE, SHORT)),
    "service_level_b": (both("answered_within_20s"), less(ENTERED_QUEUE, SHORT)),
    "missed_call_rate": (
        plus(both("abandoned"), both("after_hours")), plus(ENTERED_QUEUE, both("after_hours")),
    ),
    "subscriber_churn_rate": (one("subscribers_lost"), one("subscribers_at_start")),
}  # fmt: skip


def test_it_is_a_provider_of_25_000_subscribers_over_18_months() -> None:
    defaults = {option.name: option.default for option in demo.params}
    assert (defaults["subscribers"], defaults["months"], defaults["port"]) == (25_000, 18, 8_000)


def test_it_has_two_weeks_of_telemetry_by_the_hour_and_a_day_of_samples_of_fifty_homes(home: Path) -> None:
    (hours,) = (home / "simulated" / "telemetry").glob("*.parquet")
    assert len(pyarrow.compute.unique(pyarrow.parquet.read_table(hours)["hour"])) == 14 * 24
    (sampled,) = (home / "simulated" / "canonical" / "telemetry_sample").glob("*.parquet")
    samples = pyarrow.parquet.read_table(sampled)
    assert len(pyarrow.compute.unique(samples["device_id"])) == 50
    (batch,) = (each for each in imported(home) if each["file_name"] == SAMPLES_FILE)
    assert batch["accepted"] == len(samples)


def test_every_export_of_the_demo_is_read_whole(home: Path) -> None:
    truth = json.loads((home / "simulated" / "truth.json").read_text("utf-8"))
    exports = {name: rows for name, rows in truth["rows"].items() if Path(name).suffix}
    batches = [batch for batch in imported(home) if batch["file_name"] != SAMPLES_FILE]
    # most of a list of who is there is what the one before said
    assert {batch["file_name"]: batch["accepted"] + batch["unchanged"] for batch in batches} == exports
    assert {batch["quarantined"] for batch in batches} == {0}
    again = {batch["file_name"] for batch in batches if batch["unchanged"]}
    assert {name.split("-")[0].removesuffix(".csv") for name in again} == {"roster", "active_customers"}
    assert len(truth["months"]) == 6
    assert truth["subscribers"] == 500


def test_figures_are_the_simulators_truth_in_every_month(home: Path) -> None:
    truth = json.loads((home / "simulated" / "truth.json").read_text("utf-8"))
    records = firstline(home, "kpi", *TRUTHS, "--by", "month", "--format", "json").json()
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        found.setdefault(record["kpi"], []).append(record)
    for kpi, (numerator, denominator) in TRUTHS.items():
        for month, record in enumerate(found[kpi]):
            assert record["numerator"] == numerator(truth["totals"], month), f"{kpi}, {truth['months'][month]}"
            if denominator:
                expected = pytest.approx(denominator(truth["totals"], month), rel=1e-12)
                assert record["denominator"] == expected, f"{kpi}, {truth['months'][month]}"
    assert {kpi for kpi, of_months in found.items() if len(of_months) != 6} == set()


def test_truck_rolls_cost_what_the_price_list_says(home: Path) -> None:
    truth = json.loads((home / "simulated" / "truth.json").read_text("utf-8"))
    records = firstline(home, "kpi", "truck_roll_cost", "--by", "month", "--format", "json").json()
    this_year = [month.startswith("2026") for month in truth["months"]]
    assert set(this_year) == {True, False}
    rolls = zip(records, truth["totals"]["truck_rolls"], this_year, strict=True)
    for record, n, is_this_year in rolls:
        assert record["value"] == pytest.approx(n * (138.00 if is_this_year else 133.33))


def test_vendors_figures_are_what_the_truth_says_beside_their_own_reports(home: Path) -> None:
    told = json.loads((home / "simulated" / "truth.json").read_text("utf-8"))["vendor_reports"]
    kpis = {measure["kpi"] for measures in told.values() for measure in measures.values()}
    records = firstline(home, "kpi", *kpis, "--by", "month", "--group", "vendor", "--format", "json").json()
    for vendor, measures in told.items():
        for measure in measures.values():
            mine = [each for each in records if each["kpi"] == measure["kpi"] and each["group"]["vendor"] == vendor]
            # what is not judged yet is in the truth alone
            judged = [(each, row) for each, row in zip(mine, measure["rows"], strict=True) if not each["pending"]]
            assert len(judged) >= 5
            ratios = [each["numerator"] / each["denominator"] for each, _ in judged]
            assert ratios == pytest.approx([row for _, row in judged]), f"{vendor}, {measure['kpi']}"


def test_who_calls_in_an_outage_is_left_out_of_first_contact_resolution(home: Path) -> None:
    truth = json.loads((home / "simulated" / "truth.json").read_text("utf-8"))
    assert {outage["planted"] for outage in truth["outages"]} == {True, False}
    (record,) = firstline(home, "kpi", "fcr_window", "--format", "json").json()
    assert record["exclusions"]["Belongs to an outage"] > 0


def test_a_home_in_use_is_not_simulated_into(home: Path, tmp_path: Path) -> None:
    again = firstline(home, "demo", "--once")
    assert again.code == 0
    assert "holds a simulated provider already" in again.err
    (tmp_path / "firstline.toml").write_text('provider = "Real"\n', "utf-8")
    refused = firstline(tmp_path, "demo", "--once")
    assert refused.code == 2
    assert "is a real provider's" in refused.err


def test_no_other_command_loads_what_only_the_simulator_needs() -> None:
    """It would cost each of them time and 40 MB."""
    code = "import sys, firstline.cli.main; print('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("words", [("--subscribers", "10"), ("--months", "0"), ("--seed", "-1")])
def test_sizes_that_cannot_be_leave_no_home_behind(tmp_path: Path, words: tuple[str, str]) -> None:
    refused = firstline(tmp_path / "home", "demo", "--once", *words)
    assert refused.code == 2
    assert words[1] in refused.err
    assert not (tmp_path / "home").exists()


def test_a_demo_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("demo", "--once", "--subscribers", "20", "--months", "1")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.cli.demo_home.simulate", _cut_off)
        assert firstline(tmp_path / "home", *asked).code == 130
    monkeypatch.setattr("firstline.cli.demo_home.simulate", _three_files)
    stale = tmp_path / "home" / "simulated" / "exports" / "stale.csv"
    stale.parent.mkdir(parents=True)
    stale.touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.cli.demo_home.import_all", lambda home, requests, *_, **__: _some(home, requests))
        assert firstline(tmp_path / "home", *asked).code == 130
    assert not stale.exists()
    done = firstline(tmp_path / "home", *asked)
    assert done.code == 0, done.err
    assert "going on with it" in done.err
    planned = json.loads((tmp_path / "home" / "simulated" / "imports.json").read_text("utf-8"))
    assert {batch["file_name"] for batch in imported(tmp_path / "home")} == {each["name"] for each in planned}
    assert len(planned) == 3
    assert "already" in firstline(tmp_path / "home", *asked).err


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _three_files(*sizes: Any, **asked: Any) -> Simulated:
    made = simulate(*sizes, **{**asked, "wanted": Wanted()})
    return replace(made, imports=made.imports[:3])


def _some(home: Any, requests: Any) -> None:
    import_all(home, list(requests)[:1], lambda: datetime(2026, 4, 1, 12, tzinfo=UTC))
    raise KeyboardInterrupt
