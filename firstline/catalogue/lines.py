"""Find the line of a table or key in a TOML text, so that errors can name it (the parser keeps no positions)."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADER = re.compile(r"^\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"^\s*([A-Za-z0-9_\-\"'.]+)\s*=")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line (from 1) where `path` is declared, or that of its nearest declared ancestor; 1 if none is.

    >>> line_of('[a]\\nx = 1\\n[a.rows]\\nat = "opened"', ["a", "rows", "at"])
    4
    """
    wanted = [str(part) for part in path if not isinstance(part, int)]
    best, best_depth = 1, 0
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            table = _names(header.group(1))
        elif not key:
            continue
        here = table if header or not key else [*table, *_names(key.group(1))]
        if wanted[: len(here)] == here and len(here) > best_depth:
            best, best_depth = number, len(here)
    return best


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
