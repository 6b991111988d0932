"""In CI nothing is left out in silence: a skipped test fails the run unless it is listed with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.project import ROOT, collected_tests
from tests.skips import LIST, read_allowed

CASES = """
import pytest

def test_that_runs():
    pass

@pytest.mark.skip(reason="waits for a fix")
def test_left_out():
    pass

@pytest.mark.skip(reason="waits for another")
def test_excused():
    pass

@pytest.fixture
def shared_data():
    pytest.skip("not here")

def test_on_real_data(shared_data):
    pass
"""
EXCUSED = "tests/test_cases.py::test_excused: the fix is on its way\n"
PARALLEL = ("-p", "xdist", "-p", "randomly", "-n", "2")


def run(folder: Path, *arguments: str, listed: str = "", ci: str = "true") -> subprocess.CompletedProcess[str]:
    """Run pytest with the plug-in (and no other that is not named) on the cases above, in a project of their own."""
    tests = folder / "tests"
    tests.mkdir()
    (tests / "test_cases.py").write_text(CASES, "utf-8")
    (tests / "allowed_skips.txt").write_text(listed, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p tests.skips\nmarkers = shared_data\n", "utf-8")
    (folder / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_module')\n", "utf-8")
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), PARALLEL], ids=["alone", "parallel and shuffled"])
def test_a_skip_without_an_excuse_fails_the_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    listed = EXCUSED + "tests/test_cases.py::test_on_real_data: not at hand\n"
    done = run(tmp_path, *arguments, listed=listed)
    assert done.returncode == 1, done.stdout + done.stderr
    said = done.stdout.split("skipped, and CI may not skip")[1]
    assert "tests/test_cases.py::test_left_out: mend it, or list it" in said
    assert "tests/test_cases.py::test_on_real_data: is marked shared_data" in said
    assert "test_whole.py: mend it" in said
    assert "test_excused" not in said
    assert "failed" not in done.stdout


def test_a_listed_test_may_be_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, "-k", "excused or runs", "tests", listed=EXCUSED).returncode == 0


def test_outside_ci_a_skip_is_a_skip(tmp_path: Path) -> None:
    assert run(tmp_path, ci="").returncode == 0


def test_a_listed_test_needs_a_reason(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("tests/test_cases.py::test_left_out\n", "utf-8")
    with pytest.raises(ValueError, match="list.txt, line 1"):
        read_allowed(tmp_path / "list.txt")


def test_every_listed_test_exists_and_none_is_on_real_data() -> None:
    tests = collected_tests()
    for test in read_allowed(ROOT / LIST):
        name = test.partition("[")[0]
        assert name in tests, f"{LIST} lists {test}, which does not exist"
        assert not tests[name], f"{LIST} lists {test}, which is marked shared_data"
