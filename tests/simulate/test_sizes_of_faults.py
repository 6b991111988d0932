"""The sizes of what is planted are those that were written down before there was a detector."""

from __future__ import annotations

import re
from dataclasses import asdict
from importlib import import_module

from firstline.simulate.mistakes import MESSY
from firstline.simulate.rates import RATES
from firstline.simulate.scenario import MISTAKES_OF, OUTAGES, RATES_OF
from tests.contracts.project import ROOT

RECORD = ROOT / "docs" / "decisions" / "0023-sizes-of-planted-faults.md"
WRITTEN = {
    name: float(size) for name, size in re.findall(r"^\|.*\| `([\w.]+)` \| (\S+) \|$", RECORD.read_text("utf-8"), re.M)
}


def _size(name: str) -> object:
    owner, constant = name.rsplit(".", 1)
    tables = {"Rates": asdict(RATES), "MESSY": asdict(MESSY)}
    return tables[owner][constant] if owner in tables else vars(import_module(f"firstline.simulate.{owner}"))[constant]


def test_sizes_are_as_they_were_written_down() -> None:
    assert {name: _size(name) for name in WRITTEN} == WRITTEN


def test_every_switch_has_its_sizes_written_down() -> None:
    switched = {f"Rates.{rate}" for rates in RATES_OF.values() for rate in rates}
    switched |= {f"MESSY.{mistake}" for mistake in MISTAKES_OF.values()}
    assert switched | {f"Rates.{OUTAGES}"} <= set(WRITTEN)
