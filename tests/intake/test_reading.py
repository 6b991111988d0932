"""Reading files: encodings, delimiters, quoting, sheets, Parquet, and rows that do not fit."""

from __future__ import annotations

import io
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from firstline.home import Home
from tests.homes import bring, counts
from tests.mending import open_rows

ROWS = [
    ["ticket_id", "opened_at", "type"],
    ["T1", "2026-01-01 10:00", "trouble"],
    ["Tü2", "2026-01-02 11:00", "billing"],
]


def joined(delimiter: str) -> str:
    return "".join(delimiter.join(row) + "\n" for row in ROWS)


def ids(home: Home) -> list[str]:
    return [row["ticket_id"] for row in home.warehouse.rows("SELECT ticket_id FROM ticket ORDER BY ticket_id")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_encoding_are_found_and_stated(home: Home, delimiter: str, encoding: str) -> None:
    record = bring(home, joined(delimiter).encode(encoding))
    assert counts(record) == (2, 2, 0, 0)
    assert ids(home) == ["T1", "Tü2"]
    words = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    assert f"delimiter {words[delimiter]}" in record.stated
    assert any(stated.startswith("encoding ") for stated in record.stated)


def test_quoted_delimiters_quotes_and_line_breaks_stay_in_their_cell(home: Home) -> None:
    text = 'ticket_id,opened_at,reason_code\n"T1",2026-01-01,"a, ""b""\nc"\nT2,2026-01-02,d\n'
    assert counts(bring(home, text)) == (2, 2, 0, 0)
    assert home.warehouse.value("SELECT reason_code FROM ticket WHERE ticket_id = 'T1'") == 'a, "b"\nc'


def test_rows_with_another_number_of_cells_are_quarantined_with_their_line(home: Home) -> None:
    text = "ticket_id,opened_at,type\nT1,2026-01-01,trouble\nT2,2026-01-02\n"
    text += "T3,2026-01-03,order\nT4,2026-01-04,order,x\n,,\n"
    record = bring(home, text)
    assert counts(record) == (5, 2, 0, 3)
    assert record.reasons == {"missing_key": 1, "wrong_column_count": 2}
    rows = open_rows(home)
    assert [(row.row, row.reason) for row in rows] == [
        (2, "wrong_column_count"),
        (4, "wrong_column_count"),
        (5, "missing_key"),
    ]
    assert (rows[0].values, rows[0].original) == ({}, "T2,2026-01-02")
    landed = home.warehouse.rows("SELECT * FROM read_parquet(?)", [str(home.path / "landing/ticket/00000001.parquet")])
    assert [(row["ticket_id"], row["row_number"]) for row in landed] == [("T1", 1), ("T3", 3)]


def test_an_empty_file_and_an_unknown_kind_are_refused_in_words(home: Home) -> None:
    empty = bring(home, "")
    assert empty.error
    assert empty.error["code"] == "empty_file"
    assert empty.exit_code == 1
    image = bring(home, b"\x89PNG", name="picture.png")
    assert image.error
    assert ".xlsx" in image.error["hint"]
    binary = bring(home, b"\x00\x01\x02\xff\xfe" * 40, name="rows.csv")
    assert binary.error
    assert binary.error["code"] == "not_text"
    assert home.ledger.batches() == []


def test_a_header_without_rows_is_read_and_brings_nothing(home: Home) -> None:
    assert counts(bring(home, "ticket_id,opened_at,type\n")) == (0, 0, 0, 0)


def workbook_bytes(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_gives_the_values_of_its_cells(home: Home) -> None:
    rows: list[list[object]] = [
        ["contact_id", "entered_at", "channel", "talk_s", "disposition"],
        [1001, datetime(2026, 1, 1, 9, 30), "Phone", time(0, 2, 23), "answered"],
        ["1E5", datetime(2026, 1, 2), "phone", 143, "answered"],
    ]
    assert counts(bring(home, workbook_bytes({"Calls": rows}), name="calls.xlsx")) == (2, 2, 0, 0)
    found = home.warehouse.rows("SELECT contact_id, entered_at, channel, talk_s FROM contact ORDER BY contact_id")
    assert found == [
        {"contact_id": "1001", "entered_at": datetime(2026, 1, 1, 9, 30), "channel": "phone", "talk_s": 143},
        {"contact_id": "1E5", "entered_at": datetime(2026, 1, 2), "channel": "phone", "talk_s": 143},
    ]


def test_a_sheet_is_chosen_by_name_or_position_and_a_wrong_one_named(home: Home) -> None:
    sheets = {"Notes": [["anything"], ["x"]], "Tickets": [list(row) for row in ROWS]}
    content = workbook_bytes(sheets)  # type: ignore[arg-type]
    body = '[fields]\nticket_id = "ticket_id"\nopened_at = "opened_at"\n'
    for number, sheet in enumerate(['"Tickets"', "2"]):
        mapping = f'source = "s{number}"\n[file]\nentity = "ticket"\nsheet = {sheet}\n' + body
        assert counts(bring(home, content, name="book.xlsx", mapping=mapping)) == (2, 2, 0, 0)
    wrong = f'source = "s"\n[file]\nentity = "ticket"\nsheet = "Tickts"\n{body}'
    record = bring(home, content, name="book.xlsx", mapping=wrong)
    assert record.error
    assert "Did you mean 'Tickets'" in record.error["hint"]
    assert record.exit_code == 2


def test_the_value_of_a_formula_is_read_not_its_text(home: Home, tmp_path: Path) -> None:
    # a spreadsheet program stores a formula's last result beside it; written here by hand as one does
    content = workbook_bytes({"T": [["ticket_id", "opened_at"], ["=1000+1", "2026-01-01"]]})
    cached = with_cached_value(content, "1001")
    assert counts(bring(home, cached, name="book.xlsx")) == (1, 1, 0, 0)
    assert ids(home) == ["1001"]


def with_cached_value(content: bytes, value: str) -> bytes:
    """The workbook with `value` stored as the result of its only formula."""
    import zipfile

    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for item in source.infolist():
            text = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                assert b"<f>1000+1</f>" in text
                text = text.replace(b"<f>1000+1</f><v />", f"<f>1000+1</f><v>{value}</v>".encode())
                text = text.replace(b"<f>1000+1</f><v></v>", f"<f>1000+1</f><v>{value}</v>".encode())
            out.writestr(item, text)
    return target.getvalue()


def test_parquet_is_read_with_its_types(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    home.warehouse.execute(
        "COPY (SELECT 'T1' AS ticket_id, TIMESTAMPTZ '2026-01-01 10:00:00+02' AS opened_at, true AS is_test) "
        f"TO '{path}' (FORMAT parquet)"
    )
    assert counts(bring(home, path.read_bytes(), name="t.parquet")) == (1, 1, 0, 0)
    found = home.warehouse.row("SELECT opened_at, is_test FROM ticket")
    assert found == {"opened_at": datetime(2026, 1, 1, 8), "is_test": True}


def test_the_rows_a_template_explains_itself_with_are_not_data(home: Home) -> None:
    text = "ticket_id,opened_at\n#help The id,When\n#example T9,2026-01-01\n#unlocks a,b\n#1042,2026-01-02\n"
    assert counts(bring(home, text)) == (1, 1, 0, 0)
    assert ids(home) == ["#1042"]
