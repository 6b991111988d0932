"""Which figures a change moves: of the whole provider, and where the organisation changes those of its groups, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from firstline.home import Home
from firstline.query.difference import Moved, shown_of
from firstline.query.moving import moved_by
from tests.homes import ARRIVAL, bring

CALLS = "contact_id,channel,direction,entered_at,disposition,wait_s,agent_id\n"
HEAD = "agent_id,team,tier,employer,vendor_id,valid_from\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.open(tmp_path / "home")
    rows = [f"{m}{d},phone,inbound,2026-0{m}-{d:02} 10:00:00,answered,5,ann\n" for m in (3, 4) for d in range(1, 29)]
    bring(made, CALLS + "".join(rows), entity="contact")
    bring(made, HEAD + "ann,north,1,in_house,,\n", entity="agent")
    return made


def groups(moved: list[Moved], kpi: str = "missed_call_rate") -> dict[tuple[object, ...], tuple[object, object]]:
    return {
        (f"{each.period_start:%m}", each.group.get("team"), each.group.get("vendor")): (each.n_before, each.n_after)
        for each in moved
        if each.kpi == kpi
    }


def test_who_moves_to_another_team_and_vendor_moves_their_figures_and_no_other(home: Home) -> None:
    # every KPI is asked eight times, twice of each state: that takes some seconds
    def change(where: Home) -> None:
        bring(where, HEAD + "ann,south,1,vendor,bpo,2026-04-01\n", entity="agent", name="moved.csv")

    _nothing, tried = moved_by(home, change, ARRIVAL, is_trial=True)
    assert groups(tried) == {("04", "north", None): (28, None), ("04", "south", "bpo"): (None, 28)}
    assert not [each for each in tried if not each.group]
    _nothing, done = moved_by(home, change, ARRIVAL)
    assert done == tried


def test_many_groups_are_told_by_their_number() -> None:
    whole = Moved("backlog", {}, ARRIVAL, ARRIVAL, 1.0, 2.0, 1, 2)
    parts = [replace(whole, group={"team": f"t{number}"}) for number in range(50)]
    shown, n_left_out = shown_of([*parts, whole], most=40)
    assert (shown, n_left_out) == ([*parts[:40], whole], 10)
