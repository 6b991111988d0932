"""How much of a workbook is read, checked before it is opened: its reader lays out whole sheets in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from firstline.errors import UnreadableError

MAX_BYTES = 500_000_000
"""What a workbook may take when it is unpacked."""
MAX_CELLS = 10_000_000
"""The area that a sheet's cells may span, blank ones included: one cell far out makes a small file a large sheet."""
WAY_OUT = "Save the sheet as CSV: it is read in pieces and may be of any size."
PIECE = 1 << 20
SHEETS = "xl/worksheets/"
LETTERS = [bytes([code]) for code in range(65, 91)]
COLUMN_NUMBERS = {
    b"".join(letters): number
    for number, letters in enumerate((word for size in (1, 2, 3) for word in product(LETTERS, repeat=size)), start=1)
}
ANY_CELL = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>(?!</)')
"""A blank cell is written <c r="AN900"/> or <c r="AN900"></c>."""


def check_size(path: Path, name: str) -> None:
    """Raise UnreadableError for a workbook that is too large to be read whole, or BadZipFile for a damaged one."""
    with ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist())
        if size > MAX_BYTES:
            problem = f"{name} takes {size / 1e6:,.0f} MB unpacked; up to {MAX_BYTES / 1e6:,.0f} MB are read."
            raise UnreadableError("too_large", problem, WAY_OUT)
        # what an entry says of its own size is only true if reading it whole agrees
        damaged = archive.testzip()
        if damaged is not None:
            raise BadZipFile(f"its part {damaged} is damaged")
        for part in archive.namelist():
            # blank cells may be formatted far below the last row: they are told apart only where it matters
            is_sheet = part.startswith(SHEETS) and part.endswith(".xml")
            if is_sheet and _far_cell(archive, part, ANY_CELL) and (place := _far_cell(archive, part, FILLED_CELL)):
                problem = f"{name}: a sheet reaches to cell {place}; an area of {MAX_CELLS:,} cells is read."
                raise UnreadableError("too_large", problem, f"Delete what stands far out. {WAY_OUT}")


def _far_cell(archive: ZipFile, part: str, pattern: re.Pattern[bytes]) -> str | None:
    """The first cell with which the sheet's area is larger than what is read, None if there is none."""
    columns = rows = 0
    with archive.open(part) as stream:
        for cells in _cells(stream, pattern):
            for letters, digits in cells:
                columns, rows = max(columns, COLUMN_NUMBERS[letters]), max(rows, int(digits))
                if columns * rows > MAX_CELLS:
                    return f"{letters.decode()}{digits.decode()}"
    return None


def _cells(stream: IO[bytes], pattern: re.Pattern[bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
    """Letters and digits of the cells in each piece of a sheet."""
    rest = b""
    while piece := stream.read(PIECE):
        text = rest + piece
        # a tag may be cut in two: what there is of it goes with the next piece
        cut = max(text.rfind(b"<"), 0)
        yield pattern.findall(text[:cut])
        rest = text[cut:]
    yield pattern.findall(rest)
