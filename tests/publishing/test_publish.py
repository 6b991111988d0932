"""Figures are recorded when they become final; what changes them afterwards is recorded with what it was and why."""

from __future__ import annotations

from datetime import date

import pytest

from firstline.home import Home
from firstline.intake.corrections import RowKey, correct_rows
from firstline.model.publication import Cause, Series
from firstline.publishing import publish as publishing
from firstline.publishing.publish import publish, try_publish
from firstline.query.definitions import the_catalogue
from firstline.refresh.refreshing import refresh
from firstline.refresh.undo import withdraw
from firstline.settings import Settings
from tests.homes import bring, moment
from tests.publishing.months import EVENT, TICKET, UNTIL, published, record, restated, tickets

LATE = moment("2026-06-01")


def test_what_is_final_is_published_once_and_nothing_else(home: Home) -> None:
    volumes = published(home, "ticket_volume")
    assert {month: each.value for month, each in volumes.items()} == {"2026-01": 31, "2026-02": 28, "2026-03": 31}
    # judged 21 days after the opening: February is the last month that is mature on 20 April
    assert set(published(home, "resolution_rate_7d")) == {"2026-01", "2026-02"}
    series = Series(kpi="ticket_volume", version=1, scope="", month=date(2026, 1, 1))
    assert (volumes["2026-01"].series, volumes["2026-01"].batch) == (series, 2)
    assert publish(home) == 0
    assert published(home, "ticket_volume") == volumes
    assert not home.publications.restatements()
    assert record(home, "ticket_volume", "2026-01-01", "2026-02-01").state == "final"
    assert not published(home, "driver_share")  # has no figure for the whole provider


def test_a_month_that_the_data_only_enter_is_not_published(empty: Home) -> None:
    bring(empty, tickets("T", 80, "2026-01-20"), complete_until=UNTIL, at=moment("2026-05-01"))
    publish(empty)
    assert set(published(empty, "ticket_volume")) == {"2026-02", "2026-03"}


def test_late_rows_restate_a_month_and_its_record_says_so(home: Home) -> None:
    bring(home, tickets("U", 5, "2026-02-10"), at=LATE)
    assert publish(home) > 0
    (found,) = restated(home, "ticket_volume")
    assert (found.series.month, found.old, found.new, found.causes) == (date(2026, 2, 1), 28, 33, ("late rows",))
    assert (found.batches, found.batch, found.n_old, found.n_new) == ((3,), 3, 28, 33)
    assert published(home, "ticket_volume")["2026-02"].value == 28
    told = record(home, "ticket_volume", "2026-02-01", "2026-03-01")
    assert (told.value, told.state) == (33, "restated")
    assert told.note is not None
    assert "Published as 28; restated because of late rows (batch 3)." in told.note
    assert record(home, "ticket_volume", "2026-02-01", "2026-03-01", by=["month"]).state == "restated"
    assert record(home, "ticket_volume", "2026-01-01", "2026-02-01").state == "final"


def test_a_quarter_is_restated_with_its_months_and_a_part_of_a_month_says_that_the_month_was(home: Home) -> None:
    bring(home, tickets("U", 5, "2026-02-10"), at=LATE)
    publish(home)
    for start, end, where, state, part in (
        ("2026-01-01", "2026-04-01", (), "restated", "In it is"),
        ("2026-02-01", "2026-02-20", (), "final", "This is a part of"),
        ("2026-01-10", "2026-02-20", (), "final", "This is a part of"),
        ("2026-02-01", "2026-03-01", ["channel="], "final", "This is a part of"),
        ("2026-01-01", "2026-04-01", ["channel="], "final", "This is a part of"),
    ):
        told = record(home, "ticket_volume", start, end, where=where)
        assert (told.state, told.note) == (
            state,
            f"{part} 2026-02, whose figure was restated because of late rows.",
        ), (start, where)
    bring(home, tickets("V", 5, "2026-01-10"), at=LATE)
    publish(home)
    note = record(home, "ticket_volume", "2026-01-01", "2026-04-01").note
    assert note == "In it is 2026-01, 2026-02, whose figures were restated because of late rows."
    assert record(home, "ticket_volume", "2026-03-01", "2026-04-01").note is None


