"""Words for nothing are empty cells, and which ones were taken for that is told."""

from __future__ import annotations

from firstline.home import Home
from tests.homes import bring, counts

START = 'source = "s"\n[file]\nentity = "ticket"\n{}[fields]\nticket_id = "id"\nopened_at = "at"\nreason_code = {}\n'


def codes(home: Home) -> list[str | None]:
    return [row["reason_code"] for row in home.warehouse.rows("SELECT reason_code FROM ticket ORDER BY ticket_id")]


def test_words_for_nothing_are_null_and_told(home: Home) -> None:
    words = ["", " ", "-", "--", "N/A", "n/a", "#N/A", "null", "NULL", "?", " - ", "NaN", "\\N", "(null)"]
    rows = [f"T{number:02d},2026-01-01,{word}" for number, word in enumerate([*words, "x-y", "none", "n/a?"])]
    record = bring(home, "id,at,r\n" + "\n".join(rows), mapping=START.format("", '"r"'))
    assert counts(record) == (len(rows), len(rows), 0, 0)
    assert codes(home) == [None] * len(words) + ["x-y", "none", "n/a?"]
    (told,) = [warning for warning in record.warnings if "say nothing" in warning]
    assert "'-' in 'r' (2), '#N/A' in 'r' (1)" in told
    assert "x-y" not in told


def test_a_word_that_the_mapping_gives_a_meaning_is_no_nothing(home: Home) -> None:
    mapping = START.format("", '{ column = "r", values = { "-" = "unknown" } }')
    record = bring(home, "id,at,r\nT1,2026-01-01,-\nT2,2026-01-01,?\n", mapping=mapping)
    assert codes(home) == ["unknown", None]
    assert [warning for warning in record.warnings if "say nothing" in warning] == [
        "Cells that say nothing were read as empty: '?' in 'r' (1)."
    ]


def test_a_mapping_can_state_other_words(home: Home) -> None:
    mapping = START.format('null_words = ["none", "0"]\n', '"r"')
    bring(home, "id,at,r\nT1,2026-01-01,None\nT2,2026-01-01,-\nT3,2026-01-01,0\n", mapping=mapping)
    assert codes(home) == [None, "-", None]


def test_an_id_that_says_nothing_is_missing(home: Home) -> None:
    assert bring(home, "ticket_id,opened_at\nnull,2026-01-01\n").reasons == {"missing_key": 1}
