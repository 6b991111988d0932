"""The same arguments give the same bytes; sizes and zones that cannot be simulated are refused."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from bench.simulate import same_rows
from firstline.errors import MisuseError
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, simulate
from firstline.simulate.scenario import Scenario
from tests.simulate.conftest import END

ROSTERS = ("2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        simulate(tmp_path / name, 120, 2, seed, end=END, scenario=Scenario(replace(RATES, outages=0.0)))
    one, again, other = (bytes_of(tmp_path / name) for name in ("one", "again", "other"))
    assert set(one) == set(again)
    assert same_rows(tmp_path / "one", tmp_path / "again")
    # Parquet pads its pages with what lay in memory
    assert all(one[name] == again[name] for name in one if not name.endswith(".parquet"))
    exports = [name for name in one if name.startswith("exports")]
    assert len(exports) == 23
    same = {Path(name).stem for name in exports if one[name] == other[name]}
    # What a provider states is not drawn, nor is the planted outage
    stated = {"opening_hours", "teams", "queues", "promises", "unit_costs", "hourly_rates", "contracts"}
    assert same == {*stated, "outages"}


def test_a_workbook_carries_the_instant_of_the_export_and_no_other(provider: Simulated) -> None:
    for path, _ in provider.imports:
        if path.suffix != ".xlsx":
            continue
        with ZipFile(path) as book:
            assert {item.date_time for item in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", book.read("docProps/core.xml").decode())
        assert set(stamps) == {"2026-04-01T06:00:00Z"}


def test_the_span_is_whole_calendar_months_before_the_end(tmp_path: Path) -> None:
    made = simulate(tmp_path, 20, 1, end=date(2026, 3, 31))
    assert (made.first, made.last) == (date(2026, 2, 28), date(2026, 3, 31))
    assert made.exported_at == datetime.fromisoformat("2026-03-31T00:00:00-06:00")
    truth = json.loads(made.truth.read_text("utf-8"))
    assert truth["months"] == ["2026-02", "2026-03"]


def test_every_export_comes_with_its_mapping_and_people_come_first(provider: Simulated) -> None:
    assert [path.name for path, _ in provider.imports] == [
        *(f"roster-{day}.csv" for day in ROSTERS),
        *("network_elements.csv", "subscribers.csv", "devices.csv", "outages.csv", "outage_customers.csv"),
        *("tickets.csv", "ticket_history.csv", "calls.csv"),
        *("chats.xlsx", "app_sessions.csv", "dispatch.xlsx", "surveys.csv", "cancellations.csv"),
        *("opening_hours.csv", "teams.csv", "queues.csv", "promises.csv"),
        *("unit_costs.csv", "hourly_rates.csv", "contracts.csv", "partner_reports.csv"),
    ]
    for path, mapping in provider.imports:
        assert path.is_file()
        assert mapping.stem == ("roster" if path.name.startswith("roster") else path.stem)
        assert tomllib.loads(mapping.read_text("utf-8"))["source"]


def test_the_truth_lies_outside_the_folder_that_is_imported(provider: Simulated) -> None:
    folders = {path.parent for path, _ in provider.imports}
    assert len(folders) == 1
    assert not provider.truth.is_relative_to(folders.pop())


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    simulate(tmp_path, 20, 1, end=END, progress=lambda step, share: told.append((step, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert "Simulated block 1 of 1" in [step for step, _ in told]


@pytest.mark.parametrize(
    ("subscribers", "months", "zone", "says"),
    [
        (19, 6, "UTC", "19 subscribers"),
        (2_000_001, 6, "UTC", "20 to 2,000,000"),
        (500, 0, "UTC", "0 months"),
        (500, 241, "UTC", "1 to 240"),
        (500, 6, "America/Denvr", "'America/Denver'"),
    ],
)
def test_what_cannot_be_simulated_is_refused(
    tmp_path: Path, subscribers: int, months: int, zone: str, says: str
) -> None:
    with pytest.raises(MisuseError) as refused:
        simulate(tmp_path, subscribers, months, end=END, zone=zone)
    assert says in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("zone", ["UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland"])
def test_any_zone_and_the_smallest_provider_work(tmp_path: Path, zone: str) -> None:
    made = simulate(tmp_path, 20, 1, end=date(2026, 4, 17), zone=zone)
    assert sum(made.rows.values()) > 20
