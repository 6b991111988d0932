"""Telemetry shows what is wrong with homes and lines, but for the half that it cannot see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.simulate.columns import HOUR, Flags
from firstline.simulate.provider import Provider, found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, Wanted, simulate
from firstline.simulate.scenario import Scenario
from firstline.simulate.telemetry.counts import counted, expected, in_hour
from firstline.simulate.telemetry.homes import (
    RELEASE_RETRIES,
    TOO_MUCH_LIGHT,
    Level,
    down_seconds,
    levels,
    shifts,
)
from firstline.simulate.telemetry.metrics import COUNTS, FIBER, MESH, METRICS, Metric
from firstline.simulate.telemetry.samples import KINDS
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE

DAYS, SAMPLED = 2, 20
TECHS = ("fiber_gpon", "docsis31", "fwa_wisp")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """600 subscribers with two days of telemetry and samples of some homes, and outages all the time."""
    wanted = Wanted(canonical=True, exports=False, telemetry_days=DAYS, sampled_homes=SAMPLED)
    stormy = Scenario(replace(RATES, outages=100.0))
    return simulate(tmp_path_factory.mktemp("telemetry"), 600, 2, 3, end=END, scenario=stormy, wanted=wanted)


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


def _provider() -> Provider:
    return found_provider(date(2025, 10, 1), END, ZONE, 20_000, 11, RATES)


def _level(world: World, name: str) -> Level:
    return levels(world, _provider().chance("levels"))[name]


@pytest.fixture(scope="module")
def tech(made: Simulated, hours: pd.DataFrame) -> pd.Series:
    """The access technology of each wide row."""
    services = pyarrow.parquet.read_table(made.truth.parent / "canonical" / "service").to_pandas()
    return hours["service_id"].map(services.set_index("service_id")["access_tech"])


def test_there_is_one_row_per_service_and_hour(made: Simulated, hours: pd.DataFrame) -> None:
    assert len(hours) == made.rows["telemetry"] > 590 * 24 * DAYS
    assert not hours.duplicated(["service_id", "hour"]).any()
    assert hours["hour"].max() == pd.Timestamp("2026-04-01T05:00Z")
    services = pyarrow.parquet.read_table(made.truth.parent / "canonical" / "service").to_pandas()
    assert set(hours["service_id"]) <= set(services["service_id"])


def test_each_technology_has_its_metrics_and_the_bad_end_is_the_worse(hours: pd.DataFrame, tech: pd.Series) -> None:
    for metric in METRICS:
        p50, p95 = hours[f"{metric.name}_p50"], hours[f"{metric.name}_p95"]
        polled = (hours[f"n_{metric.group.name}"] > 0) & tech.isin([TECHS[row] for row in metric.techs])
        if metric.name == MESH:
            meshed = p50.groupby(hours["service_id"]).transform("count") > 0
            assert hours.loc[meshed, "service_id"].nunique() / hours["service_id"].nunique() == pytest.approx(
                0.3, abs=0.08
            )
            polled &= meshed
        assert (p50.notna() == polled).all(), metric.name
        assert (p50.notna() == p95.notna()).all()
        # what is too bright or too loud is worse the higher it is
        bad = np.sign(p50) if not metric.worse else np.where(p50 > -12, 1, -1) if "ont" in metric.name else metric.worse
        assert ((p95 - p50)[polled] * pd.Series(bad, p50.index)[polled] >= 0).mean() > 0.97, metric.name
        assert p50.dropna().between(metric.least, metric.most).all()
        assert abs(p50.median() - metric.usual) < 2 * metric.homes


def test_each_count_is_of_its_technology_and_as_frequent_as_was_asked(hours: pd.DataFrame, tech: pd.Series) -> None:
    for count in COUNTS:
        found = hours[count.name]
        polled = (hours[f"n_{count.group.name}"] > 0) & tech.isin([TECHS[row] for row in count.techs])
        assert (found.notna() == polled).all(), count.name
        assert found[hours["downtime_min"] == 60].isna().all()
        assert (found.dropna() >= 0).all()
        assert not count.is_share or found.max() <= 100
    assert (hours["downtime_min"] == 60).any()
    usual = hours.loc[hours["downtime_min"] == 0, [count.name for count in COUNTS]].mean()
    asked = {count.name: count.usual for count in COUNTS}
    reboots, lookups, full = (asked[name] for name in ("reboots", "dns_failure_rate", "plan_saturation"))
    lookups, full = lookups * 100 / 120, full * 100 / 12
    # what is wrong in some homes adds to the usual; over a day the busiest hour adds about its fourth to a full line
    assert reboots < usual["reboots"] < 3 * reboots
    assert lookups < usual["dns_failure_rate"] < 3 * lookups
    assert full < usual["plan_saturation"] < 5 * full


def test_each_group_is_polled_as_often_as_it_should_be(hours: pd.DataFrame) -> None:
    up = hours[hours["downtime_min"] == 0]
    each = {"wifi": 12, "path": 360, "dns": 120, "line": 4, "counters": 12}
    assert {name: set(up[f"n_{name}"]) for name in each} == {name: {n} for name, n in each.items()}
    whole = up.groupby("service_id")["n_speed_test"].agg(["sum", "size"])
    assert (whole.loc[whole["size"] == 24 * DAYS, "sum"] == 4 * DAYS).all()
    tested = up[up["n_speed_test"] == 1]
    assert tested["hour"].nunique() == 24 * DAYS


def test_every_metric_of_the_score_is_there() -> None:
    """The rows of the reference's table of metrics, but for digital subscriber lines, which the provider has not."""
    names = {each.name for each in KINDS} | {"downtime_min"}
    assert names == {
        *("wifi_rssi", "wifi_snr", "wifi_retry_rate", "channel_utilisation", "mesh_backhaul_rssi"),
        *("ont_rx_power", "fec_uncorrectable_ratio_log10", "pon_alarms"),
        *("downstream_power", "downstream_mer", "ofdm_rxmer", "upstream_tx_power"),
        *("docsis_uncorrectable_ratio_log10", "t3_timeouts", "t4_timeouts", "rsrp", "sinr"),
        *("rtt", "rtt_rise_under_load", "packet_loss", "dns_failure_rate"),
        *("download_ratio", "upload_ratio", "plan_saturation", "downtime_min", "reboots"),
    }


