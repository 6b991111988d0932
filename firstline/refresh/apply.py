"""Apply accepted batches to the warehouse, exactly once, in number order; withdrawn batches leave it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from firstline.home import Home
from firstline.landing.files import PERSONAL, PRESENCE
from firstline.landing.lift import LIFTS, Lift
from firstline.model.batch import Batch, live_numbers
from firstline.model.vocabulary import vocabulary
from firstline.refresh.reach import extend_reach
from firstline.refresh.rows import apply_personal, apply_rows, read_personal, read_rows
from firstline.refresh.sightings import apply_sightings, sighted_entities
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import tables_of


def apply_pending(home: Home) -> list[Batch]:
    """Bring the warehouse to what the ledger says counts; returns the batches it had not got yet.

    The ledger alone says what is accepted, the warehouse's own table alone what is applied. Each batch is one
    transaction; withdrawals (and withdrawals withdrawn) are one together.
    """
    batches = home.ledger.batches()
    live = live_numbers(batches)
    applied = {row["batch"]: row["is_live"] for row in home.warehouse.rows("SELECT batch, is_live FROM applied_batch")}
    changed = [each for each in batches if each.number in applied and applied[each.number] != (each.number in live)]
    if changed:
        earlier = [each for each in batches if each.number in applied]
        _apply_again(home.warehouse, home.landing.folder, earlier, live, changed)
    # an erasure that was decided while pages read this warehouse: the next start makes it again
    pending = [batch for batch in batches if batch.number not in applied and not (applied and batch.is_erasure)]
    for batch in pending:
        if batch.number in live:
            earlier = [each for each in batches if each.number < batch.number]
            apply_batch(home.warehouse, home.landing.folder, batch, earlier=earlier)
        else:
            _note(home.warehouse, batch, False)
    return pending


def apply_batch(
    warehouse: Warehouse,
    landing: Path,
    batch: Batch,
    lifts: tuple[Lift, ...] = LIFTS,
    earlier: Sequence[Batch] = (),
) -> None:
    """Apply one batch that counts: rows, versions, reach and the mark that it is applied, in one transaction.

    `earlier` are the batches before it, whether they count or not.
    """
    with warehouse.transaction():
        _apply_files(warehouse, landing, batch, earlier, lifts)
        _apply_presence(warehouse, landing, batch)
        for name, reach in batch.reach.items():
            extend_reach(warehouse, batch, name, reach)
        _note(warehouse, batch, True)


def _apply_again(
    warehouse: Warehouse, landing: Path, batches: Sequence[Batch], live: Collection[int], changed: Sequence[Batch]
) -> None:
    """Make the entities that the changed batches touch again, from every batch that counts."""
    names = sorted({name for batch in changed for name in _entities(warehouse, landing, batch)})
    with warehouse.transaction():
        for name in names:
            for table in tables_of(vocabulary()[name]):
                warehouse.execute(f"DELETE FROM {table}")
            _mark_dirty(warehouse, name)
        for index, batch in enumerate(batches):
            if batch.number in live:
                earlier = batches[:index]
                _apply_files(warehouse, landing, batch, earlier, LIFTS, names)
        warehouse.execute("DELETE FROM source_watermark")
        for batch in batches:
            if batch.number in live:
                for name, reach in batch.reach.items():
                    extend_reach(warehouse, batch, name, reach)
        for batch in changed:
            _apply_presence(warehouse, landing, batch, batch.number in live)
            warehouse.execute("DELETE FROM applied_batch WHERE batch = ?", [batch.number])
            _note(warehouse, batch, batch.number in live)


def _apply_files(
    warehouse: Warehouse,
    landing: Path,
    batch: Batch,
    earlier: Sequence[Batch],
    lifts: tuple[Lift, ...],
    only: Collection[str] | None = None,
) -> None:
    """The rows of a batch, what it saw again, and then the personal data of those that won."""
    kinds = {file.path.rsplit("/", 1)[0]: landing / file.path for file in batch.files}
    wanted = [name for name in vocabulary() if only is None or name in only]
    for name in wanted:
        if name in kinds:
            read_rows(warehouse, vocabulary()[name], kinds[name], lifts)
            apply_rows(warehouse, vocabulary()[name])
            _mark_dirty(warehouse, name)
    apply_sightings(warehouse, landing, batch, earlier, lifts, only)
    for name in wanted:
        if f"{PERSONAL}/{name}" in kinds:
            read_personal(warehouse, vocabulary()[name], kinds[f"{PERSONAL}/{name}"], lifts)
            apply_personal(warehouse, vocabulary()[name])


def _apply_presence(warehouse: Warehouse, landing: Path, batch: Batch, is_live: bool = True) -> None:
    """Which things a batch lists as of when, if it counts; their entities are settled again."""
    for table in ("presence", "listing"):
        warehouse.execute(f"DELETE FROM {table} WHERE batch = ?", [batch.number])
    path = batch.file(PRESENCE)
    if not is_live or path is None:
        return
    warehouse.execute(
        "INSERT INTO presence SELECT entity, source_system, thing_id, as_of, ? FROM read_parquet(?)",
        [batch.number, str(landing / path)],
    )
    for listing in batch.listings:
        as_of = listing.as_of.astimezone(UTC).replace(tzinfo=None)
        warehouse.execute(
            "INSERT INTO listing VALUES (?, ?, ?, ?, ?)",
            [listing.entity, batch.source, as_of, listing.things, batch.number],
        )
    for row in warehouse.rows("SELECT DISTINCT entity FROM presence WHERE batch = ?", [batch.number]):
        _mark_dirty(warehouse, row["entity"])


def _entities(warehouse: Warehouse, landing: Path, batch: Batch) -> set[str]:
    """The entities whose canonical rows a batch has a part in."""
    brought = {file.path.rsplit("/", 1)[0] for file in batch.files} & set(vocabulary())
    return brought | set(sighted_entities(warehouse, landing, batch))


def _note(warehouse: Warehouse, batch: Batch, is_live: bool) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    warehouse.execute("INSERT INTO applied_batch VALUES (?, ?, ?)", [batch.number, is_live, now])


def _mark_dirty(warehouse: Warehouse, name: str) -> None:
    warehouse.execute("DELETE FROM dirty_entity WHERE entity = ?", [name])
    warehouse.execute("INSERT INTO dirty_entity VALUES (?)", [name])
