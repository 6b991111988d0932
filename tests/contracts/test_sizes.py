"""Modules, templates and scripts stay small enough to be read whole, and are named by what they hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.project import ROOT, name_of, python_files

MODULE_LINES, TEST_LINES, TEMPLATE_LINES, SCRIPT_LINES = 300, 400, 150, 120
OVERSIZED: dict[str, int] = {}
"""Files over the limit and their lines. A number here may only become smaller, and an entry may only go."""

EMPTY_WORDS = {
    "base", "common", "core", "data", "handler", "handlers", "helper", "helpers", "info", "manager", "misc",
    "processor", "service", "services", "stuff", "tool", "tools", "util", "utils", "various",
}  # fmt: skip
"""Words that say nothing about what a module holds."""


def limited() -> list[tuple[Path, int]]:
    """Every file that has a limit, and its limit."""
    web = ROOT / "firstline" / "web"
    return [
        *((path, MODULE_LINES) for path in (*python_files("firstline", "bench"), ROOT / "run.py")),
        *((path, TEST_LINES) for path in python_files("tests")),
        *((path, TEMPLATE_LINES) for path in (web / "templates").rglob("*.html")),
        *((path, SCRIPT_LINES) for path in (web / "static").rglob("*.js")),
    ]


def too_long(path: Path, limit: int) -> str | None:
    """What is wrong with a file's length, or None."""
    lines = len(path.read_text("utf-8").splitlines())
    allowed = OVERSIZED.get(name_of(path), limit)
    if lines > allowed:
        return f"{name_of(path)} has {lines} lines, the limit is {allowed}: split it by reason to change"
    if allowed > limit and lines < allowed:
        return f"{name_of(path)} has shrunk to {lines} lines: say so in OVERSIZED, or take it off"
    return None


def test_files_keep_to_their_limits() -> None:
    found = [problem for path, limit in limited() if (problem := too_long(path, limit))]
    assert not found, "\n".join(found)


def test_every_kind_of_file_is_looked_at() -> None:
    assert {path.suffix for path, _ in limited()} == {".py", ".html", ".js"}
    assert set(OVERSIZED) <= {name_of(path) for path, _ in limited()}


def test_a_long_file_is_found_and_an_allowance_only_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__)
    assert too_long(path, 10_000) is None
    assert "the limit is 5" in str(too_long(path, 5))
    monkeypatch.setitem(OVERSIZED, name_of(path), 9_999)
    assert "has shrunk" in str(too_long(path, 5))


def empty_words(path: Path) -> set[str]:
    """The words in a module's own path that say nothing."""
    return EMPTY_WORDS & set(re.split(r"[_/.]", name_of(path)))


def test_no_module_or_room_has_an_empty_name() -> None:
    assert {name_of(path): words for path in python_files("firstline") if (words := empty_words(path))} == {}


def test_an_empty_name_is_found() -> None:
    assert empty_words(ROOT / "firstline" / "query" / "date_utils.py") == {"utils"}
