"""The wheel is built, holds every file that the product reads, and runs without what only developers install."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.contracts.project import ROOT

DEVELOPERS_ONLY = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"{{name}} is not among the product's requirements")

sys.meta_path.insert(0, Refuse())
import firstline
assert firstline.__file__.startswith({wheel!r}), firstline.__file__
exec(sys.argv.pop(1))
"""
COMMAND_LINE = "from firstline.cli.main import main; main()"
EVERY_MODULE = """
import importlib, pkgutil
for found in pkgutil.walk_packages(firstline.__path__, "firstline."):
    if "migrations" not in found.name and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
from firstline.web.rendering import ENVIRONMENT
for name in ENVIRONMENT.list_templates():
    print(ENVIRONMENT.get_template(name).name)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def locked_names(requirements: str) -> set[str]:
    """The names of the locked distributions, as package metadata writes them."""
    text = (ROOT / requirements).read_text("utf-8")
    return {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def developers_modules() -> list[str]:
    """Modules that only `requirements-dev.txt` brings."""
    product = locked_names("requirements.txt") | {"firstline"}
    developers = locked_names("requirements-dev.txt") - product
    return [
        module
        for module, owners in packages_distributions().items()
        if {owner.lower().replace("_", "-") for owner in owners} <= developers
    ]


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "firstline"
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    kinds = ("entities/support.toml", "kpis/", "models/", "templates/", "static/", "migrations/versions/", "py.typed")
    for kind in kinds:
        assert any(f"/{kind}" in name for name in wanted), kind
    assert wanted - held == set()
    assert {name for name in held if not name.startswith("firstline")} == set()


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(about).decode()
        entry_points = archive.read(about.replace("METADATA", "entry_points.txt")).decode()
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "firstline = firstline.cli.main:main" in entry_points


def test_the_wheel_runs_without_what_only_developers_install(wheel: Path, tmp_path: Path) -> None:
    blocked = developers_modules()
    assert "pytest" in blocked
    assert "duckdb" not in blocked
    unpacked = tmp_path / "wheel"
    zipfile.ZipFile(wheel).extractall(unpacked)
    program = tmp_path / "run.py"
    program.write_text(DEVELOPERS_ONLY.format(blocked=set(blocked), wheel=str(unpacked)), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "FIRSTLINE_HOME": str(tmp_path / "home")}

    def run(code: str, *words: str) -> str:
        command = [sys.executable, str(program), code, *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "tickets.csv").write_text("ticket_id,opened_at\nT1,2026-01-01\nT2,2026-01-02\n", "utf-8")
    run(COMMAND_LINE, "import", "tickets.csv")
    records = json.loads(run(COMMAND_LINE, "kpi", "ticket_volume", "--format", "json"))
    assert [record["value"] for record in records] == [2]
    assert "pages/overview.html" in run(EVERY_MODULE).splitlines()
