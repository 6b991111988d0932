"""Whatever bytes come under whatever name: a reader gives rows and rejects, or says in words why it cannot."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline.home import Home
from firstline.intake.reading.kinds import KINDS
from tests.homes import bring, counts
from tests.intake.reading.given import given as read
from tests.intake.reading.given import gzipped, parquet, workbook, zipped

QUICK = settings(
    max_examples=40, deadline=timedelta(seconds=60), derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
PLAIN = st.text("abcXYZ0189.,;-:/ \"'\n\r\t|éß€", max_size=6)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(PLAIN, min_size=width, max_size=width), min_size=1, max_size=8)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3),
    max_leaves=8,
)


def as_text(rows: list[list[str]], delimiter: str, end: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


def told(content: bytes | str, name: str) -> None:
    """Read; `read` itself holds that rows and rejects add up. An error has a code, words and a way out."""
    found = read(content, name)
    if found.error is not None:
        assert found.error.code
        assert found.error.message.endswith(".")
        assert found.error.exit_code in (1, 2)


@QUICK
@given(content=st.binary(max_size=300), name=st.sampled_from([*KINDS, ".csv.gz", ".jsonl.gz"]))
def test_any_bytes_under_any_name(content: bytes, name: str) -> None:
    told(content, "a" + name)


@QUICK
@given(text=st.text('abc12,;\t|"\n\r ', max_size=120), name=st.sampled_from([".csv", ".tsv", ".txt"]))
def test_any_text_as_a_table(text: str, name: str) -> None:
    told(text, "a" + name)


@QUICK
@given(rows=TABLES, delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_writes_is_what_is_read(rows: list[list[str]], delimiter: str, end: str) -> None:
    header = [f"name{index}" for index in range(len(rows[0]))]
    found = read(as_text([header, *rows], delimiter, end), header_row=1, delimiter=delimiter, skip_total=False)
    assert found.headers == tuple(header)
    assert [[cell or "" for cell in row] for row in found.cells] == rows
    assert sorted(found.rows or {}) == list(range(1, len(rows) + 1))


@QUICK
@given(text=st.text('{}[]":,\\u d8001eE.-ntf\n', max_size=80), name=st.sampled_from([".json", ".jsonl"]))
def test_any_text_as_json(text: str, name: str) -> None:
    told(text, "a" + name)


@QUICK
@given(records=st.lists(st.dictionaries(CELLS, JSON, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_objects_as_lines_and_as_an_array(records: list[dict[str, object]]) -> None:
    lines = read("\n".join(json.dumps(record) for record in records) + "\n", "a.jsonl")
    array = read(json.dumps(records), "a.json")
    assert lines.code == array.code
    if lines.error is None:
        assert (lines.headers, lines.cells) == (array.headers, array.cells)
        assert len(lines.cells) == len(records)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("a.csv.gz", lambda: gzipped("id,name\nT1,a\n" * 9)),
        ("a.zip", lambda: zipped({"a.csv": "id,name\nT1,a\n" * 9})),
        ("a.xlsx", lambda: workbook({"A": [["id", "name"], ["T1", 5]]})),
        ("a.parquet", lambda: parquet("SELECT 'T1' AS id, 5 AS name, DATE '2026-01-01' AS day")),
    ],
)
def test_damaged_files(name: str, whole: Callable[[], bytes], damage: str) -> None:
    content = whole()

    @settings(QUICK, max_examples=15)
    @given(place=st.integers(0, len(content) - 1), bit=st.integers(0, 7))
    def holds(place: int, bit: int) -> None:
        if damage == "cut":
            told(content[:place], name)
        else:
            told(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :], name)

    holds()


WHOLE = "ticket_id;opened_at;account_id;type\n" + "".join(
    f'T{n};2026-01-{1 + n:02d} 10:00;A{n};"trouble"\n' for n in range(9)
)


def test_an_import_of_any_damaged_table_adds_up(home: Home) -> None:
    @settings(QUICK, max_examples=12)
    @given(
        place=st.integers(0, len(WHOLE)),
        gone=st.integers(0, 30),
        put=st.sampled_from(
            ["", ";", '"', "\n", "\0", "T1", "T1;2026-01-01;;\n", "é", "\r", "-5", "1970-01-01", ";;;;"]
        ),
        name=st.sampled_from(["a.csv", "a.txt", "a.tsv"]),
    )
    def holds(place: int, gone: int, put: str, name: str) -> None:
        record = bring(
            home,
            (WHOLE[:place] + put + WHOLE[place + gone :]).encode("cp1252"),
            name=name,
            entity="ticket",
            dry_run=True,
        )
        if record.error is None:
            read, *parts = counts(record)
            assert read == sum(parts)
            assert sum(record.reasons.values()) == record.quarantined
        else:
            assert record.exit_code in (1, 2)
            assert record.error["hint"]

    holds()
