"""A first pass over a text file's bytes: whether it is so plain that the engine can be left alone with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
LINE_ENDS = (b"\r\n", b"\n", b"\r")


@dataclass(frozen=True)
class Survey:
    """`line_end` is the file's only kind of line end, None where it has several; `has_blanks` whether two follow each
    other before the end of the file; `lines` how many lines there are, None where a quoted cell may hold several."""

    line_end: bytes | None
    has_blanks: bool
    lines: int | None

    @property
    def is_plain(self) -> bool:
        """Whether every row is where the engine takes it to be: it loses its way between several kinds of line end,
        and counts no blank rows."""
        return self.line_end is not None and not self.has_blanks


def survey(path: Path) -> Survey:
    """Look through a file once. A line break within a quoted cell counts as a line end, too."""
    counts = dict.fromkeys(LINE_ENDS, 0)
    has_blanks = has_quotes = False
    end = _end_of_text(path)
    with path.open("rb") as stream:
        held = before = b""
        while stream.tell() < end and (piece := stream.read(min(PIECE, end - stream.tell()))):
            text = held + piece
            # a line end of two bytes may be cut in two: its first is looked at with the next piece
            held = b"\r" if text.endswith(b"\r") and stream.tell() < end else b""
            text = text[: len(text) - len(held)]
            pairs = text.count(b"\r\n")
            found = {b"\r\n": pairs, b"\n": text.count(b"\n") - pairs, b"\r": text.count(b"\r") - pairs}
            counts = {kind: counts[kind] + found[kind] for kind in LINE_ENDS}
            has_quotes = has_quotes or b'"' in text
            has_blanks = has_blanks or any(kind * 2 in before + text for kind in LINE_ENDS)
            before = text[-3:]
    kinds = [kind for kind, count in counts.items() if count]
    return Survey(
        line_end=kinds[0] if len(kinds) == 1 else None if kinds else b"\n",
        has_blanks=has_blanks,
        lines=None if has_quotes else sum(counts.values()) + 1,
    )


def _end_of_text(path: Path) -> int:
    """How long a file is without the line ends at its end."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - PIECE, 0))
        tail = stream.read()
    return size - len(tail) + len(tail.rstrip(b"\r\n"))
