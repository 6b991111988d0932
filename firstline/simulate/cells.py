"""Columns of cells, made a whole column at a time: ids, words, numbers and flags as Arrow arrays.

A cell that the provider does not know is null: the row NOBODY, the instant NEVER, or what a mask leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from firstline.simulate.columns import NOBODY, Flags, Floats, Ints

Cell = str | int | float | None
Column = Any
"""An Arrow array; the library has no types."""

Columns = Mapping[str, Column]


def joined(*parts: Column | str) -> Column:
    """Texts written one after the other, row by row; null where a part is."""
    return pc.binary_join_element_wise(*parts, "")


def numbered(prefix: str, first: int, rows: Ints) -> Column:
    """Ids made from row numbers, null for NOBODY."""
    return joined(prefix, pc.cast(pa.array(first + rows, mask=rows == NOBODY), pa.string()))


def words(choices: Sequence[Cell], positions: Ints) -> Column:
    """The word at each position, null for NOBODY; few different ones, so they are kept as a dictionary."""
    places = pa.array(positions.astype(np.int32), mask=positions == NOBODY)
    if any(choice is None for choice in choices):
        return pa.array(choices).take(places)
    return pa.DictionaryArray.from_arrays(places, pa.array(choices))


def constant(word: Cell, n: int) -> Column:
    """The same cell in n rows."""
    return words((word,), np.zeros(n, dtype=np.int64))


def numbers(values: Ints | Floats, known: Flags | None = None) -> Column:
    """Numbers; null where not known."""
    return pa.array(values, mask=None if known is None else ~known)


def flags(values: Flags, known: Flags | None = None) -> Column:
    """True or false; null where not known."""
    return pa.array(values, mask=None if known is None else ~known)


def in_words(translations: Mapping[str, str], codes: Sequence[str]) -> list[str]:
    """The system's word for each code, in the order of the codes; KeyError for one it has no word for."""
    word_of = {code: word for word, code in translations.items()}
    return [word_of[code] for code in codes]
