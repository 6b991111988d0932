"""Withdraw a batch: an entry of the ledger that says another one no longer counts. What it replaced comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from firstline.errors import MisuseError, nearest
from firstline.home import Home
from firstline.model.batch import OWN_ROWS, Batch, live_numbers
from firstline.model.vocabulary import MODEL_VERSION


def withdraw(home: Home, number: int, now: datetime, note: str = "") -> Batch:
    """Accept the withdrawal of a batch (`now` aware); the caller refreshes the home.

    Withdrawing a withdrawal brings back what it took away, and where files were read again in its place, withdraws
    these. Raises MisuseError when there is no such batch or it does
    not count already.
    """
    batches = home.ledger.batches()
    batch = find_batch(batches, number)
    live = live_numbers(batches)
    in_place = [each for each in batches if each.reread_by == number and each.number in live]
    return accept_withdrawal(home, [batch, *in_place], now, note or f"undo of batch {number}")


def find_batch(known: Iterable[Batch], number: int) -> Batch:
    """The batch of that number, which counts. Raises MisuseError naming what is wrong with it."""
    batches = {batch.number: batch for batch in known}
    if number not in batches:
        near = nearest(str(number), [str(each) for each in batches])
        hint = f"Did you mean {near}?" if near else "'firstline imports' lists them."
        raise MisuseError("unknown_batch", f"There is no batch {number}.", hint)
    if batches[number].is_erasure:
        raise MisuseError("erasure", f"Batch {number} is an erasure: what it took out is gone.", "It cannot be undone.")
    if number not in live_numbers(batches.values()):
        by = max(each.number for each in batches.values() if number in each.withdraws)
        hint = f"'firstline undo {by}' brings it back."
        raise MisuseError("already_withdrawn", f"Batch {number} was withdrawn already, by batch {by}.", hint)
    return batches[number]


def accept_withdrawal(
    home: Home, batches: list[Batch], now: datetime, note: str, mapping_text: str | None = None
) -> Batch:
    """One ledger entry that withdraws all of these batches together.

    `mapping_text` is the mapping under which their files are to be read again, where they are.
    """
    withdrawal = Batch(
        number=home.ledger.last_number() + 1,
        accepted_at=now.astimezone(UTC),
        source=OWN_ROWS,
        file_name=note,
        file_sha256="",
        entity="",
        mapping=mapping_text,
        model_version=MODEL_VERSION,
        withdraws=tuple(batch.number for batch in batches),
    )
    home.landing.write_record(home.warehouse, withdrawal)
    home.ledger.accept(withdrawal)
    return withdrawal
