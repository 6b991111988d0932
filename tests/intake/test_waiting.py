"""Files that wait for their mapping, and what a killed process leaves of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from firstline.home import WAITING, Home
from firstline.intake.request import ImportRequest
from firstline.intake.waiting import keep_waiting, waiting_files
from firstline.refresh.refreshing import bring_up_to_date

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_what_was_half_kept_when_the_process_was_killed_goes_with_the_next_start(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    file = tmp_path / "calls.csv"
    file.write_text("Number;Name\n5551234;Ann Example\n")
    kept = keep_waiting(home.path, ImportRequest(path=file, name="calls.csv"), "header_changed", NOW)
    untold = keep_waiting(home.path, ImportRequest(path=file, name="calls.csv"), "header_changed", NOW)
    # killed before the second was noted, and while the note of the first was written again
    (untold.folder(home.path) / "about.json").rename(untold.folder(home.path) / "about.unfinished")
    (kept.folder(home.path) / "about.unfinished").write_text("{")

    bring_up_to_date(home)

    assert waiting_files(home.path) == [kept]
    assert sorted(path.name for path in (home.path / WAITING).rglob("*")) == sorted([kept.id, "about.json", "file"])
    home.close()
