"""A simulated provider for the tests of the room: the demo's size on disk, and a larger one in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from firstline.simulate.provider import found_provider
from firstline.simulate.rates import RATES, Rates
from firstline.simulate.run import Simulated, simulate
from firstline.simulate.world import World, build_world

END = date(2026, 4, 1)
ZONE = "America/Denver"


def world_of(first: date, last: date, zone: str, subscribers: int, seed: int, rates: Rates) -> World:
    """The world of a provider that is one block."""
    provider = found_provider(first, last, zone, subscribers, seed, rates)
    assert provider.blocks == 1
    return build_world(provider)


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The demo's provider: 500 subscribers, October to March, over both changes of the clock."""
    return simulate(tmp_path_factory.mktemp("provider"), 500, 6, 7, end=END)


@pytest.fixture(scope="session")
def world() -> World:
    """20,000 subscribers over the same half year: enough for rates to show."""
    return world_of(date(2025, 10, 1), END, ZONE, 20_000, 11, RATES)


def last_rows(folder: Path) -> pd.DataFrame:
    """The rosters of a folder as one: the last row of each agent."""
    lists = [pd.read_csv(path, dtype=str) for path in sorted(folder.glob("roster-*.csv"))]
    return pd.concat(lists).drop_duplicates("Employee No", keep="last").sort_values("Employee No", ignore_index=True)


@pytest.fixture(scope="session")
def export(provider: Simulated) -> Callable[[str], pd.DataFrame]:
    """Read an export of the demo's provider as text, empty cells as NA; `roster` is the last row of each agent."""
    folder = Path(provider.truth).parent / "exports"

    def read(name: str) -> pd.DataFrame:
        if name == "roster":
            return last_rows(folder)
        if name.endswith(".xlsx"):
            return pd.read_excel(folder / name, engine="openpyxl")
        return pd.read_csv(folder / name, dtype=str, keep_default_na=False, na_values=[""])

    return read
