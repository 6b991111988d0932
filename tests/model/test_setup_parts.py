"""The parts of the set-up say what becomes of them: what no figure is made of says so."""

from __future__ import annotations

import re
from pathlib import Path

import firstline
from firstline.model.setup import setup_parts
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.facts import MODELS, model

READERS = ("query", "publishing", "refresh", "warehouse")
"""The rooms that make figures: what none of them names moves none."""
SAYS_SO = "No KPI is made of it: stating one moves no figure."


def is_read(entity: str) -> bool:
    if any(entity in model(name).inputs for name in MODELS):
        return True
    rooms = (Path(firstline.__file__).parent / room for room in READERS)
    return any(re.search(rf"\b{entity}\b", path.read_text("utf-8")) for room in rooms for path in room.rglob("*.py"))


def test_what_is_stated_for_no_figure_says_so_and_nothing_else_does() -> None:
    stated = [name for part in setup_parts() for name in part.entities]
    says_so = {name for name in stated if vocabulary()[name].about.endswith(SAYS_SO)}
    assert says_so == {name for name in stated if not is_read(name)} == {"labour_rate"}
