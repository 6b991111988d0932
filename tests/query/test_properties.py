"""What holds of every KPI on the hand-made provider: parts add up, shares are shares, it is as it was beside itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from firstline.periods import Period, midnight
from firstline.query import change
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


def test_no_kpi_has_changed_against_the_same_period(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def itself(start: datetime, end: datetime, *_rest: object) -> tuple[Period, Period]:
        return Period(start, end), Period(start, end)

    monkeypatch.setattr(change, "comparison_spans", itself)
    found = change.compare(warehouse, the_catalogue(), SETTINGS, Query((), NOW, START, END))
    assert {each.current.kpi for each in found} == set(KPIS)
    for each in found:
        assert each.previous == each.current
        assert each.difference in (None, 0), each.current.kpi
        assert each.relative in (None, 0), each.current.kpi
        assert (each.difference is None) == (each.current.value is None or each.kind == "unknown"), each.current.kpi
