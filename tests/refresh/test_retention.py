"""What is kept longer than the settings say goes, and no figure moves."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from firstline.cli.desk import Desk
from firstline.cli.watching import tidy
from firstline.errors import UnreadableError
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.refresh.remap import remap
from firstline.refresh.retention import let_go
from tests.cli.commands import firstline
from tests.homes import ARRIVAL, bring
from tests.person import traces

SETTINGS = "[retention]\nticket_text = 30\nleftover = 30\nquarantine = 30\nreceived = 30\n"
TEXTS = "ticket_id,subject,body\nT-1,old words,since monday\nT-2,old bill,too high\n"
NEWER = "ticket_id,subject,body\nT-3,new words,since today\n"
TICKETS = "ticket_id,opened_at,type,extra\nT-1,2026-03-01,trouble,old remark\nT-2,old time,trouble,\n"
OLD = ("old words", "old bill", "old remark", "old time")
DUE = ARRIVAL + timedelta(days=40)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Home]:
    """A home with files of ARRIVAL and of 20 days later."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "firstline.toml").write_text(SETTINGS)
    home = Home.open(tmp_path / "home")
    bring(home, TEXTS, entity="ticket_text")
    bring(home, TICKETS, entity="ticket")
    bring(home, NEWER, at=ARRIVAL + timedelta(days=20), entity="ticket_text")
    shutil.rmtree(home.path / "given")
    yield home
    home.close()


def test_what_was_kept_for_its_time_goes_and_no_figure_moves(kept: Home) -> None:
    facts = kept.warehouse.rows("SELECT * FROM fact_ticket")
    assert let_go(kept, ARRIVAL + timedelta(days=29)) is None
    erasure = let_go(kept, DUE)
    assert erasure is not None
    assert {(each.batch, each.was.rpartition("/")[0]) for each in erasure.replaces} == {
        (1, "personal/ticket_text"), (1, "received"), (2, "personal/leftover"), (2, "personal/quarantine"),
        (2, "received"),
    }  # fmt: skip
    kept.warehouse.execute("CHECKPOINT")
    # a warning is what an import said of a file, and is kept
    assert set(traces(kept.path, OLD)) <= {"state.db", "landing/batch/00000002.parquet"}
    assert kept.warehouse.rows("SELECT source_id, subject FROM ticket_text_personal") == [
        {"source_id": "T-3", "subject": "new words"}
    ]
    assert kept.warehouse.rows("SELECT * FROM fact_ticket") == facts
    assert let_go(kept, DUE) is None
    with pytest.raises(UnreadableError, match="was not kept"):
        remap(kept, "canonical", 'source = "canonical"\n[file]\nentity = "ticket"\n', DUE)


def test_it_is_looked_at_after_an_import(kept: Home, tmp_path: Path) -> None:
    kept.close()
    (tmp_path / "more.csv").write_text("ticket_id,subject,body\nT-4,newest words,now\n")
    done = firstline(kept.path, "import", tmp_path / "more.csv", "--as", "ticket_text")
    assert done.code == 0
    assert "kept for its time is gone" in done.err
    assert not {"old words", "new words"} & {value for found in traces(kept.path, OLD).values() for value in found}


def test_while_pages_are_served_the_files_go_and_the_warehouse_follows(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk([], err=io.StringIO())
    monkeypatch.setattr(Desk, "now", lambda self: DUE)
    page = kept.warehouse.cursor()
    assert any(path.startswith("landing/personal") for path in traces(kept.path, OLD[:2]))
    tidy(desk, kept)
    assert page.rows("SELECT source_id FROM ticket_text_personal") == [{"source_id": "T-3"}]
    assert not [path for path in traces(kept.path, OLD[:2]) if path.startswith(("landing", "received"))]
    page.close()
    kept.close()
    again = Home.open(kept.path)
    bring_up_to_date(again)
    again.warehouse.execute("CHECKPOINT")
    found = traces(again.path, OLD[:2])
    again.close()
    assert found == {}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("[retention]\nticket_texts = 30\n", "Did you mean 'ticket_text'"),
        ("[retention]\nsubscriber = 30\n", "no retention 'subscriber'"),
        ("[retention]\nticket_text = 0\n", "is not a number of days"),
        ("[retention]\nticket_text = 'a year'\n", "is not a number of days"),
        ("retention = 30\n", "is not a table"),
    ],
)
def test_a_wrong_retention_is_named(tmp_path: Path, stated: str, said: str) -> None:
    (tmp_path / "firstline.toml").write_text(stated)
    found = firstline(tmp_path, "imports")
    assert found.code == 2
    assert said in found.err
