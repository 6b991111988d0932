"""Forget a person: find everything that is theirs, take what tells of them out of the home, and know them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
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
    find_telling,
    reworded,
    telling_texts,
)
from firstline.refresh.erased_received import ReceivedErasing, erase_from_received
from firstline.refresh.erasing import erase, new_erasure
from firstline.refresh.failed_files import FailedFiles, remove_failed, search_failed
from firstline.refresh.forgotten_list import ForgottenList
from firstline.refresh.kept_exclusions import keep_exclusions, tickets_to_keep
from firstline.refresh.mentions import Named
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
    entity, `others` rows of others whose texts told of them, `kept` rows of files as they were received, `dropped` the
    names of kept files that could not be read again and went as a whole. `named` are rows of others with their full
    name, which may be somebody else's: they stay. `failed` are files of the inbox that could not be imported and told
    of them, `unsure` those that cannot be searched, or hold no more than the full name, and stay.
    """

    subscriber: str | None
    batch: int | None
    personal: dict[str, int]
    leftover: int
    quarantine: int
    corrections: int
    others: int
    kept: int
    dropped: tuple[str, ...]
    named: tuple[Named, ...]
    failed: tuple[str, ...]
    unsure: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**self.__dict__, "named": [each.__dict__ for each in self.named]}


def forget(
    home: Home,
    subscriber: str,
    now: datetime,
    is_trial: bool = False,
    names_too: bool = False,
    progress: Progress = lambda step: None,
) -> Forgotten:
    """Take a subscriber's personal data out of an opened home for good (`now` aware); no figure moves.

    A trial writes nothing. With `names_too`, texts of others with no more than the full name go, too. Raises
    MisuseError where no row names the subscriber.
    """
    wanted = Wanted(subscriber, now, is_trial=is_trial, names_too=names_too)
    if not is_trial and tickets_to_keep(home):
        # somebody whom nothing names is refused before anything is landed
        _forget(home, replace(wanted, is_trial=True), progress)
        keep_exclusions(home, now)
    return _forget(home, wanted, progress)


def forget_listed(home: Home, listed: ForgottenList, progress: Progress = lambda step: None) -> Forgotten:
    """Forget in an opened home everybody whom a later state of it has forgotten."""
    keep_exclusions(home, listed.now)
    return _forget(home, Wanted(None, listed.now, listed.marks), progress)


@dataclass(frozen=True)
class Wanted:
    """Whom to forget: a subscriber, or everybody who is `known`; `now` (aware) is when that is asked."""

    subscriber: str | None
    now: datetime
    known: Sequence[Mark] = ()
    is_trial: bool = False
    names_too: bool = False


def _forget(home: Home, wanted: Wanted, progress: Progress) -> Forgotten:
    warehouse = home.warehouse.cursor()
    try:
        erasure, forgotten = write_new_files(home, warehouse, wanted, progress)
        if not wanted.is_trial:
            # nothing rests on them: cut off after this, the person is forgotten when it is asked for again
            remove_failed(home.path, forgotten.failed)
    finally:
        warehouse.close()
    if erasure is not None:
        erase(home, erasure, progress)
        refresh(home, progress)
    return forgotten


def write_new_files(
    home: Home, warehouse: Warehouse, wanted: Wanted, progress: Progress
) -> tuple[Batch | None, Forgotten]:
    """Write every file anew in which the person stands; returns the erasure that puts them in place of the old ones.

    None where there is nothing to do, or it is a trial.
    """
    maker, batches, subscriber = key_maker(home), home.ledger.batches(), wanted.subscriber
    number = None if wanted.is_trial else home.ledger.last_number() + 1
    progress("looking for what is theirs")
    with knowing_marks(warehouse, maker, ()):
        marks = find_person(home, warehouse, maker, subscriber, wanted.now, wanted.known)
    is_stated = bool(warehouse.value("SELECT count(*) FROM gone"))
    if subscriber is not None:
        # quarantined rows may name somebody whom no accepted row names
        warehouse.execute("INSERT INTO gone VALUES ('subscriber', '', $id, $id)", {"id": subscriber})
    landed = Erasing(home, warehouse, batches, number)
    mentions = find_telling(landed, wanted.names_too)
    lines = find_lines(landed, mentions)
    asked = wanted.known if subscriber is None else [subscriber_mark(maker, subscriber)]
    is_forgotten = {mark.hash for batch in batches for mark in batch.erases}.issuperset(mark.hash for mark in asked)
    if subscriber is not None and not (is_stated or lines or is_forgotten):
        raise _unknown(home, subscriber)
    received = ReceivedErasing(home, maker, marks, mentions, lines, batches, number)
    progress("reading the kept files again")
    erase_from_landing(landed, erase_from_received(received), mentions)
    forgotten = _told(subscriber, number, landed, received, search_failed(home.path, mentions))
    replaces = [*landed.replaces, *received.replaces]
    if wanted.is_trial or (not replaces and is_forgotten):
        return None, Forgotten(**{**forgotten.__dict__, "batch": None})
    rewords = reworded(batches, telling_texts(warehouse), received.unread)
    erasure = new_erasure(home, wanted.now, NOTE, replaces, marks, rewords, fingerprint(maker.secret))
    return erasure, forgotten


def _told(
    subscriber: str | None, number: int | None, landed: Erasing, received: ReceivedErasing, files: FailedFiles
) -> Forgotten:
    counts = landed.counts
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
        others=landed.others,
        kept=received.counts[RECEIVED],
        dropped=tuple(received.dropped),
        named=tuple(sorted(landed.named, key=astuple)),
        failed=files.telling,
        unsure=files.unsure,
    )


def _unknown(home: Home, subscriber: str) -> MisuseError:
    near = nearest(subscriber, known_subscribers(home.warehouse))
    hint = f"Did you mean '{near}'?" if near else "It is the id that your list of subscribers gives the person."
    return MisuseError("unknown_subscriber", f"No row names the subscriber '{subscriber}'.", hint)
