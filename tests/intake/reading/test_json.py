"""JSON and JSON Lines: every value as it is written, and a reject for what is no object."""

from __future__ import annotations

import pytest

from firstline.intake.reading import json_document, json_lines, records
from tests.intake.reading.given import given, gzipped

LINES = '{"id": "00123", "n": 1E5}\n{"id": "1E5", "n": 1.10, "big": 12345678901234567890123}\n'


def test_values_stay_as_they_are_written() -> None:
    found = given(LINES, "t.jsonl")
    assert found.headers == ("id", "n", "big")
    assert found.rows == {1: ["00123", "1E5", None], 2: ["1E5", "1.10", "12345678901234567890123"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson", "t.json"])
def test_lines_are_read_in_any_encoding_and_by_any_name(encoding: str, name: str) -> None:
    text = '{"id": "Zoë"}\n{"id": "b"}\n'
    assert given(text.encode(encoding), name).cells == [["Zoë"], ["b"]]


def test_nested_objects_become_columns_and_arrays_stay_json() -> None:
    text = '{"id":1,"contact":{"phone":"5","at":{"x":true}},"tags":["a",1.50,{"b":null}],"e":{},"z":null}\n'
    found = given(text, "t.jsonl")
    assert found.headers == ("id", "contact.phone", "contact.at.x", "tags", "z")
    assert found.cells == [["1", "5", "true", '["a",1.50,{"b":null}]', None]]


def test_a_key_with_a_dot_is_not_the_nested_one() -> None:
    found = given('{"a.b": 1, "a": {"b": 2}}\n', "t.jsonl")
    assert (found.headers, found.cells) == (("a.b", "a.b (2)"), [["1", "2"]])


def test_text_with_line_breaks_quotes_and_no_letters_at_all_comes_through() -> None:
    found = given('{"a": "x\\ny,\\"z\\"", "b": "\\u0000|\\ud83d\\ude00"}\n', "t.jsonl")
    assert found.cells == [['x\ny,"z"', "\0|😀"]]


def test_lines_that_are_no_objects_are_rejects_with_their_number_and_text() -> None:
    text = '{"id": 1}\n\n{"id": 2\n[1]\n{"id": 3, "id": 4}\n{"id": "\\ud800"}\n{"id": 5}'
    found = given(text, "t.jsonl")
    assert found.rows == {1: ["1"], 7: ["5"]}
    assert found.rejects == {
        3: (json_lines.BROKEN, '{"id": 2'),
        4: (json_lines.NOT_AN_OBJECT, "[1]"),
        5: (json_lines.BROKEN, '{"id": 3, "id": 4}'),
        6: (json_lines.BROKEN, '{"id": "\\ud800"}'),
    }


def test_a_line_without_end_is_a_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LONGEST_ROW", 100)
    found = given('{"id": 1}\n{"id": "' + "x" * 1000 + '"}\n{"id": 3}\n', "t.jsonl")
    assert found.rows == {1: ["1"], 3: ["3"]}
    assert found.rejects is not None
    assert found.rejects[2][0] == json_lines.TOO_LONG


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 1}, {"id": 2}]',
        '\ufeff [\n{"id": 1},\n{"id": 2}\n]\n',
        '{"tickets": [{"id": 1}, {"id": 2}], "count": 2, "tags": ["a"]}',
        '{"meta": {"page": 1}, "data": {"tickets": [{"id": 1}, {"id": 2}]}}',
    ],
)
def test_an_array_of_objects_is_found_where_it_is(text: str) -> None:
    assert given(text, "t.json").rows == {1: ["1"], 2: ["2"]}


def test_of_several_arrays_the_mapping_must_say_which() -> None:
    text = '{"tickets": [{"id": 1}], "data": {"users": [{"id": 2}, {"id": 3}]}}'
    found = given(text, "t.json")
    assert found.code == "several_arrays"
    assert found.error
    assert found.error.exit_code == 2
    assert "'tickets' (1)" in found.error.message
    assert given(text, "t.json", records="data.users").cells == [["2"], ["3"]]
    assert "Did you mean 'data.users'?" in str(given(text, "t.json", records="data.user").error)


def test_one_object_is_one_row() -> None:
    assert given('{\n "id": 1,\n "open": true\n}', "t.json").cells == [["1", "true"]]


def test_items_of_an_array_that_are_no_objects_are_rejects() -> None:
    found = given('[{"id": 1}, 2, null, {"id": "\\ud800"}]', "t.json")
    assert found.rows == {1: ["1"]}
    assert found.rejects is not None
    assert [found.rejects[n][0] for n in (2, 3, 4)] == ["not_an_object", "not_an_object", "broken_json"]


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("[]", "t.json", "no_objects"),
        ('{"tickets": []}', "t.json", "no_objects"),
        ("[1, 2]", "t.json", "no_objects"),
        ("5", "t.json", "no_objects"),
        ('[{"id": 1}', "t.json", "broken_json"),
        ("[" * 100_000, "t.json", "broken_json"),
        ('{"id": 1}{', "t.json", "broken_json"),
        ("nothing\n", "t.jsonl", "no_objects"),
        ("", "t.jsonl", "empty_file"),
        (b"\x00\x01\x02\x03\xff" * 9, "t.jsonl", "not_text"),
    ],
)
def test_what_holds_no_objects_is_refused(text: str | bytes, name: str, code: str) -> None:
    found = given(text, name)
    assert found.code == code
    assert found.error
    assert found.error.exit_code == 1


def test_one_value_has_a_limit_and_lines_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "MAX_BYTES", 1000)
    rows = [f'{{"id": {number}}}' for number in range(200)]
    found = given(f"[{','.join(rows)}]", "t.json")
    assert found.code == "too_large"
    assert found.error
    assert "JSON Lines" in found.error.hint
    assert len(given("\n".join(rows), "t.json").cells) == 200


def test_ids_as_keys_are_no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_COLUMNS", 50)
    assert given('{"by_id": {' + ",".join(f'"T{n}": 1' for n in range(60)) + "}}\n", "t.jsonl").code == (
        "too_many_columns"
    )


def test_numbers_in_lines_are_not_taken_for_titles_or_totals() -> None:
    text = '{"name": "Total", "n": 1}\n{"name": "Total", "n": 2}\n'
    assert len(given(text, "t.jsonl").cells) == 2


def test_gzipped_lines_are_the_same() -> None:
    assert given(gzipped(LINES), "t.jsonl.gz").rows == given(LINES, "t.jsonl").rows
