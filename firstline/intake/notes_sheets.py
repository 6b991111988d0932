"""Sheets of notes beside the rows of a workbook: once a kept mapping reads the rows, they are asked about no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from firstline.intake.recognition import BY_KEPT_MAPPING
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.suggestion import UNKNOWN_CONTENT


def notes_passed_over(requests: Sequence[ImportRequest], records: Sequence[ImportRecord]) -> list[ImportRecord]:
    """The records of these requests; a sheet of which nothing is known, beside one of the same workbook that a kept
    mapping read, is no error but told."""
    return [_passed_over(*each, records) for each in zip(requests, records, strict=True)]


def _passed_over(request: ImportRequest, record: ImportRecord, records: Sequence[ImportRecord]) -> ImportRecord:
    if record.error is None or record.error["code"] != UNKNOWN_CONTENT or not request.is_one_of_sheets:
        return record
    beside = (each for each in records if each.path == record.path and each.error is None)
    known = [each.sheet for each in beside if (each.mapping_from or "").startswith(BY_KEPT_MAPPING)]
    if not known:
        return record
    told = (
        f"Sheet '{record.sheet}' was not read: nothing is known of its columns, and a kept mapping reads '{known[0]}'. "
        "Name it with --sheet, and give it a mapping, if it holds rows."
    )
    return replace(record, error=None, exit_code=0, warnings=(told,))
