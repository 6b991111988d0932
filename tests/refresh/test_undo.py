"""An import can be withdrawn: the home then says what one that never saw it would say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.model.batch import Batch, live_numbers
from firstline.model.vocabulary import MODEL_VERSION, vocabulary
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import refresh
from firstline.refresh.undo import withdraw
from firstline.warehouse.engine import Row
from tests.homes import ARRIVAL, bring, moment

HEADER = "ticket_id,opened_at,type,changed_at\n"
LATER = ARRIVAL + timedelta(days=30)


def undo(home: Home, number: int) -> int:
    """Withdraw a batch and refresh; returns the withdrawal's number."""
    withdrawal = withdraw(home, number, LATER)
    refresh(home)
    return withdrawal.number


def known(home: Home) -> dict[str, list[Row]]:
    """What the home says: the fields of every entity, and its facts, whichever batch brought them."""
    found = {}
    for entity in vocabulary().values():
        fields = ", ".join(f'"{field.name}"' for field in entity.analytic_fields)
        found[entity.name] = home.warehouse.rows(
            f"SELECT source_system, source_id, version_at, changed_at, exported_at, {fields} "
            f"FROM {entity.name} ORDER BY ALL"
        )
        if entity.personal_fields:
            found[f"{entity.name}_personal"] = home.warehouse.rows(
                f"SELECT * EXCLUDE (batch) FROM {entity.name}_personal ORDER BY ALL"
            )
    for fact in ("fact_ticket", "fact_contact"):
        found[fact] = home.warehouse.rows(f"SELECT * FROM {fact} ORDER BY ALL")
    found["reach"] = home.warehouse.rows(
        "SELECT source_system, entity, first_event_at, last_event_at FROM source_watermark ORDER BY ALL"
    )
    return found


def types(home: Home) -> dict[str, str]:
    return {row["id"]: row["type"] for row in home.warehouse.rows("SELECT ticket_id AS id, type FROM ticket")}


def test_what_a_batch_replaced_comes_back(home: Home) -> None:
    bring(home, HEADER + "T1,2026-01-01,trouble,2026-01-02\nT2,2026-01-05,order,2026-01-05\n")
    bring(home, HEADER + "T1,2026-01-01,billing,2026-01-03\nT3,2026-01-06,question,2026-01-06\n")
    assert types(home) == {"T1": "billing", "T2": "order", "T3": "question"}
    undo(home, 2)
    assert types(home) == {"T1": "trouble", "T2": "order"}
    assert home.warehouse.value("SELECT count(*) FROM fact_ticket") == 2


def test_a_withdrawal_can_be_withdrawn(home: Home) -> None:
    bring(home, HEADER + "T1,2026-01-01,trouble,2026-01-02\n")
    bring(home, HEADER + "T1,2026-01-01,billing,2026-01-03\n")
    before = known(home)
    withdrawal = undo(home, 2)
    assert known(home) != before
    undo(home, withdrawal)
    assert known(home) == before


def test_a_later_file_that_repeats_a_row_still_says_it(home: Home) -> None:
    text = "ticket_id,subject,body\nT1,no internet,since monday\nT2,bill,too high\n"
    bring(home, text, entity="ticket_text")
    assert bring(home, text, entity="ticket_text", at=moment("2026-06-02")).unchanged == 2
    before = known(home)
    undo(home, 1)
    told = home.warehouse.rows("SELECT subject, batch FROM ticket_text_personal ORDER BY subject")
    assert told == [{"subject": "bill", "batch": 2}, {"subject": "no internet", "batch": 2}]
    assert known(home)["ticket_text_personal"] == before["ticket_text_personal"]
    undo(home, 2)
    assert not home.warehouse.rows("SELECT * FROM ticket_text")


def test_reach_and_field_counts_follow(home: Home) -> None:
    bring(home, HEADER + "T1,2026-01-01,trouble,2026-01-02\n")
    bring(home, HEADER + "T2,2026-05-01,trouble,2026-05-02\n")
    undo(home, 2)
    assert home.warehouse.value("SELECT last_event_at FROM source_watermark") == moment("2026-01-01").replace(
        tzinfo=None
    )
    assert home.warehouse.value("SELECT n_rows FROM field_count WHERE field = 'type'") == 1


