"""Every KPI gives what its hand-written twin gives: by month and filter, on a hand-made and on random providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from math import isclose
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.periods import Grain, Period, calendar_periods, midnight
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.query.question import Query
from firstline.query.run import answer
from firstline.refresh.imports import import_all
from firstline.settings import Settings
from firstline.simulate.run import simulate
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.facts import MODELS
from tests.twins.chains import learn_chains
from tests.twins.hours import learn_hours
from tests.twins.planting import ZONE, Data, plant
from tests.twins.seeded import seeded
from tests.twins.small import small
from tests.twins.twin import (
    FOLDER,
    Filter,
    ask,
    can_be_filtered,
    days_of,
    file_of,
    learn_words,
    scope_of,
    text_of,
)

KPIS = tuple(the_catalogue().kpis)
PROVIDERS = ("simulated", "small", 1, 2, 3)
"""A number is the seed of a random one."""
NOT_TWINS = {"words", "chain_words", "backlog_flow"}
SETTINGS = Settings(timezone=ZONE)
FILTERS: tuple[Filter | None, ...] = (
    None,
    ("channel", "email"),
    ("region", "north"),
    ("region", None),
    ("channel", None),
    ("outage", "no"),
)
"""No filter and some. The hand-made provider is asked with all, a random one with none and one or two of the others."""


Asked = tuple[datetime, Filter | None]
"""A period's start, and the filter."""


