"""Sentences that people write, in groups, each with the ways in which it is misspelt.

The sentences stand in wordings.toml. All ways of writing are made once, so that a text is drawn by its place in a list.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from firstline.simulate.cells import Column
from firstline.simulate.columns import Floats, Ints, happens

MISTAKES = 3
"""Ways in which a sentence is misspelt: two letters change places, one is lost, one is doubled."""

LONG_WORD = re.compile(r"[A-Za-z]{5,}")


@dataclass(frozen=True)
class Phrases:
    """Groups of sentences: `written` has each in all its ways, a group's sentences from `first` on, `count` of them."""

    written: Column
    first: Ints
    count: Ints

    def draw(self, rng: np.random.Generator, group: Ints, misspelt: float | Floats) -> Ints:
        """For each group a place in `written`; a share of the sentences is `misspelt`."""
        n = len(group)
        sentence = self.first[group] + (rng.random(n) * self.count[group]).astype(np.int64)
        mistake = np.where(happens(rng, misspelt, n), rng.integers(1, MISTAKES + 1, n), 0)
        places: Ints = sentence * (MISTAKES + 1) + mistake
        return places

    def at(self, places: Ints) -> Column:
        """The texts at these places."""
        return self.written.take(pa.array(places))


def phrases(groups: Sequence[Sequence[str]]) -> Phrases:
    """Phrases of these groups; a group is known by its position."""
    written = [way for group in groups for sentence in group for way in ways_to_write(sentence)]
    count = np.array([len(group) for group in groups], dtype=np.int64)
    return Phrases(pa.array(written), np.cumsum(count) - count, count)


def ways_to_write(sentence: str) -> list[str]:
    """The sentence, and each way of misspelling one of its longer words; without such a word it is never misspelt."""
    found = list(LONG_WORD.finditer(sentence))
    if not found:
        return [sentence] * (MISTAKES + 1)
    ways = [sentence]
    for mistake in range(MISTAKES):
        # Another word for each, so that they are not all wrong in one place
        word = found[(len(sentence) + mistake) % len(found)]
        ways.append(sentence[: word.start()] + _misspelt(word.group(), mistake) + sentence[word.end() :])
    return ways


def _misspelt(word: str, mistake: int) -> str:
    middle = len(word) // 2
    if mistake == 0:
        # Two letters that differ, else nothing would be wrong
        at = next((at for at in range(middle, 0, -1) if word[at] != word[at - 1]), middle)
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:middle] + word[middle + 1 :] if mistake == 1 else word[: middle + 1] + word[middle:]


@cache
def wordings() -> dict[str, Any]:
    """The tables of wordings.toml."""
    text = (Path(__file__).parent / "wordings.toml").read_text("utf-8")
    return tomllib.loads(text)