def test_some_fibre_homes_get_too_much_light_and_it_shows(world: World) -> None:
    light = _level(world, "ont_rx_power")
    fiber = world.subscribers.tech == FIBER
    bright = fiber & (light.worse == 1)
    bad = fiber & (world.impairments.line > 0)
    assert (bad[bright]).all()
    assert bright.sum() / bad.sum() == pytest.approx(TOO_MUCH_LIGHT, abs=0.03)
    assert (light.home[bright] > -11).all()
    # the reference calls -8 dBm bad and -10 good at the upper end
    assert np.median(light.home[bright]) > -10


def test_counts_show_impaired_lines_and_the_failing_port(world: World) -> None:
    usual = expected(world, _provider().chance("counts"))
    alarms, at = next(count for count in COUNTS if count.name == "pon_alarms"), world.clock.end - HOUR
    port, bad = world.planted.port, world.impairments.line > 0
    assert port is not None
    assert usual["t3_timeouts"][bad].mean() > 5 * usual["t3_timeouts"][~bad].mean()
    none = np.zeros(len(port.affected), dtype=np.int64)
    assert (in_hour(world, usual, alarms, port.affected, at, none) > 0.4).all()
    assert in_hour(world, usual, alarms, port.affected, port.since - HOUR, none).max() < 0.1
    many = np.repeat(np.array([0.02, 3.0], dtype=np.float32), 50_000)
    found = counted(np.random.default_rng(1), alarms, many, np.ones(100_000, dtype=np.int64))
    assert (found[:50_000].mean(), found[50_000:].mean()) == pytest.approx((0.02, 3.0), rel=0.1)
    assert found[50_000:].var() == pytest.approx(3.0, rel=0.05)


def test_samples_and_hours_tell_the_same(hours: pd.DataFrame, samples: pd.DataFrame) -> None:
    assert samples["device_id"].nunique() == SAMPLED
    day = hours[hours["hour"] >= pd.Timestamp("2026-03-31T06:00Z")]
    for name in ("wifi_rssi", "rtt"):
        mine = samples[samples["metric"] == name]
        of_home = mine.groupby(mine["device_id"].str.removeprefix("GW"))["value"].mean()
        hourly = day.groupby(day["service_id"].str.removeprefix("SV"))[f"{name}_p50"].mean()
        assert (of_home - hourly[of_home.index]).abs().max() < _metric(name).within, name
    # homes that were cut off for a while have fewer
    most = samples.groupby(["metric", "device_id"]).size().groupby("metric").max()
    assert (most["rtt"], most["download_ratio"], most["reboots"], most["rtt_rise_under_load"]) == (288, 4, 288, 4)
    assert set(samples.loc[samples["metric"] == "rtt", "sample_count"]) == {30}
    assert set(samples.loc[samples["metric"] == "download_ratio", "method"]) == {"test"}
    assert set(samples["metric"]) == {each.name for each in KINDS}


def test_an_import_accepts_the_samples(made: Simulated, samples: pd.DataFrame, home: Home) -> None:
    path = next((made.truth.parent / "canonical" / "telemetry_sample").iterdir())
    request = ImportRequest(path=path, name=path.name, entity="telemetry_sample", exported_at=made.exported_at)
    (record,) = import_all(home, [request], lambda: datetime(2026, 4, 1, 12, tzinfo=UTC), dry_run=True)
    assert (record.accepted, record.quarantined, record.error) == (len(samples), 0, None)


def test_about_half_of_the_impaired_homes_show_it(world: World) -> None:
    homes = world.impairments
    assert 0.47 < homes.shown.sum() / homes.impaired.sum() < 0.53
    level = _level(world, "wifi_rssi").home
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
    assert (shifts(world, _metric("download_ratio"), port.affected, at) < -0.35).all()


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