@dataclass(frozen=True)
class Provider:
    """A warehouse with one provider's rows, and what its twins are told."""

    warehouse: Warehouse
    data: Data
    parameters: Mapping[str, Any]
    filters: tuple[Filter | None, ...]
    name: str

    @property
    def now(self) -> datetime:
        """The instant of asking: when the data are complete."""
        return self.data.complete_until.replace(tzinfo=UTC)

    def periods(self, by: Grain) -> tuple[Period, ...]:
        """The calendar periods of the months worth asking."""
        (first_year, first), (last_year, last) = self.data.months[0], self.data.months[-1]
        zone = ZoneInfo(ZONE)
        start, end = date(first_year, first, 1), date(last_year + last // 12, last % 12 + 1, 1)
        return calendar_periods(midnight(start, zone), midnight(end, zone), by, zone)

    def product(self, kpi: str, by: Grain, asked: Filter | None = None) -> tuple[Record, ...]:
        """The product's records of one KPI."""
        periods = self.periods(by)
        where = ((asked[0], (asked[1],)),) if asked else ()
        query = Query((kpi,), self.now, periods[0].start, periods[-1].end, by, where=where)
        return answer(self.warehouse, the_catalogue(), SETTINGS, query).records

    def twin(self, name: str, by: Grain, filters: Sequence[Filter | None] = (None,)) -> dict[Asked, Row]:
        """The twin's rows of one KPI, by the start of the period and the filter."""
        told = {**self.parameters, "days": days_of(name), "scope": scope_of(name)}
        rows = ask(self.warehouse, file_of(name).stem, self.periods(by), told, filters)
        return {(start, asked): row for (start, asked, _), row in rows.items()}


@pytest.fixture(scope="module", params=PROVIDERS, ids=lambda name: _named(name))
def provider(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The simulated provider, the hand-made one full of edge cases, or a random one."""
    warehouse = Warehouse.open()
    if request.param == "simulated":
        home = Home.open(tmp_path_factory.mktemp("twins") / "home")
        data, warehouse = _simulated(home), home.warehouse
    else:
        data = small() if request.param == "small" else seeded(request.param)
        plant(warehouse, data)
    learn_words(warehouse)
    learn_chains(warehouse)
    learn_hours(warehouse)
    begins = warehouse.value("SELECT min(opened(source_system, ticket_id, opened_at)) FROM ticket WHERE NOT is_deleted")
    yield Provider(
        warehouse,
        data,
        {
            "watermark": data.complete_until,
            "begins": begins,
            "zone": ZONE,
            "short_s": SETTINGS.short_abandon_s,
            "target_s": SETTINGS.service_level_s,
            "unit_cost": 135.0,
        },
        FILTERS if isinstance(request.param, str) else (None, FILTERS[request.param], FILTERS[-1]),
        _named(request.param),
    )
    warehouse.close()


def _named(param: str | int) -> str:
    return param if isinstance(param, str) else f"seed{param}"


def _simulated(home: Home) -> Data:
    """Import the exports of a simulated provider into a home; the rows are in its warehouse."""
    (home.path / "firstline.toml").write_text(f'timezone = "{ZONE}"\n')
    home.settings = SETTINGS
    made = simulate(home.path / "simulated", 500, 6, 1, end=date(2026, 11, 1), zone=ZONE)
    requests = [
        ImportRequest(
            path=path, name=path.name, mapping_text=mapping.read_text("utf-8"), exported_at=made.exported(path)
        )
        for path, mapping in made.imports
    ]
    records = import_all(home, requests, lambda: made.exported_at)
    assert not [record.error for record in records if record.error]
    return Data({}, made.exported_at.astimezone(UTC).replace(tzinfo=None), [(2026, month) for month in range(5, 11)])


@pytest.mark.parametrize("kpi", KPIS)
def test_every_kpi_has_a_twin(kpi: str) -> None:
    assert file_of(kpi).exists(), f"{kpi} has no twin: write {file_of(kpi).name}"


def test_every_twin_has_a_kpi() -> None:
    twins = {path.stem for path in FOLDER.glob("*.sql")} - NOT_TWINS
    assert twins == {file_of(kpi).stem for kpi in KPIS}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.sql")))
def test_a_twin_reads_canonical_rows_only(name: str) -> None:
    assert not [model for model in MODELS if model in text_of(name)]
    assert "WITH " not in text_of(name)
    assert " OVER (" not in text_of(name)


@pytest.mark.parametrize("kpi", [kpi for kpi in KPIS if not the_catalogue().kpis[kpi].share_over])
def test_a_kpi_gives_what_its_twin_gives(provider: Provider, kpi: str) -> None:
    found = []
    known = [asked for asked in _filters(provider, kpi) if not asked or can_be_filtered(file_of(kpi).stem, asked[0])]
    rows = provider.twin(kpi, "month", known)
    for asked in _filters(provider, kpi):
        if asked and asked not in known:
            with pytest.raises(MisuseError, match=f"no dimension '{asked[0]}'"):
                provider.product(kpi, "month", asked)
            continue
        for record in provider.product(kpi, "month", asked):
            found += [f"{asked} {each}" for each in _differences(provider, record, rows[_utc(record), asked])]
    assert not found, "\n".join(found)


def test_driver_shares_are_what_their_twin_gives(provider: Provider) -> None:
    told = provider.warehouse.rows("SELECT DISTINCT reason_code FROM ticket WHERE reason_code IS NOT NULL")
    reasons = [row["reason_code"] for row in told]
    filters, months = _filters(provider, "driver_share"), provider.periods("month")
    rows = ask(provider.warehouse, "driver_share", months, provider.parameters, filters, reasons)
    found = []
    for asked in filters:
        shares = {(_utc(each), each.group["reason"]): each for each in provider.product("driver_share", "month", asked)}
        for start, reason in product((month.start.astimezone(UTC) for month in months), reasons):
            row, record = rows[start, asked, reason], shares.pop((start, reason), None)
            if record:
                found += [f"{asked} {reason} {each}" for each in _differences(provider, record, row)]
            elif row["numerator"]:
                found.append(f"{asked} {reason} {start:%Y-%m}: no record, the twin counts {row['numerator']}")
        found += [f"{asked} {group}: unknown to the twin" for group, each in shares.items() if each.numerator]
    assert not found, "\n".join(found)


def test_the_backlog_is_what_flowed_into_it(provider: Provider) -> None:
    """Start + opened + opened again - resolved - closed unresolved - cancelled - rejected - merged = end, each day."""
    stock = provider.twin("backlog", "day")
    flow = provider.twin("backlog_flow", "day")
    found, before = [], None
    for record in provider.product("backlog", "day"):
        day, at = f"{record.period_start:%Y-%m-%d}", _utc(record)
        if record.value != stock[at, None]["value"] and not _is_before_the_data(provider, record):
            found.append(f"{day}: {record.value}, the twin has {stock[at, None]['value']}")
        if before is not None and before + (flow[at, None]["value"] or 0) != stock[at, None]["value"]:
            found.append(f"{day}: the twin's {before} and {flow[at, None]['value']} make no {stock[at, None]['value']}")
        before = stock[at, None]["value"]
    assert not found, "\n".join(found)


def _filters(provider: Provider, kpi: str) -> tuple[Filter | None, ...]:
    """The filters to ask with; calls come by phone rather than by e-mail."""
    fact = the_catalogue().facts[the_catalogue().kpis[kpi].rows.fact]
    if fact.entity not in ("contact", "issue"):
        return provider.filters
    return tuple(("channel", "phone") if asked == ("channel", "email") else asked for asked in provider.filters)


def _utc(record: Record) -> datetime:
    return record.period_start.astimezone(UTC)


def _differences(provider: Provider, record: Record, row: Row) -> list[str]:
    """What a record has other than the twin's row; a value that is held back may be anything."""
    if (record.reason or "").startswith("missing:") and not row["n"] and not row["numerator"]:
        return []  # nothing of the kind was imported: the product names the field, the twin counts none
    unequal = [name for name in ("numerator", "denominator", "n") if not _same(getattr(record, name), row[name])]
    if record.reason == "small_n":
        if (record.n or 0) >= the_catalogue().kpis[record.kpi].min_n.suppress:
            unequal.append("reason")
    elif record.reason == "no_data":
        if row["value"] is not None and (row["numerator"] or not _is_before_the_data(provider, record)):
            unequal.append("reason")
    elif not _same(record.value, row["value"]):
        unequal.append("value")
    return [f"{record.period_start:%Y-%m} {name}: {_both(record, row, name)}" for name in unequal]


def _both(record: Record, row: Row, name: str) -> str:
    return f"{getattr(record, name)} ({record.reason}), the twin has {row.get(name)}"


def _same(product: float | None, twin: Any) -> bool:
    if product is None or twin is None:
        return product is None and twin is None
    return isclose(product, float(twin), rel_tol=1e-9, abs_tol=1e-9)


def _is_before_the_data(provider: Provider, record: Record) -> bool:
    """Whether a period ends before the first row of some entity that the KPI is made of."""
    first = provider.warehouse.rows("SELECT entity, min(first_event_at) AS at FROM source_watermark GROUP BY entity")
    entity = the_catalogue().facts[the_catalogue().kpis[record.kpi].rows.fact].entity
    used = {"ticket": ("ticket", "ticket_event"), "contact": ("contact", "queue_interval"), "issue": ("contact",)}.get(
        entity, (entity,)
    )
    begun = [row["at"].replace(tzinfo=UTC) for row in first if row["entity"] in used and row["at"]]
    return any(record.period_end.astimezone(UTC) <= each for each in begun)
