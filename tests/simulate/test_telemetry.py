"""Telemetry shows what is wrong with homes and lines, but for the half that it cannot see."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.simulate.columns import HOUR, Flags
from firstline.simulate.provider import found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, Wanted, simulate
from firstline.simulate.telemetry.homes import RELEASE_RETRIES, down_seconds, levels, shifts
from firstline.simulate.telemetry.metrics import FIBER, METRICS, Metric
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE

DAYS, SAMPLED = 2, 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """600 subscribers with two days of telemetry and samples of some homes."""
    wanted = Wanted(canonical=True, exports=False, telemetry_days=DAYS, sampled_homes=SAMPLED)
    return simulate(tmp_path_factory.mktemp("telemetry"), 600, 2, 3, end=END, wanted=wanted)


@pytest.fixture(scope="module")
def hours(made: Simulated) -> pd.DataFrame:
    """The wide rows."""
    frame: pd.DataFrame = pyarrow.parquet.read_table(made.truth.parent / "telemetry").to_pandas()
    return frame


@pytest.fixture(scope="module")
def samples(made: Simulated) -> pd.DataFrame:
    """The samples of the last day."""
    frame: pd.DataFrame = pyarrow.parquet.read_table(made.truth.parent / "canonical" / "telemetry_sample").to_pandas()
    return frame


def _metric(name: str) -> Metric:
    return next(metric for metric in METRICS if metric.name == name)


def _level(world: World, name: str) -> Any:
    provider = found_provider(date(2025, 10, 1), END, ZONE, 20_000, 11, RATES)
    return levels(world, provider.chance("levels"))[name]


def test_there_is_one_row_per_service_and_hour(made: Simulated, hours: pd.DataFrame) -> None:
    assert len(hours) == made.rows["telemetry"] > 590 * 24 * DAYS
    assert not hours.duplicated(["service_id", "hour"]).any()
    assert hours["hour"].max() == pd.Timestamp("2026-04-01T05:00Z")
    services = pyarrow.parquet.read_table(made.truth.parent / "canonical" / "service").to_pandas()
    assert set(hours["service_id"]) <= set(services["service_id"])


def test_each_technology_has_its_metrics_and_the_bad_end_is_the_worse(made: Simulated, hours: pd.DataFrame) -> None:
    services = pyarrow.parquet.read_table(made.truth.parent / "canonical" / "service").to_pandas()
    tech = hours["service_id"].map(services.set_index("service_id")["access_tech"])
    names = ("fiber_gpon", "docsis31", "fwa_wisp")
    polled = hours["n"] > 0
    for metric in METRICS:
        p50, p95 = hours[f"{metric.name}_p50"], hours[f"{metric.name}_p95"]
        assert (p50.notna() == (polled & tech.isin([names[row] for row in metric.techs]))).all(), metric.name
        assert (p50.notna() == p95.notna()).all()
        assert ((p95 - p50).dropna() * metric.worse >= 0).mean() > 0.99, metric.name
        assert p50.dropna().between(metric.least, metric.most).all()
        assert abs(p50.median() - metric.usual) < 2 * metric.homes


def test_samples_and_hours_tell_the_same(hours: pd.DataFrame, samples: pd.DataFrame) -> None:
    assert samples["device_id"].nunique() == SAMPLED
    day = hours[hours["hour"] >= pd.Timestamp("2026-03-31T06:00Z")]
    for name in ("wifi_rssi", "rtt"):
        mine = samples[samples["metric"] == name]
        of_home = mine.groupby(mine["device_id"].str.removeprefix("GW"))["value"].mean()
        hourly = day.groupby(day["service_id"].str.removeprefix("SV"))[f"{name}_p50"].mean()
        assert (of_home - hourly[of_home.index]).abs().max() < _metric(name).within, name


def test_an_import_accepts_the_samples(made: Simulated, samples: pd.DataFrame, home: Home) -> None:
    path = next((made.truth.parent / "canonical" / "telemetry_sample").iterdir())
    request = ImportRequest(path=path, name=path.name, entity="telemetry_sample", exported_at=made.exported_at)
    (record,) = import_all(home, [request], lambda: datetime(2026, 4, 1, 12, tzinfo=UTC), dry_run=True)
    assert (record.accepted, record.quarantined, record.error) == (len(samples), 0, None)


def test_about_half_of_the_impaired_homes_show_it(world: World) -> None:
    homes = world.impairments
    assert 0.47 < homes.shown.sum() / homes.impaired.sum() < 0.53
    level = _level(world, "wifi_rssi")
    seen, hidden, well = (
        level[rows].mean() for rows in (homes.wifi > 0, homes.impaired & ~homes.shown, ~homes.impaired)
    )
    assert seen < well - 1.5 * _metric("wifi_rssi").homes
    assert hidden == pytest.approx(well, abs=0.1 * _metric("wifi_rssi").homes)


def test_the_hidden_ones_get_in_touch_and_leave_as_those_that_show(world: World) -> None:
    homes = world.impairments

    def contacts(rows: Flags) -> float:
        return float(rows[world.contacts.subscriber].sum() / rows.sum())

    seen, hidden, well = contacts(homes.shown), contacts(homes.impaired & ~homes.shown), contacts(~homes.impaired)
    assert hidden == pytest.approx(seen, rel=0.1)
    assert hidden > 2 * well
    left = np.zeros(world.subscribers.count, dtype=np.bool_)
    left[world.departures.subscriber] = True
    assert left[homes.impaired].mean() > left[~homes.impaired].mean()


def test_the_failing_port_loses_light_and_its_neighbours_do_not(world: World) -> None:
    port = world.planted.port
    assert port is not None
    light, at = _metric("ont_rx_power"), world.clock.end - HOUR
    change = shifts(world, light, port.affected, at)
    assert (world.subscribers.tech[port.affected] == FIBER).all()
    assert (change < -5.5).all()
    assert (shifts(world, light, port.affected, port.since - HOUR) == 0).all()
    others = np.setdiff1d(np.flatnonzero(world.subscribers.tech == FIBER), port.affected)
    assert (shifts(world, light, others, at) == 0).all()


def test_the_bad_release_raises_retries_of_its_model_alone(world: World) -> None:
    release = world.planted.release
    assert release is not None
    everybody = np.arange(world.subscribers.count)
    change = shifts(world, _metric("wifi_retry_rate"), everybody, world.clock.end - HOUR)
    bad = (world.gateways.model == release.model) & (world.gateways.upgraded < world.clock.end - HOUR)
    assert (change == np.where(bad, np.float32(RELEASE_RETRIES), 0)).all()


def test_nothing_is_polled_while_an_outage_lasts(world: World) -> None:
    outage = world.planted.outage
    assert outage is not None
    at = (outage.onset // HOUR + 1) * HOUR
    off = world.cut_offs.subscriber[world.outages.planted[world.cut_offs.outage]]
    down, _ = down_seconds(world, at)
    assert (down[off] == HOUR).all()
    first, _ = down_seconds(world, at - HOUR)
    assert (first[off] == at - outage.onset).all()


def test_the_truth_names_the_impaired_homes(made: Simulated, tmp_path: Path) -> None:
    homes = json.loads(made.truth.read_text("utf-8"))["impaired_homes"]
    shown = set(homes["shown_in_wifi"]) | set(homes["shown_on_line"])
    assert shown.isdisjoint(homes["hidden"])
    assert 0.35 < len(shown) / (len(shown) + len(homes["hidden"])) < 0.65
