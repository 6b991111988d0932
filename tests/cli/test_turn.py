"""What follows a piece of work waits for the last one of a command, whatever the server does in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firstline.cli.turn import Turn

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pieces", "followed_by"),
    [
        ("p", [1]),
        ("a", [1]),
        ("ffp", [3]),
        # the server's own errand falls between two files of one command
        ("faap", [4]),
        ("fapa", [3, 4]),
    ],
)
def test_an_errand_leaves_what_follows_to_the_command_under_way(pieces: str, followed_by: list[int]) -> None:
    """p: a piece of its own, or the last of a command; f: one that another follows; a: an errand of the server."""
    turn, done, after = Turn(), 0, list[int]()
    turn.afterwards = lambda: after.append(done)
    for kind in pieces:
        with turn.taken(kind, NOW, is_followed=kind == "f", is_aside=kind == "a"):
            done += 1
    assert after == followed_by
