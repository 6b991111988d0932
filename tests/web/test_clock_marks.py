"""The rows page says of which rows a rule decided the time, because a change of clocks skips or repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.intake.corrections import RowKey, correct_rows
from firstline.model.clock_marks import RULES, SKIPPED, TWICE
from firstline.query.clock_marks import behind
from firstline.query.definitions import the_catalogue
from firstline.refresh.refreshing import refresh
from firstline.warehouse.clock_marks import marked_rows
from firstline.web.app import build_app
from tests.homes import ARRIVAL, bring
from tests.refresh.test_clock_marks import FILE, ROWS
from tests.web.markup import get_page, text_of
from tests.web.visitor import Visitor

PAGE = "/kpi/ticket_volume/rows?from=2025-01-01&to=2026-01-01"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home")
    yield opened
    opened.close()


def test_the_rows_behind_a_figure_say_it_in_words(home: Home) -> None:
    bring(home, ROWS, mapping=FILE)
    client = Visitor(build_app(OpenOffice(Desk([], home_path=home.path), home)))
    rows = client.get(PAGE.replace("/rows", "/rows.json")).json()["rows"]
    assert {row["ticket_id"]: row["read_by_rule"] for row in rows} == {
        "T1": f"opened_at: {RULES[SKIPPED]}; ticket_event.at: {RULES[TWICE]}",
        "T2": f"opened_at: {RULES[TWICE]}",
        "T3": None,
        "T4": None,
    }
    table = text_of(get_page(client, PAGE).one("table"))
    assert "read by rule" in table
    assert f"opened_at: {RULES[TWICE]}" in table
    assert RULES[TWICE] in client.get(PAGE.replace("/rows", "/rows.csv")).text
    # what a person corrected is no longer in doubt
    correct_rows(home, "ticket", [RowKey("s", "T2")], {"opened_at": "2025-10-26 00:30:00"}, "asked", ARRIVAL)
    refresh(home)
    rows = client.get(PAGE.replace("/rows", "/rows.json")).json()["rows"]
    assert [row["read_by_rule"] for row in rows if row["ticket_id"] == "T2"] == [None]
    # no column where no row has a mark
    without = PAGE.replace("from=2025-01-01", "from=2025-10-27").replace("2026", "2027")
    bring(home, "id,opened,done\nT9,2026-02-02 02:30,\n", mapping=FILE)
    assert "read by rule" not in text_of(get_page(client, without).one("table"))


@pytest.mark.parametrize("name", sorted(the_catalogue().facts))
def test_the_marks_of_every_fact_can_be_looked_up(home: Home, name: str) -> None:
    fact = the_catalogue().facts[name]
    for entity, column, named in behind(fact):
        assert marked_rows(home.warehouse, entity, column, ["1"]) == {}
        assert named in (*fact.key, *fact.thing, *fact.shows)
