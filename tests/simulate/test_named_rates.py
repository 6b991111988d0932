"""Every rate of the simulator has a name, and beside it stands where it comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import firstline.simulate

ROOM = Path(firstline.simulate.__file__).parent
MODULES = sorted(str(path.relative_to(ROOM)) for path in ROOM.rglob("*.py"))
PLAIN = {0.0, 0.5, 1.0, 2.0}
"""Numbers that are arithmetic: nothing, the middle, all, twice."""

LENGTHS = {"MINUTE", "HOUR", "DAY"}


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def unnamed(text: str) -> Iterator[str]:
    """The fractions and lengths of time in functions: rates stand at the head of a module or as defaults of fields."""
    tree = ast.parse(text)
    stated = [each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    for each in tree.body:
        if isinstance(each, ast.ClassDef):
            stated += [inner for inner in each.body if isinstance(inner, ast.Assign | ast.AnnAssign)]
    named = {id(node) for each in stated for node in ast.walk(each)}
    for node in ast.walk(tree):
        if id(node) in named:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value not in PLAIN:
            yield f"{node.value} in line {node.lineno}"
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and _name(node.right) in LENGTHS:
            yield f"{ast.unparse(node)} in line {node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_every_rate_has_a_name(module: str) -> None:
    assert list(unnamed((ROOM / module).read_text("utf-8"))) == []


def test_a_rate_without_a_name_is_seen() -> None:
    text = "A = 0.3\nclass B:\n    c: float = 0.7\ndef d(x):\n    return A * x + 0.25 * 1.0 + 3 * HOUR\n"
    assert set(unnamed(text)) == {"0.25 in line 5", "3 * HOUR in line 5"}
