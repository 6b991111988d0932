"""Rows made inside the product (a code table filled in on a page, a correction by hand): imported like any file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from firstline.errors import FirstlineError
from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.intake.mapping import FieldSource, FilePart
from firstline.intake.mapping import Mapping as FileMapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.model.batch import OWN_ROWS


def import_own_rows(
    home: Home, entity: str, rows: Sequence[Mapping[str, object]], now: datetime, note: str, dry_run: bool = False
) -> ImportRecord:
    """Land rows of one entity as a batch like any other, so that they can be undone, rebuilt and asked for as of then.

    `rows` map field names to values in the stored units, instants aware; what a row does not name is null. `now`
    (aware) is the accept time and the rows' change time, `note` stands where other batches have their file's name.
    A dry run only says what would become of them; else the caller applies the batch. Raises FirstlineError when the
    rows could not be read; rows that are refused are quarantined, as those of a file are.
    """
    fields = list(dict.fromkeys(name for row in rows for name in row))
    with tempfile.TemporaryDirectory(dir=home.path / "scratch") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
            writer.writerow([*fields, "changed_at"])
            for row in rows:
                writer.writerow([*(_text(row.get(name)) for name in fields), _text(now)])
        names = {name: FieldSource(column=name) for name in [*fields, "changed_at"]}
        mapping = FileMapping(source=OWN_ROWS, file=FilePart(entity=entity, timezone="UTC"), fields=names)
        request = ImportRequest(path=path, name=f"{note}.csv", mapping_text=mapping_as_toml(mapping))
        record = import_file(home, request, now, dry_run)
    if record.error is not None:
        raise FirstlineError(**record.error)
    return record


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
