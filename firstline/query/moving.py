"""Which figures a change of the data moves: the change is made, or tried on a copy, and the months are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from firstline.home import Home
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Figures, Moved, monthly_figures, moved_figures, organised_figures
from firstline.refresh.refreshing import refresh
from firstline.refresh.replay import as_of, replayed

Progress = Callable[[str], None]
T = TypeVar("T")
WHO_WORKS = frozenset({"agent", "team", "queue"})
"""The entities whose change may move work from one team, tier, site, employer or vendor to another."""


def moved_by(
    home: Home,
    change: Callable[[Home], T],
    now: datetime,
    is_trial: bool = False,
    progress: Progress = lambda step: None,
) -> tuple[T, list[Moved]]:
    """Let `change` accept batches of a home, refresh it, and say which months of which KPIs differ, asked at `now`.

    A trial is made on a copy, which shares the landed files: the home stays as it is. Where agents, teams or queues
    change, the figures by team, tier, site, employer and vendor are compared as well.
    """
    before, known = _figures(home, now), home.ledger.batches()
    if not is_trial:
        result = change(home)
        refresh(home, progress)
        after = _figures(home, now)
        if known and _is_of_organisation(home, len(known)):
            with as_of(home, known[-1].number, progress) as past:
                before = {**before, **_by_organisation(past, now)}
            after = {**after, **_by_organisation(home, now)}
        return result, moved_figures(before, after)
    with (
        tempfile.TemporaryDirectory(dir=home.path / "scratch") as folder,
        replayed(home, home.ledger.batches(), Path(folder), progress) as trial,
    ):
        result = change(trial)
        refresh(trial, progress)
        after = _figures(trial, now)
        if _is_of_organisation(trial, len(known)):
            before, after = {**before, **_by_organisation(home, now)}, {**after, **_by_organisation(trial, now)}
        return result, moved_figures(before, after)


def _is_of_organisation(home: Home, n_known: int) -> bool:
    """Whether batches beyond the first `n_known`, or what they withdraw, state agents, teams or queues."""
    batches = home.ledger.batches()
    new = batches[n_known:]
    withdrawn = {number for batch in new for number in batch.withdraws}
    about = [*new, *(batch for batch in batches if batch.number in withdrawn)]
    return any(WHO_WORKS & set(batch.entities) for batch in about)


def _by_organisation(home: Home, now: datetime) -> Figures:
    return organised_figures(home.warehouse, the_catalogue(), home.settings, now)


def _figures(home: Home, now: datetime) -> Figures:
    return monthly_figures(home.warehouse, the_catalogue(), home.settings, now)
