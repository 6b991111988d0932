"""The record of published figures lasts: rebuilt, restored and asked as of then, it says what it said."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from firstline.home import Home
from firstline.intake.corrections import RowKey, correct_rows
from firstline.model.batch import live_numbers
from firstline.publishing.publish import publish
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from firstline.query.run import answer
from firstline.refresh.backup import back_up, restore
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import refresh
from firstline.refresh.replay import as_of
from firstline.refresh.undo import withdraw
from tests.homes import bring, moment
from tests.publishing.months import ASKED, EVENT, record, restated, tickets

LATE = moment("2026-06-01")


def everything(home: Home) -> list[object]:
    """Every month of every KPI as its records tell it, and the record of published figures."""
    asked = {"kpi": [], "by": ["month"], "from": ["2026-01-01"], "to": ["2026-05-01"]}
    query = parse_question(the_catalogue(), home.settings.zone, ASKED, asked)
    records = answer(home.warehouse, the_catalogue(), home.settings, query).records
    found: list[object] = [each.as_json() for each in records]
    return [*found, *home.publications.published(), *home.publications.restatements()]


@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_every_batch_is_what_a_home_that_never_saw_later_ones_says(home: Home, seed: int) -> None:
    """Takes 6 s: three changes in a random order, then every KPI is asked of two of the states before."""
    chance = random.Random(seed)
    reopened = EVENT + "".join(f"T{n},2026-02-{n - 29:02} 12:00:00,reopened,agent\n" for n in range(33, 50))
    steps: list[Callable[[], object]] = [
        lambda: bring(home, tickets("U", 9, "2026-02-10") + "T5,2026-01-06,order,2026-03-25\n", at=LATE),
        lambda: bring(home, reopened, at=LATE, entity="ticket_event"),
        lambda: correct_rows(home, "ticket", [RowKey("canonical", "T40")], {"excluded": "true"}, "a test", LATE),
        lambda: withdraw(home, chance.choice(sorted(live_numbers(home.ledger.batches()))), LATE),
    ]
    said = {2: everything(home)}
    for step in chance.sample(steps, 3):
        step()
        refresh(home)
        publish(home)
        said[home.ledger.last_number()] = everything(home)
    assert len({str(each) for each in said.values()}) == len(said)
    for number in chance.sample(sorted(said)[:-1], 2):
        with as_of(home, number) as past:
            assert everything(past) == said[number], number


def test_the_record_outlasts_the_warehouse_and_comes_with_a_backup(home: Home, tmp_path: Path) -> None:
    bring(home, tickets("U", 5, "2026-02-10"), at=LATE)
    publish(home)
    before = everything(home)
    rebuild(home)
    assert publish(home) == 0
    assert everything(home) == before
    back_up(home, tmp_path / "b.tar.gz")
    restore(tmp_path / "b.tar.gz", tmp_path / "restored")
    other = Home.open(tmp_path / "restored")
    assert publish(other) == 0
    assert everything(other) == before
    other.close()


def test_with_a_lost_ledger_the_record_begins_again_and_that_is_said(home: Home) -> None:
    bring(home, tickets("U", 5, "2026-02-10"), at=LATE)
    publish(home)
    assert restated(home, "ticket_volume")
    home.close()
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        (home.path / name).unlink(missing_ok=True)
    said: list[str] = []
    lost = Home.open(home.path, for_rebuild=True)
    rebuild(lost, said.append)
    assert any("what was published before is not known any more" in each for each in said)
    publish(lost)
    assert {each.batch for each in lost.publications.published()} == {3}
    assert not lost.publications.restatements()
    assert record(lost, "ticket_volume", "2026-02-01", "2026-03-01").state == "final"
    lost.close()
