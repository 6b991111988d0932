"""The glossary defines every room, entity, state and reason, and no word twice."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

from firstline.formats import REASONS
from firstline.model.vocabulary import vocabulary
from firstline.query.answer import State
from tests.contracts.project import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def defined(section: str = "") -> list[str]:
    """The terms of a section (of all of them without one), several to a line where commas part them."""
    text = GLOSSARY.split(f"\n## {section}\n")[1].split("\n## ")[0] if section else GLOSSARY
    lines = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE)
    headings = {"Term", "Room", "Entity", "---"}
    return [term.strip() for line in lines for term in line.split(", ") if term.strip() not in headings]


def rooms() -> set[str]:
    """The folders of the package."""
    return {path.parent.name for path in (ROOT / "firstline").glob("*/__init__.py")}


def test_every_entity_is_defined_and_nothing_else_is_called_one() -> None:
    assert sorted(defined("Entities")) == sorted(vocabulary())


def test_every_room_is_defined() -> None:
    assert len(rooms()) > 5
    assert set(defined("Rooms")) == rooms()


def test_every_state_and_reason_is_defined() -> None:
    wanted = {*get_args(State), *REASONS, "missing:ENTITY.FIELD"}
    assert set(defined("States and reasons of a figure")) == wanted


@pytest.mark.parametrize("term", ["ACD", "AHT", "ASA", "FCR", "CSAT", "NPS", "TR-181", "QoO", "home", "landing",
    "ledger", "batch", "source", "entity", "fact", "watermark", "quarantine", "sighting", "correction", "conflict",
    "mature", "pending", "provisional", "restated"])  # fmt: skip
def test_the_words_of_the_trade_and_of_the_product_are_defined(term: str) -> None:
    assert term in defined()


def test_no_term_is_defined_twice() -> None:
    assert [term for term, times in Counter(defined()).items() if times > 1] == []
