"""The mapping editor in Chromium: read again as one changes it, by keyboard, on a phone, without scripts, by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from firstline.home import Home
from tests.browser.conftest import Visit, Visits
from tests.browser.test_pages import offences

pytestmark = pytest.mark.browser

CASES = b"Case No;Created;Kind\n1;01/02/2026;Fault\n2;03/04/2026;Umzug\n"


def opened(visit: Visit) -> Page:
    """The editor of a file that was just sent."""
    page = visit.open("/sources")
    page.get_by_label("Files to import").set_input_files({"name": "cases.csv", "mimeType": "text/csv", "buffer": CASES})
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    if not visit.scripts:
        page.get_by_role("link", name="Say what its columns are").press("Enter")
    page.get_by_role("heading", level=1, name="What is in cases.csv?").wait_for()
    return page


def test_the_first_rows_are_read_again_as_one_changes_something(at_home: Visits, home: Home) -> None:
    page = opened(at_home.begin(width=390))
    page.get_by_label("What its rows are").select_option("ticket")
    page.get_by_text("the dates can be read in two ways").wait_for()
    assert offences(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("How it is written: Created").select_option("%m/%d/%Y")
    page.get_by_role("cell", name="2026-03-04").wait_for()
    source = page.get_by_label("Name of the system")
    source.press_sequentially("desk")
    page.get_by_text("Give the system a name").wait_for(state="detached")
    # what is being written is not lost when the answer comes
    assert source.input_value() == "desk"
    assert page.evaluate("document.activeElement.id") == "source"
    page.get_by_role("button", name="Import and keep the mapping").press("Enter")
    page.get_by_role("heading", name="cases.csv", exact=True).wait_for()
    (batch,) = home.ledger.batches()
    assert (batch.source, batch.accepted) == ("desk", 2)


def test_without_scripts_it_is_read_again_by_a_button(at_home: Visits, home: Home) -> None:
    page = opened(at_home.begin(scripts=False))
    page.get_by_label("What its rows are").select_option("ticket")
    page.get_by_label("Name of the system").fill("desk")
    page.get_by_role("button", name="Read again").press("Enter")
    page.get_by_label("How it is written: Created").select_option("%d/%m/%Y")
    page.get_by_role("button", name="Read again").press("Enter")
    assert page.get_by_role("cell", name="2026-04-03").is_visible()
    page.get_by_role("button", name="Import and keep the mapping").press("Enter")
    assert page.get_by_text("Accepted as batch 1, read by the mapping of 'desk'").is_visible()
    again = at_home.begin(scripts=False).open("/sources")
    assert again.get_by_role("link", name="TOML of desk, ticket").is_visible()
    assert offences(at_home.begin(theme="dark").open("/sources")) == []
