"""A real server on a free port and headless Chromium; every page reports what the policy refuses."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import build_app
from firstline.web.assets import chart_bundle
from firstline.web.serve import open_socket
from tests.web.small_office import small_office

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.violatedDirective} refused ${event.blockedURI || event.sample} at ${event.sourceFile}`));
"""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a running server over the small office, with simulated data said to be such."""
    chart_bundle()
    opened = open_socket("127.0.0.1", 0)
    app = build_app(small_office(simulated=True))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    opened.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """Pages opened by one visitor, and everything that went wrong on them: errors of the console and the policy."""

    address: str
    context: BrowserContext
    scripts: bool = True
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """A page, loaded, with its charts drawn."""
        page = self.context.new_page()
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", lambda said: self.troubles.append(f"{path}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(f"{path}: {error}"))
        page.goto(self.address + path)
        page.wait_for_load_state("networkidle")
        if self.scripts:
            page.wait_for_selector(".drawing.waiting", state="detached")
        return page


class Visits:
    """Makes visits that differ in screen, theme and whether scripts run."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._open: list[Visit] = []

    def begin(self, width: int = 1280, theme: Literal["light", "dark"] = "light", scripts: bool = True) -> Visit:
        """A visitor with a screen of that width."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=scripts, locale="en-GB"
        )
        visit = Visit(self._address, context, scripts=scripts)
        self._open.append(visit)
        return visit

    def end(self) -> list[str]:
        """Close all visits; returns what went wrong on any page."""
        for visit in self._open:
            visit.context.close()
        return [trouble for visit in self._open for trouble in visit.troubles]


@pytest.fixture
def visits(chromium: Browser, address: str) -> Iterator[Visits]:
    """Visits to the server; the test fails if any page broke the policy or wrote an error to the console."""
    made = Visits(chromium, address)
    yield made
    assert made.end() == []


@pytest.fixture
def at_home(chromium: Browser, home: Home) -> Iterator[Visits]:
    """Visits to a server over a real home; the test fails if a page broke the policy or wrote an error."""
    bring_up_to_date(home)
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
