"""A waiting file on the desk of its editor: its sample, the kept mapping of its source, and the draft as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from firstline.intake.cells import Cells
from firstline.intake.draft_columns import with_suggestions
from firstline.intake.draft_file import told_at
from firstline.intake.draft_form import carried_over
from firstline.intake.drafting import Known, first_draft, known_export, suggested
from firstline.intake.mapping import FilePart, Mapping, read_mapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.sampling import Sample, sample_that_reads, sampled, take_sample
from firstline.intake.waiting import Waiting, Wrong, note
from firstline.model.batch import live_numbers
from firstline.warehouse.engine import Warehouse
from firstline.web.office import Office

_one_at_a_time: defaultdict[str, Lock] = defaultdict(Lock)
"""Two requests of one waiting file would write its sample both at once."""


@dataclass(frozen=True)
class Desk:
    """What lies on the desk; `waiting` is the file with what is wrong of how it was asked to be read."""

    waiting: Waiting
    warehouse: Warehouse
    sample: Sample
    cells: Cells
    known: Known | None
    draft: Mapping


@contextmanager
def opened(office: Office, waiting: Waiting, before: FilePart | None = None) -> Iterator[Desk]:
    """Lay a waiting file out; where it cannot be read as its draft says, as it was `before` or as it is found.

    Raises UnreadableError where it cannot be read at all.
    """
    stated = read_mapping(waiting.mapping, "mapping") if waiting.mapping else None
    batches = office.batches()[::-1]
    live = live_numbers(batches)
    kept = [each for each in batches if each.number in live and each.is_mapping_kept]
    request, folder = waiting.request(office.home_path), waiting.folder(office.home_path)
    edited = next((each for each in kept if each.number == waiting.edits), None)
    base = stated or (read_mapping(edited.mapping or "", "mapping") if edited else None)
    asked = base.file if base else FilePart()
    with _one_at_a_time[waiting.id]:
        file, errors = sample_that_reads(
            office.home_path, folder, office.settings, request, asked, before or FilePart()
        )
        wrong = {key: Wrong(text=_text(getattr(asked, key)), told=told_at(key, error)) for key, error in errors.items()}
        waiting = waiting.model_copy(update={"wrong": {**waiting.wrong, **wrong}})
        sample = take_sample(office.home_path, folder, office.settings, request, file)
        with sampled(office.home_path, folder, sample) as (warehouse, cells):
            known = known_export(kept, sample.headers, waiting.edits)
            draft = stated or first_draft(sample.headers, known)
            if stated is None and known is None:
                draft = with_suggestions(warehouse, cells, draft)
            if errors:
                read = {key: getattr(file, key) for key in errors}
                draft = draft.model_copy(update={"file": draft.file.model_copy(update=read)})
            yield Desk(waiting, warehouse, sample, cells, known, draft)


def read_in_another_way(desk: Desk, before: Desk) -> tuple[Waiting, Mapping]:
    """The file and its draft, after it was read in another way than `before` and may have other columns."""
    old, new = before.sample.headers, desk.sample.headers
    if {*old} == {*new}:
        return desk.waiting, desk.draft
    aside = read_mapping(desk.waiting.aside, "mapping") if desk.waiting.aside else None
    begun = first_draft(new, desk.known)
    if desk.known is None and desk.draft.file.entity:
        begun = suggested(new, desk.draft.file.entity)
    if desk.known is None:
        begun = with_suggestions(desk.warehouse, desk.cells, begun)
    draft, gone = carried_over(desk.draft, aside, begun, old, new)
    return desk.waiting.model_copy(update={"aside": mapping_as_toml(gone)}), draft


def keep_draft(office: Office, waiting: Waiting, text: str) -> Waiting:
    """Write down the draft of a waiting file (TOML)."""
    kept = waiting.model_copy(update={"mapping": text})
    note(office.home_path, kept)
    return kept


def _text(value: object) -> str:
    return "" if value is None else str(value)