def test_a_reopening_and_a_merging_are_told_from_late_rows(home: Home) -> None:
    reopened = EVENT + "".join(f"T{n},2026-01-{n + 5:02} 12:00:00,reopened,agent\n" for n in range(4))
    bring(home, reopened, at=LATE, entity="ticket_event")
    publish(home)
    (rate,) = [each for each in restated(home, "reopen_rate") if each.series.month == date(2026, 1, 1)]
    assert (rate.old, rate.causes, rate.batches) == (0, ("reopening",), (3,))
    bring(home, EVENT + "T9,2026-01-20 12:00:00,merged,agent\n", at=LATE, entity="ticket_event")
    publish(home)
    (volume,) = restated(home, "ticket_volume")
    assert (volume.old, volume.new, volume.causes, volume.batches) == (31, 30, ("merging",), (4,))
    told = record(home, "reopen_rate", "2026-01-01", "2026-02-01")
    assert told.note is not None
    assert "restated because of reopening, merging (batch 3, 4)" in told.note


def test_every_kind_of_batch_is_its_own_cause(home: Home) -> None:

    def causes(batch: int) -> set[Cause]:
        refresh(home)
        publish(home)
        return {cause for each in home.publications.restatements() if each.batch == batch for cause in each.causes}

    correct_rows(home, "ticket", [RowKey("canonical", "T3")], {"excluded": "true"}, "a test", LATE)
    assert causes(3) == {"correction"}
    withdraw(home, 3, LATE)
    assert causes(4) == {"undo"}
    assert [(each.old, each.new) for each in restated(home, "ticket_volume")] == [(31, 30), (30, 31)]
    bring(home, tickets("U", 5, "2026-02-10").replace("trouble", "inhouse"), at=LATE)
    assert causes(5) == {"late rows"}
    codes = "code_source,field,value,meaning\ncanonical,ticket.type,inhouse,internal\n"
    bring(home, codes, at=LATE, entity="code_meaning")
    assert causes(6) == {"recoding"}
    bring(home, "exclusion_id,reason,entity,row_id\nX1,a test,ticket,T4\n", at=LATE, entity="exclusion")
    assert causes(7) == {"exclusion"}


def test_a_changed_setting_is_told_as_one(home: Home) -> None:
    rows = "".join(f"U{n},2026-02-01 00:30:00,trouble,2026-03-20\n" for n in range(5))
    bring(home, TICKET + rows, at=LATE)
    publish(home)
    home.settings = Settings(timezone="America/Denver")
    refresh(home)
    publish(home)
    (volume,) = [each for each in restated(home, "ticket_volume") if each.causes == ("settings",)][:1]
    assert (volume.batches, volume.batch) == ((), 3)


def test_a_figure_that_is_gone_was_restated_to_nothing(home: Home) -> None:
    withdraw(home, 1, LATE)
    withdraw(home, 2, LATE)
    refresh(home)
    publish(home)
    gone = {each.series.month: each.new for each in restated(home, "ticket_volume")}
    assert gone == {date(2026, month, 1): None for month in (1, 2, 3)}


def test_another_definition_is_another_series(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    kpi = the_catalogue().kpis["ticket_volume"]
    changed = kpi.model_copy(
        update={"version": kpi.version + 1, "rows": kpi.rows.model_copy(update={"numerator": "2"})}
    )
    monkeypatch.setitem(the_catalogue().kpis, "ticket_volume", changed)
    monkeypatch.setattr(publishing, "__version__", "9.9.9")
    monkeypatch.setattr(publishing, "release_digest", lambda: "another")
    publish(home)
    assert not home.publications.restatements()
    versions = [each.series.version for each in home.publications.published() if each.series.kpi == "ticket_volume"]
    assert sorted(versions) == [kpi.version] * 3 + [kpi.version + 1] * 3


def test_half_a_file_is_not_published(home: Home) -> None:
    batch = home.ledger.batches()[-1]
    home.ledger.accept(batch.model_copy(update={"number": 3, "ends_file": False, "files": (), "entities": {}}))
    assert publish(home) == 0
    mark = home.publications.mark()
    assert mark is not None
    assert mark.batch == 2


def test_what_cannot_be_published_fails_nothing_and_is_published_next_time(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def fails(*_: object) -> None:
        raise OSError("no room")

    bring(home, tickets("U", 5, "2026-02-10"), at=LATE)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "figures_of", fails)
        try_publish(home, said.append)
    assert "not published yet (no room)" in said[-1]
    assert not home.publications.restatements()
    try_publish(home, said.append)
    assert restated(home, "ticket_volume")
