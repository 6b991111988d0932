"""Forget a person: find everything that is theirs, take what tells of them out of the home, and know them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.errors import MisuseError, nearest
from firstline.home import Home
from firstline.intake.forgotten import knowing_marks
from firstline.intake.match_keys import key_maker
from firstline.landing.files import LEFTOVER, PERSONAL, QUARANTINE
from firstline.model.batch import RECEIVED, Batch
from firstline.model.erasure import Mark
from firstline.refresh.erased_files import (
    Erasing,
    erase_from_landing,
    find_lines,
    reworded,
    telling_texts,
)
from firstline.refresh.erased_received import ReceivedErasing, erase_from_received
from firstline.refresh.erasing import erase, new_erasure
from firstline.refresh.forgotten_list import ForgottenList
from firstline.refresh.kept_exclusions import keep_exclusions
from firstline.refresh.person import find_person, known_subscribers, subscriber_mark
from firstline.refresh.refreshing import refresh
from firstline.state.secret import fingerprint
from firstline.warehouse.engine import Warehouse

NOTE = "a person forgotten"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Forgotten:
    """What was taken out (would be: a trial), in rows, and the erasure's number (None: a trial, or nothing was left).

    `subscriber` is None where a list of forgotten persons was worked off. `personal` are rows of personal data by
    entity, `kept` rows of files as they were received, `dropped` the names of kept files that could not be read again
    and went as a whole.
    """

    subscriber: str | None
    batch: int | None
    personal: dict[str, int]
    leftover: int
    quarantine: int
    corrections: int
    kept: int
    dropped: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**self.__dict__, "dropped": list(self.dropped)}


def forget(
    home: Home, subscriber: str, now: datetime, is_trial: bool = False, progress: Progress = lambda step: None
) -> Forgotten:
    """Take a subscriber's personal data out of an opened home for good (`now` aware); no figure moves.

    A trial writes nothing. Raises MisuseError where no row names the subscriber.
    """
    if not is_trial:
        keep_exclusions(home, now)
    return _forget(home, subscriber, (), now, is_trial, progress)


def forget_listed(home: Home, listed: ForgottenList, progress: Progress = lambda step: None) -> Forgotten:
    """Forget in an opened home everybody whom a later state of it has forgotten."""
    keep_exclusions(home, listed.now)
    return _forget(home, None, listed.marks, listed.now, False, progress)


def _forget(
    home: Home, subscriber: str | None, known: Sequence[Mark], now: datetime, is_trial: bool, progress: Progress
) -> Forgotten:
    warehouse = home.warehouse.cursor()
    try:
        erasure, forgotten = write_new_files(home, warehouse, subscriber, known, now, is_trial, progress)
    finally:
        warehouse.close()
    if erasure is not None:
        erase(home, erasure, progress)
        refresh(home, progress)
    return forgotten


def write_new_files(
    home: Home,
    warehouse: Warehouse,
    subscriber: str | None,
    known: Sequence[Mark],
    now: datetime,
    is_trial: bool,
    progress: Progress,
) -> tuple[Batch | None, Forgotten]:
    """Write every file anew in which the person stands; returns the erasure that puts them in place of the old ones.

    None where there is nothing to do, or it is a trial.
    """
    maker, batches = key_maker(home), home.ledger.batches()
    number = None if is_trial else home.ledger.last_number() + 1
    progress("looking for what is theirs")
    with knowing_marks(warehouse, maker, ()):
        marks = find_person(home, warehouse, maker, subscriber, now, known)
    if subscriber is not None and not warehouse.value("SELECT count(*) FROM gone"):
        raise _unknown(home, subscriber)
    landed = Erasing(home, warehouse, batches, number)
    received = ReceivedErasing(home, maker, marks, find_lines(landed), batches, number)
    progress("reading the kept files again")
    erase_from_landing(landed, erase_from_received(received))
    forgotten = _told(subscriber, number, landed.counts, received)
    replaces = [*landed.replaces, *received.replaces]
    held = {mark.hash for batch in batches for mark in batch.erases}
    wanted = known if subscriber is None else [subscriber_mark(maker, subscriber)]
    if is_trial or (not replaces and held.issuperset(mark.hash for mark in wanted)):
        return None, Forgotten(**{**forgotten.__dict__, "batch": None})
    rewords = reworded(batches, telling_texts(warehouse), received.unread)
    erasure = new_erasure(home, now, NOTE, replaces, marks, rewords, fingerprint(maker.secret))
    return erasure, forgotten


def _told(subscriber: str | None, number: int | None, counts: Counter[str], received: ReceivedErasing) -> Forgotten:
    own = {LEFTOVER, QUARANTINE}
    personal = {
        kind.removeprefix(f"{PERSONAL}/"): rows
        for kind, rows in sorted(counts.items())
        if rows and kind.startswith(f"{PERSONAL}/") and kind not in own
    }
    return Forgotten(
        subscriber=subscriber,
        batch=number,
        personal=personal,
        leftover=counts[LEFTOVER],
        quarantine=counts[QUARANTINE],
        corrections=counts["row_correction"],
        kept=received.counts[RECEIVED],
        dropped=tuple(received.dropped),
    )


def _unknown(home: Home, subscriber: str) -> MisuseError:
    near = nearest(subscriber, known_subscribers(home.warehouse))
    hint = f"Did you mean '{near}'?" if near else "It is the id that your list of subscribers gives the person."
    return MisuseError("unknown_subscriber", f"No row names the subscriber '{subscriber}'.", hint)
