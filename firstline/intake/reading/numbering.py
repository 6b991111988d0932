"""Give each row its true number in the file: the engine leaves out blank rows and rejects, which have one too."""

from __future__ import annotations

import csv
from pathlib import Path

from firstline.intake.reading.layout import Layout
from firstline.warehouse.engine import Warehouse

PIECE = 1 << 20


def number_rows(warehouse: Warehouse, path: Path, scratch: Path, delimiter: str, layout: Layout) -> None:
    """Make `numbered` (row_number, c1..cn) from `raw_rows`, the rows below the header as the engine kept them.

    The n-th row of the file has the number n - 1, whatever lies between. Rejected rows are in scratch table `rejects`.
    """
    holes = ["SELECT row_number FROM rejects"]
    if len(layout.headers) > 1 and _has_blank_lines(path):
        # in a file of one column the engine takes a blank line for a row
        listed = scratch / "blank_rows"
        _list_blank_rows(path, delimiter, listed)
        holes.append(f"SELECT * FROM read_csv('{listed}', header = false, columns = {{'row_number': 'BIGINT'}})")
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE hole AS SELECT DISTINCT row_number FROM ({' UNION ALL '.join(holes)}) "
        f"WHERE row_number >= {layout.first_data_row}"
    )
    position = f"rowid + {layout.first_data_row}"
    if not warehouse.value("SELECT count(*) FROM hole"):
        warehouse.execute(f"CREATE OR REPLACE TEMP VIEW numbered AS SELECT {position} AS row_number, * FROM raw_rows")
        return
    # the i-th hole moves every row from its place on down by one
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE numbered AS WITH placed AS (SELECT {position} AS position, * FROM raw_rows), "
        "moved AS (SELECT row_number - row_number() OVER (ORDER BY row_number) + 1 AS place FROM hole), "
        "shift AS (SELECT place, sum(count(*)) OVER (ORDER BY place) AS rows_down FROM moved GROUP BY place) "
        "SELECT CAST(placed.position + coalesce(shift.rows_down, 0) AS BIGINT) AS row_number, "
        "placed.* EXCLUDE (position) FROM placed ASOF LEFT JOIN shift ON placed.position >= shift.place"
    )
    warehouse.execute("DROP TABLE raw_rows")


def _has_blank_lines(path: Path) -> bool:
    """Whether two line ends follow each other anywhere but at the end of the file (also within a quoted cell)."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        tail_at = max(size - PIECE, 0)
        stream.seek(tail_at)
        end = tail_at + len(stream.read().rstrip(b"\r\n"))
        stream.seek(0)
        last = b""
        while stream.tell() < end and (piece := stream.read(min(PIECE, end - stream.tell()))):
            text = last + piece
            if b"\n\n" in text or b"\n\r" in text or b"\r\r" in text:
                return True
            last = piece[-1:]
    return False


def _list_blank_rows(path: Path, delimiter: str, target: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream, target.open("w") as out:
        for number, cells in enumerate(csv.reader(stream, delimiter=delimiter)):
            if not cells:
                out.write(f"{number}\n")
