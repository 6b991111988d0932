"""An erasure that is cut off anywhere is as if it had not begun, or is finished by the next command."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from firstline.errors import HomeError
from firstline.home import Home
from firstline.landing.folder import Landing
from firstline.refresh import backup, erasing, forgetting
from firstline.refresh.forgotten_list import read_forgotten
from firstline.refresh.refreshing import bring_up_to_date, refresh
from firstline.refresh.undo import withdraw
from tests.homes import ARRIVAL, bring, moment
from tests.person import traces

PEOPLE = "subscriber_id,name,phone\nS-1,Ada Lovering,303-555-0142\nS-2,Bob Mender,303-555-0177\n"
ACCOUNTS = "account_id,subscriber_id\nA-1,S-1\nA-2,S-2\n"
TICKETS = "ticket_id,account_id,opened_at,type\nT-1,A-1,2026-03-01,trouble\nT-2,A-2,Ada Lovering,trouble\n"
TEXTS = "ticket_id,subject\nT-1,calls for Lovering\nT-2,something else\n"
VALUES = ("Ada Lovering", "303-555-0142", "calls for Lovering")
LATER = moment("2026-07-01")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home with two persons in it."""
    folder = tmp_path_factory.mktemp("made") / "home"
    home = Home.open(folder)
    files = {"subscriber_pii": PEOPLE, "account": ACCOUNTS, "ticket": TICKETS, "ticket_text": TEXTS}
    for entity, text in files.items():
        assert bring(home, text, entity=entity).error is None
    home.close()
    shutil.rmtree(folder / "given")
    return folder


def said(home: Home) -> list[Any]:
    """What the home says of tickets."""
    return home.warehouse.rows("SELECT * FROM fact_ticket ORDER BY ALL")


@pytest.mark.parametrize(
    ("place", "step", "is_decided"),
    [
        (Landing, "write", False),
        (forgetting, "erase_from_received", False),
        (erasing, "write_erasure_record", False),
        (erasing, "accept_erasure", False),
        (erasing, "unlink_replaced", True),
        (erasing, "reword_records", True),
        (erasing, "reword_ledger", True),
        (erasing, "drop_copies", True),
        (erasing, "forget_warehouse", True),
        (forgetting, "refresh", True),
    ],
)
def test_cut_off_anywhere(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Any, step: str, is_decided: bool
) -> None:
    shutil.copytree(made, tmp_path / "home")
    home = Home.open(tmp_path / "home")
    bring_up_to_date(home)
    before = said(home)

    def cut_off(*given: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, step, cut_off)
    with pytest.raises(KeyboardInterrupt):
        forgetting.forget(home, "S-1", LATER)
    home.close()
    monkeypatch.undo()
    home = Home.open(tmp_path / "home")
    bring_up_to_date(home)
    try:
        assert said(home) == before
        assert any(batch.is_erasure for batch in home.ledger.batches()) == is_decided
        assert (forgetting.forget(home, "S-1", LATER).batch is None) == is_decided
        home.warehouse.execute("CHECKPOINT")
        assert said(home) == before
        assert traces(home.path, VALUES) == {}
    finally:
        home.close()


def test_a_restore_is_no_home_before_it_has_forgotten(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, restored = tmp_path / "older.tar.gz", tmp_path / "restored"
    shutil.copytree(made, tmp_path / "home")
    home = Home.open(tmp_path / "home")
    backup.back_up(home, older)
    forgetting.forget(home, "S-1", LATER)
    listed = read_forgotten(home.path / "forgotten.txt", LATER)
    home.close()

    def cut_off(*given: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(backup, "forget_listed", cut_off)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(older, restored, listed)
    with pytest.raises(HomeError, match="was cut off"):
        Home.open(restored)
    assert backup.restore(older, restored, listed) == 4
    assert traces(restored, VALUES) == {}
    assert not (restored / "restoring").exists()


def test_one_account_of_several_holders_is_told_apart_by_time(home: Home) -> None:
    bring(
        home,
        "account_id,subscriber_id,valid_from,valid_to\nA-1,S-1,2025-01-01,2026-01-01\nA-1,S-2,2026-01-01,\n",
        entity="account",
    )
    bring(
        home,
        "ticket_id,account_id,opened_at,type,name\nT-1,A-1,2025-06-01,trouble,Ada Lovering\n"
        "T-2,A-1,2026-03-01,trouble,Bob Mender\n",
        entity="ticket",
    )
    forgetting.forget(home, "S-1", LATER)
    assert home.warehouse.rows("SELECT source_id, name FROM ticket_personal") == [
        {"source_id": "T-2", "name": "Bob Mender"}
    ]


def test_rows_that_were_withdrawn_or_replaced_go_too(home: Home) -> None:
    bring(home, "account_id,subscriber_id\nA-1,S-1\n", entity="account")
    bring(home, "ticket_id,account_id,opened_at,type,name\nT-1,A-1,2026-03-01,trouble,Ada Lovering\n", entity="ticket")
    bring(home, "ticket_id,account_id,opened_at,type,name\nT-1,A-1,2026-03-01,order,Ada L.\n", entity="ticket")
    bring(home, "ticket_id,account_id,opened_at,type,name\nT-5,A-1,2026-03-01,order,Adaline L.\n", entity="ticket")
    withdraw(home, 4, ARRIVAL)
    refresh(home)
    assert forgetting.forget(home, "S-1", LATER).personal == {"ticket": 3}
    shutil.rmtree(home.path / "given")
    assert traces(home.path, ("Ada Lovering", "Ada L.", "Adaline L.")) == {}
