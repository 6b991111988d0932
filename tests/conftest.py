"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from firstline.durable import make_folder
from firstline.home import WAREHOUSE_FILE, Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.settings import FILE_NAME as SETTINGS_FILE

pytest_plugins = ("tests.skips",)

# what is started in the background ignores Ctrl-C, and so would the servers that tests start and interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)

# an example's time says how busy the machine is, not whether the code is right
settings.register_profile("firstline", deadline=None)
settings.load_profile("firstline")

STATED = {SETTINGS_FILE, "inbox", "given"}
"""What may lie in a home before it is opened first."""
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home."""
    opened = Home.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets that lies beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets (../shared/data) are not beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def _homes_begin_built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new home in the zone of no settings begins with a copy of one that is built already.

    Building sixty empty models takes a second, and a thousand tests begin with a new home. The copy is what the home
    would have made itself; a home in another zone makes it again.
    """
    template = tmp_path_factory.mktemp("built")
    opened = Home.open(template)
    bring_up_to_date(opened)
    opened.close()
    ordinary = Home.open

    def begin(path: Path, *asked: Any, **options: Any) -> Home:
        if not path.exists() or (path.is_dir() and {each.name for each in path.iterdir()} <= STATED):
            make_folder(path)
            shutil.copyfile(template / WAREHOUSE_FILE, path / WAREHOUSE_FILE)
        return ordinary(path, *asked, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Home, "open", begin)
        yield
