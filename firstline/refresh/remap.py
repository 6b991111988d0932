"""Read the kept files of a source again under a corrected mapping: the old batches are withdrawn, new ones come.

The withdrawal carries the new mapping. With its commit the decision is made, and whatever is cut off after it is
finished when the home is opened next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from firstline.errors import MisuseError, UnreadableError, unknown_name
from firstline.full_disk import raise_if_full
from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.intake.mapping import read_mapping
from firstline.intake.request import ImportRecord, ImportRequest, Mending, Rereading
from firstline.landing.received import received_file
from firstline.model.batch import OWN_ROWS, Batch, live_numbers
from firstline.refresh.apply import apply_pending
from firstline.refresh.undo import accept_withdrawal

Progress = Callable[[str], None]


def remap(
    home: Home,
    source: str,
    mapping_text: str,
    now: datetime,
    progress: Progress = lambda step: None,
    files_of: Home | None = None,
) -> tuple[Batch, list[ImportRecord]]:
    """Withdraw what the mapping's kind of file brought from a source, and read the kept files again (`now` aware).

    The caller refreshes the home. `files_of` is the home whose kept files are read, when `home` is a trial of it.
    Raises MisuseError for an unknown source or a bad mapping, UnreadableError when a file was not kept.
    """
    keeper = files_of or home
    batches = batches_to_reread(home, source, mapping_text)
    for batch in batches:
        if batch.received is None or not received_file(keeper.path, batch.received).exists():
            hint = "Import that file again with the new mapping, and undo the batch."
            raise UnreadableError("file_not_kept", f"The file of batch {batch.number} was not kept.", hint)
    withdrawal = accept_withdrawal(home, batches, now, f"new mapping of {source}", mapping_text)
    records = _reread(home, withdrawal, now, progress, keeper)
    return withdrawal, records


def finish_remaps(home: Home, progress: Progress = lambda step: None) -> None:
    """Read again what a remap that was cut off had not read yet; the caller refreshes the home."""
    batches = home.ledger.batches()
    live = live_numbers(batches)
    for batch in batches:
        if batch.number in live and batch.withdraws and batch.mapping is not None:
            _reread(home, batch, batch.accepted_at, progress, home)


def batches_to_reread(home: Home, source: str, mapping_text: str) -> list[Batch]:
    """The batches of a source that count and whose mapping is for the same entity as this one.

    Where the source has files of one kind alone, these, whatever the new mapping makes of them.
    """
    mapping = read_mapping(mapping_text, "mapping")
    if mapping.source != source:
        problem = f"The mapping is for the source '{mapping.source}', not for '{source}'."
        raise MisuseError("other_source", problem, "State the same source in both.")
    batches = home.ledger.batches()
    live = live_numbers(batches)
    counting = [each for each in batches if each.number in live and each.source != OWN_ROWS]
    of_source = [each for each in counting if each.source == source]
    if not of_source:
        raise unknown_name("source", source, {each.source for each in counting})
    kinds = {each.entity for each in of_source}
    kind = "ticket_event" if mapping.events is not None else mapping.file.entity
    if kind not in kinds and len(kinds) > 1:
        problem = f"'{source}' brought {' and '.join(sorted(kinds))}, and the mapping is for {kind}."
        raise MisuseError("which_files", problem, "Undo the batches that are meant, and import their files again.")
    return [each for each in of_source if each.entity == kind or len(kinds) == 1]


def _reread(home: Home, withdrawal: Batch, now: datetime, progress: Progress, keeper: Home) -> list[ImportRecord]:
    """Import each withdrawn file that was not read to its end since, in the order in which they came first."""
    apply_pending(home)
    batches = home.ledger.batches()
    withdrawn = [each for each in batches if each.number in withdrawal.withdraws]
    done = {_file(each) for each in batches if each.reread_by == withdrawal.number and each.ends_file}
    records = []
    for first in withdrawn:
        if _file(first) in done:
            continue
        done.add(_file(first))
        if first.mends is None:
            records.append(import_file(home, _request(first, withdrawal, keeper), now, progress=progress))
        else:
            records += _mend_again(home, first, withdrawal, withdrawn, now, progress, keeper)
        for record in records[-1:]:
            raise_if_full(record.error, home.path)
        apply_pending(home)
    return records


def _file(batch: Batch) -> tuple[object, ...]:
    """What makes two batches parts of one file."""
    return (batch.received, batch.member, batch.sheet, batch.exported_at, batch.mends is not None)


def _request(first: Batch, withdrawal: Batch, keeper: Home) -> ImportRequest:
    assert first.received is not None
    return ImportRequest(
        path=received_file(keeper.path, first.received),
        name=first.file_name,
        mapping_text=withdrawal.mapping,
        sheet=first.sheet,
        member=first.member,
        exported_at=first.exported_at,
        complete_until=first.complete_until,
        again=Rereading(first, withdrawal.number),
    )


def _mend_again(
    home: Home,
    mended: Batch,
    withdrawal: Batch,
    withdrawn: Sequence[Batch],
    now: datetime,
    progress: Progress,
    keeper: Home,
) -> list[ImportRecord]:
    """Rows that were mended by hand are mended in the file's new batch too, where its columns are still the same."""
    old = next((each for each in withdrawn if each.number == mended.mends), None)
    new = next(
        (
            each
            for each in home.ledger.batches()
            if old
            and each.reread_by == withdrawal.number
            and _file(each) == _file(old)
            and each.first_row == old.first_row
        ),
        None,
    )
    if old is None or new is None or new.headers != old.headers or mended.received is None:
        progress(f"batch {mended.number}: its mended rows are in quarantine again")
        return []
    request = _request(mended, withdrawal, keeper)
    again = ImportRequest(
        path=request.path,
        name=request.name,
        mapping_text=withdrawal.mapping,
        sheet=mended.sheet,
        exported_at=mended.exported_at,
        mends=Mending(new, new.headers),
        again=request.again,
    )
    return [import_file(home, again, now, progress=progress)]
