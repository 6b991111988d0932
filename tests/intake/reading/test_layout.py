"""Where a table begins and ends: titles, header rows, totals."""

from __future__ import annotations

import pytest

from tests.intake.reading.given import given, workbook

DATA = [["2026-01-01", "q1", "10", "9", "4"], ["2026-01-02", "q1", "12", "12", "5"]]
NAMES = ["Date", "Queue", "Offered", "Answered", "Opened"]


def as_text(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    "titles",
    [
        [["Calls by day"]],
        [["Calls by day", "", "", "", ""], ["", "", "", "", ""]],
        [["Calls by day"], ["From:", "2026-01-01"], ["Printed", "2026-02-01 08:00"], [""]],
        [["Acme, Inc."]],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_title_rows_are_passed_over_and_told(titles: list[list[str]], kind: str) -> None:
    rows = [*titles, NAMES, *DATA]
    found = given(as_text(rows)) if kind == "csv" else given(workbook({"A": rows}), "a.xlsx")
    assert found.headers == tuple(NAMES)
    assert found.cells == DATA
    assert found.table
    count = len(titles)
    assert f"{count} title row{'s' if count > 1 else ''} above the header" in found.table.stated
    assert sorted(found.rows or {}) == [count + 1, count + 2]


@pytest.mark.parametrize(
    ("upper", "names"),
    [
        (["", "", "Calls", "", "Tickets"], NAMES),
        (["Date", "Queue", "Calls", "", "Tickets"], ["", "", "Offered", "Answered", "Opened"]),
        (["", "", "Calls", "Calls", "Tickets"], NAMES),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_below_groups_are_joined(upper: list[str], names: list[str], kind: str) -> None:
    rows = [upper, names, *DATA]
    found = given(as_text(rows)) if kind == "csv" else given(workbook({"A": rows}), "a.xlsx")
    assert found.headers == ("Date", "Queue", "Calls Offered", "Calls Answered", "Tickets Opened")
    assert found.cells == DATA
    assert found.table
    assert "2 header rows joined" in found.table.stated


def test_groups_tell_equal_names_apart_below_a_title() -> None:
    text = "Report\n,Inbound,,Outbound,\nDay,Calls,Minutes,Calls,Minutes\n2026-01-01,1,2,3,4\n"
    assert given(text).headers == ("Day", "Inbound Calls", "Inbound Minutes", "Outbound Calls", "Outbound Minutes")


def test_a_column_name_that_stands_twice_and_one_that_is_missing_get_a_name() -> None:
    assert given("id,name,name,\nT1,a,b,c\n").headers == ("id", "name", "name (2)", "column 4")


@pytest.mark.parametrize(
    "text",
    [
        "id,opened_at\nT1,2026-01-01,\nT2,2026-01-02,\n",  # every row ends in a comma
        "a,,c\nx,y,z\nx,y,z\n",  # text alone
        "id,note\nT1,\nT2,\n",
        "id\nT1\nT2\n",
        "2026-01-01,2026-01-02\n1,2\n",
    ],
)
def test_a_plain_header_is_taken_for_nothing_else(text: str) -> None:
    found = given(text)
    assert found.table
    assert found.table.stated == ("encoding utf-8", "delimiter comma", 'quote "')
    assert found.table.read == len(text.splitlines()) - 1


def test_a_mapping_can_say_where_the_header_is() -> None:
    text = "x,y\nid,name\nT1,a\n"
    assert given(text).headers == ("x", "y")
    assert given(text, header_row=2).headers == ("id", "name")
    assert given(text, header_row=2).rows == {2: ["T1", "a"]}
    assert given(text, header_rows=2).headers == ("x id", "y name")
    wrong = given(text, header_row=9)
    assert wrong.code == "no_such_row"
    assert wrong.error
    assert wrong.error.exit_code == 2


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Grand total", "Summe", "Gesamt", "totale", "total general"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_total_at_the_end_is_left_out_and_told(word: str, kind: str) -> None:
    rows = [NAMES, *DATA, [word, "", "22", "21", "9"]]
    found = given(as_text(rows)) if kind == "csv" else given(workbook({"A": rows}), "a.xlsx")
    assert found.cells == DATA
    assert found.table
    assert "'22'" in found.table.notes[0]
    assert any("total row" in stated for stated in found.table.stated)


def test_a_total_that_does_not_fit_the_columns_is_left_out_too() -> None:
    found = given(as_text([NAMES, *DATA]) + "\nTotal,22\n\n")
    assert found.cells == DATA
    assert found.rejects == {}


def test_a_mapping_can_keep_a_total_or_say_that_there_is_one() -> None:
    text = as_text([NAMES, *DATA, ["Total", "", "22", "21", "9"]])
    assert len(given(text, skip_total=False).cells) == 3
    plain = as_text([NAMES, *DATA])
    assert given(plain, skip_total=True).cells == DATA[:1]


def test_a_total_in_between_is_a_row() -> None:
    assert len(given(as_text([NAMES, ["Total", "", "1", "1", "1"], *DATA])).cells) == 3
