"""The home of these tests: filled and published once, copied for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.home import Home
from tests.publishing.months import filled


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home with four months of tickets, of which the figures are published."""
    home = Home.open(tmp_path_factory.mktemp("publishing") / "home")
    filled(home)
    home.close()
    return home.path


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Home]:
    """A copy of it, opened."""
    opened = Home.open(Path(shutil.copytree(template, tmp_path / "home")))
    yield opened
    opened.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Home]:
    """A home in which nothing was imported yet."""
    opened = Home.open(tmp_path / "empty")
    yield opened
    opened.close()
