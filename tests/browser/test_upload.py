"""Files are sent from Chromium: chosen or dropped, several at once, each told by itself; with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.test_pages import offences

pytestmark = pytest.mark.browser

DROP = """() => {
  const dropped = new DataTransfer();
  for (const name of ["tickets.csv", "calls.csv"]) dropped.items.add(new File(["Id\\n1\\n"], name));
  const form = document.querySelector("form[data-upload]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }));
  }
}"""


def choose(page: Page, *names: str) -> None:
    """Choose files of one row each."""
    given = [{"name": name, "mimeType": "text/csv", "buffer": b"Id\n1\n"} for name in names]
    page.get_by_label("Files to import").set_input_files(given)  # type: ignore[arg-type]


def test_dropped_files_are_sent_one_by_one_and_each_is_told_on_the_page(visits: Visits) -> None:
    page = visits.begin(width=390).open("/sources")
    page.evaluate(DROP)
    page.get_by_role("heading", name="calls.csv").wait_for()
    assert page.get_by_role("heading", level=2).all_inner_texts()[-5:].count("tickets.csv") == 1
    assert page.get_by_role("row", name="Accepted 1").count() == 2
    assert page.url.endswith("/sources")
    assert offences(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_files_are_chosen_and_sent_by_keyboard(visits: Visits) -> None:
    page = visits.begin().open("/sources")
    choose(page, "tickets.csv")
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    page.get_by_role("heading", name="tickets.csv").wait_for()


def test_without_scripts_several_files_are_sent_at_once(visits: Visits) -> None:
    page = visits.begin(scripts=False).open("/sources")
    choose(page, "tickets.csv", "calls.csv")
    page.get_by_role("button", name="Import", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Import of 2 files"
    assert page.get_by_role("row", name="Accepted 1").count() == 2


def test_a_file_that_is_too_large_is_told_before_it_is_sent(visits: Visits) -> None:
    page = visits.begin().open("/sources")
    page.evaluate("document.querySelector('form[data-upload]').dataset.limitMb = '0'")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choose(page, "tickets.csv")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("tickets.csv is larger than 0 MB; import it on the command line.").wait_for()
    assert asked == []
