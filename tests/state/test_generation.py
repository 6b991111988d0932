"""A home that a newer version made is left exactly as it is; one of every older generation is opened."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from firstline import __version__
from firstline.model.vocabulary import MODEL_VERSION
from firstline.state.generation import FILE_NAME, GENERATION
from firstline.state.store import HEAD
from tests.cli.commands import firstline

MADE_OF = {1: ("0001", 1), 2: ("0002", 1)}
"""What each generation is made of: the newest migration of the store, and the version of the model."""
TICKETS = "ticket_id,opened_at\nT1,2026-01-01\nT2,2026-01-02\n"
COMMANDS = (
    ("import", "{given}"),
    ("import", "{given}", "--dry-run"),
    ("imports",),
    ("kpi", "ticket_volume"),
    ("explain", "ticket_volume"),
    ("correct", "ticket", "T1", "--source", "canonical", "--set", "type=order", "--reason", "x"),
    ("undo", "1"),
    ("codes", "import", "{given}"),
    ("quarantine", "retry", "{given}"),
    ("init",),
    ("demo", "--once"),
    ("serve",),
    ("rebuild",),
    ("backup", "{folder}/b.tar.gz"),
)


def everything(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder: the SHA-256 of its bytes and when it was written."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TICKETS)
    assert firstline(tmp_path / "home", "import", tmp_path / "t.csv").code == 0
    return tmp_path / "home"


def refuse(home: Path, said: str) -> None:
    before = everything(home.parent)
    for command in COMMANDS:
        words = [word.format(given=home.parent / "t.csv", folder=home.parent) for word in command]
        printed = firstline(home, *words)
        assert (printed.code, said in printed.err, printed.out) == (1, True, ""), (command, printed)
        assert everything(home.parent) == before, command


def test_a_home_of_a_newer_version_is_refused_and_nothing_is_written(home: Path) -> None:
    told = json.loads((home / FILE_NAME).read_text())
    assert told == {"generation": GENERATION, "made_by": __version__}
    (home / FILE_NAME).write_text(json.dumps({"generation": GENERATION + 1, "made_by": "9.1.0", "more": []}))
    (home / "firstline.toml").write_text("a_setting_of_tomorrow = 1\n")
    refuse(home, f"The home {home} was made by Firstline 9.1.0; this is Firstline {__version__}")
    (home / FILE_NAME).write_text("{")
    refuse(home, f"{home / FILE_NAME} cannot be read")


def test_so_is_one_whose_ledger_is_newer(home: Path) -> None:
    (home / FILE_NAME).unlink()
    with closing(sqlite3.connect(home / "state.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    refuse(home, "was made by a newer version")


def test_a_backup_of_a_newer_home_is_refused_and_nothing_is_left(home: Path) -> None:
    (home / FILE_NAME).write_text(json.dumps({"generation": GENERATION, "made_by": "0.0.1"}))
    archive = home.parent / "b.tar.gz"
    assert firstline(home, "backup", archive).code == 0
    assert firstline(home.parent / "same", "restore", archive).code == 0
    (home / FILE_NAME).write_text(json.dumps({"generation": GENERATION + 1, "made_by": "9.1.0"}))
    newer = home.parent / "newer.tar.gz"
    with tarfile.open(newer, "w:gz") as packed:
        packed.add(home / FILE_NAME, FILE_NAME)
        packed.add(home / "state.db", "state.db")
    printed = firstline(home.parent / "other", "restore", newer)
    assert printed.code == 1
    assert f"The home in {newer} was made by Firstline 9.1.0" in printed.err
    assert not (home.parent / "other").exists()


def test_a_migration_or_a_model_version_is_a_new_generation() -> None:
    assert MADE_OF[GENERATION] == (HEAD, MODEL_VERSION)
    assert max(MADE_OF) == GENERATION
