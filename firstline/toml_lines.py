"""Where a key stands in a TOML text, so that an error about its value can name the line."""

from __future__ import annotations

import re

TABLE = re.compile(r"^\s*\[{1,2}\s*(?P<name>[^\[\]]+?)\s*\]{1,2}")
KEY = re.compile(r"""^\s*(?P<name>"[^"]*"|'[^']*'|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*=""")


def line_of(text: str, *path: str) -> int | None:
    """The 1-based line on which the key (or table) at `path` is stated.

    A key inside an inline table gives the line of the nearest enclosing key that has a line of its own. For a
    table that repeats (`[[also]]`) the first is meant. None when nothing on the path is found.

    >>> line_of('source = "x"\\n[file]\\nentity = "tiket"', "file", "entity")
    3
    """
    places: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if found := TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in found["name"].split("."))
            places.setdefault(table, number)
        elif found := KEY.match(line):
            names = re.findall(r'"[^"]*"|[A-Za-z0-9_-]+', found["name"])
            places.setdefault((*table, *(name.strip("\"'") for name in names)), number)
            for inline in re.finditer(r"""("[^"]*"|[A-Za-z0-9_-]+)\s*=""", line[found.end() :]):
                places.setdefault((*table, names[0].strip("\"'"), inline[1].strip("\"'")), number)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None
