"""Figures as text: units, words where there is no value, changes."""

from __future__ import annotations

import doctest
from datetime import datetime

import pytest

from firstline import formats
from firstline.formats import format_change, format_duration, format_span, format_value


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(formats).failed == 0


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1180.0, "count", "1,180"),
        (0.0, "fraction", "0 %"),
        (1.0, "fraction", "100.0 %"),
        (-12.34, "points", "-12.3"),
        (4.16, "points", "4.16"),
        (48.163, "per_1000", "48.16"),
        (31_050.0, "USD", "31,050 USD"),
        (59.7, "s", "1 min"),
        (0.4, "s", "0.4 s"),
        (86_399.0, "s", "1 d"),
        (-90.0, "s", "-1 min 30 s"),
    ],
)
def test_a_value_is_written_in_its_unit(value: float, unit: str, text: str) -> None:
    assert format_value(value, unit) == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [("small_n", "too few"), ("missing:ticket.account_id", "missing account id of ticket"), (None, "no data")],
)
def test_no_value_is_said_in_words_never_as_zero(reason: str | None, text: str) -> None:
    assert format_value(None, "count", reason) == text


def test_durations_never_show_sixty_of_a_smaller_unit() -> None:
    for seconds in range(60, 200_000, 7):
        text = format_duration(seconds)
        assert "60 s" not in text
        assert "60 min" not in text
        assert "24 h" not in text


def test_a_change_of_a_share_is_in_points_and_one_from_nothing_is_new() -> None:
    assert format_change("changed", 0.05, 0.5, "fraction") == "+5.0 points"
    assert format_change("changed", -6, -0.1, "count") == "-10.0 %"
    assert format_change("changed", 6, 0.1, "count", (2.0, 2.5)) == "+10.0 % (-20.0 % a day)"
    assert format_change("new", 6, None, "count") == "new"
    assert format_change("unknown", None, None, "count") == ""


def test_a_span_of_one_day_is_one_date() -> None:
    assert format_span(datetime(2026, 3, 1), datetime(2026, 3, 2)) == "2026-03-01"
    assert format_span(datetime(2026, 3, 1, 6), datetime(2026, 3, 2)) == "2026-03-01 06:00 to 2026-03-02 00:00"
