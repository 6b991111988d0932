"""What holds of every KPI on the hand-made provider: parts add up, shares are shares, it is as it was beside itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from firstline.periods import Period, midnight
from firstline.query import change
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.definitions import the_catalogue
from firstline.query.question import Query
from firstline.query.run import answer
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from tests.twins.planting import ZONE, plant
from tests.twins.small import COMPLETE_UNTIL, small

KPIS = the_catalogue().kpis
NOW = COMPLETE_UNTIL.replace(tzinfo=UTC)
SETTINGS = Settings(timezone=ZONE)
START, END = (midnight(date(2026, month, 1), ZoneInfo(ZONE)) for month in (2, 5))


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    """All facts are built for it, which takes some seconds, once."""
    made = Warehouse.open()
    plant(made, small())
    yield made
    made.close()


def asked(warehouse: Warehouse, query: Query) -> list[float]:
    """The values of an answer."""
    records = answer(warehouse, the_catalogue(), SETTINGS, query).records
    return [record.value for record in records if record.value is not None]


def of_spring(kpi: str) -> Query:
    return Query((kpi,), NOW, START, END)


@pytest.mark.parametrize("kpi", [name for name, each in KPIS.items() if each.additivity == "additive"])
def test_a_count_is_the_sum_of_its_parts_by_any_dimension(warehouse: Warehouse, kpi: str) -> None:
    (whole,) = asked(warehouse, of_spring(kpi))
    for dimension in the_catalogue().dimensions_of(KPIS[kpi]):
        parts = asked(warehouse, replace(of_spring(kpi), group=(dimension.id,)))
        assert sum(parts) == pytest.approx(whole), dimension.id


@pytest.mark.parametrize("kpi", [name for name, each in KPIS.items() if each.unit == "fraction"])
def test_a_share_is_from_0_to_1_under_any_filter(warehouse: Warehouse, kpi: str) -> None:
    for dimension in the_catalogue().dimensions_of(KPIS[kpi]):
        for value in asked(warehouse, replace(of_spring(kpi), group=(dimension.id,))):
            assert 0 <= value <= 1, (dimension.id, value)


@pytest.mark.parametrize("kpi", [name for name, each in KPIS.items() if not each.default_group])
def test_two_filters_at_once_give_what_both_groups_give(warehouse: Warehouse, kpi: str) -> None:
    """So both sides of a ratio obey them, what views leave out is left out, and parts of parts add up to the whole."""
    has = [each.id for each in the_catalogue().dimensions_of(KPIS[kpi])]
    pair = tuple(sorted(has, key=lambda name: name not in ("agent", "channel", "outage", "queue"))[:2])
    cells = answer(warehouse, the_catalogue(), SETTINGS, replace(of_spring(kpi), group=pair)).records
    for cell in sorted(cells, key=lambda each: -(each.numerator or 0))[:2]:
        where = tuple((name, (cell.group[name],)) for name in pair)
        (one,) = answer(warehouse, the_catalogue(), SETTINGS, replace(of_spring(kpi), where=where)).records
        filtered, grouped = ((each.value, each.n, each.numerator, each.denominator) for each in (one, cell))
        if not (cell.reason or "").startswith("missing:"):  # no row can be laid to a part: then there are no parts
            assert filtered == pytest.approx(grouped), where
            assert one.exclusions == cell.exclusions, where
        assert KPIS[kpi].unit != "fraction" or 0 <= (one.value or 0) <= 1
    if KPIS[kpi].additivity == "additive":
        assert sum(cell.value or 0 for cell in cells) == pytest.approx(asked(warehouse, of_spring(kpi))[0])


def test_no_kpi_has_changed_against_the_same_period(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def itself(start: datetime, end: datetime, *_rest: object) -> tuple[Period, Period]:
        return Period(start, end), Period(start, end)

    monkeypatch.setattr(change, "comparison_spans", itself)
    found = change.compare(Bookkeeping(warehouse, SETTINGS), the_catalogue(), Query((), NOW, START, END))
    assert {each.current.kpi for each in found} == set(KPIS)
    for each in found:
        assert each.previous == each.current
        assert each.difference in (None, 0), each.current.kpi
        assert each.relative in (None, 0), each.current.kpi
        assert (each.difference is None) == (each.current.value is None or each.kind == "unknown"), each.current.kpi
