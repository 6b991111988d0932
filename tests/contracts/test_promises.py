"""Every promise of the product names the tests or addresses that hold it, and each of them is there."""

from __future__ import annotations

import re

from firstline.query.definitions import the_catalogue
from firstline.web.app import DOWNLOADS, SCREENS, UPLOADS
from tests.contracts.project import ROOT, collected_tests

PROMISES = (ROOT / "docs" / "promises.md").read_text("utf-8")
PROOF = (ROOT / "docs" / "proof.md").read_text("utf-8")
HEADS = ("promise", "example", "mistake", "---")
"""What the first cell says of a row that promises nothing."""


def promises(text: str = PROMISES) -> dict[str, list[str]]:
    """What holds each promise: node ids of tests and addresses such as `GET /sources`."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        cells = re.fullmatch(r"\| (.+) \| (.+) \|", line)
        if cells and cells[1] not in HEADS:
            assert cells[1] not in found, f"promised twice: {cells[1]}"
            found[cells[1]] = re.findall(r"`([^`]+)`", cells[2])
    return found


def addresses() -> set[str]:
    """Every address of the cockpit as `METHOD /path`."""
    pages = {path for screen in SCREENS for path in (screen.path, screen.twin)} | {path for path, _ in DOWNLOADS}
    return {f"GET {path}" for path in pages} | {f"POST {path}" for path, _, _ in UPLOADS}


def missing(held_by: dict[str, list[str]]) -> dict[str, list[str]]:
    """The promises that nothing holds, or that name a test or address which is not there."""
    there = {*collected_tests(), *addresses()}
    broken = {promise: [name for name in names if name not in there] for promise, names in held_by.items()}
    return {promise: names for promise, names in broken.items() if names or not held_by[promise]}


def test_every_promise_is_held_by_what_is_there() -> None:
    assert len(promises()) > 50
    assert missing(promises()) == {}


def test_every_example_and_mistake_is_held_by_what_is_there() -> None:
    assert len(promises(PROOF)) > 60
    assert missing(promises(PROOF)) == {}


def test_every_numbered_kpi_has_its_example_and_no_other_is_said_to_have_one() -> None:
    examples = re.search(r"## Worked examples\n(.*?)\n## ", PROOF, re.DOTALL)
    later = PROOF.partition("## Not here yet")[2]
    assert examples
    numbers = {kpi.number for kpi in the_catalogue().kpis.values() if kpi.number}
    assert set(re.findall(r"\bK\d\d\b", examples[1])) == numbers
    assert set(re.findall(r"\bK\d\d\b", later)) == {f"K{n:02}" for n in range(1, 52)} - numbers


def test_every_page_holds_a_promise() -> None:
    named = {name for names in promises().values() for name in names}
    assert {f"GET {screen.path}" for screen in SCREENS} - named == set()


def test_a_promise_that_nothing_holds_is_found() -> None:
    text = "| promise | held by |\n| --- | --- |\n| a | `tests/none.py::test_b`, `GET /sources` |\n| c | hope |\n"
    assert missing(promises(text)) == {"a": ["tests/none.py::test_b"], "c": []}
