"""The driver taxonomy as shipped: why customers get in touch, three levels deep, declared in `drivers.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LEVELS = 3
MOST_LEAVES = 60
"""A longer list is seldom coded well (our own judgement)."""

UNMAPPED = "unmapped"
"""What a code counts as that its source's code table does not name: visible, and never 'other'."""

DRIVER_ID = r"[a-z0-9_]+(\.[a-z0-9_]+){0,2}"
"""How a driver, family or leaf is named: up to three parts between dots."""


@dataclass(frozen=True)
class Driver:
    """One node of the taxonomy. `id` holds those of its parents: 'connectivity.slow.evening' is a leaf.

    `covers` and `hints` (words that codes of other systems use for it) are empty above the leaves. No code may mean
    a retired one.
    """

    id: str
    label: str
    covers: str = ""
    hints: tuple[str, ...] = ()
    is_retired: bool = False

    @property
    def level(self) -> int:
        """1 for a driver, 2 for a family, 3 for a leaf."""
        return self.id.count(".") + 1

    @property
    def is_leaf(self) -> bool:
        """True on the lowest level."""
        return self.level == LEVELS


@cache
def shipped_drivers() -> dict[str, Driver]:
    """All nodes by id, each after its parent, in declared order. Raises ValueError on a faulty declaration."""
    text = files("firstline.model").joinpath("drivers.toml").read_text("utf-8")
    return {each.id: each for name, declared in tomllib.loads(text).items() for each in _nodes(name, declared)}


def parent_of(driver_id: str) -> str | None:
    """The id one level up; None at the top."""
    return driver_id.rpartition(".")[0] or None


def _nodes(driver_id: str, declared: dict[str, Any]) -> Iterator[Driver]:
    below = {name: value for name, value in declared.items() if isinstance(value, dict)}
    own = {name: value for name, value in declared.items() if name not in below}
    node = Driver(driver_id, **{**own, "hints": tuple(own.get("hints", ()))})
    if not re.fullmatch(DRIVER_ID, driver_id) or node.is_leaf == bool(below) or node.is_leaf != bool(node.covers):
        raise ValueError(f"drivers.toml: {driver_id} is no {('driver', 'family', 'leaf')[node.level - 1]}")
    yield node
    for name, value in below.items():
        yield from _nodes(f"{driver_id}.{name}", value)
