"""Which figures a change moves: of the whole provider, and where the organisation changes those of its groups, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from firstline.cli.undo import moved_table
from firstline.home import Home
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Figures, Moved, monthly_figures, moved_figures, shown_of
from firstline.query.moving import moved_by
from firstline.web.rendering import ENVIRONMENT
from tests.homes import ARRIVAL, bring
from tests.query.provider import Provider

CALLS = "contact_id,channel,direction,entered_at,disposition,wait_s,agent_id\n"
HEAD = "agent_id,team,tier,site_id,employer,vendor_id,valid_from\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.open(tmp_path / "home")
    rows = [f"{m}{d},phone,inbound,2026-0{m}-{d:02} 10:00:00,answered,5,ann\n" for m in (3, 4) for d in range(1, 29)]
    bring(made, CALLS + "".join(rows), entity="contact")
    bring(made, HEAD + "ann,north,1,denver,in_house,,\n", entity="agent")
    return made


def groups(moved: list[Moved], kpi: str = "missed_call_rate") -> dict[tuple[object, ...], tuple[object, object]]:
    return {
        (f"{each.period_start:%m}", *(each.group.get(name) for name in ("team", "site", "vendor"))): (
            each.n_before,
            each.n_after,
        )
        for each in moved
        if each.kpi == kpi
    }


def test_who_moves_to_another_team_site_and_vendor_moves_their_figures_and_no_other(home: Home) -> None:
    # every KPI is asked eight times, twice of each state: that takes some seconds
    def change(where: Home) -> None:
        bring(where, HEAD + "ann,south,1,tulsa,vendor,bpo,2026-04-01\n", entity="agent", name="moved.csv")

    _nothing, tried = moved_by(home, change, ARRIVAL, is_trial=True)
    assert groups(tried) == {("04", "north", "denver", None): (28, None), ("04", "south", "tulsa", "bpo"): (None, 28)}
    assert not [each for each in tried if not each.group]
    _nothing, done = moved_by(home, change, ARRIVAL)
    assert done == tried


def test_figures_that_move_are_told_by_time_and_money_in_its_currency() -> None:
    provider = Provider(currency="CHF", truck_roll_cost=100)
    for month in (2, 9, 10):
        at = f"2026-{month:02}-03 10:00:00"
        provider.add("truck_roll", visit_id=f"v{month}", purpose="trouble", dispatched_at=at, created_at=at)
    provider.build()
    known = the_catalogue()
    costs = replace(known, kpis={"truck_roll_cost": known.kpis["truck_roll_cost"]})
    dearer = replace(provider.settings, truck_roll_cost=150)
    before, after = (
        monthly_figures(provider.warehouse, costs, settings, ARRIVAL) for settings in (provider.settings, dearer)
    )
    moved = moved_figures(before, after)
    assert [(f"{each.period_start:%m}", each.before, each.after) for each in moved] == [
        (month, 100, 150) for month in ("02", "09", "10")
    ]
    page = ENVIRONMENT.get_template("parts/moved.html").module.moved_table(moved, known.kpis)  # type: ignore[attr-defined]
    for told in (moved_table(moved), str(page)):
        assert told.count("100 CHF") == told.count("150 CHF") == 3


def test_of_a_month_that_moves_the_whole_stands_before_its_groups() -> None:
    def figures(value: float) -> Figures:
        blank = Record(*(None for _ in range(20)))  # type: ignore[arg-type]
        groups: tuple[dict[str, str | None], ...] = ({"team": "north"}, {}, {"team": None})
        return {
            ("backlog", ARRIVAL, tuple(group.items())): replace(blank, kpi="backlog", group=group, value=value, n=1)
            for group in groups
        }

    assert [each.group for each in moved_figures(figures(1), figures(2))] == [{}, {"team": "north"}, {"team": None}]


def test_many_groups_are_told_by_their_number() -> None:
    whole = Moved("backlog", {}, ARRIVAL, ARRIVAL, "count", 1.0, 2.0, 1, 2)
    parts = [replace(whole, group={"team": f"t{number}"}) for number in range(50)]
    shown, n_left_out = shown_of([*parts, whole], most=40)
    assert (shown, n_left_out) == ([*parts[:40], whole], 10)
