"""Bring a home up to date: set strays aside, apply pending batches, rebuild the facts that they touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from firstline.home import Home, ledger_lost
from firstline.intake.waiting import drop_unfinished
from firstline.landing.files import BATCH, batch_number, batch_path, set_aside_strays
from firstline.landing.received import drop_unlisted
from firstline.refresh.apply import apply_pending
from firstline.refresh.coverage import count_fields
from firstline.refresh.erasing import finish_erasures
from firstline.refresh.mirroring import mirror_restatements
from firstline.refresh.remap import finish_remaps
from firstline.warehouse.codes_seen import count_codes
from firstline.warehouse.facts import build_facts, resettled, stale_facts

Progress = Callable[[str], None]


def bring_up_to_date(home: Home, progress: Progress = lambda step: None) -> None:
    """On opening a home: finish whatever an earlier run was cut off in.

    What an erasure took out goes, files without a ledger row are set aside, kept files without a batch are dropped,
    scratch files and half-kept waiting files are removed, a remap is read to its end, accepted batches that are not
    applied are applied, facts built from other rows, SQL or settings are built again.
    Raises HomeError when the ledger is lost: setting its batches aside would throw them away.
    """
    batches = home.ledger.batches()
    landed = max((batch_number(path) for path in (home.landing.folder / BATCH).glob("*.parquet")), default=0)
    if landed > home.ledger.last_number() + 1:
        # an import that was cut off leaves one batch too many; more of them are a ledger that lost its tail
        raise ledger_lost(home.path)
    finish_erasures(home, progress)
    accepted = {file.path for batch in batches for file in batch.files}
    accepted |= {batch_path(BATCH, batch.number) for batch in batches}
    set_aside_strays(home.landing.folder, accepted)
    drop_unlisted(home.path, {batch.received for batch in batches if batch.received})
    _clear(home.path / "scratch")
    drop_unfinished(home.path)
    finish_remaps(home, progress)
    refresh(home, progress)


def refresh(home: Home, progress: Progress = lambda step: None) -> None:
    """Apply pending batches and rebuild what they touched; readers see all of it or nothing of it."""
    if apply_pending(home):
        progress("applying new rows")
    mirror_restatements(home)
    dirty = {row["entity"] for row in home.warehouse.rows("SELECT entity FROM dirty_entity")}
    zone = home.settings.zone_name
    if not dirty and not stale_facts(home.warehouse, zone):
        return
    progress("building facts")
    with home.warehouse.transaction():
        build_facts(home.warehouse, zone, dirty)
        count_fields(home.warehouse, resettled(dirty))
        count_codes(home.warehouse, resettled(dirty))
        home.warehouse.execute("DELETE FROM dirty_entity")


def _clear(scratch: Path) -> None:
    """Remove what a killed process left: copies of rows that are nobody's any more. No other process has the home."""
    for left in scratch.glob("*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
