"""Marks of times that no clock shows, or one shows twice, so that a rule decided which instant each is."""

from __future__ import annotations

from collections.abc import Iterable

SKIPPED, TWICE = "skipped", "twice"
RULES = {
    SKIPPED: "the change to summer time skips this local time; read with the offset in force before it",
    TWICE: "this local time occurs twice when the clocks go back; read as the later of the two",
}
"""What each mark says of a time, with the rule that was used."""


def mark_of(field: str, kind: str) -> str:
    """The mark of one field of a row; those of several fields are joined by commas."""
    return f"{field}={kind}"


def marks_in_words(marks: str, corrected: Iterable[str] = (), place: str = "") -> list[str]:
    """What the marks of a row say, a sentence for each field that no person corrected; `place` is said before it.

    >>> marks_in_words("opened_at=twice,due_at=skipped", corrected=["due_at"])
    ['opened_at: this local time occurs twice when the clocks go back; read as the later of the two']
    """
    pairs = (each.split("=") for each in marks.split(","))
    left_out = {*corrected}
    return [f"{place}{field}: {RULES[kind]}" for field, kind in pairs if field not in left_out]
