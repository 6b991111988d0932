"""Codes are mapped in Chromium: by keyboard, on a phone, without scripts; the policy and axe find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.home import Home
from tests.browser.conftest import Visits
from tests.browser.test_pages import offences
from tests.homes import bring, moment

pytestmark = pytest.mark.browser

MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "id"
opened_at = "opened"
reason_code = "why"
type = "kind"
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home")
    reasons = ("INET_SLOW", "Kein Internet", "QX-17")
    rows = "".join(f"{n},2026-01-{n + 1:02},{reasons[n % 3]},Störung\n" for n in range(15))
    bring(opened, "id,opened,why,kind\n" + rows, mapping=MAPPING, at=moment("2026-06-01"))
    yield opened
    opened.close()


def test_codes_are_tried_and_saved_by_keyboard_on_a_phone_without_scripts(at_home: Visits, home: Home) -> None:
    page = at_home.begin(width=390, scripts=False).open("/sources/codes")
    slow = page.get_by_label("Meaning of INET_SLOW in ticket.reason_code of desk")
    assert slow.input_value() == "connectivity.slow.always"
    slow.focus()
    page.keyboard.type("Delay")
    assert slow.input_value() == "connectivity.slow.latency"
    page.get_by_label("Meaning of Kein Internet in ticket.reason_code of desk").select_option("No meaning")
    page.get_by_role("button", name="Show first which figures would move").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 codes would be mapped").wait_for()
    page.get_by_role("button", name="Save the meanings").press("Enter")
    page.get_by_role("heading", name="2 codes mapped").wait_for()
    assert page.get_by_role("cell", name="Delay and loss connectivity.slow.latency").is_visible()
    rows = home.warehouse.rows("SELECT DISTINCT reason, type FROM fact_ticket ORDER BY reason")
    assert [(row["reason"], row["type"]) for row in rows] == [
        ("connectivity.slow.latency", "trouble"),
        ("unmapped", "trouble"),
    ]


def test_the_answer_has_no_offence_and_a_driver_is_called_by_its_label(at_home: Visits) -> None:
    visit = at_home.begin(width=390)
    page = visit.open("/sources/codes")
    assert offences(page) == []
    page.get_by_role("button", name="Save the meanings").click()
    page.get_by_role("heading", name="3 codes mapped").wait_for()
    assert offences(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    share = visit.open("/kpi/driver_share?group=reason")
    assert share.get_by_role("link", name="Slow at all hours", exact=True).is_visible()
