"""Numbers: the decimal sign is found from the cells, or the import asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.numbers import find_sign, number_sql
from firstline.warehouse.engine import Warehouse
from tests.homes import bring, counts


@pytest.fixture(scope="module")
def engine() -> Iterator[Warehouse]:
    warehouse = Warehouse.open()
    yield warehouse
    warehouse.close()


def fill(engine: Warehouse, cells: list[str | None], other: list[str] | None = None) -> None:
    """Scratch table `raw`: the cells in c1, those of another column in c2."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE raw AS SELECT unnest($a) AS c1, unnest($b) AS c2",
        {"a": cells, "b": other or [""]},
    )


def sign_of(engine: Warehouse, cells: list[str | None], other: list[str] | None = None, **known: bool) -> str:
    fill(engine, cells, other)
    told = {"has_points": False, "is_count": False, **known}
    return find_sign(engine, "raw", "c1", ["c2"], "the place", **told)


def read(engine: Warehouse, sign: str, *cells: str) -> list[Any]:
    fill(engine, list(cells))
    return [row["value"] for row in engine.rows(f"SELECT {number_sql('c1', sign)} AS value FROM raw")]


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1", "20"], "."),
        (["12.5", "3"], "."),
        (["0.125"], "."),
        (["1234.567"], "."),
        (["1,234.5"], "."),
        (["1,234,567"], "."),
        (["1,234", "2.5"], "."),
        (["$1,234", "$0.50"], "."),
        (["1'234.5"], "."),
        (["12,5", "3"], ","),
        (["1.234,56"], ","),
        (["1.234", "0,5"], ","),
        (["1.234.567"], ","),
        (["1 234,5"], ","),
        (["-,5"], ","),
        (["abc", None, ""], "."),
    ],
)
def test_the_sign_is_what_the_cells_settle(engine: Warehouse, cells: list[str | None], sign: str) -> None:
    assert sign_of(engine, cells) == sign


@pytest.mark.parametrize("cells", [["1,234"], ["1.234"], ["1,234", "5.678"], ["12", "999,999"]])
def test_what_can_be_read_in_two_ways_is_not_guessed(engine: Warehouse, cells: list[str | None]) -> None:
    with pytest.raises(MisuseError, match="two ways") as caught:
        sign_of(engine, cells)
    assert caught.value.code == "ambiguous_numbers"
    assert f"'{max(cells, key=lambda cell: len(cell or ''))}'" in caught.value.message
    assert "decimal" in caught.value.hint


def test_a_column_that_mixes_both_is_told_with_its_counts(engine: Warehouse) -> None:
    with pytest.raises(MisuseError, match="2 cells have a decimal point, 1 a decimal comma"):
        sign_of(engine, ["1.5", "2.5", "3,5", "4,000"])


def test_another_column_of_numbers_settles_it(engine: Warehouse) -> None:
    assert sign_of(engine, ["1,234"], ["0.5"]) == "."
    assert sign_of(engine, ["1.234"], ["0,5"]) == ","
    with pytest.raises(MisuseError):
        sign_of(engine, ["1,234", "2,345"], ["0.5", "see 1.5"])


def test_a_count_has_no_decimals_and_a_program_writes_points(engine: Warehouse) -> None:
    assert sign_of(engine, ["1,234"], is_count=True) == "."
    assert sign_of(engine, ["1.234"], is_count=True) == ","
    assert sign_of(engine, ["1.234"], has_points=True) == "."
    with pytest.raises(MisuseError):
        sign_of(engine, ["1,234"], has_points=True)


def test_numbers_are_read_by_their_sign(engine: Warehouse) -> None:
    assert read(engine, ".", "1,234.5", "1 234", "1'234.5", "€ 12.5", "-3", "1e3", ".5") == [
        *(1234.5, 1234, 1234.5, 12.5, -3, 1000, 0.5)
    ]
    assert read(engine, ",", "1.234,5", "1 234", "12,5 €", "-,5", "12,", "1234") == [1234.5, 1234, 12.5, -0.5, 12, 1234]


def test_what_is_no_number_is_null(engine: Warehouse) -> None:
    assert read(engine, ".", "abc", "", "inf", "NaN", "1,23", "12,5", "1.2.3") == [None] * 7
    assert read(engine, ",", "12.5", "1,2,3", "inf") == [None] * 3


def test_a_decimal_comma_is_found_told_and_kept_for_mended_rows(home: Home) -> None:
    text = "contact_id;entered_at;channel;wait_s;talk_s\nC1;2026-01-01;phone;12,4;1.234,5\nC2;2026-01-02;phone;7;3\n"
    assert counts(bring(home, text, entity="contact")) == (2, 2, 0, 0)
    found = home.warehouse.rows("SELECT wait_s, talk_s FROM contact ORDER BY contact_id")
    assert found == [{"wait_s": 12, "talk_s": 1235}, {"wait_s": 7, "talk_s": 3}]
    assert "," in home.ledger.batches()[0].formats.values()


def test_the_mapping_states_the_sign_of_a_field_or_of_the_file(home: Home) -> None:
    text = 'id;at;wait;talk\nC1;2026-01-01;"1,234";"2,500"\n'
    body = 'contact_id = "id"\nentered_at = "at"\nchannel = { constant = "phone" }\nwait_s = "wait"\n'
    start = 'source = "s"\n[file]\nentity = "contact"\n'
    asked = bring(home, text, mapping=f'{start}[fields]\n{body}talk_s = "talk"\n')
    assert asked.error
    assert (asked.error["code"], asked.exit_code) == ("ambiguous_numbers", 2)
    stated = f'{start}decimal = "."\n[fields]\n{body}talk_s = {{ column = "talk", decimal = "," }}\n'
    assert counts(bring(home, text, mapping=stated)) == (1, 1, 0, 0)
    assert home.warehouse.row("SELECT wait_s, talk_s FROM contact") == {"wait_s": 1234, "talk_s": 3}


def test_an_expression_reads_a_column_as_its_cells_are_written(home: Home) -> None:
    text = "id;at;wait\nC1;2026-01-01;90,5\nC2;2026-01-01;30\n"
    mapping = (
        'source = "s"\n[file]\nentity = "contact"\n[fields]\ncontact_id = "id"\nentered_at = "at"\n'
        'channel = { constant = "phone" }\nwait_s = { expr = "wait * 2" }\n'
    )
    counts(bring(home, text, mapping=mapping))
    assert [row["wait_s"] for row in home.warehouse.rows("SELECT wait_s FROM contact ORDER BY 1")] == [60, 181]
