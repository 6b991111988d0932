"""Calls and summaries: limits come from the settings, unknown waits are said, aggregates are weighted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.query.provider import Provider
from tests.query.scenarios import SPAN, call, calls


def summary(provider: Provider, day: str, **counts: Any) -> None:
    begin = f"2026-03-{day} 00:00:00"
    provider.add("queue_interval", "acd", source_id=day, interval_start=begin, interval_s=86_400, **counts)


def test_the_limits_are_those_of_the_settings() -> None:
    provider = Provider(service_level_s=10, short_abandon_s=20)
    calls(provider)
    assert provider.one("abandonment_rate", **SPAN).value == pytest.approx(40 / 940)
    assert provider.one("service_level_a", **SPAN).value == pytest.approx(0.75)
    assert provider.one("service_level_b", **SPAN).value == pytest.approx(750 / 940)
    strict = Provider(service_level_s=9)
    calls(strict)
    assert strict.one("service_level_a", **SPAN).value == 0


def test_unknown_waits_of_abandoned_calls_are_missing_not_zero() -> None:
    provider = Provider()
    for i in range(60):
        disposition = "answered" if i < 50 else "abandoned_queue"
        provider.add(
            "contact",
            "acd",
            contact_id=f"c{i}",
            channel="phone",
            direction="inbound",
            talk_s=60,
            entered_at=f"2026-03-01 10:{i:02}:00",
            disposition=disposition,
            wait_s=5 if i < 50 else None,
        )
    assert provider.one("abandonment_rate_raw").value == pytest.approx(10 / 60)
    assert provider.one("missed_call_rate").value == pytest.approx(10 / 60)
    for kpi in ("abandonment_rate", "service_level_b"):
        record = provider.one(kpi)
        assert (record.value, record.reason, record.state) == (None, "missing:contact.wait_s", "unavailable")
        assert "abandoned" in (record.note or "")
    assert provider.one("service_level_a").value == pytest.approx(50 / 60)
    assert provider.one("aht").reason == "missing:contact.hold_s"
    assert provider.one("average_talk_time").value == 60


def test_an_abandoned_call_of_unknown_wait_among_known_ones_is_not_taken_for_short() -> None:
    provider = Provider()
    for i in range(20):
        call(provider, i, 5, "answered", talk_s=60)
    call(provider, 20, 5, "abandoned_queue")
    provider.add(
        "contact",
        "acd",
        contact_id="x",
        channel="phone",
        direction="inbound",
        entered_at="2026-03-02 10:00:00",
        disposition="abandoned_queue",
    )
    record = provider.one("abandonment_rate", **SPAN)
    assert (record.numerator, record.denominator) == (1, 21)


def test_months_of_daily_summaries_are_weighted_by_calls() -> None:
    provider = Provider()
    summary(provider, "01", offered=100, answered=50, abandoned=50, wait_answered_s=50 * 100, talk_s=50 * 300)
    summary(provider, "02", offered=900, answered=900, abandoned=0, wait_answered_s=900 * 10, talk_s=900 * 100)
    asa = provider.one("asa")
    assert asa.value == pytest.approx((5000 + 9000) / 950)
    assert (asa.low, asa.high) == (None, None)  # the spread within a day is not known
    assert provider.one("abandonment_rate_raw").value == pytest.approx(0.05)
    assert provider.one("average_talk_time").value == pytest.approx(105_000 / 950)
    assert provider.one("abandonment_rate").reason == "missing:queue_interval.abandoned_within_short"
    assert provider.one("aht").reason == "missing:queue_interval.hold_s"


def test_a_summary_serves_only_the_limit_it_was_made_with() -> None:
    provider = Provider(service_level_s=20, short_abandon_s=10)
    counts = {"offered": 100, "answered": 90, "abandoned": 10, "abandoned_within_short": 4}
    summary(provider, "01", answered_within_t=70, t_s=20, short_s=10, **counts)
    summary(provider, "02", answered_within_t=80, t_s=30, short_s=10, **counts)
    summary(provider, "03", answered_within_t=70, t_s=20, short_s=5, **counts)
    level = provider.one("service_level_a")
    assert (level.numerator, level.denominator) == (140, 200)
    assert level.exclusions == {"Summaries made with another T": 100}
    net = provider.one("abandonment_rate")
    assert (net.numerator, net.denominator) == (12, 192)
    both = provider.one("service_level_b")
    assert (both.numerator, both.denominator, both.excluded) == (70, 96, 200)
    assert provider.one("abandonment_rate_raw").denominator == 300


@pytest.mark.parametrize(
    ("missing", "level_a", "level_b"),
    [
        ("answered", (140, 200, {}), (70, 96, {"Summaries without answered or abandoned": 100})),
        ("abandoned", (140, 200, {}), (70, 96, {"Summaries without answered or abandoned": 100})),
        ("offered", (70, 100, {"Summaries without offered": 100}), (140, 192, {})),
        ("answered_within_t", *(((70, n, {"Summaries made with another T": 100})) for n in (100, 96))),
    ],
)
def test_a_service_level_leaves_out_a_summary_only_where_a_part_of_its_own_formula_is_missing(
    missing: str, level_a: tuple[int, int, dict[str, int]], level_b: tuple[int, int, dict[str, int]]
) -> None:
    provider = Provider(service_level_s=20, short_abandon_s=10)
    counts = {"offered": 100, "answered": 90, "answered_within_t": 70, "abandoned": 10}
    limits = {"abandoned_within_short": 4, "t_s": 20, "short_s": 10}
    summary(provider, "01", **counts, **limits)
    summary(provider, "02", **{**counts, missing: None}, **limits)
    for kpi, told in (("service_level_a", level_a), ("service_level_b", level_b)):
        record = provider.one(kpi)
        assert (record.numerator, record.denominator, record.exclusions) == told


def test_chats_count_with_calls_and_e_mails_do_not() -> None:
    provider = Provider()
    for i in range(40):
        channel = ("phone", "live_chat", "email", "async_chat")[i % 4]
        provider.add(
            "contact",
            "acd",
            contact_id=f"c{i}",
            channel=channel,
            direction="inbound",
            talk_s=60,
            hold_s=0,
            wrap_s=0,
            entered_at="2026-03-01 10:00:00",
            disposition="answered",
        )
    provider.add(
        "contact",
        "acd",
        contact_id="out",
        channel="phone",
        direction="outbound",
        talk_s=9999,
        entered_at="2026-03-01 10:00:00",
        disposition="answered",
    )
    assert provider.one("missed_call_rate").denominator == 20


def test_held_and_not_held_calls_both_count_in_the_average_hold() -> None:
    provider = Provider()
    for i in range(40):
        call(provider, i, 5, "answered", talk_s=100, hold_s=80 if i < 10 else None, wrap_s=0)
    assert provider.one("average_hold_time", **SPAN).value == 20
    assert provider.one("aht", **SPAN).value == 120


def test_an_answered_call_without_talk_time_is_left_out_and_counted() -> None:
    provider = Provider()
    for i in range(40):
        seconds = {"talk_s": 100, "hold_s": 0, "wrap_s": 0} if i < 35 else {}
        call(provider, i, 5, "answered", **seconds)
    record = provider.one("aht", **SPAN)
    assert (record.denominator, record.excluded) == (35, 5)


def test_calls_and_summaries_of_different_days_make_one_figure() -> None:
    provider = Provider()
    for i in range(30):
        call(provider, i, 5, "answered", talk_s=100, hold_s=0, wrap_s=0)
    begin = "2026-03-20 00:00:00"
    provider.add(
        "queue_interval",
        "acd",
        queue_id="support",
        interval_start=begin,
        interval_s=86_400,
        offered=10,
        answered=10,
        abandoned=0,
        talk_s=2000,
        hold_s=100,
        wrap_s=0,
    )
    record = provider.one("aht", **SPAN)
    assert record.value == pytest.approx((3000 + 2100) / 40)


def test_a_queues_limits_change_from_a_date_and_leave_what_was_before() -> None:
    provider = Provider()
    calls(provider)  # in March, T 20 s and short 10 s by the settings; the last call begins on 11 March
    before = {kpi: provider.one(kpi, **SPAN).value for kpi in ("service_level_b", "abandonment_rate")}
    for at in ("2026-04-01 12:00:00", "2026-04-02 12:00:00"):
        for i in range(20):
            number = 2000 + i + 100 * int(at[9])
            provider.add(
                "contact", "acd", contact_id=f"c{number}", channel="phone", direction="inbound", queue_id="support",
                entered_at=at, disposition="answered" if i < 12 else "abandoned_queue", wait_s=25 if i < 12 else 15,
            )  # fmt: skip
    provider.add(
        "queue", "setup", queue_id="support", valid_from="2026-04-02 00:00:00", service_level_s=30, short_abandon_s=15
    )
    provider.add("queue", "setup", queue_id="sales", service_level_s=1, short_abandon_s=100)
    after = {kpi: provider.one(kpi, **SPAN).value for kpi in before}
    assert after == before
    april = {"from": "2026-04-01", "to": "2026-04-03", "by": "day"}
    assert [each.value for each in provider.ask("service_level_b", **april).records] == [0, 1]
    assert [each.numerator for each in provider.ask("abandonment_rate", **april).records] == [8, 0]


def test_a_summary_counts_where_it_was_made_with_the_limit_of_its_queue_then() -> None:
    provider = Provider()
    made = {"offered": 100, "answered": 90, "abandoned": 10, "answered_within_t": 80, "abandoned_within_short": 4}
    summary(provider, "01", queue_id="support", t_s=20, short_s=10, **made)
    summary(provider, "02", queue_id="support", t_s=20, short_s=10, **made)
    summary(provider, "03", queue_id="support", t_s=30, short_s=10, **made)
    provider.add("queue", "setup", queue_id="support", valid_from="2026-03-02 00:00:00", service_level_s=30)
    found = provider.ask("service_level_a", by="day", **{"from": "2026-03-01", "to": "2026-03-04"}).records
    assert [each.denominator for each in found] == [100, 0, 100]
    assert found[1].exclusions == {"Summaries made with another T": 100}


def test_the_tier_that_is_stated_for_a_team_tells_where_a_ticket_was_handed_up() -> None:
    provider = Provider()
    for i in range(40):
        provider.ticket(f"t{i}", "2026-03-02 00:00:00", "2026-03-20 00:00:00")
        provider.event(
            f"t{i}", "2026-03-03 00:00:00", "reassigned", from_team="desk" if i < 10 else "first", to_tier="vendor"
        )
    provider.add("team", "setup", team="desk", tier="2")
    provider.add("agent", agent_id="a", team="desk", tier="1")
    assert provider.one("escalation_rate", **SPAN).numerator == 30
