"""The landing: immutable Parquet files, one per batch and entity, each saying what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from firstline.durable import write_durably
from firstline.landing.files import BATCH, batch_path, sha256_of
from firstline.model.batch import Batch, as_erased
from firstline.model.erasure import LandedFile
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

HEADER_KEY = "firstline"


class Landing:
    """The landing folder of a home. Every file carries batch number, accept time, entity, model version, hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(
        self,
        warehouse: Warehouse,
        kind: str,
        batch: Batch,
        select: str,
        row_hash: str = "md5(CAST(r AS VARCHAR))",
        path: str | None = None,
    ) -> LandedFile | None:
        """Land the rows of a SELECT as the batch's file of that kind; None, and no file, when it has none.

        `row_hash` is an SQL expression over a row `r` from which the content hash in the header is made; `path` the
        file's, where it takes the place of another one.
        """
        # made once, as it is counted, hashed and written
        warehouse.execute(f"CREATE OR REPLACE TEMP TABLE landing AS {select}")
        rows = int(warehouse.value("SELECT count(*) FROM landing") or 0)
        if not rows:
            return None
        path = path or batch_path(kind, batch.number)
        header = {
            "batch": batch.number,
            "accepted_at": batch.accepted_at.isoformat(),
            "kind": kind,
            "model_version": batch.model_version,
            # sums of hashes do not depend on the order of rows, and need no memory for them
            "content_hash": warehouse.value(
                "SELECT md5(concat_ws(',', count(*), sum(md5_number_upper(line)), sum(md5_number_lower(line)))) "
                f"FROM (SELECT {row_hash} AS line FROM landing r)"
            ),
        }
        target = self.folder / path
        write_durably(
            target, lambda unfinished: copy_to_parquet(warehouse, "SELECT * FROM landing", unfinished, header)
        )
        warehouse.execute("DROP TABLE landing")
        return LandedFile(path=path, rows=rows, sha256=sha256_of(target))

    def write_record(self, warehouse: Warehouse, batch: Batch) -> LandedFile:
        """Land the batch's own record, last of its files, so that a lost ledger can be read back."""
        path = self.folder / batch_path(BATCH, batch.number)
        header = {"batch": batch.number, "accepted_at": batch.accepted_at.isoformat(), "kind": BATCH}
        record = text_literal(batch.model_dump_json())
        select = f"SELECT {record} AS record"
        write_durably(path, lambda target: copy_to_parquet(warehouse, select, target, header))
        return LandedFile(path=batch_path(BATCH, batch.number), rows=1, sha256=sha256_of(path))

    def recorded_batches(self, warehouse: Warehouse) -> list[Batch]:
        """The batches whose record and every file are here, in number order (for a lost ledger).

        Their files are those that later erasures have left them.
        """
        recorded = [
            Batch.model_validate_json(warehouse.value("SELECT record FROM read_parquet(?)", [str(path)]))
            for path in sorted((self.folder / BATCH).glob("*.parquet"))
        ]
        return [
            batch for batch in as_erased(recorded) if all((self.folder / file.path).exists() for file in batch.files)
        ]

    def damaged_files(self, batches: list[Batch]) -> list[str]:
        """Paths of listed files that are missing or whose bytes are not the ones that were landed."""
        return [
            file.path
            for batch in batches
            for file in batch.files
            if not (self.folder / file.path).exists() or sha256_of(self.folder / file.path) != file.sha256
        ]


def file_header(warehouse: Warehouse, path: Path) -> dict[str, Any]:
    """The header of a landed file: batch, accepted_at, kind, model_version, content_hash."""
    found = warehouse.value(
        "SELECT value FROM parquet_kv_metadata(?) WHERE CAST(key AS VARCHAR) = ?", [str(path), HEADER_KEY]
    )
    header: dict[str, Any] = json.loads(bytes(found))
    return header


def columns_of(warehouse: Warehouse, path: Path) -> list[str]:
    """The column names of a landed file."""
    described = warehouse.rows("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
    return [row["column_name"] for row in described]


def copy_to_parquet(warehouse: Warehouse, select: str, target: Path, header: dict[str, Any]) -> None:
    """COPY a SELECT to a Parquet file with its header in the key-value metadata."""
    stated = text_literal(json.dumps(header))
    warehouse.execute(
        f"COPY ({select}) TO {text_literal(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{HEADER_KEY}: {stated}}})"
    )
