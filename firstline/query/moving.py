"""Which figures a change of the data moves: the change is made, or tried on a copy, and the months are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from firstline.home import Home
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Figures, Moved, monthly_figures, moved_figures
from firstline.refresh.refreshing import refresh
from firstline.refresh.replay import replayed

Progress = Callable[[str], None]
T = TypeVar("T")


def moved_by(
    home: Home,
    change: Callable[[Home], T],
    now: datetime,
    is_trial: bool = False,
    progress: Progress = lambda step: None,
) -> tuple[T, list[Moved]]:
    """Let `change` accept batches of a home, refresh it, and say which months of which KPIs differ, asked at `now`.

    A trial is made on a copy, which shares the landed files: the home stays as it is.
    """
    before = _figures(home, now)
    if not is_trial:
        result = change(home)
        refresh(home, progress)
        return result, moved_figures(before, _figures(home, now))
    with (
        tempfile.TemporaryDirectory(dir=home.path / "scratch") as folder,
        replayed(home, home.ledger.batches(), Path(folder), progress) as trial,
    ):
        result = change(trial)
        refresh(trial, progress)
        return result, moved_figures(before, _figures(trial, now))


def _figures(home: Home, now: datetime) -> Figures:
    return monthly_figures(home.warehouse, the_catalogue(), home.settings, now)
