"""No import, figure or page of a simulated home touches the truth that lies in it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firstline.simulate.run import Simulated, Wanted, simulate
from tests.cli.commands import firstline

WATCHED = """
import io, json, sys
from contextlib import suppress
from pathlib import Path

home = sys.argv[1]
touched = []

def hook(event, args):
    if args and isinstance(args[0], (str, Path)) and "truth.json" in str(args[0]):
        touched.append(event)

sys.addaudithook(hook)

from firstline.cli.desk import Desk
from firstline.cli.main import run
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.web.app import build_app
from tests.web.visitor import Visitor

def command(*words):
    return run(Desk(["--home", home, *words], out=io.StringIO()))

codes = [command("demo", "--once"), command("kpi", "ticket_volume", "--by", "month")]
desk = Desk([], home_path=Path(home))
with desk.own_home("") as opened:
    browser = Visitor(build_app(OpenOffice(desk, opened)))
    codes += [browser.get(page).status_code for page in ("/", "/kpi/ticket_volume", "/sources")]
before = list(touched)
with suppress(IsADirectoryError):
    open(Path(home) / "simulated" / "truth.json")
print(json.dumps({"codes": codes, "touched": before, "seen": touched}))
"""
PAGES = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was cut off before its import, with a folder in place of the truth: who reads it, fails."""
    path = tmp_path_factory.mktemp("unread") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("firstline.cli.demo_home.simulate", _some_files)
        patched.setattr("firstline.cli.demo_home.import_all", _cut_off)
        assert firstline(path, "demo", "--once", "--subscribers", "20", "--months", "1").code == 130
    truth = path / "simulated" / "truth.json"
    truth.unlink()
    truth.mkdir()
    return path


def _some_files(*sizes: Any, **asked: Any) -> Simulated:
    made = simulate(*sizes, **{**asked, "wanted": Wanted()})
    some = ("subscribers.csv", "tickets.csv", "calls.csv")
    return replace(made, imports=tuple(pair for pair in made.imports if pair[0].name in some))


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_no_import_figure_or_page_touches_the_truth(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED, str(home)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["codes"] == [0, 0, *[200] * PAGES]
    assert found["touched"] == []
    assert found["seen"] == ["open"]
