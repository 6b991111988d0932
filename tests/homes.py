"""A home for a test, and one call to import text into it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from firstline.home import Home
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.refresh.imports import import_all

ARRIVAL = datetime(2026, 6, 1, 12, tzinfo=UTC)
_numbers = count()


def moment(text: str) -> datetime:
    """An aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def bring(home: Home, text: str | bytes, at: datetime = ARRIVAL, name: str = "rows.csv", **asked: Any) -> ImportRecord:
    """Import a file with this text, accepted at that instant; `asked` are fields of ImportRequest."""
    folder = home.path / "given" / str(next(_numbers))
    folder.mkdir(parents=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dry_run = asked.pop("dry_run", False)
    mapping = asked.pop("mapping", None)
    request = ImportRequest(path=path, name=name, mapping_text=mapping, **asked)
    return import_all(home, [request], lambda: at, dry_run)[0]


def counts(record: ImportRecord) -> tuple[int, int, int, int]:
    """read, accepted, unchanged, quarantined; fails when they do not add up or the import failed."""
    assert record.error is None, record.error
    assert record.read == record.accepted + record.unchanged + record.quarantined
    return record.read, record.accepted, record.unchanged, record.quarantined


def landed_files(home: Home) -> list[Path]:
    """Every file of the landing."""
    return sorted((home.path / "landing").rglob("*.parquet"))
