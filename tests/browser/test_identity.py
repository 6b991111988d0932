"""Whose rows are whose, settled in Chromium: by keyboard, on a phone, without scripts; policy and axe find nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.settings import Settings
from firstline.web.app import build_app
from firstline.web.serve import open_socket
from tests.browser.conftest import Visits
from tests.browser.test_pages import offences
from tests.homes import bring, moment

pytestmark = pytest.mark.browser

CALLS = """source = "acd"
[file]
entity = "contact"
[fields]
contact_id = "id"
entered_at = "at"
phone = "from"
name = "name"
address = "address"
agent_id = "agent"
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home")
    opened.settings = Settings(timezone="UTC", country="CH")
    at = moment("2026-06-01")
    bring(opened, "account_id,subscriber_id\nA1,S1\nA2,S2\nA3,S3\n", at=at)
    people = "S1,079 100 00 01,Ada Example,12 Sample Street\nS2,079 100 00 02,,\nS3,079 100 00 02,,\n"
    bring(opened, "subscriber_id,phone,name,street_address\n" + people, entity="subscriber_pii", at=at)
    bring(opened, "agent_id,hire_date\nG-1,2024-01-01\n", entity="agent", at=at)
    rows = [f"S{n},2026-05-01,044 200 00 00,,,jsmith" for n in range(5)]
    rows += ["L1,2026-05-02,079 100 00 02,,,g-1", "K1,2026-05-02,079 100 00 01,,,G-1"]
    rows += [f'N{n},2026-05-03,,Example Ada,"12 Sample Street, Bern",Bo' for n in range(2)]
    bring(opened, "id,at,from,name,address,agent\n" + "\n".join(rows) + "\n", mapping=CALLS, at=at)
    yield opened
    opened.close()


@pytest.fixture
def at_home(chromium: Browser, home: Home) -> Iterator[Visits]:
    """Visits to a server over a real home; the test fails if a page broke the policy or wrote an error."""
    opened = open_socket("127.0.0.1", 0)
    app = build_app(OpenOffice(Desk([], home_path=home.path, served=home), home))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    made = Visits(chromium, f"http://127.0.0.1:{opened.getsockname()[1]}")
    yield made
    troubles = made.end()
    server.should_exit = True
    thread.join(timeout=10)
    opened.close()
    assert troubles == []


def account_of(home: Home, contact: str) -> str | None:
    """The account that a contact is attached to."""
    found: str | None = home.warehouse.value("SELECT account_id FROM fact_contact WHERE contact_id = ?", [contact])
    return found


def test_keys_are_settled_by_keyboard_on_a_phone_without_scripts(at_home: Visits, home: Home) -> None:
    page = at_home.begin(width=390, scripts=False).open("/sources/identity")
    page.get_by_label("044 200 00 00 is nobody's").focus()
    page.keyboard.press("Space")
    page.get_by_label("Account of 079 100 00 02").focus()
    page.keyboard.type("A2")
    page.get_by_label("Agent that jsmith stands for in acd").fill("G-1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="3 things settled").wait_for()
    assert account_of(home, "L1") == "A2"
    assert account_of(home, "S0") is None
    page.get_by_role("link", name="Whose rows are these?").press("Enter")
    page.get_by_text("No key is open").wait_for()
    page.get_by_role("button", name="Confirm that Example Ada").press("Enter")
    page.get_by_role("heading", name="2 rows attached").wait_for()
    assert account_of(home, "N0") == "A1"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_offends_and_nothing_scrolls_sideways(at_home: Visits, width: int) -> None:
    page = at_home.begin(width=width).open("/sources/identity")
    assert offences(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("044 200 00 00 is nobody's").check()
    page.get_by_role("button", name="Save what is filled in").click()
    page.get_by_role("heading", name="1 thing settled").wait_for()
    assert offences(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
