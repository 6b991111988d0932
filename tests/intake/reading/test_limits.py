"""What has to be read whole has a limit that is stated: where it stands, and by the file that goes beyond it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.styles import Font

from firstline.intake.reading import delimited, json_document, workbook_limits
from tests.contracts.project import ROOT
from tests.intake.reading.given import given, workbook

PAGE = ROOT / "docs" / "how-to" / "when-an-import-is-wrong.md"
ROWS: list[list[object]] = [["id", "n"], *(["T1", n] for n in range(30))]


def with_cell_far_out(value: str | None) -> bytes:
    """A small table and, far below it, a cell: with a value, or formatted and blank."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("A", 0)
    for row in ROWS:
        sheet.append(row)
    far = sheet.cell(row=900, column=40, value=value)
    far.font = Font(bold=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("limit", "most", "content", "told"),
    [
        ("MAX_BYTES", 500, lambda: workbook({"A": ROWS}), "MB unpacked"),
        ("MAX_CELLS", 59, lambda: workbook({"A": ROWS}), "reaches to cell"),
        ("MAX_CELLS", 35_000, lambda: with_cell_far_out("x"), "reaches to cell AN900"),
    ],
)
def test_a_workbook_that_is_too_large_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, content: Callable[[], bytes], told: str
) -> None:
    monkeypatch.setattr(workbook_limits, limit, most)
    found = given(content(), "a.xlsx")
    assert found.code == "too_large"
    assert found.error
    assert found.error.exit_code == 1
    assert told in found.error.message
    assert "Save the sheet as CSV" in found.error.hint


def test_blank_cells_far_out_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_limits, "MAX_CELLS", 35_000)
    assert len(given(with_cell_far_out(None), "a.xlsx").cells) == 30


def test_the_limits_are_stated() -> None:
    page = PAGE.read_text("utf-8")
    assert f"{workbook_limits.MAX_BYTES / 1e6:,.0f} MB unpacked" in page
    assert f"{workbook_limits.MAX_CELLS:,} cells" in page
    assert f"{json_document.MAX_BYTES / 1e6:,.0f} MB" in page
    assert f"{delimited.LONGEST_ROW / 1e6:,.0f} MB" in page
