"""Each release opens the home of every release before it; a small one is kept of each (`tests/releases/`)."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from firstline import __version__
from tests.cli.commands import firstline
from tests.releases import keep

KEPT = sorted(path.name.removesuffix(".tar.gz") for path in keep.FOLDER.glob("*.tar.gz"))
MOST_BYTES = 100_000


def test_a_home_of_this_version_is_kept() -> None:
    assert __version__ in KEPT, "run: python -m tests.releases.keep"
    for version in KEPT:
        assert (keep.FOLDER / f"{version}.tar.gz").stat().st_size < MOST_BYTES


@pytest.mark.parametrize("way", ["opened", "restored"])
@pytest.mark.parametrize("version", KEPT)
def test_the_home_of_every_release_gives_the_answers_that_it_gave(tmp_path: Path, version: str, way: str) -> None:
    home, archive = tmp_path / "home", keep.FOLDER / f"{version}.tar.gz"
    if way == "restored":
        assert firstline(home, "restore", archive).code == 0
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(home, filter="data")
    then, now = json.loads((keep.FOLDER / f"{version}.json").read_text("utf-8")), keep.answers(home)
    assert {name: now[name] for name in then if name != "figures"} == {
        name: then[name] for name in then if name != "figures"
    }
    # a figure whose definition has another version now may differ
    versions = {(record["kpi"], record["version"]) for record in now["figures"]}
    same = [record for record in then["figures"] if (record["kpi"], record["version"]) in versions]
    assert all(record in now["figures"] for record in same)
    assert {record["kpi"] for record in now["figures"]} == set(keep.KPIS)
    assert sum(record["value"] or 0 for record in now["figures"] if record["kpi"] == "ticket_volume") == 48
