"""Give each row its true number in the file: the engine leaves out rejects, which have one too."""

from __future__ import annotations

from firstline.warehouse.engine import Warehouse


def number_rows(warehouse: Warehouse, before: int) -> None:
    """Make `numbered` (row_number, c1..cn) from `raw_rows`, the rows that the engine kept, in file order.

    The n-th row of the file has the number n - 1; `before` rows come before the first of data. Rejected rows are in
    scratch table `rejects`.
    """
    position = f"rowid + {before}"
    if not warehouse.value("SELECT count(*) FROM rejects"):
        warehouse.execute(f"CREATE OR REPLACE TEMP VIEW numbered AS SELECT {position} AS row_number, * FROM raw_rows")
        return
    # the i-th reject moves every row from its place on down by one
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE numbered AS WITH placed AS (SELECT {position} AS position, * FROM raw_rows), "
        "moved AS (SELECT row_number - row_number() OVER (ORDER BY row_number) + 1 AS place FROM rejects), "
        "shift AS (SELECT place, sum(count(*)) OVER (ORDER BY place) AS rows_down FROM moved GROUP BY place) "
        "SELECT CAST(placed.position + coalesce(shift.rows_down, 0) AS BIGINT) AS row_number, "
        "placed.* EXCLUDE (position) FROM placed ASOF LEFT JOIN shift ON placed.position >= shift.place"
    )
    warehouse.execute("DROP TABLE raw_rows")
