"""`firstline restated` lists published figures that are others now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstline.cli.turn import Turn
from tests.cli.commands import firstline
from tests.publishing.months import tickets


def test_an_import_publishes_and_the_next_one_restates(tmp_path: Path) -> None:
    """Takes 5 s: three commands, each of which publishes."""
    for name, text in (("first", tickets("T", 120)), ("late", tickets("U", 5, "2026-02-10"))):
        (tmp_path / f"{name}.csv").write_text(text)
    home = tmp_path / "home"
    assert firstline(home, "import", tmp_path / "first.csv").code == 0
    assert firstline(home, "restated").out == "Nothing was restated.\n"
    assert firstline(home, "import", tmp_path / "late.csv").code == 0
    (found,) = firstline(home, "restated", "--kpi", "ticket_volume", "--format", "json").json()
    told = {name: found[name] for name in ("month", "old", "new", "difference", "causes", "batches")}
    assert told == {
        "month": "2026-02-01", "old": 28, "new": 33, "difference": 5, "causes": ["late rows"], "batches": [2],
    }  # fmt: skip
    shown = firstline(home, "restated", "--cause", "late rows").out
    assert "2026-02" in shown
    assert "+5" in shown
    asked = firstline(home, "restated", "--cause", "late")
    assert (asked.code, "late rows" in asked.err) == (2, True)
    month = ("--from", "2026-02-01", "--to", "2026-03-01", "--format", "json")
    (record,) = firstline(home, "kpi", "ticket_volume", *month).json()
    assert (record["state"], record["value"]) == ("restated", 33)
    (then,) = firstline(home, "kpi", "ticket_volume", *month, "--as-of", "1").json()
    assert (then["state"], then["value"]) == ("final", 28)


def test_files_of_one_command_are_published_together(tmp_path: Path) -> None:
    """Takes 5 s. A month that the second file changes was never told without it; as of the first batch it was."""
    for name, text in (("first", tickets("T", 120)), ("late", tickets("U", 5, "2026-02-10"))):
        (tmp_path / f"{name}.csv").write_text(text)
    home = tmp_path / "home"
    assert firstline(home, "import", tmp_path / "first.csv", tmp_path / "late.csv").code == 0
    assert firstline(home, "restated").out == "Nothing was restated.\n"
    month = ("--from", "2026-02-01", "--to", "2026-03-01", "--format", "json")
    (now,) = firstline(home, "kpi", "ticket_volume", *month).json()
    (then,) = firstline(home, "kpi", "ticket_volume", *month, "--as-of", "1").json()
    assert [(each["state"], each["value"], each["note"]) for each in (now, then)] == [
        ("final", 33, None),
        ("final", 28, None),
    ]


def test_a_server_publishes_after_each_piece_of_its_work_before_the_next_begins() -> None:
    turn, done = Turn(), []
    turn.afterwards = lambda: done.append(turn.work)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with turn.taken("an import", now):
        with turn.taken("its figures", now):
            pass
        assert done == []
    assert done == ["an import, since 2026-06-01 00:00:00Z"]
    with pytest.raises(ValueError, match="broken"), turn.taken("another", now):
        raise ValueError("broken")
    assert len(done) == 2
    assert turn.work is None
    for is_followed in (True, False):  # two files of one command
        with turn.taken("a file", now, is_followed=is_followed):
            pass
    assert len(done) == 3
