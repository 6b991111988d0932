"""speedtest_uk_home against pandas: bits per second, failures that are no measurements, and two clocks in one house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRecord
from tests.examples.trial import DATA_SETS, bring_example, data_file, home_in
from tests.homes import counts

pytestmark = pytest.mark.shared_data

SPEED, LATENCY = "speedtest_uk_home", "speedtest_uk_home_latency"
FAILURE = "Cannot retrieve speedtest configuration"
HOUR = pd.Timedelta(hours=1)


@pytest.fixture(scope="module")
def speeds(shared_data: Path) -> pd.DataFrame:
    """All 987 rows; a failure has no Timestamp."""
    read = pd.read_csv(data_file(shared_data, SPEED))
    return read.assign(clock=pd.to_datetime(read["Timestamp"]))


@pytest.fixture(scope="module")
def latencies(shared_data: Path) -> pd.DataFrame:
    """All 988 rows; a failure has no value."""
    read = pd.read_csv(data_file(shared_data, LATENCY))
    return pd.DataFrame({"clock": pd.to_datetime(read["timestamp"]), "ms": read["latency(ms)"]})


@pytest.fixture(scope="module")
def brought(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Home, dict[str, ImportRecord]]]:
    """A home with both files in it, and what the imports said."""
    with home_in(tmp_path_factory.mktemp("speedtest"), timezone="Europe/London") as home:
        yield home, {name: bring_example(home, shared_data, name) for name in (SPEED, LATENCY)}


def _stored(home: Home, kind: str) -> pd.DataFrame:
    rows = home.warehouse.rows("SELECT * FROM diagnostic_test WHERE kind = ? ORDER BY started_at", [kind])
    return pd.DataFrame(rows)


def test_all_rows_are_accounted_for(brought: tuple[Home, dict[str, ImportRecord]]) -> None:
    for name, record in brought[1].items():
        assert counts(record) == DATA_SETS[name].counts
        assert record.entities == {"diagnostic_test": DATA_SETS[name].counts[1]}
    assert brought[1][SPEED].reasons == {"wrong_column_count": 35}


def test_failures_lie_in_quarantine_with_their_text_and_row(
    brought: tuple[Home, dict[str, ImportRecord]], speeds: pd.DataFrame
) -> None:
    failed = speeds[speeds["Timestamp"].isna()]
    assert set(failed["Server ID"]) == {FAILURE}
    [path] = (brought[0].path / "landing").rglob("quarantine/*.parquet")
    kept = brought[0].warehouse.rows("SELECT row_number, cells FROM read_parquet(?) ORDER BY 1", [str(path)])
    assert [row["row_number"] for row in kept] == [index + 1 for index in failed.index]
    assert all(FAILURE in row["cells"] for row in kept)


def test_bits_per_second_become_megabits(brought: tuple[Home, dict[str, ImportRecord]], speeds: pd.DataFrame) -> None:
    measured = speeds[speeds["Timestamp"].notna()].sort_values("clock")
    stored = _stored(brought[0], "speed")
    assert list(stored["down_mbps"]) == pytest.approx(list(measured["Download"] / 1_000_000), rel=1e-12)
    assert list(stored["up_mbps"]) == pytest.approx(list(measured["Upload"] / 1_000_000), rel=1e-12)
    assert list(stored["rtt_ms_p50"]) == list(measured["Ping"])
    assert stored["down_mbps"].median() == pytest.approx(5.66, abs=0.005)


def test_a_latency_that_was_not_measured_is_unknown_not_zero(
    brought: tuple[Home, dict[str, ImportRecord]], latencies: pd.DataFrame
) -> None:
    stored = _stored(brought[0], "latency_idle")
    assert int(latencies["ms"].isna().sum()) == int(stored["rtt_ms_p50"].isna().sum()) == 35
    assert stored["rtt_ms_p50"].median() == latencies["ms"].median()
    assert not (stored["rtt_ms_p50"] == 0).any()


def test_one_file_is_in_utc_and_the_other_in_summer_time(
    brought: tuple[Home, dict[str, ImportRecord]], speeds: pd.DataFrame, latencies: pd.DataFrame
) -> None:
    # one job writes a row of each file every hour; what failed, failed for both, an hour apart on the two clocks
    hours = set((latencies["clock"] - HOUR).dt.floor("h"))
    without_latency = set((latencies[latencies["ms"].isna()]["clock"] - HOUR).dt.floor("h"))
    without_speed = hours - set(speeds["clock"].dropna().dt.floor("h"))
    assert len(without_latency) == 35
    assert without_speed - without_latency == {pd.Timestamp("2018-04-13 11:00")}, "the row that is missing altogether"
    assert without_latency < without_speed
    # and the product has both on one clock
    first = [_stored(brought[0], kind)["started_at"].min() for kind in ("speed", "latency_idle")]
    assert first[0] == speeds["clock"].min()
    assert (first[1] - first[0]).total_seconds() == pytest.approx(42, abs=1)


def test_columns_without_a_field_are_kept_beside_the_rows(brought: tuple[Home, dict[str, ImportRecord]]) -> None:
    paths = sorted((brought[0].path / "landing").rglob("personal/leftover/*.parquet"))
    kept = brought[0].warehouse.value("SELECT cells FROM read_parquet(?) ORDER BY row_number LIMIT 1", [str(paths[0])])
    assert json.loads(kept) == {
        "Server ID": "10602",
        "Sponsor": "Aspire Technology Solutions",
        "Server Name": "Gateshead",
        "Distance": "50.827748319535935",
    }
