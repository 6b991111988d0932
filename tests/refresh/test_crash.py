"""Exactly once, whatever happens: the program is killed at every place (a tenth of `bench.crash`)."""

from __future__ import annotations

from pathlib import Path

from bench.crash import run
from bench.killing.places import PLACES


def test_nothing_is_lost_and_nothing_counts_twice_wherever_the_program_is_killed(tmp_path: Path) -> None:
    """Takes about 40 s: each kill ends a real process, and its home is compared with one that was never killed."""
    outcome = run(kills=len(PLACES), seed=20, folder=tmp_path)
    assert outcome.problems == []
    assert min(outcome.places.values()) >= 1
    assert outcome.given_again > 0
    assert outcome.finished_by_the_next_open > 0
