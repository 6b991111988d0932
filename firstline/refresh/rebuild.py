"""Rebuild the warehouse from the landing; works from a lost ledger and from files of older model versions."""

from __future__ import annotations

from collections.abc import Callable

from firstline.errors import HomeError
from firstline.home import Home
from firstline.refresh.erasing import finish_erasures
from firstline.refresh.refreshing import refresh

Progress = Callable[[str], None]


def rebuild(home: Home, progress: Progress = lambda step: None) -> int:
    """Delete the warehouse and make it again from the accepted batches; returns how many there are.

    A ledger that lists fewer batches than the landing holds was lost: it is read back from the
    batches' own records. What was published was kept in the same file: where that is gone, it is said.
    Raises HomeError naming files that are missing or damaged.
    """
    batches = home.ledger.batches()
    recorded = home.landing.recorded_batches(home.warehouse)
    if len(recorded) > len(batches) + 1 or (recorded and not batches):
        batches = recorded
        progress(f"the ledger is lost: {len(batches)} batches read back from the landing")
        home.ledger.replace_all(batches)
        if home.publications.mark() is None:
            progress("what was published before is not known any more: the record of published figures begins again")
    damaged = home.landing.damaged_files(batches)
    if damaged:
        listed = ", ".join(damaged[:5])
        hint = "Put them back from a backup: 'firstline restore'."
        raise HomeError("landing_damaged", f"{len(damaged)} landed files are missing or damaged: {listed}.", hint)
    finish_erasures(home, progress)
    progress(f"applying {len(batches)} batches")
    home.forget_warehouse()
    refresh(home, progress)
    return len(batches)
