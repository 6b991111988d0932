"""A look-ahead figure with pending members has an estimate beside it, which is labelled and never the figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from firstline.periods import midnight
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.query.estimate import Watched, kaplan_meier
from firstline.query.question import Query
from firstline.query.run import answer
from tests.query.provider import Provider, after
from tests.query.resolution_scenarios import followed

WINDOW_S = 14 * 86_400
BY_HAND = 1 - 9 / 10 * 8 / 9 * 6 / 7
"""Of 10, one is reopened after a day; of the 9 left one after 2 days; then 7 are left that are watched for longer, and
one of them is reopened after 3. The other 6 are not, as far as they are watched."""


def one(provider: Provider, kpi: str, end: str, *, estimates: bool = True) -> Record:
    """The record of a KPI over March to that day."""
    if not provider._is_built:
        provider.build()
    zone = provider.settings.zone
    first, last = (midnight(datetime.fromisoformat(day).date(), zone) for day in ("2026-03-01", end))
    query = Query((kpi,), datetime(2027, 1, 1, tzinfo=UTC), first, last, estimates=estimates)
    (found,) = answer(provider.warehouse, the_catalogue(), provider.settings, query).records
    return found


def reopened_tickets() -> Provider:
    """Twice: 6 tickets resolved long before the 1st of April, 2 of them reopened; 4 days before, 1 too."""
    provider = Provider(timezone="UTC")
    watermark = "2026-04-01 00:00:00"
    lives = [(25, 1), (25, 3), (25, None), (25, None), (25, None), (25, None), (4, 2), (2, None), (4, None), (5, None)]
    for number, (days_ago, reopened) in enumerate(lives * 2):
        resolved = after(watermark, days=-days_ago)
        provider.ticket(f"T{number}", after(resolved, hours=-5), resolved)
        if reopened:
            provider.event(f"T{number}", after(resolved, days=reopened), "reopened", actor_kind="agent")
    provider.complete_until = {"ticket": watermark, "ticket_event": watermark}
    return provider


def test_it_is_what_a_worked_example_gives_by_hand() -> None:
    record = one(reopened_tickets(), "reopen_rate", "2026-04-01")
    assert (record.value, record.n, record.pending, record.state) == (2 / 6, 12, 8, "provisional")
    assert record.estimate == pytest.approx(BY_HAND)
    assert record.estimate_low is not None
    assert record.estimate_high is not None
    assert 0 < record.estimate_low < BY_HAND < record.estimate_high < 1
    assert record.note is not None
    assert "Estimate, not the figure: 31.4 %" in record.note
    assert "8 pending go on as the others did (Kaplan-Meier)" in record.note


def test_the_figure_is_205_of_380_whatever_the_estimate() -> None:
    provider = Provider(timezone="UTC")
    followed(provider)
    record = one(provider, "fcr_window", "2026-04-06")
    assert (record.value, record.numerator, record.denominator) == (205 / 380, 205, 380)
    # here nobody calls again after the first hours, and the pending were watched longer than that
    assert record.estimate == pytest.approx(223 / 400)
    assert "Estimate, not the figure: 55.8 %" in (record.note or "")


def test_pending_members_are_no_successes_where_repeats_come_late() -> None:
    """175 of 380 call again, spread over 7 days; 20 are watched for a day, in which 2 of them do."""
    week = 7 * 86_400
    spread = [Watched(i * week // 175, True, 1, week) for i in range(1, 176)]
    young = [Watched(3_600, True, 2, week), Watched(86_400, False, 18, week)]
    estimate, low, high = kaplan_meier([*spread, Watched(week, False, 205, week), *young], counts_events=False)
    assert low is not None
    assert high is not None
    assert 205 / 400 < low + 0.05 < estimate < 223 / 400 < high
    # the young ones have a week of such days before them: nearer to 205 of 380 than to 223 of 400
    assert abs(estimate - 205 / 380) < abs(estimate - 223 / 400)


def test_it_is_there_only_where_it_is_asked_for_and_something_is_pending() -> None:
    provider = reopened_tickets()
    silent = one(provider, "reopen_rate", "2026-04-01", estimates=False)
    assert (silent.estimate, silent.estimate_low, silent.estimate_high) == (None, None, None)
    asked = one(provider, "reopen_rate", "2026-04-01")
    same = replace(asked, estimate=None, estimate_low=None, estimate_high=None, note=silent.note)
    assert same == silent
    settled = one(provider, "reopen_rate", "2026-03-15")
    assert (settled.pending, settled.estimate) == (0, None)
    assert one(provider, "resolution_rate_7d", "2026-04-01").estimate is None


def test_only_what_is_pending_is_uncertain() -> None:
    everybody = [Watched(86_400, True, 46, WINDOW_S), Watched(WINDOW_S, False, 1104, WINDOW_S)]
    assert kaplan_meier(everybody, counts_events=True)[0] == pytest.approx(0.04)
    assert kaplan_meier(everybody, counts_events=False)[0] == pytest.approx(0.96)
    nobody = [Watched(WINDOW_S, False, 30, WINDOW_S), Watched(60, False, 5, WINDOW_S)]
    assert kaplan_meier(nobody, counts_events=True) == (0.0, None, None)
