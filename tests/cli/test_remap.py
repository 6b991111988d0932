"""Kept mappings are recognised by their header; past files are read again under a corrected one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from firstline.home import Home
from firstline.intake.importing import import_file
from firstline.model.batch import RECEIVED
from firstline.refresh.refreshing import bring_up_to_date
from tests.cli.commands import firstline

MAPPING = """source = "desk"
[file]
entity = "ticket"
timezone = "{zone}"
[fields]
ticket_id = "Nr"
opened_at = "When"
type = {{ column = "What", values = {{ fault = "trouble" }} }}
"""
HEADER = "Nr,When,What\n"
JANUARY = HEADER + "".join(f"T{n},2026-01-31 20:30,fault\n" for n in range(8))
FEBRUARY = HEADER + "U1,2026-02-10 09:00,fault\n,2026-02-11 09:00,fault\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "utc.toml").write_text(MAPPING.format(zone="UTC"))
    (folder / "denver.toml").write_text(MAPPING.format(zone="America/Denver"))
    load(folder / "home", "january.csv", JANUARY, "--mapping", folder / "utc.toml")
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home with one month, beside the files it was made of."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def load(home: Path, name: str, text: str, *words: str | Path, code: int = 0) -> Any:
    path = home.parent / name
    path.write_text(text)
    found = firstline(home, "import", path, *words, "--format", "json")
    assert found.code == code, found.err
    return found.json()[0]


def volumes(home: Path, *words: str) -> dict[str, Any]:
    asked = firstline(home, "kpi", "ticket_volume", "--by", "month", *words, "--format", "json")
    return {record["period_start"][:7]: record["value"] for record in asked.json()}


def test_a_kept_mapping_is_recognised_by_its_header_in_any_order(home: Path) -> None:
    record = load(home, "february.csv", "What,Nr,When\nfault,U1,2026-02-10 09:00\n")
    assert record["accepted"] == 1
    listed = firstline(home, "imports", "--format", "json").json()
    assert [batch["source"] for batch in listed] == ["desk", "desk"]
    assert volumes(home) == {"2026-01": 8, "2026-02": 1}


def test_a_mapping_that_fitted_no_row_is_not_kept(home: Path) -> None:
    wrong = home.parent / "wrong.toml"
    wrong.write_text(MAPPING.format(zone="UTC").replace('"When"', '{ column = "When", format = "%d.%m.%Y" }'))
    assert load(home, "february.csv", FEBRUARY, "--mapping", wrong)["accepted"] == 0
    assert firstline(home, "mappings", "desk").out == MAPPING.format(zone="UTC")
    assert load(home, "march.csv", HEADER + "V1,2026-03-10 09:00,fault\n")["accepted"] == 1


def test_a_changed_header_stops_that_file_alone_and_shows_the_difference(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "a.csv").write_text("Nr,When,Kind\nU1,2026-02-10 09:00,fault\n")
    (folder / "b.csv").write_text(FEBRUARY)
    found = firstline(home, "import", folder, "--format", "json")
    changed, same = found.json()
    assert found.code == 2
    assert changed["error"]["code"] == "header_changed"
    assert "gone: What; new: Kind" in changed["error"]["message"]
    assert "firstline mappings desk" in changed["error"]["hint"]
    assert same["accepted"] == 1


def test_a_kept_mapping_can_be_printed_and_listed(home: Path) -> None:
    assert firstline(home, "mappings", "desk").out == MAPPING.format(zone="UTC")
    listed = firstline(home, "mappings", "--format", "json").json()
    assert [(each["source"], each["entity"], each["headers"]) for each in listed] == [
        ("desk", "ticket", ["Nr", "When", "What"])
    ]
    missing = firstline(home, "mappings", "dsk")
    assert missing.code == 2
    assert "Did you mean 'desk'" in missing.err


def test_an_entity_that_is_named_or_a_header_of_our_own_needs_no_kept_mapping(home: Path) -> None:
    assert load(home, "own.csv", "ticket_id,opened_at,type\nX1,2026-02-10 09:00,trouble\n")["accepted"] == 1
    sources = {batch["source"] for batch in firstline(home, "imports", "--format", "json").json()}
    assert sources == {"desk", "canonical"}


def test_a_remap_reads_past_files_under_a_corrected_zone_and_can_be_undone(home: Path) -> None:
    load(home, "february.csv", FEBRUARY)
    before = volumes(home)
    assert before == {"2026-01": 8, "2026-02": 1}
    mapping = home.parent / "denver.toml"
    tried = firstline(home, "remap", "desk", "--mapping", mapping, "--dry-run", "--format", "json").json()
    assert volumes(home) == before
    told = firstline(home, "remap", "desk", "--mapping", mapping, "--format", "json").json()
    assert tried["moved"] == told["moved"]
    assert [(each["read"], each["accepted"], each["quarantined"]) for each in told["files"]] == [(8, 8, 0), (2, 1, 1)]
    moved = {(each["kpi"], each["period_start"][:7]): (each["before"], each["after"]) for each in told["moved"]}
    assert moved[("ticket_volume", "2026-02")] == (1, 9)
    assert volumes(home) == {"2026-02": 9}
    assert volumes(home, "--as-of", "2") == before
    assert firstline(home, "mappings", "desk").out == mapping.read_text()
    assert len(firstline(home, "quarantine", "list", "--format", "json").json()) == 1
    assert firstline(home, "undo", str(told["batch"])).code == 0
    assert volumes(home) == before


def test_a_remap_that_cannot_be_read_changes_nothing(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(MAPPING.format(zone="UTC").replace('"When"', '"Whenn"'))
    found = firstline(home, "remap", "desk", "--mapping", bad)
    assert found.code == 2
    assert "Did you mean 'When'" in found.err
    assert len(firstline(home, "imports", "--format", "json").json()) == 1
    for word, said in (("dsk", "source 'desk', not for 'dsk'"), ("desk", "not for 'desk'")):
        if word == "desk":
            bad.write_text(MAPPING.format(zone="UTC").replace('"desk"', '"other"'))
        found = firstline(home, "remap", word, "--mapping", bad)
        assert found.code == 2
        assert said in found.err


def test_mended_rows_are_mended_again(home: Path, tmp_path: Path) -> None:
    load(home, "february.csv", FEBRUARY)
    firstline(home, "quarantine", "export", tmp_path / "open.csv")
    text = (tmp_path / "open.csv").read_text("utf-8-sig")
    (tmp_path / "open.csv").write_text(text.replace(",,2026-02-11 09:00", ",U2,2026-02-11 09:00"))
    assert firstline(home, "quarantine", "retry", tmp_path / "open.csv").code == 0
    assert volumes(home) == {"2026-01": 8, "2026-02": 2}
    assert firstline(home, "remap", "desk", "--mapping", tmp_path / "denver.toml").code == 0
    assert volumes(home) == {"2026-02": 10}
    assert firstline(home, "quarantine", "list", "--format", "json").json() == []


def test_a_remap_that_was_cut_off_is_finished_when_the_home_is_opened(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(home, "february.csv", FEBRUARY)
    from firstline.refresh import remap as module

    opened = Home.open(home)
    bring_up_to_date(opened)
    real, calls = import_file, []

    def cut_off(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(module, "import_file", cut_off)
    text = (home.parent / "denver.toml").read_text()
    with pytest.raises(KeyboardInterrupt):
        module.remap(opened, "desk", text, opened.ledger.batches()[-1].accepted_at)
    opened.close()
    monkeypatch.undo()
    assert volumes(home) == {"2026-02": 9}
    listed = firstline(home, "imports", "--format", "json").json()
    assert len(listed) == 5


def test_files_are_kept_as_received_and_only_those_of_batches(home: Path) -> None:
    kept = list((home / RECEIVED).iterdir())
    assert [path.read_text() for path in kept] == [JANUARY]
    (home / RECEIVED / "stray").write_text("of an import that was cut off")
    load(home, "january.csv", JANUARY)
    assert list((home / RECEIVED).iterdir()) == kept
