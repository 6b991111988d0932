"""A figure against the one before: spans of the same kind and length, and `new` instead of an endless rise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firstline.formats import format_change
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.change import Change, compare, comparison_spans
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from tests.query.provider import Provider, after

ZONE = ZoneInfo("America/Denver")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def spans(start: str, end: str, now: datetime = LATER, reached: datetime | None = None) -> list[str] | None:
    found = comparison_spans(local(start), local(end), now, reached, ZONE)
    return [f"{span.start:%m-%d}..{span.end:%m-%d}" for span in found] if found else None


def test_a_whole_calendar_period_is_set_against_the_one_before() -> None:
    assert spans("2026-03-01", "2026-04-01") == ["03-01..04-01", "02-01..03-01"]
    assert spans("2026-03-02", "2026-03-09") == ["03-02..03-09", "02-23..03-02"]
    assert spans("2026-01-01", "2026-04-01") == ["01-01..04-01", "10-01..01-01"]
    assert spans("2026-03-10", "2026-03-11") == ["03-10..03-11", "03-09..03-10"]


def test_a_running_period_is_set_against_as_many_days() -> None:
    assert spans("2026-03-01", "2026-04-01", now=local("2026-03-11T15:00")) == ["03-01..03-11", "02-01..02-11"]
    assert spans("2026-03-01", "2026-04-01", reached=local("2026-03-11T15:00")) == ["03-01..03-11", "02-01..02-11"]
    assert spans("2026-03-01", "2026-04-01", now=local("2026-03-01T15:00")) is None


def test_a_running_month_older_than_the_one_before_is_long_looks_at_the_days_right_before() -> None:
    assert spans("2026-03-01", "2026-04-01", now=local("2026-03-31T15:00")) == ["03-01..03-31", "01-30..03-01"]


def test_data_that_enter_the_last_day_make_the_period_whole() -> None:
    assert spans("2026-03-01", "2026-04-01", reached=local("2026-03-31T19:00")) == ["03-01..04-01", "02-01..03-01"]


def test_any_other_span_is_set_against_as_many_days_before_it() -> None:
    assert spans("2026-03-05", "2026-03-15") == ["03-05..03-15", "02-23..03-05"]


@pytest.fixture
def provider() -> Provider:
    """100 tickets in January, 56 in February, 62 in March; complaints only in March."""
    made = Provider(timezone="America/Denver")
    for month, count in (("01", 100), ("02", 56), ("03", 62)):
        for i in range(count):
            kind = "complaint" if month == "03" and i < 5 else "trouble"
            made.ticket(f"t{month}{i}", after(f"2026-{month}-01 12:00:00", hours=i * 660 / count), type=kind)
    made.complete_until = {"ticket": "2026-04-01 06:00:00"}
    return made


def change(provider: Provider, kpi: str = "ticket_volume", **options: Any) -> tuple[Change, ...]:
    provider.build()
    parameters = {name: [value] for name, value in options.items()}
    query = parse_question(the_catalogue(), provider.settings.zone, LATER, {"kpi": [kpi], **parameters})
    return compare(Bookkeeping(provider.warehouse, provider.settings), the_catalogue(), query)


def test_a_longer_month_shows_the_change_per_day_beside_it(provider: Provider) -> None:
    (found,) = change(provider, **{"from": "2026-03-01", "to": "2026-04-01"})
    assert found.previous is not None
    assert (found.current.value, found.previous.value) == (62, 56)
    assert found.relative == pytest.approx(6 / 56)
    assert found.per_day is not None
    assert found.per_day == (2, 2)  # the hour lost to summer time is no shorter month
    assert "a day" in format_change(found.kind, found.difference, found.relative, "count", found.per_day)


def test_what_was_not_there_before_is_new(provider: Provider) -> None:
    found = {
        each.current.group["type"]: each
        for each in change(provider, **{"from": "2026-03-01", "to": "2026-04-01", "group": "type"})
    }
    assert (found["complaint"].kind, found["complaint"].relative) == ("new", None)
    assert found["trouble"].kind == "changed"


def test_each_kpi_is_cut_to_its_own_data(provider: Provider) -> None:
    provider.add("truck_roll", visit_id="v1", purpose="trouble", dispatched_at="2026-02-03 12:00:00")
    provider.add("truck_roll", visit_id="v2", purpose="trouble", dispatched_at="2026-03-11 12:00:00")
    found = change(provider, "ticket_volume,truck_rolls", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert [(each.current.kpi, each.span.end.day) for each in found] == [("ticket_volume", 1), ("truck_rolls", 11)]


def test_before_the_data_begin_nothing_can_be_compared(provider: Provider) -> None:
    (found,) = change(provider, **{"from": "2026-01-01", "to": "2026-02-01"})
    assert (found.kind, found.difference) == ("unknown", None)
    (lacking,) = change(provider, "aht", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert lacking.kind == "unknown"


def test_two_scales_of_a_survey_are_not_set_against_each_other() -> None:
    made = Provider(timezone="America/Denver")
    for month, highest in (("2025-12", 5), ("2026-01", 5), ("2026-02", 5), ("2026-03", 10)):
        for i in range(30):
            at, score = f"{month}-10 12:00:00", highest if i < 20 else 1
            made.add(
                "survey_response",
                response_id=f"r{month}{i}",
                responded_at=at,
                kind="csat",
                scale_min=1,
                scale_max=highest,
                score=score,
            )
    made.complete_until = {"survey_response": "2026-05-01 00:00:00"}
    (same,) = change(made, "csat_t2b", **{"from": "2026-02-01", "to": "2026-03-01"})
    assert (same.kind, same.difference) == ("changed", 0)
    (other,) = change(made, "csat_t2b", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert other.previous is not None
    assert other.current.value == other.previous.value == pytest.approx(2 / 3)
    assert (other.kind, other.difference) == ("unknown", None)
    # 0 to 100 is made for pooling scales
    (normalised,) = change(made, "csat_normalised", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert normalised.kind == "changed"
    by_scale = change(made, "csat_t2b", **{"from": "2026-03-01", "to": "2026-04-01", "group": "scale"})
    assert [each.kind for each in by_scale] == ["new"]
