"""`run.py`: two commands do everything on a fresh machine, or say the one thing that is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run
import tests.check
from tests.contracts.project import ROOT


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose tests need a program that no machine has."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "debian-packages.txt").write_text("# package program\nno-such-package no-such-program\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return tmp_path


def test_without_root_the_one_command_is_printed_and_the_code_is_1(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert run.install_system_packages() == 1
    said = capsys.readouterr().err
    assert "sudo sh -c 'apt-get update && apt-get install --yes no-such-package'" in said


def test_as_root_the_packages_are_installed(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def keep(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        called.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(subprocess, "run", keep)
    assert run.install_system_packages() == 0
    assert "apt-get install --yes no-such-package" in called[0][-1]


def test_nothing_is_installed_where_nothing_is_missing(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: pytest.fail("nothing is to be run"))
    assert run.install_system_packages() == 0


def test_the_script_needs_the_standard_library_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "run.py"), "help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "python3 run.py demo" in done.stdout
    unknown = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "run.py"), "tset"], capture_output=True, check=False
    )
    assert unknown.returncode == 2


def test_the_readme_and_ci_use_the_scripts_own_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "\n    python3 run.py demo\n" in readme
    assert "\n    python3 run.py test\n" in readme
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python3 run.py test" in ci
    assert "mktemp -d" in ci


def test_the_first_failing_check_ends_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "later"
    failing = ("first", [sys.executable, "-c", "raise SystemExit(3)"])
    later = ("second", [sys.executable, "-c", f"open({str(mark)!r}, 'w')"])
    monkeypatch.setattr(tests.check, "CHECKS", (failing, later))
    assert tests.check.main([]) == 3
    assert not mark.exists()
    assert tests.check.main(["second"]) == 0
    assert mark.exists()


def test_every_check_is_on_the_list() -> None:
    assert [name for name, _ in tests.check.CHECKS] == ["format", "lint", "types", "layers", "tests"]
