"""Unpack gzip and zip into the scratch folder, within limits: a small archive can hold more than any disk."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from firstline.errors import UnreadableError
from firstline.intake.reading.kinds import GZIPPED

MAX_BYTES = 50 * 1024**3
"""What one packed file may unpack to."""
MAX_RATIO = 250
"""How many times its packed size a file may unpack to; exports come to 5 to 50 times."""
HARMLESS_BYTES = 200_000_000
"""Up to this size no ratio is too large."""
MOST_MEMBERS = 2_000
PIECE = 1 << 20
ARCHIVES = (".zip", GZIPPED, ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")
ENCRYPTED = 0x1
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers put into archives beside the files."""


def gunzipped(path: Path, name: str, scratch: Path) -> Path:
    """The content of a gzip file, in the scratch folder. Raises UnreadableError for a damaged or too large one."""
    target = scratch / "unpacked"
    try:
        with gzip.open(path) as packed:
            _copy(packed, target, path.stat().st_size, name)
    except EOFError:
        raise UnreadableError("truncated", f"{name} ends before its content does.", "Copy it again, whole.") from None
    except (OSError, zlib.error) as error:
        problem = f"{name} is not a readable gzip file: {str(error).rstrip('.')}."
        raise UnreadableError("unreadable_archive", problem, "Pack it again.") from None
    return target


def member_names(path: Path, name: str) -> list[str]:
    """The files in a zip archive, in its order. Raises UnreadableError for one that is damaged or holds too much."""
    with _opened(path, name) as archive:
        items = archive.infolist()
    unpacked = sum(item.file_size for item in items)
    if len(items) > MOST_MEMBERS or unpacked > max(path.stat().st_size * MAX_RATIO, HARMLESS_BYTES):
        # each may be within the limits, and all of them together far beyond
        problem = f"{name} says to hold {len(items):,} files of {unpacked / 1e6:,.0f} MB."
        hint = (
            f"Up to {MOST_MEMBERS:,} files and {MAX_RATIO} times its size are read. Unpack it yourself if you trust it."
        )
        raise UnreadableError("expands_too_far", problem, hint)
    names = [item.filename for item in items if not _is_clutter(item)]
    if len(set(names)) < len(names):
        raise UnreadableError("repeated_member", f"{name} holds two files of one name.", "Pack it again.")
    return names


def unzipped(path: Path, member: str, name: str, scratch: Path) -> Path:
    """One file of a zip archive, in the scratch folder under a name of ours, whatever the archive calls it.

    Raises UnreadableError for a file that is encrypted, an archive itself, damaged or too large.
    """
    if member.lower().endswith(ARCHIVES):
        hint = "Unpack it and import what it holds."
        raise UnreadableError("nested_archive", f"{name} is an archive in an archive.", hint)
    target = scratch / "unpacked"
    with _opened(path, name) as archive:
        try:
            item = archive.getinfo(member)
        except KeyError:
            raise UnreadableError("no_such_file", f"There is no file {name}.", "Check the name.") from None
        if item.flag_bits & ENCRYPTED:
            raise UnreadableError("encrypted", f"{name} is protected by a password.", "Pack it without one.")
        with archive.open(item) as packed:
            _copy(packed, target, item.compress_size, name)
    return target


@contextmanager
def _opened(path: Path, name: str) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError, ValueError) as error:
        problem = f"{name} cannot be unpacked: {str(error).rstrip('.')}."
        raise UnreadableError("unreadable_archive", problem, "Pack it again as a plain zip file.") from None


def _is_clutter(item: ZipInfo) -> bool:
    base = item.filename.rsplit("/", 1)[-1]
    return item.is_dir() or item.filename.startswith(CLUTTER) or base in CLUTTER or base.startswith(".")


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, packed_bytes: int, name: str) -> None:
    """Copy within the limits: what an archive says of its sizes is not believed, what comes out is counted."""
    unpacked = 0
    with target.open("wb") as out:
        while piece := packed.read(PIECE):
            unpacked += len(piece)
            if unpacked > MAX_BYTES or unpacked > max(packed_bytes * MAX_RATIO, HARMLESS_BYTES):
                problem = f"{name} unpacks to more than {MAX_RATIO} times its size or {MAX_BYTES / 1024**3:.0f} GB."
                raise UnreadableError("expands_too_far", problem, "Unpack it yourself if you trust it.")
            out.write(piece)
