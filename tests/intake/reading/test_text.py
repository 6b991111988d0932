"""CSV and TSV: encodings, delimiters, line ends, and each row under its true number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firstline.intake.reading import delimited
from firstline.intake.reading.survey import survey
from tests.intake.reading.given import given

TEXT = "id,name\nT1,Zoë\nT2,Zürich\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_gives_the_same_cells(encoding: str) -> None:
    assert given(TEXT.encode(encoding)).cells == [["T1", "Zoë"], ["T2", "Zürich"]]


def test_a_letter_far_down_in_the_file_still_decides_the_encoding() -> None:
    text = "id,name\n" + "".join(f"T{n},{'plain ' * 200}\n" for n in range(1_500)) + "T,Zürich\n"
    found = given(text.encode("cp1252"))
    assert found.cells[-1] == ["T", "Zürich"]
    assert found.table
    assert "encoding utf-8" not in found.table.stated


def test_a_line_that_is_not_in_the_encoding_of_the_others_is_read_as_windows_text_and_told() -> None:
    found = given("id,name\nT1,Zoë\n".encode() + "T2,Zürich\n".encode("cp1252"))
    assert found.cells == [["T1", "Zoë"], ["T2", "Zürich"]]
    assert found.table
    assert "1 of its lines" in found.table.notes[0]


def test_a_stated_encoding_that_is_wrong_stops_the_file() -> None:
    assert given("id,name\nT1,Zürich\n".encode("cp1252"), encoding="utf-8").code == "wrong_encoding"
    assert given(TEXT.encode(), encoding="utf-16").code == "wrong_encoding"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(end: str) -> None:
    assert given(f'id,name{end}T1,"a{end}b"{end}T2,c{end}').cells == [["T1", f"a{end}b"], ["T2", "c"]]


@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_a_cell_may_differ_from_those_between_rows(end: str, inner: str) -> None:
    found = given(f'id,"first{inner}name"{end}T1,"a{inner}b"{end}short{end}T2,"c{inner}{inner}d"{end}')
    assert found.headers == ("id", f"first{inner}name")
    assert found.rows == {1: ["T1", f"a{inner}b"], 3: ["T2", f"c{inner}{inner}d"]}
    assert found.rejects == {2: ("wrong_column_count", "short")}


def test_rows_that_end_differently_are_all_read() -> None:
    assert given("id,name\r\nT1,a\nT2,b\r\nT3,c\rT4,d").cells == [[f"T{n}", name] for n, name in enumerate("abcd", 1)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_broken_quote_is_a_reject_however_lines_end(end: str) -> None:
    found = given(f'id,name{end}T1,"a"b{end}T2,"c\n"{end}T3,d"e{end}T4,f,{end}T5,g,h{end}')
    assert found.rows == {2: ["T2", "c\n"], 3: ["T3", 'd"e'], 4: ["T4", "f"]}
    assert found.rejects == {1: ("broken_quote", 'T1,"a"b'), 5: ("wrong_column_count", "T5,g,h")}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quote_that_is_never_closed_stops_the_file(end: str) -> None:
    text = f'id,name{end}T1,"a\nb"{end}T2,"c{end}T3,d{end}T4,e{end}'
    found = given(text)
    assert found.code == "unclosed_quote"
    assert found.error
    assert "Line 3" in found.error.message


def test_rows_that_the_engine_does_not_show_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "survey", lambda path: replace(survey(path), line_end=b"\r\n"))
    assert given("id,name\nT1,a\nT2,b\n").cells == [["T1", "a"], ["T2", "b"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_title_and_decimal_commas_do_not_hide_the_delimiter(delimiter: str) -> None:
    cell = '"{}"' if delimiter == "," else "{}"
    rows = "".join(delimiter.join((f"T{n}", cell.format(f"{n},5"), "x")) + "\n" for n in range(3))
    found = given(f"Costs, by ticket\nid{delimiter}cost{delimiter}note\n{rows}")
    assert found.headers == ("id", "cost", "note")
    assert found.cells == [[f"T{n}", f"{n},5", "x"] for n in range(3)]


def test_leading_zeros_and_ids_that_look_like_numbers_stay_as_they_are() -> None:
    assert given("id,a\n00123,1E5\n1e5,007\n").cells == [["00123", "1E5"], ["1e5", "007"]]


def test_rows_keep_their_number_in_the_file_past_blank_lines_and_rejects() -> None:
    # the file's rows from 0: header, a, blank, short, b (on two lines), blank, blank, long, c
    found = given('id,name\na,1\n\nshort\nb,"2\n2"\n\n\nlong,1,2\nc,3\n')
    assert found.rows == {1: ["a", "1"], 4: ["b", "2\n2"], 8: ["c", "3"]}
    assert found.rejects == {3: ("wrong_column_count", "short"), 7: ("wrong_column_count", "long,1,2")}


def test_blank_lines_at_the_end_are_none() -> None:
    assert given("id,name\na,1\n\n\n").rows == {1: ["a", "1"]}


def test_rows_below_titles_keep_their_number_in_the_file() -> None:
    found = given('Report\n\n"of\nMay"\nid,name\na,1\nshort\nb,2\n')
    assert found.rows == {4: ["a", "1"], 6: ["b", "2"]}
    assert found.rejects == {5: ("wrong_column_count", "short")}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"PK\x03\x04rest", "zip"),
        (b"PAR1rest", "Parquet"),
        (b"\xd0\xcf\x11\xe0rest", ".xlsx"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_named(content: bytes, told: str) -> None:
    found = given(content)
    assert found.code == "not_text"
    assert found.error
    assert told in found.error.hint


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(256)) * 40])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert given(content).code == "not_text"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert given(content).code == "empty_file"


def test_a_row_that_is_too_long_is_a_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_ROW", 1000)
    monkeypatch.setattr(delimited, "BUFFER_BYTES", 100_000)
    found = given(f"id,name\na,1\nb,{'x' * 2000}\nc,3\n")
    assert found.rejects is not None
    assert [reason for reason, _ in found.rejects.values()] == ["line_too_long"]
    assert found.cells == [["a", "1"], ["c", "3"]]
