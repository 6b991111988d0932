"""`firstline simulate`: a provider of any size in a folder, without a home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import firstline

SMALL = ("--subscribers", "20", "--months", "1", "--end", "2026-04-01")


def test_it_writes_what_was_asked_for_and_says_how_far_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    asked = ("--canonical", "--no-exports", "--telemetry-days", "1", "--sampled-homes", "2", "--threads", "2")
    done = firstline(tmp_path / "home", "simulate", folder, *SMALL, *asked, "--without", "area_outage")
    assert done.code == 0, done.err
    assert {path.name for path in folder.iterdir()} == {"canonical", "telemetry", "truth", "truth.json"}
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    assert (truth["first_day"], truth["day_after_last"], truth["subscribers"]) == ("2026-03-01", "2026-04-01", 20)
    assert truth["planted"]["area_outage"] is None
    assert truth["planted"]["repeat_team"] is not None
    assert "Simulated block 1 of 1: 75%" in done.err
    assert f"{sum(truth['rows'].values()):,} rows" in done.err
    assert not (tmp_path / "home").exists()


def test_nothing_planted_leaves_nothing_to_find(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    assert firstline(tmp_path, "simulate", folder, *SMALL, "--nothing-planted").code == 0
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    assert not any(truth["planted"].values())
    assert not any(truth["mistakes"].values())
    assert (folder / "exports" / "calls.csv").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--without", "time_zon"), "Did you mean 'time_zone'?"),
        (("--end", "soon"), "2026-04-01"),
        (("--seed", "-1"), "0 or any whole number above it"),
        (("--threads", "0"), "1 or more"),
        (("--telemetry-days", "32"), "0 to 31"),
        (("--sampled-homes", "-1"), "0 or more"),
        (("--zone", "America/Denvr"), "'America/Denver'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, words: tuple[str, str], says: str
) -> None:
    done = firstline(tmp_path, "simulate", tmp_path / "made", *SMALL, *words)
    assert done.code == 2
    assert says in done.err
    assert not (tmp_path / "made").exists()


def test_a_folder_with_files_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", "utf-8")
    done = firstline(tmp_path, "simulate", tmp_path, *SMALL)
    assert done.code == 2
    assert "is not empty" in done.err
    assert "is not a folder" in firstline(tmp_path, "simulate", tmp_path / "kept", *SMALL).err
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
