"""The access network: every element that subscribers share, what it hangs from, and who is served by it.

Subscribers are connected in the order of their rows, so that each element serves a run of `Network.order`, and what
hangs below it serves parts of that run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from firstline.simulate.cells import Column, joined, words
from firstline.simulate.columns import NOBODY, Ints, filled, stack
from firstline.simulate.equipment import CHAINS, PARTS, Part
from firstline.simulate.subscribers import REGIONS, Subscribers

ELEMENTS_OF_BLOCK = 100_000
"""More than a region of one block has of any kind."""


@dataclass(frozen=True)
class Elements:
    """One row per shared element, parents first. `part` is a row of PARTS, `number` counts them within the region.

    `parent` is a row of this table or NOBODY; `first` and `size` say which run of the subscribers it serves.
    """

    part: Ints
    region: Ints
    number: Ints
    parent: Ints
    first: Ints
    size: Ints


@dataclass(frozen=True)
class Network:
    """The elements, the subscribers in the order in which they are connected, and the lowest element of each."""

    elements: Elements
    order: Ints
    serving: Ints
    block: int

    def subscribers_of(self, element: int) -> Ints:
        """Rows of the subscribers that hang on an element, those who join later or have left included."""
        first = int(self.elements.first[element])
        return self.order[first : first + int(self.elements.size[element])]

    def find(self, part: int, region: int) -> int | None:
        """The first element of a kind in a region, or None."""
        rows = np.flatnonzero((self.elements.part == part) & (self.elements.region == region))
        return int(rows[0]) if len(rows) else None

    def names(self) -> Column:
        """The names of the shared elements, such as PON-BEL-03."""
        elements = self.elements
        kinds = [f"{part.prefix}-{region[:3].upper()}-" for part in PARTS for region in REGIONS]
        kind = words(kinds, elements.part * len(REGIONS) + elements.region).dictionary_decode()
        number = pc.cast(pa.array(elements.number + self.block * ELEMENTS_OF_BLOCK), pa.string())
        return joined(kind, pc.utf8_lpad(number, width=2, padding="0"))

    def name(self, element: int) -> str:
        """The name of one of them."""
        return str(self.names()[element])


def build_network(rng: np.random.Generator, subscribers: Subscribers, block: int) -> Network:
    """As many elements as the subscribers of each region and technology need; the last of each is not full."""
    group = subscribers.region * len(CHAINS) + subscribers.tech
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=len(REGIONS) * len(CHAINS))
    first = np.cumsum(size) - size
    levels: list[Elements] = []
    serving = filled(subscribers.count, NOBODY)
    rows = 0
    for tech, chain in enumerate(CHAINS):
        runs = np.arange(len(REGIONS)) * len(CHAINS) + tech
        above = Elements(
            *(filled(len(REGIONS), NOBODY), np.arange(len(REGIONS)), filled(len(REGIONS), 0)),
            *(filled(len(REGIONS), NOBODY), first[runs], size[runs]),
        )
        above_rows = filled(len(REGIONS), NOBODY)
        for part in chain:
            above = _level(rng, part, above, above_rows)
            above_rows = rows + np.arange(len(above.part))
            rows += len(above_rows)
            levels.append(above)
        served = run_positions(above.first, above.size)
        serving[order[served]] = np.repeat(above_rows, above.size)
    return Network(stack(levels), order, serving, block)


def _level(rng: np.random.Generator, part: int, above: Elements, above_rows: Ints) -> Elements:
    """The elements of one kind below those of the level above."""
    pieces = [_cut(rng, PARTS[part], int(size)) for size in above.size]
    count = np.array([len(piece) for piece in pieces], dtype=np.int64)
    size = np.concatenate(pieces)
    region = np.repeat(above.region, count)
    before = np.cumsum(size) - size
    start = np.cumsum(above.size) - above.size
    return Elements(
        part=filled(len(size), part),
        region=region,
        number=np.arange(len(size)) - np.searchsorted(region, region, side="left") + 1,
        parent=np.repeat(above_rows, count),
        first=np.repeat(above.first - start, count) + before,
        size=size,
    )


def _cut(rng: np.random.Generator, part: Part, size: int) -> Ints:
    """Sizes that add up to `size`, each between the part's least and most but for the last."""
    enough = -(-size // part.fewest)
    sizes = rng.integers(part.fewest // part.step, part.most // part.step + 1, enough) * part.step
    ends = np.minimum(np.cumsum(sizes), size)
    cut = np.diff(ends, prepend=0)
    return cut[cut > 0].astype(np.int64)


def run_positions(first: Ints, size: Ints) -> Ints:
    """The positions first, first + 1, ... of each run, one after the other."""
    return np.repeat(first - (np.cumsum(size) - size), size) + np.arange(int(size.sum()))
