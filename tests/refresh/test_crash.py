"""Exactly once, whatever happens: imports killed at random moments (a tenth of `bench.crash`)."""

from __future__ import annotations

from pathlib import Path

from bench.crash import run


def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(tmp_path: Path) -> None:
    """Takes over 20 s: each of the kills starts a real process and opens the home again."""
    outcome = run(kills=20, seed=20, folder=tmp_path)
    assert outcome.killed_while_running > 0
    assert outcome.acknowledged_lost == 0
    assert outcome.rows_found == outcome.rows_expected
    assert outcome.is_equal
