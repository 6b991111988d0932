"""Exactly once, whatever happens: the program is killed at every place (a tenth of `bench.crash`)."""

from __future__ import annotations

import importlib
import operator
from pathlib import Path

import pytest

from bench.crash import run
from bench.killing.places import PLACES


@pytest.mark.parametrize("name", PLACES)
def test_every_place_is_a_function_of_the_product(name: str) -> None:
    module, _, function = PLACES[name].function.partition(":")
    assert callable(operator.attrgetter(function)(importlib.import_module(module)))


def test_nothing_is_lost_and_nothing_counts_twice_wherever_the_program_is_killed(tmp_path: Path) -> None:
    """Takes about 40 s: each kill ends a real process, and its home is compared with one that was never killed."""
    outcome = run(kills=len(PLACES), seed=20, folder=tmp_path)
    assert outcome.problems == []
    assert min(outcome.places.values()) >= 1
    assert outcome.given_again > 0
    assert outcome.finished_by_the_next_open > 0
