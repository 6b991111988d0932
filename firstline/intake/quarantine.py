"""The rows that could not be used, as they stood in their files, with the reason for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from firstline.home import Home
from firstline.landing.files import QUARANTINE, batch_path
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class QuarantinedRow:
    """A source row that was not accepted: where it stood (`line` counts rows below the header), why, its cells."""

    batch: int
    file_name: str
    line: int
    reason: str
    note: str
    values: Mapping[str, str | None]


def quarantined_rows(home: Home, warehouse: Warehouse, batch: int | None = None) -> list[QuarantinedRow]:
    """Quarantined rows in file order, of one batch or of all, newest batch first."""
    found = []
    for accepted in reversed(home.ledger.batches()):
        if accepted.quarantined == 0 or batch not in (None, accepted.number):
            continue
        path = home.landing.folder / batch_path(QUARANTINE, accepted.number)
        for row in warehouse.rows("SELECT * FROM read_parquet(?) ORDER BY row_number", [str(path)]):
            found.append(
                QuarantinedRow(
                    batch=accepted.number,
                    file_name=accepted.file_name,
                    line=row["row_number"],
                    reason=row["reason"],
                    note=row["detail"] or "",
                    values=_cells(row["cells"]),
                )
            )
    return found


def _cells(text: str | None) -> Mapping[str, str | None]:
    """The row's cells by header; a line that could not be split is one cell."""
    if text is None:
        return {}
    try:
        cells = json.loads(text)
    except ValueError:
        return {"line": text}
    return cells if isinstance(cells, dict) else {"line": text}