def test_an_undone_home_is_rebuilt_as_it_is(home: Home) -> None:
    bring(home, HEADER + "T1,2026-01-01,trouble,2026-01-02\n")
    bring(home, HEADER + "T1,2026-01-01,billing,2026-01-03\n")
    bring(home, HEADER + "T1,2026-01-01,billing,2026-01-03\n", at=moment("2026-06-02"))
    undo(home, 2)
    before = known(home)
    assert rebuild(home) == 4
    assert known(home) == before
    assert types(home) == {"T1": "billing"}


def test_what_cannot_be_withdrawn_is_named(home: Home) -> None:
    bring(home, HEADER + "T1,2026-01-01,trouble,2026-01-02\n")
    with pytest.raises(MisuseError, match="no batch 7"):
        withdraw(home, 7, LATER)
    undo(home, 1)
    with pytest.raises(MisuseError, match=r"withdrawn already, by batch 2\. 'firstline undo 2' brings it back"):
        withdraw(home, 1, LATER)


def batch(number: int, *withdraws: int) -> Batch:
    return Batch(
        number=number, accepted_at=ARRIVAL, source="s", file_name="f", file_sha256="", entity="ticket",
        model_version=MODEL_VERSION, withdraws=withdraws,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("withdrawals", "live"),
    [
        ([], {1, 2}),
        ([(3, 1)], {2, 3}),
        ([(3, 1), (4, 3)], {1, 2, 4}),
        ([(3, 1), (4, 3), (5, 4)], {2, 3, 5}),
        ([(3, 1, 2), (4, 3), (5, 2)], {1, 4, 5}),
    ],
)
def test_what_counts_is_what_no_counting_batch_withdraws(withdrawals: list[tuple[int, ...]], live: set[int]) -> None:
    batches = [batch(1), batch(2), *(batch(number, *gone) for number, *gone in withdrawals)]
    assert live_numbers(batches) == live


@dataclass(frozen=True)
class Given:
    """One file to import in the random test."""

    text: str
    asked: dict[str, Any]


def draw(dice: random.Random) -> Given:
    """A ticket file or a list of texts, dated by its rows, by its export or not at all, over few keys."""
    asked: dict[str, Any] = {}
    if dice.random() < 0.4:
        asked["exported_at"] = moment(f"2026-03-0{dice.randint(1, 5)}")
    if dice.random() < 0.3:
        rows = [f"T{dice.randint(1, 4)},{dice.choice('abc')},text" for _ in range(3)]
        return Given("ticket_id,subject,body\n" + "\n".join(dict.fromkeys(rows)), {**asked, "entity": "ticket_text"})
    stated = dice.random() < 0.5
    rows = []
    for ticket in dice.sample(range(1, 6), 3):
        changed = f"2026-02-0{dice.randint(1, 4)}" if stated else ""
        rows.append(f"T{ticket},2026-01-0{ticket},{dice.choice(['trouble', 'billing'])},{changed}")
    return Given(HEADER + "\n".join(rows), asked)


def filled(path: Path, files: Sequence[Given], skipped: set[int]) -> Home:
    home = Home.open(path)
    for index, given in enumerate(files):
        if index not in skipped:
            bring(home, given.text, at=ARRIVAL + timedelta(hours=index), **given.asked)
    return home


@pytest.mark.parametrize("seed", range(6))
def test_a_home_after_an_undo_is_one_that_never_saw_the_batch(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    files = [draw(dice) for _ in range(5)]
    files.append(dice.choice(files))
    withdrawn = set(dice.sample(range(len(files)), 2))
    home = filled(tmp_path / "undone", files, set())
    for index in withdrawn:
        undo(home, index + 1)
    other = filled(tmp_path / "never", files, withdrawn)
    assert known(home) == known(other)
    home.close()
    other.close()
