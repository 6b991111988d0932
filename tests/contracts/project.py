"""What the contracts look at: the project's files, its tests by node id, its commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from firstline.cli.main import firstline
from tests.skips import NEVER

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("firstline", "tests", "bench", "docs", "examples", ".ci")
NOT_TEXT = frozenset({".pyc", ".png", ".gz", ".parquet", ".xlsx", ".ico", ".woff2"})


@cache
def text_files() -> tuple[Path, ...]:
    """Every text file of the project: those of its folders and those beside them."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    beside = (path for path in ROOT.iterdir() if path.name not in (".coverage", ".git"))
    return tuple(
        sorted(
            path
            for path in (*inside, *beside)
            if path.is_file() and path.suffix not in NOT_TEXT and "__pycache__" not in path.parts
        )
    )


def python_files(*folders: str) -> list[Path]:
    """The Python modules of some of the project's folders (of all of them if none is named)."""
    return [
        path
        for path in text_files()
        if path.suffix == ".py" and (not folders or path.relative_to(ROOT).parts[0] in folders)
    ]


def name_of(path: Path) -> str:
    """A file's path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def syntax_of(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


@cache
def collected_tests() -> dict[str, bool]:
    """Every test by node id (without parameters), and whether it is marked as one on the real data sets."""
    found = {}
    for path in python_files("tests"):
        if path.name.startswith("test_"):
            tree = syntax_of(path)
            for name, function, marks in _tests_in(tree.body, _module_marks(tree)):
                arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
                found[f"{name_of(path)}::{name}"] = NEVER in marks or NEVER in arguments
    return found


def _tests_in(
    body: list[ast.stmt], marks: frozenset[str], prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, frozenset[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests_in(node.body, marks | _marks(node.decorator_list), f"{prefix}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield prefix + node.name, node, marks | _marks(node.decorator_list)


def _module_marks(tree: ast.Module) -> frozenset[str]:
    stated = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]
    return _marks(stated)


def _marks(expressions: list[ast.expr]) -> frozenset[str]:
    return frozenset(node.attr for each in expressions for node in ast.walk(each) if isinstance(node, ast.Attribute))


def commands() -> dict[str, click.Command]:
    """Every command by the words that call it (`import`, `quarantine list`)."""
    return dict(_commands("", firstline))


def _commands(words: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        own = f"{words} {name}".strip()
        yield own, command
        if isinstance(command, click.Group):
            yield from _commands(own, command)


def options_of(command: click.Command) -> list[str]:
    """The options of a command, as they are typed."""
    return [name for option in command.params if isinstance(option, click.Option) for name in option.opts]


def fenced(text: str, language: str) -> list[str]:
    """The code blocks of a Markdown text in a language (empty: those without one)."""
    blocks = re.findall(r"^```([^\n]*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [body for stated, body in blocks if stated.strip() == language]
