"""One picture of what was asked of the simulated provider and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import Floats, Ints

ENOUGH = 300
"""Rows that a place must be made of to be compared in words."""


@dataclass(frozen=True)
class Picture:
    """What was asked for and what came, at each of `places`, and how many rows each is made of."""

    title: str
    says: str
    axis: str
    unit: str
    places: Sequence[float]
    asked: Floats
    came: Floats
    rows: Ints

    @property
    def farthest(self) -> float:
        """The largest relative difference of the places that are made of enough rows."""
        enough = self.rows >= ENOUGH
        return float(np.abs(self.came[enough] / self.asked[enough] - 1).max())
