"""The import contracts of `pyproject.toml` (run by `tests/check.py`) really refuse what they forbid."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.project import ROOT, name_of, python_files, syntax_of

FORBIDDEN = {
    "A room imports its own or a lower one": ("model/entity.py", "from firstline.query import question"),
    "Only the warehouse room knows the engine": ("query/question.py", "import duckdb"),
    "The simulator imports no room": ("simulate/world.py", "from firstline.intake import mapping"),
    "No room but the command line": ("web/wording.py", "from firstline.simulate import scenario"),
    "The command line asks for a provider": ("cli/demo.py", "from firstline.simulate import truth"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its contracts, to be spoiled."""
    shutil.copytree(ROOT / "firstline", tmp_path / "firstline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, dict[str, str]]:
    """The exit code of the linter and KEPT or BROKEN by contract."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdicts = re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert verdicts, done.stdout + done.stderr
    return done.returncode, dict(verdicts)


def test_the_contracts_hold_and_each_is_broken_by_what_it_forbids(copy: Path) -> None:
    code, verdicts = lint(copy)
    assert (code, set(verdicts.values())) == (0, {"KEPT"})
    for module, line in FORBIDDEN.values():
        path = copy / "firstline" / module
        path.write_text(f"{path.read_text('utf-8')}\n\ndef late() -> None:\n    {line}\n", "utf-8")
    code, verdicts = lint(copy)
    assert code != 0
    for name in FORBIDDEN:
        assert [verdict for contract, verdict in verdicts.items() if contract.startswith(name)] == ["BROKEN"], name
    assert len(verdicts) == len(FORBIDDEN), "name what each contract forbids in FORBIDDEN"


def test_a_room_of_its_own_must_be_given_a_place(copy: Path) -> None:
    (copy / "firstline" / "annex").mkdir()
    (copy / "firstline" / "annex" / "__init__.py").write_text("", "utf-8")
    code, verdicts = lint(copy)
    assert code != 0
    assert "BROKEN" in [verdict for contract, verdict in verdicts.items() if contract.startswith("A room")]


def test_no_module_outside_the_warehouse_room_imports_the_engine() -> None:
    importing = {
        name_of(path)
        for path in python_files("firstline")
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and "duckdb" in _imported(node)
    }
    assert importing
    assert {name for name in importing if not name.startswith("firstline/warehouse/")} == set()


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names}
