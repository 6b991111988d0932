"""Files of the inbox that could not be imported are looked through for a forgotten person, packed or not."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from firstline.home import Home
from firstline.refresh import failed_files
from firstline.refresh.failed_files import remove_failed, search_failed
from firstline.refresh.forgetting import forget
from firstline.refresh.mentions import Mentions
from firstline.refresh.telltale import telltale
from tests.homes import bring, moment
from tests.person import traces

HERS = "x;y\nring 303-555-0142 now\n"
ADA = Mentions(telltale([("phone", "303-555-0142"), ("name", "Ada Lövering")], ["S-7001"], "US"), names_too=False)
LATER = moment("2026-07-01")


def zipped(content: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.csv", content)
    return found.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["remark", HERS])
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def put(home: Path, name: str, content: bytes) -> str:
    folder = home / "inbox/desk/failed"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return f"inbox/desk/failed/{name}"


TELLING = {
    "plain": HERS.encode(),
    "utf-16": HERS.encode("utf-16"),
    "older workbook": b"\xd0\xcf\x11" + HERS.encode("utf-16-le"),
    "gzip": gzip.compress(HERS.encode()),
    "zip": zipped(HERS.encode()),
    "gzip in zip": zipped(gzip.compress(HERS.encode("utf-16-be"))),
    "bzip2": bz2.compress(HERS.encode()),
    "workbook": workbook(),
    "broken": b"\xff\xfe\x00 broken S-7001",
}
UNSURE = {
    "cut off gzip": gzip.compress(b"1;2;3" * 99)[:20],
    "pdf": b"%PDF-1.7 stream",
    "workbook with a password": "EncryptedPackage".encode("utf-16-le"),
    "the name alone": "asked by Ada L\u00f6vering".encode("cp1252"),
    "cut off zip": zipped(b"x")[:30],
}


@pytest.mark.parametrize("how", TELLING)
def test_a_file_that_tells_of_the_person_is_found(tmp_path: Path, how: str) -> None:
    name = put(tmp_path, "a.csv", TELLING[how])
    assert search_failed(tmp_path, ADA).telling == (name,)


@pytest.mark.parametrize("how", UNSURE)
def test_what_cannot_be_searched_or_has_only_the_name_is_told(tmp_path: Path, how: str) -> None:
    name = put(tmp_path, "a.csv", UNSURE[how])
    found = search_failed(tmp_path, ADA)
    assert (found.telling, found.unsure) == ((), (name,))


def test_a_file_of_others_is_left_alone_and_a_report_counts(tmp_path: Path) -> None:
    put(tmp_path, "b.csv", b"ring 303-555-0177, Lovering")
    assert search_failed(tmp_path, ADA) == failed_files.FailedFiles((), ())
    put(tmp_path, "b.csv.report.json", b'{"error": "no date in S-7001"}')
    assert search_failed(tmp_path, ADA).telling == ("inbox/desk/failed/b.csv",)
    remove_failed(tmp_path, search_failed(tmp_path, ADA).telling)
    assert [*(tmp_path / "inbox/desk/failed").iterdir()] == []


def test_it_is_found_across_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failed_files, "PIECE", 64)
    monkeypatch.setattr(failed_files, "OVERLAP", 32)
    put(tmp_path, "a.csv", b"." * 60 + HERS.encode() + b"." * 200)
    assert len(search_failed(tmp_path, ADA).telling) == 1


def test_forget_names_them_before_and_removes_them(home: Home) -> None:
    (home.path / "firstline.toml").write_text('country = "US"\n')
    bring(home, "account_id,subscriber_id,phone\nA-1,S-7001,303-555-0142\nA-2,S-7002,303-555-0177\n", entity="account")
    hers, closed = put(home.path, "a.gz", gzip.compress(HERS.encode())), put(home.path, "b.pdf", b"%PDF")
    tried = forget(home, "S-7001", LATER, is_trial=True)
    assert (home.path / hers).exists()
    told = forget(home, "S-7001", LATER)
    assert (tried.failed, tried.unsure) == (told.failed, told.unsure) == ((hers,), (closed,))
    assert not (home.path / hers).exists()
    assert traces(home.path / "inbox", ("303-555-0142",)) == {}
