"""The browser tests would notice a page that breaks the content security policy."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visits

pytestmark = pytest.mark.browser

INLINE_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.head.append(script);
}"""
INLINE_STYLE = """() => document.body.setAttribute("style", "color: red")"""
FOREIGN_PICTURE = """() => { const picture = new Image(); picture.src = "http://127.0.0.2:9/x.png"; }"""


@pytest.mark.parametrize(
    ("breach", "directive"),
    [(INLINE_SCRIPT, "script-src"), (INLINE_STYLE, "style-src"), (FOREIGN_PICTURE, "img-src")],
    ids=["inline script", "inline style", "foreign picture"],
)
def test_what_the_policy_refuses_is_noticed(visits: Visits, breach: str, directive: str) -> None:
    visit = visits.begin()
    page = visit.open("/sources")
    page.evaluate(breach)
    for _ in range(100):
        if any(f"policy: {directive}" in trouble for trouble in visit.troubles):
            break
        page.wait_for_timeout(20)
    else:
        raise AssertionError(f"not noticed: {visit.troubles}")
    assert page.evaluate("window.ran") is None
    visit.troubles.clear()
