"""Read text in any encoding as UTF-8: find which one a file is in, and copy it where it is another."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from firstline.errors import MisuseError, UnreadableError

PIECE = 1 << 20
SAMPLE_BYTES = 1 << 18
NEAR_BYTES = 1 << 14
"""How much text on either side of a letter tells which encoding it is in."""
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = {
    b"\x1f\x8b": "a gzip archive: name it .csv.gz or .jsonl.gz",
    b"PK\x03\x04": "a zip archive or workbook: name it .zip or .xlsx",
    b"PAR1": "a Parquet file: name it .parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as .xlsx",
    b"%PDF": "a PDF document: export the data as CSV",
}
"""How files begin that are no text, and what to do with them."""
FAMILIAR = ["cp1252", "cp1250", "cp1251", "iso8859_15"]
FALLBACK = "cp1252"
MANY_CONTROLS = 0.02
"""A text has line breaks and tabs, hardly ever another control character."""


@dataclass(frozen=True)
class Utf8Text:
    """A file as UTF-8: itself or a copy in the scratch folder, the encoding it was in, and what warnings should say."""

    path: Path
    encoding: str
    notes: tuple[str, ...] = ()


def as_utf8(path: Path, name: str, encoding: str, scratch: Path) -> Utf8Text:
    """Read a text file as UTF-8. `encoding` is the stated one or "auto".

    Raises UnreadableError for a file that is empty, no text, or in another encoding than stated; MisuseError for an
    encoding that does not exist.
    """
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise UnreadableError("empty_file", f"{name} is empty.", "Export it again with its header row.")
    stated = known_encoding(encoding) if encoding != "auto" else _marked(name, sample)
    target = scratch / "transcoded"
    if stated not in (None, "utf-8"):
        return _copied(path, name, str(stated), target)
    stray = _first_stray(path)
    if stray is None:
        return Utf8Text(path, "utf-8")
    if stated is not None:
        raise _wrong_encoding(name, "utf-8", f"byte {stray.place:,} does not belong to it")
    if not stray.is_alone:
        best = from_bytes(stray.around, cp_isolation=FAMILIAR).best()
        return _copied(path, name, best.encoding if best else FALLBACK, target)
    return _patched(path, target)


@dataclass(frozen=True)
class _Stray:
    """The first place that is not UTF-8; `is_alone` where other text than ASCII came before it and was."""

    place: int
    around: bytes
    is_alone: bool


def known_encoding(encoding: str) -> str:
    """The plain name of an encoding of text. Raises MisuseError for any other name."""
    try:
        # some codecs, such as base64, are found but encode no text
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        hint = 'Use a name such as "utf-8", "utf-16" or "windows-1252", or "auto".'
        raise MisuseError("bad_mapping", f"encoding = {encoding!r} is not an encoding.", hint) from None


def _marked(name: str, sample: bytes) -> str | None:
    """The encoding that a file's first bytes give away, None for what can only be UTF-8 or of one byte a letter."""
    for mark, known in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return known
    for begins, what in SIGNATURES.items():
        if sample.startswith(begins):
            raise UnreadableError("not_text", f"{name} is not a text file.", f"It begins like {what}.")
    if b"\x00" in sample:
        return _wide(sample, name)
    controls = sum(sample.count(code) for code in range(32) if code not in b"\t\n\r\f\x1a")
    if controls > MANY_CONTROLS * len(sample):
        raise _not_text(name)
    return None


def _first_stray(path: Path) -> _Stray | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    before, place, is_ascii = b"", 0, True
    with path.open("rb") as stream:
        while True:
            piece = stream.read(PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                # the decoder may have held back a few bytes of the piece before
                start = max(error.start - (len(error.object) - len(piece)), 0)
                near = before[-NEAR_BYTES:] + piece
                around = near[max(len(near) - len(piece) + start - NEAR_BYTES, 0) :][: 2 * NEAR_BYTES]
                return _Stray(place + start, around, not (is_ascii and piece[:start].isascii()))
            if not piece:
                return None
            is_ascii = is_ascii and piece.isascii()
            before, place = piece, place + len(piece)


def _wide(sample: bytes, name: str) -> str:
    """UTF-16 without a mark has every other byte zero where it is mostly Latin; other zeros are no text."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.02 * half:
        return "utf-16-be"
    raise _not_text(name)


def _not_text(name: str) -> UnreadableError:
    return UnreadableError("not_text", f"{name} is not a text file.", "Export it as CSV, JSON Lines, XLSX or Parquet.")


def _wrong_encoding(name: str, encoding: str, problem: str) -> UnreadableError:
    hint = 'State the encoding in the mapping: [file] encoding = "...".'
    return UnreadableError("wrong_encoding", f"{name} is not {encoding}: {problem}.", hint)


def _copied(path: Path, name: str, encoding: str, target: Path) -> Utf8Text:
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while piece := source.read(PIECE):
                out.write(piece)
    except UnicodeError as error:
        raise _wrong_encoding(name, encoding, str(error)) from None
    return Utf8Text(target, encoding)


def _patched(path: Path, target: Path) -> Utf8Text:
    """A copy in which the lines that are not UTF-8, as the others are, are read as Windows text."""
    strays = 0
    with path.open("rb") as source, target.open("wb") as out:
        while line := source.readline(16 * PIECE):
            try:
                line.decode()
            except UnicodeDecodeError:
                strays += 1
                line = line.decode(FALLBACK, errors="replace").encode()
            out.write(line)
    note = f"The file is UTF-8, but {strays:,} of its lines are not: those were read as {FALLBACK}."
    return Utf8Text(target, "utf-8", (note,))
