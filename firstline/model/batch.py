"""The batch: the unit in which rows are accepted, and the record of it that the ledger and the landing keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from firstline.model.erasure import LandedFile, Mark, Replacement

RECEIVED = "received"
"""Where files lie as they were received; their paths begin with it where landed files' begin with their kind."""

OWN_ROWS = "firstline"
"""The source of batches whose rows, or withdrawals, were made inside the product."""


class Reach(BaseModel):
    """How far the rows of one entity in a batch reach (UTC instants).

    `stated_until` is what the import says it is complete until; `lateness_s` the source's usual lateness.
    """

    model_config = ConfigDict(frozen=True)

    first_event_at: datetime | None = None
    last_event_at: datetime | None = None
    stated_until: datetime | None = None
    lateness_s: int = 0


class Listing(BaseModel):
    """A full list: everything of an entity that a source had at an instant (UTC), and how many things that were."""

    model_config = ConfigDict(frozen=True)

    entity: str
    as_of: datetime
    things: int


class NewValue(BaseModel):
    """A value of a translated column that neither the mapping nor the field's own list knows; `rows` have it."""

    model_config = ConfigDict(frozen=True)

    entity: str
    field: str
    value: str
    rows: int


class Reword(BaseModel):
    """What an earlier batch's record says from an erasure on, in place of words that quoted what is gone."""

    model_config = ConfigDict(frozen=True)

    batch: int
    warnings: tuple[str, ...]
    new_values: tuple[NewValue, ...]


class Batch(BaseModel):
    """Everything that is known of a batch. All instants are UTC.

    read = accepted + unchanged + quarantined, counted in source rows; `entities` counts the rows written
    for each entity. `corrections` are keys whose earlier undated version this batch replaced, `conflicts` keys
    that arrived with the same change time and other content. `secret` is the fingerprint of the secret that its match
    keys were made with.

    `headers` are the file's column names, `formats` the writings of dates that were found in columns whose mapping
    states none, `is_mapping_stated` says that a person wrote the mapping. `received` is the SHA-256 under which the
    file is kept (`member` the file meant in it, where it is an archive), `complete_until` what was stated with it;
    `ends_file` is false for all but the last batch of a large file. `new_values` are those of the whole file, told with
    its last batch.

    `mends` is the batch whose quarantined rows this one brings again, row numbers and file hash being that batch's. A
    batch that `withdraws` others brings no rows: it says that those no longer count, until it is withdrawn itself.
    `reread_by` is the withdrawal after which a kept file was read again under another mapping.

    An erasure brings no rows either: it `replaces` files of earlier batches, `rewords` what their records quote, and
    knows the rows of a forgotten person by what it `erases`.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    accepted_at: datetime
    source: str
    file_name: str
    file_sha256: str
    entity: str
    sheet: str | None = None
    first_row: int = 1
    last_row: int = 0
    exported_at: datetime | None = None
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    quarantined: int = 0
    corrections: int = 0
    conflicts: int = 0
    reasons: dict[str, int] = {}
    entities: dict[str, int] = {}
    warnings: tuple[str, ...] = ()
    reach: dict[str, Reach] = {}
    mapping: str | None = None
    formats: dict[str, str] = {}
    secret: str | None = None
    mends: int | None = None
    listings: tuple[Listing, ...] = ()
    model_version: int
    files: tuple[LandedFile, ...] = ()
    headers: tuple[str, ...] = ()
    is_mapping_stated: bool = False
    received: str | None = None
    member: str | None = None
    complete_until: datetime | None = None
    ends_file: bool = True
    withdraws: tuple[int, ...] = ()
    reread_by: int | None = None
    new_values: tuple[NewValue, ...] = ()
    erases: tuple[Mark, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    rewords: tuple[Reword, ...] = ()

    @property
    def is_erasure(self) -> bool:
        """Whether it takes something out of the files of earlier batches, or says who is forgotten."""
        return bool(self.erases or self.replaces)

    def file(self, kind: str) -> str | None:
        """The path of its landed file of a kind (an entity, or `personal/` and one, ...); None where it has none."""
        return next((file.path for file in self.files if file.path.rsplit("/", 1)[0] == kind), None)

    @property
    def is_mapping_kept(self) -> bool:
        """Whether files with the same header are read by this mapping: a person wrote it, and it fitted rows."""
        return self.is_mapping_stated and (self.accepted + self.unchanged > 0 or not self.read)


def live_numbers(batches: Iterable[Batch]) -> frozenset[int]:
    """The numbers of the batches that count: those that no later batch which counts itself withdraws."""
    withdrawn: set[int] = set()
    live: set[int] = set()
    for batch in sorted(batches, key=lambda each: each.number, reverse=True):
        if batch.number not in withdrawn:
            live.add(batch.number)
            withdrawn.update(batch.withdraws)
    return frozenset(live)


def as_erased(batches: Iterable[Batch]) -> list[Batch]:
    """The batches with the files and warnings that later erasures have left them, in the order given."""
    found = {batch.number: batch for batch in batches}
    for erasure in [batch for batch in found.values() if batch.is_erasure]:
        for replaced in erasure.replaces:
            if replaced.batch in found:
                found[replaced.batch] = _without(found[replaced.batch], replaced)
        for said in (each for each in erasure.rewords if each.batch in found):
            told = {"warnings": said.warnings, "new_values": said.new_values}
            found[said.batch] = found[said.batch].model_copy(update=told)
    return list(found.values())


def _without(batch: Batch, replaced: Replacement) -> Batch:
    folder, _, name = replaced.was.partition("/")
    if folder == RECEIVED and batch.received == name:
        return batch.model_copy(update={"received": replaced.file.path.partition("/")[2] if replaced.file else None})
    kept = [replaced.file if file.path == replaced.was else file for file in batch.files]
    return batch.model_copy(update={"files": tuple(file for file in kept if file is not None)})
