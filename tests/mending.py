"""Take quarantined rows of a test's home away, change cells, and bring them back."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from firstline.home import Home
from firstline.intake.mending import RetryRequest
from firstline.intake.quarantine import EVERY, OPEN, QuarantinedRow, quarantined_rows
from firstline.intake.quarantine_export import csv_text, shapes_of
from firstline.refresh.retrying import RetryRecord, retry_all
from tests.homes import ARRIVAL

LATER = ARRIVAL + timedelta(days=30)
_numbers = count()


def open_rows(home: Home) -> list[QuarantinedRow]:
    """The rows that wait to be mended."""
    return quarantined_rows(home.landing.folder, home.warehouse, home.ledger.batches(), OPEN)


def all_rows(home: Home) -> list[QuarantinedRow]:
    """Open and closed entries."""
    return quarantined_rows(home.landing.folder, home.warehouse, home.ledger.batches(), EVERY)


def entries(home: Home) -> list[tuple[int, int, str]]:
    """Batch, row and reason of the open ones."""
    return [(row.batch, row.row, row.reason) for row in open_rows(home)]


def exported(home: Home) -> str:
    """The open rows of the one source and entity there is, as CSV."""
    (shape,) = shapes_of(open_rows(home))
    return csv_text(shape)


def mended(text: str, *changes: tuple[int, str, str], without: tuple[int, ...] = ()) -> str:
    """The export with cells changed, each given as row number, header, new cell; rows numbered `without` left out."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for number, header, cell in changes:
        (row,) = (row for row in rows if row["quarantine_row"] == str(number))
        assert header in row
        row[header] = cell
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(row for row in rows if int(row["quarantine_row"]) not in without)
    return out.getvalue()


def bring_back(
    home: Home, text: str | bytes, at: datetime = LATER, name: str = "mended.csv", dry_run: bool = False, **asked: Any
) -> RetryRecord:
    """Retry a file with this content; `asked` are fields of RetryRequest."""
    path = home.path / "given" / f"back-{next(_numbers)}-{name}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (record,) = retry_all(home, [RetryRequest(path, name, **asked)], lambda: at, dry_run)
    assert record.read == record.accepted + record.unchanged + record.quarantined
    return record
