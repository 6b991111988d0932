"""The mistakes of the feeds are in the exports as the truth says, in nothing else, and each can be switched off."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from firstline.cli.demo_home import SCENARIO
from firstline.intake.mapping import read_mapping
from firstline.simulate.mistakes import MESSY, NO_MISTAKES, Mistakes, flaws_of
from firstline.simulate.provider import found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, simulate
from firstline.simulate.scenario import AS_FOUND
from tests.simulate.conftest import END, ZONE, last_rows
from tests.simulate.test_run import bytes_of

Frames = Callable[[str], tuple[pd.DataFrame, pd.DataFrame]]
TOUCHED = {"subscribers.csv", "calls.csv", "chats.xlsx", "surveys.csv"}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """A provider of ten months with exports as they should be."""
    return simulate(tmp_path_factory.mktemp("clean"), 700, 10, 2, end=END)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The same with all mistakes."""
    return simulate(tmp_path_factory.mktemp("messy"), 700, 10, 2, end=END, scenario=AS_FOUND)


@pytest.fixture(scope="module")
def both(clean: Simulated, messy: Simulated) -> Frames:
    """Read an export of both as text."""

    def read(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        paths = [made.truth.parent / "exports" / name for made in (clean, messy)]
        if name.endswith(".xlsx"):
            return pd.read_excel(paths[0], engine="openpyxl"), pd.read_excel(paths[1], engine="openpyxl")
        return pd.read_csv(paths[0], dtype=str), pd.read_csv(paths[1], dtype=str)

    return read


@pytest.fixture(scope="module")
def truth(messy: Simulated) -> dict[str, Any]:
    """What the truth says of the mistakes."""
    found: dict[str, Any] = json.loads(messy.truth.read_text("utf-8"))["mistakes"]
    return found


def _local(instant: str) -> pd.Timestamp:
    return pd.Timestamp(instant).tz_convert(ZONE).tz_localize(None)


def test_the_demo_has_them_all_and_a_provider_without_has_none(clean: Simulated) -> None:
    assert SCENARIO.mistakes == MESSY
    assert all(asdict(MESSY).values())
    assert set(json.loads(clean.truth.read_text("utf-8"))["mistakes"].values()) == {None}
    assert not any(name == "surveys.csv" for name in clean.read_at)


def test_they_change_nothing_else(clean: Simulated, messy: Simulated) -> None:
    one, other = (bytes_of(made.truth.parent / "exports") for made in (clean, messy))
    assert {name for name in one if one[name] != other[name]} == TOUCHED
    totals = [json.loads(made.truth.read_text("utf-8"))["totals"] for made in (clean, messy)]
    assert totals[0] == totals[1]


def test_their_mappings_read_every_column(messy: Simulated, both: Frames) -> None:
    for path, mapping in messy.imports:
        if path.name in TOUCHED:
            read_mapping(mapping.read_text("utf-8"), mapping.name)
            parts = tomllib.loads(mapping.read_text("utf-8"))
            fields = [parts["fields"], *(also["fields"] for also in parts.get("also", []))]
            sources = [source for each in fields for source in each.values()]
            named = {source if isinstance(source, str) else source.get("column") for source in sources} - {None}
            assert set(both(path.name)[1].columns) - named <= {"Status"}, path.name


def test_small_businesses_share_the_number_of_one_switchboard(both: Frames, truth: dict[str, Any]) -> None:
    people, calls = both("subscribers.csv")[1], both("calls.csv")[1]
    shared = people[people["Phone"].duplicated(keep=False)]
    assert set(shared["Account No"]) == set(truth["switchboard"]["accounts"])
    assert set(shared["Segment"]) == {"Small Business"}
    assert len(shared) == MESSY.switchboard_accounts
    assert set(shared["Phone"].str.replace(" ", "")) == {truth["switchboard"]["number"]}
    assert "Account" not in calls.columns
    clean = both("calls.csv")[0].set_index("Call ID")["Account"]
    people["Number"] = people["Phone"].str.replace(" ", "")
    account_of = people.drop_duplicates("Number").set_index("Number")["Account No"]
    alone = calls[~calls["Caller"].isin([truth["switchboard"]["number"]]) & calls["Caller"].notna()]
    assert (alone["Caller"].map(account_of).to_numpy() == clean[alone["Call ID"]].to_numpy()).all()
    assert clean[calls.loc[calls["Caller"].isna(), "Call ID"]].isna().all()
    assert (calls["Caller"] == truth["switchboard"]["number"]).sum() > 0


def test_the_chat_tool_writes_local_time_and_calls_it_utc(both: Frames, truth: dict[str, Any]) -> None:
    clean, messy = both("chats.xlsx")
    right, said = (pd.to_datetime(frame["Started (UTC)"]) for frame in (clean, messy))
    later = right >= pd.Timestamp(truth["time_zone"]["since"])
    assert 0 < later.sum() < len(later)
    assert (said[~later] == right[~later]).all()
    local = right[later].dt.tz_convert(ZONE).dt.tz_localize(None)
    assert (said[later].dt.tz_localize(None) == local).all()
    answered = messy["Accepted (UTC)"].notna()
    waited = pd.to_datetime(messy["Accepted (UTC)"]) - said
    assert (waited[answered] >= pd.Timedelta(0)).all()


def test_the_agents_of_one_team_have_other_names_from_a_day_on(both: Frames, truth: dict[str, Any]) -> None:
    since, names = _local(truth["renamed_agents"]["since"]), truth["renamed_agents"]["names"]
    assert len(set(names.values())) == len(names) > 1
    clean, messy = both("calls.csv")
    clean = clean[clean["Call ID"].isin(messy["Call ID"])].reset_index(drop=True)
    renamed = clean["Agent"].isin(names) & (pd.to_datetime(clean["Call Start"]) >= since)
    assert renamed.sum() > 20
    assert (messy.loc[renamed, "Agent"] == clean.loc[renamed, "Agent"].map(names)).all()
    assert messy.loc[~renamed, "Agent"].equals(clean.loc[~renamed, "Agent"])


def test_two_weeks_of_calls_are_missing_from_one_site(clean: Simulated, both: Frames, truth: dict[str, Any]) -> None:
    missing = truth["missing_calls"]
    sites = last_rows(clean.truth.parent / "exports").set_index("Employee No")["Site"]
    calls, messy = both("calls.csv")
    lost = calls[~calls["Call ID"].isin(messy["Call ID"])]
    assert len(lost) == missing["calls"] > 0
    begins, ends = _local(missing["from"]), _local(missing["until"])
    assert ends - begins == pd.Timedelta(days=14)
    assert set(sites[lost["Agent"]]) == {missing["site"]}
    inside = pd.to_datetime(calls["Call Start"]).between(begins, ends, inclusive="left")
    of_site = calls["Agent"].map(sites) == missing["site"]
    assert set(calls.loc[inside & of_site, "Call ID"]) == set(lost["Call ID"])


def test_reasons_have_other_codes_from_the_ninth_month_on(both: Frames, truth: dict[str, Any]) -> None:
    since, codes = _local(truth["recoded_reasons"]["since"]), set(truth["recoded_reasons"]["codes"].values())
    assert since == pd.Timestamp("2026-02-01")
    clean, messy = both("calls.csv")
    later = pd.to_datetime(messy["Call Start"]) >= since
    assert set(messy.loc[later, "Reason"].dropna()) <= codes
    assert len(set(messy.loc[later, "Reason"].dropna())) > 6
    assert set(messy.loc[~later, "Reason"].dropna()) <= set(clean["Reason"].dropna())
    noted = messy["Agent"].notna() | (messy["Result"] == "Self-service")
    assert (messy["Reason"].notna() == noted).all()


def test_the_survey_tool_was_read_days_before_the_others(messy: Simulated, both: Frames, truth: dict[str, Any]) -> None:
    read = pd.Timestamp(truth["late_source"]["read_at"])
    assert _local(truth["late_source"]["read_at"]) == pd.Timestamp(END) - pd.Timedelta(days=MESSY.late_days)
    for path, _ in messy.imports:
        late = path.name == "surveys.csv"
        if path.name.startswith("roster-"):
            continue
        assert messy.exported(path) == (read.to_pydatetime() if late else messy.exported_at)
    clean, late_rows = both("surveys.csv")
    for column in ("Sent", "Answered"):
        assert pd.to_datetime(late_rows[column], utc=True).max() < read < pd.to_datetime(clean[column], utc=True).max()
    assert set(late_rows["Survey ID"]) == set(clean.loc[pd.to_datetime(clean["Sent"], utc=True) < read, "Survey ID"])


@pytest.mark.parametrize("name", list(asdict(MESSY)))
def test_each_can_be_switched_off_alone(name: str) -> None:
    clock = found_provider(date(2025, 6, 1), END, ZONE, 50, 1, RATES).clock
    none, one = flaws_of(NO_MISTAKES, clock), flaws_of(replace(NO_MISTAKES, **{name: getattr(MESSY, name)}), clock)
    every, but_one = flaws_of(MESSY, clock), flaws_of(replace(MESSY, **{name: 0}), clock)
    changed = {field for field, value in asdict(one).items() if value != getattr(none, field)}
    assert changed
    assert {field for field, value in asdict(but_one).items() if value != getattr(every, field)} == changed


def test_a_short_span_has_those_that_fit_into_it() -> None:
    clock = found_provider(date(2026, 3, 1), END, ZONE, 50, 1, RATES).clock
    flaws = flaws_of(Mistakes(**asdict(MESSY)), clock)
    at = {field for field, value in asdict(flaws).items() if value < clock.end}
    assert at == {"switchboard_accounts", "missing_from", "missing_until", "late_from"}
    assert datetime.fromtimestamp(flaws.missing_from, clock.zone) == datetime(2026, 3, 16, tzinfo=clock.zone)


def test_the_truth_of_a_large_provider_counts_the_calls_of_all_blocks(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.simulate.provider.LARGEST_BLOCK", 200)
        made = simulate(tmp_path, 400, 3, 2, end=END, scenario=AS_FOUND)
    whole = json.loads(made.truth.read_text("utf-8"))["mistakes"]
    people = pd.read_csv(tmp_path / "exports" / "subscribers.csv", dtype=str)
    assert set(people.loc[people["Phone"].duplicated(keep=False), "Account No"]) == set(
        whole["switchboard"]["accounts"]
    )
    calls = json.loads(made.truth.read_text("utf-8"))["totals"]["calls_entered"]
    assert sum(calls) - made.rows["calls.csv"] == whole["missing_calls"]["calls"] > 0
