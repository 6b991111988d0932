"""CSV that a spreadsheet opens as data: text cannot become a formula, numbers stay numbers."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from firstline.web.export import columns_of, csv_response, csv_text, flat_records, neutral


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    cell = f"{start}HYPERLINK(1)"
    assert neutral(cell) == "'" + cell


@pytest.mark.parametrize("number", [-5, -0.25, Decimal("-1.50"), 0, 12])
def test_a_number_stays_the_number_it_is(number: object) -> None:
    assert neutral(number) is number


def test_text_that_looks_like_a_negative_number_is_text() -> None:
    assert neutral("-5") == "'-5"


@pytest.mark.parametrize("harmless", ["a=b", "north-east", "", "T-10482", "mail@example.com"])
def test_harmless_text_is_untouched(harmless: str) -> None:
    assert neutral(harmless) == harmless


def test_instants_are_iso_and_flags_are_words_and_null_is_empty() -> None:
    text = csv_text(
        ["a", "b", "c", "d"], [{"a": datetime(2026, 3, 1, 6, tzinfo=UTC), "b": date(2026, 3, 1), "c": True}]
    )
    assert text.splitlines()[1] == "2026-03-01T06:00:00+00:00,2026-03-01,true,"


def test_a_hostile_value_comes_back_whole_and_inert_through_a_csv_reader() -> None:
    hostile = '=cmd|" /C calc"!A1,\nsecond line'
    read = list(csv.DictReader(io.StringIO(csv_text(["note", "n"], [{"note": hostile, "n": -5}]))))
    assert read == [{"note": "'" + hostile, "n": "-5"}]


def test_column_names_are_neutralised_as_well() -> None:
    assert csv_text(["=1+1"], []).strip() == "'=1+1"


def test_groups_and_exclusions_become_columns_of_their_own() -> None:
    records = [
        {"kpi": "a", "group": {"region": "north"}, "exclusions": {"test": 2}},
        {"kpi": "a", "group": {}, "exclusions": {}},
    ]
    flat = list(flat_records(records))
    assert flat[0] == {"kpi": "a", "group.region": "north", "exclusions": "test: 2"}
    assert columns_of(flat) == ["kpi", "group.region", "exclusions"]


def test_a_download_names_its_file() -> None:
    response = csv_response([{"a": 1}], "rows.csv")
    assert response.headers["content-disposition"] == 'attachment; filename="rows.csv"'
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
