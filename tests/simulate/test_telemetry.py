"""Telemetry shows what is wrong with homes and lines, but for the half that it cannot see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.simulate.columns import DAY, HOUR, NOBODY
from firstline.simulate.impairments import LINE, WIFI
from firstline.simulate.planted import Planted
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
    now,
    shifts,
)
from firstline.simulate.telemetry.metrics import COUNTS, FIBER, MESH, METRICS, Metric
from firstline.simulate.telemetry.samples import KINDS
from firstline.simulate.truth_telemetry import sizes_of_faults
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE

DAYS, SAMPLED = 2, 20
TECHS = ("fiber_gpon", "docsis31", "fwa_wisp")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """600 subscribers with two days of telemetry and samples of some homes, many impaired, and outages all the time."""
    wanted = Wanted(canonical=True, exports=False, telemetry_days=DAYS, sampled_homes=SAMPLED)
    stormy = Scenario(replace(RATES, outages=100.0, impairments_per_month=0.1))
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
    assert len(hours) == made.rows["telemetry"] > 580 * 24 * DAYS
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


def test_about_half_of_the_impairments_show_where_they_are_and_while_they_last(world: World) -> None:
    homes = world.impairments
    impaired = homes.place != NOBODY
    asked = RATES.impairment_shown_share
    assert abs(homes.shown.sum() / impaired.sum() - asked) < 4 * np.sqrt(asked * (1 - asked) / impaired.sum())
    everybody, at = np.arange(world.subscribers.count), world.clock.end - 40 * DAY
    lasting = impaired & homes.lasts(everybody, at)
    for name, place in (("wifi_rssi", WIFI), ("downstream_mer", LINE)):
        metric, level = _metric(name), _level(world, name)
        worse = (now(world, level, everybody, at) - level.well) * metric.worse / metric.homes
        seen = homes.shown & lasting & (homes.place == place)
        assert seen.sum() > 50
        assert worse[seen] == pytest.approx(homes.severity[seen], abs=0.01)
        assert (worse[~seen] == 0).all()
    level = _level(world, "rtt")
    path = (now(world, level, everybody, at) - level.well) / _metric("rtt").homes
    assert path == pytest.approx(np.where(homes.shown & lasting, homes.severity / 2, 0), abs=0.01)


def test_hours_show_an_impairment_from_its_onset_to_its_end(made: Simulated, hours: pd.DataFrame) -> None:
    truth = pyarrow.parquet.read_table(made.truth.parent / "truth" / "impairments-00001.parquet").to_pandas()
    shown = truth[truth["shown"] & (truth["place"] == "wifi")]
    services = shown["subscriber_id"].str.removeprefix("C").astype(int) + 200_000
    spans = shown.assign(service_id="SV" + services.astype(str))[["service_id", "since", "until", "severity"]]
    mine = hours.merge(spans, on="service_id", how="left")
    during = (mine["hour"] >= mine["since"]) & (mine["hour"] < mine["until"])
    metric = _metric("wifi_rssi")
    apart = mine.loc[during, "wifi_rssi_p50"].mean() - mine.loc[mine["since"].isna(), "wifi_rssi_p50"].mean()
    homes = mine.loc[during, "service_id"].nunique()
    assert homes > 20
    asked = -mine.loc[during, "severity"].mean() * metric.homes
    assert abs(apart - asked) < 4 * metric.homes / np.sqrt(homes)


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


def test_the_truth_says_how_far_each_fault_moves_what_is_measured(made: Simulated, world: World) -> None:
    told = json.loads(made.truth.read_text("utf-8"))["telemetry"]
    assert told["impairments"] == {"shown_share": RATES.impairment_shown_share, "severity": [1.5, 4.0]}
    sizes, port = sizes_of_faults(world.planted, RATES), world.planted.port
    assert port
    everybody, last = np.arange(world.subscribers.count), world.clock.end
    for metric in METRICS:
        assert told["standard_deviation_of_homes"][metric.name] == metric.homes
        change = shifts(world, metric, everybody, last) - shifts(world, metric, everybody, last - 30 * DAY)
        dimmed = np.isin(everybody, port.affected)
        half = sizes["port_by_end"].get(metric.name, 0) * (30 * DAY) / (last - port.since)
        assert change[dimmed] - change[~dimmed].min() == pytest.approx(half, abs=1e-3)
    assert sizes["release"] == {"wifi_retry_rate": RELEASE_RETRIES}
    nothing = sizes_of_faults(Planted(), RATES)
    assert (nothing["release"], nothing["port_by_end"]) == (None, None)
