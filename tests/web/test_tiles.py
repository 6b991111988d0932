"""What a tile says: one mark at most, a change without judgement, spans of equal length."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from firstline.periods import Grain
from firstline.query.answer import Record
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.definitions import the_catalogue
from firstline.web.choice import Choice, whole_period
from firstline.web.telling import mark_of, tell
from firstline.web.tiles import Tile, make_tiles
from tests.query.provider import Provider
from tests.web.small_office import NOW, SmallOffice

RECORD = Record(
    kpi="reopen_rate",
    version=1,
    period_start=datetime(2026, 5, 1, tzinfo=UTC),
    period_end=datetime(2026, 6, 1, tzinfo=UTC),
    partial=False,
    group={},
    value=0.05,
    unit="fraction",
    low=0.02,
    high=0.11,
    n=100,
    numerator=5.0,
    denominator=100.0,
    pending=0,
    excluded=0,
    completeness=1.0,
    state="final",
    reason=None,
    note=None,
)


def tile_of(office: SmallOffice, kpi: str, start: datetime, by: Grain = "month") -> Tile:
    period = whole_period(start, by, office.settings.zone)
    choice = Choice(by, period, datetime(2026, 1, 1, tzinfo=UTC), period.end, "x", False, (), None, None)
    tiles, _ = make_tiles(Bookkeeping(office.warehouse, office.settings), the_catalogue(), choice, NOW)
    return next(tile for tile in tiles if tile.kpi.id == kpi)


def month(number: int) -> datetime:
    return datetime(2026, number, 1, tzinfo=UTC)


def test_a_final_figure_carries_no_mark() -> None:
    assert mark_of(RECORD, NOW) is None


@pytest.mark.parametrize(
    ("record", "mark"),
    [
        (replace(RECORD, state="provisional"), "provisional"),
        (replace(RECORD, low_sample=True), "low sample"),
        (replace(RECORD, low_sample=True, state="provisional"), "low sample"),
        (replace(RECORD, completeness=0.9, low_sample=True, state="provisional"), "incomplete source"),
        (replace(RECORD, completeness=0.99), None),
        (replace(RECORD, completeness=None), None),
        (replace(RECORD, value=None, reason="small_n", state="provisional"), None),
    ],
)
def test_only_the_gravest_reservation_is_shown(record: Record, mark: str | None) -> None:
    assert mark_of(record, NOW) == mark


def test_a_whole_month_is_compared_with_the_one_before_and_per_day(office: SmallOffice) -> None:
    change = tile_of(office, "ticket_volume", month(5)).change
    assert change is not None
    assert (change.amount, change.against) == ("+25.0 %", "against 32")
    assert change.per_day == "1.29 a day, 1.07 before"
    assert change.spans == "2026-05-01 to 2026-05-31 against 2026-04-01 to 2026-04-30"
    assert not change.is_cut


def test_a_running_month_is_compared_with_as_many_days(office: SmallOffice) -> None:
    tile = tile_of(office, "ticket_volume", month(6))
    assert tile.change is not None
    assert tile.told.figure == "14"
    assert tile.change.spans == "2026-06-01 to 2026-06-14 against 2026-05-01 to 2026-05-14"
    assert tile.change.is_cut


def test_a_share_changes_by_points(office: SmallOffice) -> None:
    change = tile_of(office, "reopen_rate", month(5)).change
    assert change is not None
    assert change.amount.endswith(" points")
    assert change.per_day == ""


def test_something_after_nothing_is_new_and_not_a_percentage() -> None:
    provider = Provider()
    provider.ticket("T-1", "2026-04-02 09:00")
    provider.event("T-1", "2026-05-02 09:00", "internal_note")
    provider.ticket("T-2", "2026-06-02 09:00")
    change = tile_of_provider(provider, month(6)).change
    assert change is not None
    assert change.amount == "new"


def tile_of_provider(provider: Provider, start: datetime) -> Tile:
    provider.complete_until = {"ticket": "2026-07-01 00:00:00", "ticket_event": "2026-07-01 00:00:00"}
    provider.build()
    office = SmallOffice(provider)
    period = whole_period(start, "month", office.settings.zone)
    choice = Choice("month", period, month(4), period.end, "x", False, (), None, None)
    later = datetime(2026, 8, 1, tzinfo=UTC)
    tiles, _ = make_tiles(Bookkeeping(office.warehouse, office.settings), the_catalogue(), choice, later)
    return next(tile for tile in tiles if tile.kpi.id == "ticket_volume")


def test_a_source_that_ends_early_is_marked(office: SmallOffice) -> None:
    assert tile_of(office, "truck_rolls", month(5)).told.mark == "incomplete source"


def test_a_kpi_by_group_shows_its_largest_groups(office: SmallOffice) -> None:
    tile = tile_of(office, "driver_share", month(5))
    assert [leader.label for leader in tile.leaders][0] == "Slow at busy hours"
    figures = [leader.record.value or 0.0 for leader in tile.leaders]
    assert figures == sorted(figures, reverse=True)


def test_a_kpi_without_data_makes_no_tile(office: SmallOffice) -> None:
    period = whole_period(month(5), "month", office.settings.zone)
    choice = Choice("month", period, month(1), period.end, "x", False, (), None, None)
    tiles, without = make_tiles(Bookkeeping(office.warehouse, office.settings), the_catalogue(), choice, NOW)
    shown, missing = {tile.kpi.id for tile in tiles}, {record.kpi for record in without}
    assert "aht" in missing
    assert shown | missing == {kpi.id for kpi in the_catalogue().kpis.values() if kpi.variant_of is None}
    assert not shown & missing


def test_the_sparkline_says_in_words_what_it_shows(office: SmallOffice) -> None:
    spark = str(tile_of(office, "ticket_volume", month(5)).spark)
    assert "lowest 20 (2026-01-01 to 2026-01-31), highest 40 (2026-05-01 to 2026-05-31), last 40" in spark


def test_a_figure_is_told_in_its_unit() -> None:
    told = tell(the_catalogue().kpis["reopen_rate"], RECORD, NOW)
    assert (told.figure, told.interval, told.parts) == ("5.0 %", "2.0 % to 11.0 %", "5 / 100")
