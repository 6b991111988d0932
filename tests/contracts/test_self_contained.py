"""The project speaks of itself alone: no machine's paths, no registry's address; locked, licensed, one version."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from firstline import __version__
from tests.contracts.project import ROOT, name_of, python_files, syntax_of, text_files

MACHINE_PATHS = re.compile(r"(?<![\w.~])/(?:work|home|root|Users|opt|mnt)/\w|[A-Z]:\\Users")
REGISTRIES = re.compile(
    r"pypi\.(?:org|io)|pythonhosted|(?:deb|security|snapshot)\.debian|archive\.ubuntu|npmjs|unpkg\.com|jsdelivr|cdnjs",
    re.I,
)
"""Package registries and content networks."""

REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==\S+(?: ; [^\\]+?)?(?P<hashes>(?: \\\n +--hash=sha256:[0-9a-f]{64})+)"
)


def found_in(pattern: re.Pattern[str], text: str) -> list[str]:
    """The lines in which a pattern is found."""
    return [line.strip() for line in text.splitlines() if pattern.search(line)]


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES], ids=["machine paths", "registries"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = {
        name_of(path): lines
        for path in text_files()
        if path != Path(__file__) and (lines := found_in(pattern, path.read_text("utf-8")))
    }
    assert found == {}


def test_what_must_not_be_named_is_found() -> None:
    assert found_in(MACHINE_PATHS, "see /home/ann/x\nsee ~/home/x and a/home/x\nC:\\Users\\ann") == [
        "see /home/ann/x",
        "C:\\Users\\ann",
    ]
    assert found_in(REGISTRIES, "https://pypi.org/simple\nfiles.pythonhosted.org\npypi") == [
        "https://pypi.org/simple",
        "files.pythonhosted.org",
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_nothing_else_is_said(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    found = {match["name"] for match in REQUIREMENT.finditer(text)}
    assert len(found) > 20
    assert REQUIREMENT.sub("", text).strip() == "", "a line is no pinned requirement with hashes"
    assert "://" not in text


def test_everything_stated_is_locked() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        "requirements.txt": [*stated["dependencies"], *stated["optional-dependencies"]["build"]],
        "requirements-dev.txt": [
            *stated["dependencies"],
            *stated["optional-dependencies"]["build"],
            *stated["optional-dependencies"]["dev"],
        ],
    }
    for name, requirements in wanted.items():
        text = (ROOT / name).read_text("utf-8")
        for requirement in requirements:
            package = re.split(r"[<>=!~;\[ ]", requirement)[0]
            assert re.search(rf"^{re.escape(package)}(\[|==)", text, re.MULTILINE | re.IGNORECASE), f"{name}: {package}"


def test_the_product_and_its_tests_use_the_same_versions() -> None:
    product, developers = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: developers.get(name) for name in product} == product


def test_the_licence_is_apache() -> None:
    lines = [line.strip() for line in (ROOT / "LICENSE").read_text("utf-8").splitlines() if line.strip()]
    assert lines[:2] == ["Apache License", "Version 2.0, January 2004"]
    assert "END OF TERMS AND CONDITIONS" in lines
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["license"] == "Apache-2.0"


def test_the_newest_version_in_the_changelog_is_the_packages() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == __version__


def sleeps(tree: ast.Module) -> list[int]:
    """Lines that let time pass outside a loop; inside one, a short pause between two looks is allowed."""
    looped = {id(inner) for loop in ast.walk(tree) if isinstance(loop, ast.For | ast.While) for inner in ast.walk(loop)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in ("sleep", "wait_for_timeout")
        and id(node) not in looped
    ]


def test_no_test_sleeps() -> None:
    found = {name_of(path): lines for path in python_files("tests") if (lines := sleeps(syntax_of(path)))}
    assert found == {}, "wait for what is to happen, not for time to pass"


def test_a_sleep_is_found() -> None:
    assert sleeps(ast.parse("start()\ntime.sleep(1)\nwhile not done():\n    time.sleep(0.1)\n")) == [2]
