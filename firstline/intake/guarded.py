"""Text that goes out to a spreadsheet and comes back: an apostrophe before what one would run as a formula (CWE-1236).

Whatever begins with apostrophes and such a sign gets one more, so that taking one away gives back what went out.
"""

from __future__ import annotations

import re

from firstline.model.entity import Entity
from firstline.model.setup import setup_parts
from firstline.warehouse.text import text_literal

SIGNS = r"[=+\-@\t\r\n]"
FORMULA = re.compile(rf"^'*{SIGNS}")
GUARDED = rf"^'+{SIGNS}"


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return "'" + cell if FORMULA.match(cell) else cell


def unguarded(column: str) -> str:
    """SQL of a cell (text) without the apostrophe that an export put before it."""
    return f"CASE WHEN regexp_matches({column}, {text_literal(GUARDED)}) THEN substr({column}, 2) ELSE {column} END"


def goes_out_and_in(entity: Entity) -> bool:
    """Whether an entity's rows are a table that goes out to be changed and comes in again: the set-up, the codes."""
    return entity.side == "setup" or any(entity.name in part.entities for part in setup_parts())
