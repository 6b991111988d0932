"""Record figures when they become final, and what becomes of them afterwards.

Nothing here is asked of a clock: a figure is judged at the instant at which the newest batch was accepted, so that the
record follows from the batches and from when they were published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from math import isclose

from firstline import __version__
from firstline.full_disk import is_full_disk
from firstline.home import Home
from firstline.model.batch import Batch
from firstline.model.publication import Cause, Mark, Published, Restatement, Series
from firstline.publishing.causes import Changes, changes_since
from firstline.publishing.figures import Candidate, figures_of, publishable
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.refresh.mirroring import mirror_restatements
from firstline.settings import Settings
from firstline.state.publications import Told, current
from firstline.warehouse.facts import MODELS, fingerprint

Progress = Callable[[str], None]
UNCOUNTED = {"provider", "country", "import_memory_mb", "upload_limit_mb", "retention", "simulated"}
"""The settings that no figure depends on once rows are accepted."""


def publish(home: Home, progress: Progress = lambda step: None) -> int:
    """Bring the record of published figures up to the newest batch; returns how many figures it gained or restated.

    Does nothing where it is up to date, or while a file is only partly imported. Each is one durable commit; what
    could not be recorded is recorded the next time.
    """
    before, settings = home.publications.mark(), settings_digest(home.settings)
    # what a release computes otherwise takes a while to tell: asked only where something may be new
    now = (home.ledger.last_number(), settings, __version__)
    if before and (before.batch, before.settings, before.release.split()[0]) == now:
        return 0
    batches = home.ledger.batches()
    if not batches or not batches[-1].ends_file:
        return 0
    progress("publishing figures")
    newest = batches[-1]
    mark = Mark(batch=newest.number, settings=settings, release=f"{__version__} {release_digest()}")
    besides = _besides(before, mark)
    changes = changes_since(home, before.batch if before else newest.number, besides)
    kpis = [kpi for kpi in publishable() if before is None or besides or changes.touches(kpi)]
    asked = {(kpi.id, kpi.version) for kpi in kpis}
    first = {each.series: each for each in home.publications.published()}
    known = {
        series: told
        for series, told in current(list(first.values()), home.publications.restatements()).items()
        if (series.kpi, series.version) in asked
    }
    with home.warehouse.within(home.settings.import_memory_mb):
        figures = figures_of(home, kpis, known, newest.accepted_at)
    published = [
        _published(series, each, newest) for series, each in figures.items() if series not in known and each.is_due
    ]
    restated = [
        _restatement(first[series], known[series], each.record, changes, newest)
        for series, each in figures.items()
        if series in known and not _same(known[series][0], each.record.value)
    ]
    home.publications.add(published, restated, mark)
    mirror_restatements(home)
    return len(published) + len(restated)


def try_publish(home: Home, tell: Callable[[str], None]) -> None:
    """Publish, and tell what goes wrong: what was accepted stays accepted, and the next command publishes it.

    A full disk alone is raised: it ends every command.
    """
    try:
        publish(home)
    except Exception as error:
        if is_full_disk(error):
            raise
        tell(f"The figures are not published yet ({error}); the next command does it. Everything else is done.")


def settings_digest(settings: Settings) -> str:
    """What tells one set of settings that figures depend on from another: 16 hex digits."""
    told = asdict(settings)
    return _digest(f"{name}={value}" for name, value in sorted(told.items()) if name not in UNCOUNTED)


@cache
def release_digest() -> str:
    """What tells one release's facts and definitions from another's: 16 hex digits."""
    versions = [f"{kpi.id}={kpi.version}" for kpi in the_catalogue().kpis.values()]
    return _digest([*versions, *(fingerprint(name, "UTC") for name in MODELS)])


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _besides(before: Mark | None, mark: Mark) -> tuple[Cause, ...]:
    """What can have changed any figure, whatever the batches brought."""
    if before is None:
        return ()
    settings: tuple[Cause, ...] = ("settings",) if before.settings != mark.settings else ()
    # a release is told by what it computes, not by its number
    release: tuple[Cause, ...] = ("new release",) if before.release.split()[1] != mark.release.split()[1] else ()
    return settings + release


def _same(one: float | None, other: float | None) -> bool:
    """Equal but for rounding: sums of fractions depend on the order in which the engine adds them."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _published(series: Series, candidate: Candidate, newest: Batch) -> Published:
    record = candidate.record
    return Published(
        series=series,
        value=record.value,
        unit=record.unit,
        low=record.low,
        high=record.high,
        n=record.n,
        numerator=record.numerator,
        denominator=record.denominator,
        pending=record.pending,
        reason=record.reason,
        contract=candidate.contract,
        state=record.state,
        batch=newest.number,
        at=newest.accepted_at,
    )


def _restatement(first: Published, old: Told, record: Record, changes: Changes, newest: Batch) -> Restatement:
    series = first.series
    causes, batches = changes.of(the_catalogue().kpis[series.kpi], series.month)
    if first.state == "provisional":
        # frozen before all of it could be judged, as the contract wants it
        causes = ("maturing", *(cause for cause in causes if cause != "late rows"))
    return Restatement(
        series=series,
        old=old[0],
        new=record.value,
        unit=record.unit,
        n_old=old[1],
        n_new=record.n,
        causes=causes,
        batches=batches,
        batch=newest.number,
        at=newest.accepted_at,
    )
