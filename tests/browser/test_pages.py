"""The cockpit in Chromium: policy kept, charts drawn, usable by keyboard, on a phone, without scripts, by axe."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visits

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/?from=2026-06-01",
    "/kpi/reopen_rate?group=channel",
    "/kpi/driver_share",
    "/kpi/aht",
    "/kpi/ticket_volume/rows",
    "/definitions",
    "/restated",
    "/restated/frozen",
    "/sources",
    "/sources/codes",
    "/sources/identity",
    "/sources/quarantine",
    "/sources/quarantine?state=closed",
)


def offences(page: Page) -> list[str]:
    """What axe finds on a page, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def wait_until(page: Page, condition: str) -> None:
    """Wait until an expression holds (Playwright's own waiting evaluates text in the page: the policy refuses it)."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visits: Visits, path: str, theme: Literal["light", "dark"]) -> None:
    page = visits.begin(theme=theme).open(path)
    for summary in page.locator("details:not([name]) > summary").all():
        summary.click()
    assert offences(page) == []


def test_axe_finds_nothing_in_open_evidence(visits: Visits) -> None:
    page = visits.begin().open("/")
    page.locator("details.evidence > summary").first.click()
    assert offences(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(visits: Visits, path: str) -> None:
    page = visits.begin(width=390).open(path)
    for summary in page.locator("details:not([name]) > summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_axe_finds_nothing_on_a_phone(visits: Visits) -> None:
    page = visits.begin(width=390).open("/")
    assert offences(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_drawn_in_the_colours_of_the_theme(visits: Visits, theme: Literal["light", "dark"]) -> None:
    page = visits.begin(theme=theme).open("/kpi/reopen_rate?group=channel&by=month")
    trend = page.locator("#trend-drawing svg")
    assert trend.locator("path[aria-roledescription='point']").count() == 5  # June cannot be judged yet
    assert page.locator("#breakdown-drawing svg path[aria-roledescription='bar']").count() == 3
    accent = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()")
    assert trend.locator(f"path[stroke='{accent}']").count() > 0


def test_a_chart_follows_the_theme_when_it_changes(visits: Visits) -> None:
    page = visits.begin(theme="light").open("/kpi/ticket_volume")
    fill = "document.querySelector('#trend-drawing path[aria-roledescription=point]').getAttribute('fill')"
    light = page.evaluate(fill)
    page.emulate_media(color_scheme="dark")
    wait_until(page, f"{fill} !== '{light}'")


def test_pointing_at_a_figure_says_it_in_words(visits: Visits) -> None:
    page = visits.begin().open("/kpi/ticket_volume?by=month")
    page.locator("#trend-drawing path[aria-label='May 2026: 40']").hover()
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert "May 2026" in tip.inner_text()
    assert "40" in tip.inner_text()


def test_charts_are_loaded_only_where_there_are_some(visits: Visits) -> None:
    visit = visits.begin()
    page = visit.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(visit.address + "/")
    page.goto(visit.address + "/sources")
    assert not [url for url in asked if "vega" in url]
    page.goto(visit.address + "/kpi/ticket_volume")
    assert [url for url in asked if "vega" in url]
    assert all(url.startswith(visit.address) for url in asked)


def test_without_scripts_the_figures_and_a_picture_are_there(visits: Visits) -> None:
    visit = visits.begin(scripts=False)
    page = visit.open("/kpi/ticket_volume?by=month")
    picture = page.locator("figure img")
    assert picture.is_visible()
    assert (picture.bounding_box() or {"height": 0})["height"] > 100
    page.get_by_text("The same figures as a table").click()
    assert page.get_by_role("row", name="May 2026 40").is_visible()
    assert visit.open("/").get_by_text("against 32").is_visible()


def test_without_scripts_filters_work(visits: Visits) -> None:
    page = visits.begin(scripts=False).open("/")
    page.get_by_label("Period", exact=True).select_option("April 2026")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Overview of April 2026"
    page.get_by_role("link", name="Ticket volume", exact=True).click()
    page.get_by_label("Break down by").select_option("Channel")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="web_form", exact=True).click()
    assert page.get_by_text("Channel: web_form").is_visible()
    page.get_by_role("link", name="Rows behind it").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Rows behind Ticket volume"
    assert "channel=web_form" in page.url.replace("%3D", "=")


def test_the_keyboard_reaches_the_evidence_of_a_figure(visits: Visits) -> None:
    page = visits.begin().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    panel = page.locator("details.evidence[open] .evidence-panel")
    assert panel.is_visible()
    assert "Sample" in panel.inner_text()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_only_one_evidence_is_open_at_a_time(visits: Visits) -> None:
    page = visits.begin().open("/")
    summaries = page.locator("details.evidence > summary")
    summaries.nth(0).click()
    summaries.nth(3).click()
    assert page.locator("details.evidence[open]").count() == 1


def test_a_wide_table_scrolls_by_keyboard_inside_its_region(visits: Visits) -> None:
    page = visits.begin(width=390).open("/kpi/ticket_volume/rows")
    region = page.locator(".scroll").first
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    wait_until(page, "document.querySelector('.scroll').scrollLeft > 0")


@pytest.mark.parametrize("scripts", [True, False])
def test_mended_rows_are_taken_away_and_brought_back_from_the_page(visits: Visits, scripts: bool) -> None:
    page = visits.begin(scripts=scripts).open("/sources/quarantine")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV: ticket of helpdesk (2)").click()
    assert taken.value.suggested_filename == "quarantine-helpdesk-ticket.csv"
    page.get_by_label("Import mended rows").set_input_files(
        {"name": "mended.csv", "mimeType": "text/csv", "buffer": taken.value.path().read_bytes()}
    )
    page.get_by_role("button", name="Bring back").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Mended rows of mended.csv"
    assert page.get_by_text("1 entry of the quarantine closed.").is_visible()


def test_mended_rows_can_be_brought_back_by_keyboard(visits: Visits) -> None:
    page = visits.begin(width=390).open("/sources/quarantine")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if seen[-1] == "Bring back":
            break
    assert "CSV: ticket of helpdesk (2)" in seen
    assert seen[-2:] == ["mended-file", "Bring back"]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_back_returns_to_the_period_that_was_chosen(visits: Visits) -> None:
    page = visits.begin().open("/?by=month&from=2026-03-01")
    page.get_by_role("link", name="Later").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Overview of April 2026"
    page.go_back()
    assert page.get_by_label("Period", exact=True).input_value() == "2026-03-01"
