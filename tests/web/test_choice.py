"""Which period the overview shows."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.requests import Request

from firstline.errors import MisuseError
from firstline.web.choice import COURSE, Choice, choose_period

DENVER = ZoneInfo("America/Denver")
FIRST = datetime(2026, 1, 20, tzinfo=DENVER)
END = datetime(2026, 6, 15, tzinfo=DENVER)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def choice(query: str = "", end: datetime = END) -> Choice:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": []}
    return choose_period(Request(scope), FIRST, end, NOW, DENVER)


def test_the_last_whole_month_is_shown_at_first() -> None:
    chosen = choice()
    assert (chosen.by, chosen.name, chosen.is_running) == ("month", "May 2026", False)
    assert chosen.period.start.isoformat() == "2026-05-01T00:00:00-06:00"


def test_data_that_end_with_a_month_make_it_whole() -> None:
    assert choice(end=datetime(2026, 6, 1, tzinfo=DENVER)).name == "May 2026"


def test_without_any_whole_month_the_running_one_is_shown() -> None:
    chosen = choice(end=datetime(2026, 1, 25, tzinfo=DENVER))
    assert (chosen.name, chosen.is_running) == ("January 2026", True)


def test_the_running_month_can_be_asked_for() -> None:
    chosen = choice("from=2026-06-01")
    assert chosen.is_running
    assert chosen.period.end.isoformat() == "2026-07-01T00:00:00-06:00"
    assert chosen.course_end == END


def test_a_date_inside_a_period_means_that_period() -> None:
    assert choice("by=week&from=2026-05-13").name == "Week of 2026-05-11"


def test_both_spans_are_said() -> None:
    assert choice("from=2026-03-01").span_before == "2026-02-01 to 2026-02-28"
    assert choice("by=quarter&from=2026-04-01").span_before == "2026-01-01 to 2026-03-31"


def test_neighbours_are_linked_and_end_with_the_data() -> None:
    assert choice().previous == "/?by=month&from=2026-04-01"
    assert choice().following == "/?by=month&from=2026-06-01"
    assert choice("from=2026-01-01").previous is None
    assert choice("from=2026-06-01").following is None


def test_the_course_begins_with_the_data_and_is_no_longer_than_can_be_read() -> None:
    assert choice().course_start == FIRST
    days = choice("by=day&from=2026-05-31")
    assert (days.period.end - days.course_start).days == COURSE["day"]


@pytest.mark.parametrize(
    ("query", "words"), [("from=2025-12-01", "no data for December 2025"), ("by=mnth", "'month'"), ("from=x", "'x'")]
)
def test_a_wrong_period_is_named(query: str, words: str) -> None:
    with pytest.raises(MisuseError) as caught:
        choice(query)
    assert words in str(caught.value)
