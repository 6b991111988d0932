"""Tables as columns: frozen dataclasses of equally long numpy arrays, and how to cut and join them.

Whole columns are drawn at once, so that the work grows with the number of rows and no faster. Instants
are seconds since 1970 in UTC; `NEVER` stands for what does not happen and is later than every end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Table = TypeVar("Table", bound=DataclassInstance)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = int(np.iinfo(np.int64).max)
NOBODY = -1
"""A row number that points nowhere: no agent, no ticket, no subscriber."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MONTH_DAYS = 30.4375


def pick(table: Table, chosen: Any) -> Table:
    """The rows of a table that a mask or a list of row numbers chooses, in that order."""
    return type(table)(**{item.name: getattr(table, item.name)[chosen] for item in fields(table)})


def stack(parts: Sequence[Table]) -> Table:
    """The rows of several tables of one kind, one after the other."""
    names = [item.name for item in fields(parts[0])]
    return type(parts[0])(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def happens(rng: np.random.Generator, chance: float | Floats, n: int) -> Flags:
    """True for each of n rows with its chance; the generator moves on by n either way."""
    found: Flags = rng.random(n) < chance
    return found


def drawn(rng: np.random.Generator, weights: Sequence[float] | Floats, n: int) -> Ints:
    """n positions in a list of weights, each drawn with its share of their sum."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    positions: Ints = np.searchsorted(edges, rng.random(n) * edges[-1], side="right").astype(np.int64)
    return positions


def drawn_each(rng: np.random.Generator, weights: Floats) -> Ints:
    """A position for each row of a table of weights, drawn with its share of the sum of that row."""
    edges = np.cumsum(weights, axis=1)
    positions: Ints = (rng.random(len(weights))[:, None] * edges[:, -1:] >= edges[:, :-1]).sum(axis=1).astype(np.int64)
    return positions


def seconds(values: Floats) -> Ints:
    """Durations cut to whole seconds."""
    return values.astype(np.int64)


def skewed(rng: np.random.Generator, median: float | Floats, spread: float, n: int) -> Floats:
    """n lognormal durations around a median; `spread` is the standard deviation of their logarithm."""
    values: Floats = median * np.exp(rng.normal(0.0, spread, n))
    return values


def iso(instant: int) -> str:
    """An instant as text in UTC."""
    return str(np.datetime64(instant, "s")) + "Z"


def filled(n: int, value: int) -> Ints:
    """A column of one value."""
    return np.full(n, value, dtype=np.int64)
