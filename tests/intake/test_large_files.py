"""Files that are larger than the memory may be."""

from __future__ import annotations

from bench.read_big import run

LIMIT_MB = 512
SETTING_MB = 256
"""What the home allows the engine; the program and its libraries take the rest."""


def test_300_megabytes_are_imported_below_512_megabytes_of_memory() -> None:
    """Takes over 20 s: a smaller file fits into the memory that the program has anyway, and would hold nothing."""
    for outcome in run(150, seed=1, memory_mb=SETTING_MB):
        assert outcome.peak_mb < LIMIT_MB, outcome
        assert outcome.rows > 200_000
