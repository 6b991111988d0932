"""The reference page is what the declarations say, and says all of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from firstline.model.reference import render_reference
from firstline.model.vocabulary import vocabulary
from tests.write_docs import PAGES, ROOT


@pytest.mark.parametrize(("path", "render"), PAGES, ids=lambda value: value if isinstance(value, str) else "")
def test_the_page_on_disk_is_what_the_code_says(path: str, render: Callable[[], str]) -> None:
    assert (ROOT / path).read_text("utf-8") == render(), "run: python -m tests.write_docs"


def test_every_entity_and_field_has_its_line() -> None:
    page = render_reference({})
    for one in vocabulary().values():
        section = page.split(f"### {one.name}\n")[1].split("\n### ")[0]
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == list(one.field_names)
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {7}, f"{one.name}: a broken table row"


def test_kpis_stand_beside_the_field_they_need_and_nowhere_else() -> None:
    page = render_reference({"ticket.opened_at": ["Ticket volume"]})
    assert [line for line in page.splitlines() if "Ticket volume" in line] == [
        line for line in page.splitlines() if line.startswith("| `opened_at` ")
    ]


def test_links_lead_to_headings() -> None:
    page = render_reference({})
    headings = set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    targets = set(re.findall(r"\]\(#(\w+)\)", page))
    assert targets
    assert targets <= headings
