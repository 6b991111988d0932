"""Seeded random choices in the words of the generated data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from tests.twins.planting import local

FIRST = local("2026-01-05 00:00")
HOURS = 24 * 100
"""The generated data begin on FIRST and last so many hours."""

Thing = TypeVar("Thing")


class Dice:
    """Random choices; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of them."""
        return self._random.choice(things)

    def chance(self, share: float) -> bool:
        """True in this share of the throws."""
        return self._random.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends possible."""
        return self._random.randint(low, high)

    def maybe(self, thing: Thing, share: float = 0.85) -> Thing | None:
        """The thing, or nothing."""
        return thing if self.chance(share) else None

    def moment(self) -> datetime:
        """An instant of the data's span, often on a full hour so that many coincide."""
        at = FIRST + timedelta(hours=self.number(0, HOURS))
        return at if self.chance(0.4) else at + timedelta(seconds=self.number(0, 3599))

    def later(self, at: datetime) -> datetime:
        """The same instant or some seconds, minutes, hours or days after it."""
        step = self.one((0, 1, 60, 600, 1800, 3600, 86_400, 3 * 86_400))
        return at + timedelta(seconds=step * self.number(0, 9))

    def account(self) -> str | None:
        """An account's id, now and then none or one that nobody knows."""
        return self.maybe(f"A{self.number(0, 44)}")
