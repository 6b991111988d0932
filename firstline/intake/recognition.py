"""Recognise the export of a source by its header, so that the second month asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from firstline.errors import MisuseError
from firstline.intake.mapping import Mapping, read_mapping
from firstline.model.batch import Batch, live_numbers

BY_KEPT_MAPPING = "the kept mapping of"
"""How it is said that a person's mapping of an earlier file read this one."""
ALIKE = 0.5
"""From this share of common column names on, a file is taken for a changed export of a source rather than for another
kind of file (judgement)."""


def kept_mappings(batches: Sequence[Batch]) -> list[Batch]:
    """The newest batch of each source, entity and header that a person's mapping read, by source; batches by number."""
    live = live_numbers(batches)
    newest: dict[tuple[str, str, frozenset[str]], Batch] = {}
    for batch in batches:
        if batch.number in live and batch.is_mapping_kept:
            newest[(batch.source, batch.entity, frozenset(batch.headers))] = batch
    return sorted(newest.values(), key=lambda each: (each.source, each.entity, each.number))


def recognised(batches: Iterable[Batch], headers: tuple[str, ...]) -> Batch | None:
    """The newest of these batches that a person's mapping read from a file with the same column names, in any order."""
    names = frozenset(headers)
    same = [each for each in batches if each.is_mapping_kept and frozenset(each.headers) == names]
    return max(same, key=lambda each: each.number, default=None)


def changed_header(
    batches: Iterable[Batch], headers: tuple[str, ...], file_name: str, is_known_source: bool = False
) -> MisuseError | None:
    """The question to ask when a file looks like the export of a known source whose header changed; None if not.

    Of a file that came under its source's name (`is_known_source`: all batches are that source's) any other header is a
    changed one.
    """
    near = nearest_export(batches, headers, is_known_source)
    if near is None:
        return None
    gone, new = difference(near.headers, headers)
    parts = [f"{kind}: {', '.join(names)}" for kind, names in (("gone", gone), ("new", new)) if names]
    problem = f"{file_name}: the header of '{near.source}' changed since batch {near.number}; {'; '.join(parts)}."
    hint = f"Print its mapping with 'firstline mappings {near.source}', mend it, and give it with --mapping."
    return MisuseError("header_changed", problem, hint)


def lost_columns(batches: Sequence[Batch], mapping: Mapping, headers: tuple[str, ...]) -> str | None:
    """What to warn of where a file is read by its column names: columns that filled a field in the newest file of the
    same source and entity that was read so are gone, and nothing fills that field now. None where all is as before.

    Nobody confirmed how that file was read, so this one does not stop.
    """
    live = live_numbers(batches)
    same = [
        each
        for each in batches
        if each.number in live
        and (each.source, each.entity) == (mapping.source, mapping.file.entity)
        and not each.is_mapping_stated
        and each.mapping is not None
        and each.headers
    ]
    before = max(same, key=lambda each: each.number, default=None)
    if before is None or likeness(headers, before.headers) < ALIKE:
        return None
    filled = {
        source.column: name for name, source in read_mapping(before.mapping or "", before.file_name).fields.items()
    }
    gone, new = difference(before.headers, headers)
    lost = [
        f"{name} (filled {filled[name]})"
        for name in gone
        if filled.get(name, name) not in mapping.fields and name in filled
    ]
    if not lost:
        return None
    parts = [f"gone {', '.join(lost)}", *([f"new {', '.join(new)}"] if new else [])]
    return (
        f"The columns are others since batch {before.number}: {'; '.join(parts)}. These fields stay empty; a mapping "
        "(--mapping, or the editor in the cockpit) says what fills them."
    )


def nearest_export(batches: Iterable[Batch], headers: tuple[str, ...], is_known_source: bool = False) -> Batch | None:
    """The newest batch of the source whose column names are most like these, if they are alike enough."""
    latest: dict[tuple[str, str], Batch] = {}
    for batch in batches:
        if batch.is_mapping_kept:
            latest[(batch.source, batch.entity)] = batch
    near = max(latest.values(), key=lambda each: likeness(headers, each.headers), default=None)
    return None if near is None or (likeness(headers, near.headers) < ALIKE and not is_known_source) else near


def difference(before: Iterable[str], now: Iterable[str]) -> tuple[list[str], list[str]]:
    """The column names that are gone, and those that are new."""
    first, second = list(before), list(now)
    return [name for name in first if name not in second], [name for name in second if name not in first]


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of column names that two headers have in common (Jaccard), 0 to 1."""
    first, second = frozenset(one), frozenset(other)
    return len(first & second) / len(first | second) if first | second else 0.0
