"""gzip and zip of all kinds, and archives that are damaged, hostile or nested."""

from __future__ import annotations

import pytest

from firstline.intake.reading import unpacking
from tests.intake.reading.given import given, gzipped, workbook, zipped
from tests.intake.reading.given import parquet as as_parquet

ROWS = [["id", "name"], ["T1", "a"], ["T2", "b"]]
TEXT = "id,name\nT1,a\nT2,b\n"
LINES = '{"id": "T1", "name": "a"}\n{"id": "T2", "name": "b"}\n'


@pytest.fixture(scope="module")
def parquet() -> bytes:
    return as_parquet("SELECT * FROM (VALUES ('T1', 'a'), ('T2', 'b')) t(id, name)")


def content(kind: str, parquet: bytes) -> bytes:
    """The same two rows as a file of this kind."""
    if kind == "xlsx":
        return workbook({"A": ROWS})
    texts = {"csv": TEXT, "tsv": TEXT.replace(",", "\t"), "txt": TEXT.replace(",", ";"), "jsonl": LINES}
    texts |= {"ndjson": LINES, "json": f"[{LINES.strip().replace(chr(10), ',')}]"}
    return parquet if kind == "parquet" else texts[kind].encode()


@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "parquet"])
def test_every_kind_is_read_plain_gzipped_and_zipped(kind: str, parquet: bytes) -> None:
    plain = content(kind, parquet)
    for found in (
        given(plain, f"a.{kind}"),
        given(gzipped(plain), f"a.{kind}.gz"),
        given(zipped({f"in/a.{kind}": plain}), "a.zip"),
        given(zipped({f"in/a.{kind}": plain}), f"a.zip/in/a.{kind}", member=f"in/a.{kind}"),
    ):
        assert (found.headers, found.cells) == (("id", "name"), ROWS[1:])


@pytest.mark.parametrize("end", [1, 8, 12, 30])
def test_a_truncated_gzip_file_is_refused(end: int) -> None:
    found = given(gzipped(TEXT * 50)[:-end], "a.csv.gz")
    assert found.code in ("truncated", "unreadable_archive")
    assert found.error
    assert found.error.exit_code == 1


def test_what_is_no_archive_is_refused() -> None:
    assert given(TEXT, "a.csv.gz").code == "unreadable_archive"
    assert given(TEXT, "a.zip").code == "unreadable_archive"
    assert given(zipped({"a.csv": TEXT * 100})[:-40], "a.zip").code == "unreadable_archive"


def test_an_archive_that_expands_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "HARMLESS_BYTES", 1_000_000)
    bomb = "x" * 20_000_000
    for found in (given(gzipped(bomb), "a.csv.gz"), given(zipped({"a.csv": bomb}), "a.zip")):
        assert found.code == "expands_too_far"
    monkeypatch.setattr(unpacking, "MAX_RATIO", 10_000)
    monkeypatch.setattr(unpacking, "MAX_BYTES", 2_000_000)
    assert given(gzipped(bomb), "a.csv.gz").code == "expands_too_far"


def test_what_an_archive_says_of_its_sizes_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "HARMLESS_BYTES", 1_000_000)
    packed = bytearray(zipped({"a.csv": "x" * 20_000_000}))
    size = (20_000_000).to_bytes(4, "little")
    while (place := packed.find(size)) >= 0:
        packed[place : place + 4] = (100).to_bytes(4, "little")
    assert given(bytes(packed), "a.zip").code in ("expands_too_far", "unreadable_archive")


def test_archives_in_archives_are_refused() -> None:
    for name, inner in {"b.zip": zipped({"a.csv": TEXT}), "b.csv.gz": gzipped(TEXT), "b.tar": b"x"}.items():
        found = given(zipped({name: inner}), f"a.zip/{name}", member=name)
        assert found.code in ("nested_archive", "unknown_format")
    assert given(zipped({"b.csv.gz": gzipped(TEXT)}), "a.zip").code == "nested_archive"
    assert given(gzipped(zipped({"a.csv": TEXT})), "a.zip.gz").code == "unknown_format"


def test_an_encrypted_archive_is_refused() -> None:
    packed = bytearray(zipped({"a.csv": TEXT}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(signature) + flags] |= 1
    assert given(bytes(packed), "a.zip").code == "encrypted"


def test_members_are_never_paths() -> None:
    found = given(zipped({"../../escaped.csv": TEXT}), "a.zip/../../escaped.csv", member="../../escaped.csv")
    assert found.cells == ROWS[1:]


def test_an_archive_of_several_files_asks_which_and_one_without_any_is_empty() -> None:
    two = zipped({"a.csv": TEXT, "__MACOSX/a.csv": "x", "b.csv": TEXT, ".DS_Store": "x"})
    found = given(two, "x.zip")
    assert found.code == "several_members"
    assert found.error
    assert "a.csv, b.csv" in found.error.message
    assert given(zipped({}), "x.zip").code == "empty_file"
    assert given(two, "x.zip/c.csv", member="c.csv").code == "no_such_file"
    twice = two.replace(b"b.csv", b"a.csv")
    assert given(twice, "x.zip").code == "repeated_member"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.gz", "a.png.gz", "a.csv.bak"])
def test_a_kind_that_is_not_read_is_named_with_those_that_are(name: str) -> None:
    found = given(TEXT, name)
    assert found.code == "unknown_format"
    assert found.error
    assert ".jsonl" in found.error.hint


def test_truncated_workbooks_and_parquet_files_are_refused(parquet: bytes) -> None:
    book = workbook({"A": ROWS})
    for end in (1, 100, len(book) // 2):
        assert given(book[:-end], "a.xlsx").code == "unreadable_workbook"
    for end in (1, 100, len(parquet) - 8):
        assert given(parquet[:-end], "a.parquet").code == "unreadable_parquet"
