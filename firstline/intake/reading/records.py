"""JSON objects as rows of text: nested objects become columns with dotted names, values stay as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from firstline.errors import UnreadableError
from firstline.intake.reading.layout import unique_headers
from firstline.intake.reading.scratch_rows import ScratchRows

Path = tuple[str, ...]
MAX_COLUMNS = 2_000
"""More keys than this are no columns: an id stands where a name should."""


class Written(str):
    """A number as it is written in the file: 1E5 and 1.10 are not 100000.0 and 1.1."""


class RepeatedKeyError(ValueError):
    """An object says one of its keys twice."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RepeatedKeyError(f"the key '{repeated}' stands twice in one object")
    return found


DECODER = json.JSONDecoder(parse_int=Written, parse_float=Written, parse_constant=Written, object_pairs_hook=_object)
"""Reads JSON with numbers as text. Raises ValueError (also for a repeated key) and RecursionError."""


class Records:
    """Writes objects down as rows and learns their columns on the way: a key met late is a column further right."""

    def __init__(self, rows: ScratchRows) -> None:
        self._rows = rows
        self._columns: dict[Path, int] = {}

    def add(self, number: int, record: Mapping[str, object]) -> None:
        """Write one object down as the row of that number.

        Raises UnicodeEncodeError for half a character, UnreadableError when there are too many different keys.
        """
        cells: list[str | None] = [None] * len(self._columns)
        for path, value in _leaves(record, ()):
            place = self._columns.setdefault(path, len(self._columns))
            if place == len(cells):
                cells.append(None)
                if place == MAX_COLUMNS:
                    problem = f"The objects have more than {MAX_COLUMNS:,} different keys, such as '{'.'.join(path)}'."
                    raise UnreadableError("too_many_columns", problem, "Export ids as values, not as keys.")
            cells[place] = _text(value)
        self._rows.add(number, cells)

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns so far: the keys on the way to a value, joined by dots."""
        return tuple(unique_headers([".".join(path) for path in self._columns]))


def _leaves(record: Mapping[str, object], path: Path) -> Iterator[tuple[Path, object]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else as_json(value)


def as_json(value: object) -> str:
    """A value of ours as JSON text again, numbers as they were written."""
    if isinstance(value, list):
        return "[" + ",".join(as_json(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{as_json(v)}" for key, v in value.items()) + "}"
    return value if isinstance(value, Written) else json.dumps(value, ensure_ascii=False)
