"""Files of the inbox that could not be imported: looked through, as text, for a person who is forgotten."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from firstline.durable import sync_folder
from firstline.home import INBOX
from firstline.refresh.inbox import FAILED, REPORT
from firstline.refresh.mentions import Mentions
from firstline.refresh.telltale import Certainty, Telltale


class CannotSearchError(Exception):
    """Says within this module that a file is packed or encrypted so that its texts cannot be seen."""


PIECE = 4 << 20
OVERLAP = 4096
"""Bytes: what tells of a person is shorter than this, and may stand across two pieces."""
ENCODINGS = (("utf-8", 0), ("cp1252", 0), ("utf-16-le", 0), ("utf-16-le", 1), ("utf-16-be", 0))
"""With the byte to begin at: in a workbook of the older kind two bytes that are one letter may lie either way."""
DEEPEST = 3
"""So many packings are looked into, one within the other."""
PACKED: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
ZIPPED = b"PK\x03\x04"
CLOSED = (b"%PDF", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd", b"PAR1")
"""How files begin whose texts are packed in ways that are not looked into."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Stands in a workbook with a password."""
UNREADABLE = (
    CannotSearchError,
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
)


@dataclass(frozen=True)
class FailedFiles:
    """Files below `inbox/*/failed`, as paths below the home: those that tell of the person, and those to be looked
    into by somebody, as they could not be searched or hold no more than the full name."""

    telling: tuple[str, ...]
    unsure: tuple[str, ...]


def search_failed(home: Path, mentions: Mentions) -> FailedFiles:
    """Look through every failed file of a home, and through its report."""
    telling, unsure = [], []
    for path in sorted((home / INBOX).glob(f"*/{FAILED}/*")):
        if path.is_file() and not path.name.endswith(REPORT):
            found = _certainty(path, mentions.telltale)
            if found in mentions.erased:
                telling.append(path.relative_to(home).as_posix())
            elif found is not None:
                unsure.append(path.relative_to(home).as_posix())
    return FailedFiles(tuple(telling), tuple(unsure))


def remove_failed(home: Path, names: Sequence[str]) -> None:
    """Remove failed files, each with its report."""
    for name in names:
        path = home / name
        path.unlink(missing_ok=True)
        path.with_name(path.name + REPORT).unlink(missing_ok=True)
        sync_folder(path.parent)


def _certainty(path: Path, telltale: Telltale) -> Certainty | Literal["closed"] | None:
    """How certainly a file tells of the person, in name, text or report; "closed" if that cannot be seen."""
    found: set[Certainty | None] = {telltale.certainty(path.name)}
    is_closed = False
    for each in (path, path.with_name(path.name + REPORT)):
        try:
            if each.is_file():
                with each.open("rb") as stream:
                    found.update(telltale.certainty(text) for text in _texts(stream, 0))
        except UNREADABLE:
            is_closed = True
    if "sure" in found:
        return "sure"
    return "closed" if is_closed else "name" if "name" in found else None


def _texts(stream: IO[bytes], depth: int) -> Iterator[str]:
    """The texts of a file in pieces, in every encoding that they may be in; what is packed is unpacked."""
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(CLOSED) or (depth == DEEPEST and head.startswith((ZIPPED, *PACKED))):
        raise CannotSearchError
    if head.startswith(ZIPPED):
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                yield member.filename
                with archive.open(member) as inner:
                    yield from _texts(inner, depth + 1)
        return
    opened = next((opened for begins, opened in PACKED.items() if head.startswith(begins)), None)
    if opened is not None:
        with opened(stream) as inner:
            yield from _texts(inner, depth + 1)
        return
    before = b""
    while piece := stream.read(PIECE):
        if ENCRYPTED in piece:
            raise CannotSearchError
        yield from ((before + piece)[first:].decode(encoding, "ignore") for encoding, first in ENCODINGS)
        before = piece[-OVERLAP:]
