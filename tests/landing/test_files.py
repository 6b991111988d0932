"""A landed file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from firstline.durable import write_durably
from firstline.landing.files import batch_number, batch_path, set_aside_strays, sha256_of


def an_x(path: Path) -> None:
    """Write the shortest file."""
    path.write_bytes(b"x")


def test_a_file_appears_only_when_it_is_written_whole(tmp_path: Path) -> None:
    target = tmp_path / "ticket" / "00000001.parquet"
    seen: list[bool] = []

    def write(path: Path) -> None:
        path.write_bytes(b"rows")
        seen.append(target.exists())

    write_durably(target, write)
    assert seen == [False]
    assert target.read_bytes() == b"rows"
    assert list(target.parent.iterdir()) == [target]


def test_a_write_that_fails_leaves_no_file_of_that_name(tmp_path: Path) -> None:
    target = tmp_path / "ticket" / "00000001.parquet"

    def fail(path: Path) -> None:
        path.write_bytes(b"ro")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_durably(target, fail)
    assert not target.exists()
    assert set_aside_strays(tmp_path, set()) == []
    assert list(target.parent.iterdir()) == []


def test_files_that_no_accepted_batch_lists_are_set_aside_not_deleted(tmp_path: Path) -> None:
    for number in (1, 2):
        write_durably(tmp_path / batch_path("ticket", number), an_x)
    moved = set_aside_strays(tmp_path, {batch_path("ticket", 1)})
    assert moved == [tmp_path / "aside" / batch_path("ticket", 2)]
    assert moved[0].read_bytes() == b"x"
    assert (tmp_path / batch_path("ticket", 1)).exists()
    assert set_aside_strays(tmp_path, {batch_path("ticket", 1)}) == []


def test_a_files_name_carries_its_batch_and_its_hash_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / batch_path("ticket", 12)
    assert batch_number(path) == 12
    write_durably(path, an_x)
    before = sha256_of(path)
    path.write_bytes(b"y")
    assert sha256_of(path) != before
