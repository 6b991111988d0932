"""The mapping editor in Chromium: read again as one changes it, by keyboard, on a phone, without scripts, by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from firstline.home import Home
from tests.browser.conftest import Visit, Visits
from tests.browser.test_pages import offences

pytestmark = pytest.mark.browser

CASES = b"Case No;Created;Kind\n1;01/02/2026;Fault\n2;03/04/2026;Umzug\n"


def opened(visit: Visit, name: str = "cases.csv", content: bytes = CASES) -> Page:
    """The editor of a file that was just sent."""
    page = visit.open("/sources")
    page.get_by_label("Files to import").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    if not visit.scripts:
        page.get_by_role("link", name="Say what its columns are").press("Enter")
    page.get_by_role("heading", level=1, name=f"What is in {name}?").wait_for()
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


def wide_file() -> bytes:
    """120 columns, two of which are known."""
    heads = ["Ticket Id", "Created At", *(f"Custom {number} of a system with long names" for number in range(3, 121))]
    rows = [[str(row), f"2026-03-{row + 1:02d} 09:14", *("cell" for _ in heads[2:])] for row in range(3)]
    return "\n".join(";".join(line) for line in [heads, *rows]).encode()


def test_a_file_of_120_columns_is_mapped_on_a_phone(at_home: Visits) -> None:
    page = opened(at_home.begin(width=390), "wide.csv", wide_file())
    page.get_by_label("What its rows are").select_option("ticket")
    page.get_by_text("Left out: 118 columns").wait_for()
    page.get_by_label("Find columns").fill("custom 77")
    chosen = page.get_by_label("Field of Custom 77")
    assert page.locator("#left-out .column:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chosen.select_option("reason_code")
    page.get_by_text("Left out: 117 columns").wait_for()
    # what was sought stays, and what it found
    assert page.get_by_label("Find columns").input_value() == "custom 77"
    assert chosen.is_visible()
    page.get_by_label("Find columns").fill("")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_how_the_file_is_read_is_changed_by_keyboard_without_scripts(at_home: Visits) -> None:
    page = opened(at_home.begin(width=390, scripts=False))
    page.locator("#how-read summary").press("Enter")
    page.get_by_label("What parts the cells").fill("ab")
    page.get_by_label("Encoding").fill("windows-1252")
    page.get_by_label("Encoding").press("Enter")
    # the group is open where something in it is wrong
    assert page.get_by_text("'ab' parts no cells.").is_visible()
    page.get_by_label("What parts the cells").fill("semicolon")
    page.get_by_label("What parts the cells").press("Enter")
    assert page.get_by_text("'ab' parts no cells.").count() == 0
    assert 'encoding = "windows-1252"' in (page.locator("pre").text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_group_stays_open_while_one_changes_it(at_home: Visits) -> None:
    page = opened(at_home.begin())
    page.locator("#how-read summary").press("Enter")
    row = page.get_by_label("Row of the column names")
    row.fill("99")
    page.get_by_text("'99' is no row that can be the header.").wait_for()
    assert offences(page) == []
    row.fill("2")
    page.get_by_label("Name of the system").wait_for()
    page.get_by_text("'99' is no row").wait_for(state="detached")
    assert row.is_visible()
    assert page.evaluate("document.activeElement.id") == "file-header_row"
