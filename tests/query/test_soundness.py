"""Figures that add up: both sides of a ratio, groups and periods of a sum, exact quantiles, no fan-out."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
import sqlglot
from sqlglot import exp

from firstline.query import intervals
from firstline.query.definitions import the_catalogue
from firstline.query.explain import EXAMPLE_FRAME, statements
from firstline.query.figure import type_7
from firstline.query.frame import Frame
from tests.query.provider import Provider, after

REGIONS = ("north", "south", None)
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
SHARES = sorted(kpi.id for kpi in the_catalogue().kpis.values() if kpi.unit == "fraction")


@pytest.fixture(scope="module")
def provider() -> Provider:
    """A quarter of everything, drawn at random, with many-to-one traps: several services, legs, agent intervals."""
    made = Provider(timezone="America/Denver")
    chance = random.Random(11)
    people(made)
    cases(made, chance)
    contacts(made, chance)
    for i in range(300):
        moved = after("2026-02-01", minutes=chance.randrange(60 * 24 * 58))
        account = f"A{chance.randrange(600)}"
        made.add("truck_roll", visit_id=f"v{i}", account_id=account, purpose="trouble", dispatched_at=moved)
    for i in range(60):
        left = after("2026-03-02", hours=i)
        made.add("churn_event", "crm", subscriber_id=f"S{i}", kind="voluntary", effective_at=left)
        made.add("subscriber_snapshot", "crm", subscriber_id=f"S{i}", as_of="2026-03-31", is_lost=i % 4 == 0)
    made.build()
    return made


def people(made: Provider) -> None:
    """600 subscribers with one to three services each, and 8 agents who changed teams."""
    begin = "2025-01-01 07:00:00"
    for i in range(600):
        name = f"A{i}"
        made.add("subscriber", "crm", subscriber_id=f"S{i}", region_id=REGIONS[i % 3], activated_at=begin)
        made.add("account", "crm", account_id=name, subscriber_id=f"S{i}", status="active", valid_from=begin)
        for j in range(1 + i % 3):
            tech = ("dsl", "fiber_gpon")[j % 2]
            start = after(begin, days=j)
            made.add("service", "crm", service_id=f"V{i}.{j}", account_id=name, access_tech=tech, valid_from=start)
    for i in range(8):
        for since in (None, "2026-02-01", "2026-03-10"):
            made.add("agent", "hr", agent_id=f"g{i}", team=f"team{i % 3}", valid_from=since)


def cases(made: Provider, chance: random.Random) -> None:
    """700 tickets, all resolved, some escalated and reopened."""
    reasons = ["internet.slow.wifi", "internet.down", "billing.invoice", None]
    for i in range(700):
        opened = after("2026-02-01", minutes=chance.randrange(60 * 24 * 55))
        solved = after(opened, minutes=chance.randrange(60 * 24 * 9))
        about = {"account_id": f"A{chance.randrange(600)}", "reason_code": chance.choice(reasons)}
        made.ticket(f"t{i}", opened, channel=chance.choice(["email", "phone"]), **about)
        made.event(f"t{i}", after(opened, minutes=50), "public_reply", actor_kind="agent")
        made.event(f"t{i}", solved, "resolved", actor_kind="agent", actor_id=f"g{i % 8}", from_tier="1")
        if i % 5 == 0:
            made.event(f"t{i}", after(solved, days=1), "reopened", actor_kind="agent")
            made.event(f"t{i}", after(opened, minutes=60), "escalated", from_tier="1", to_tier="2")


def contacts(made: Provider, chance: random.Random) -> None:
    """900 calls of two legs, a ninth abandoned, every fourth followed by a survey answer."""
    for i in range(900):
        entered = after("2026-02-01", minutes=chance.randrange(60 * 24 * 58))
        gone = i % 9 == 0
        call = {"disposition": "abandoned_queue"} if gone else {"disposition": "answered", "agent_id": f"g{i % 8}"}
        call |= {"channel": "phone", "direction": "inbound", "queue_id": f"q{i % 2}", "contact_id": f"c{i}"}
        times = {"entered_at": entered, "wait_s": chance.randrange(60), "talk_s": 9}
        flag = None if gone else i % 3 == 0
        made.add("contact", "acd", account_id=f"A{chance.randrange(600)}", resolved_flag=flag, **call, **times)
        for seq in (1, 2):
            made.add("contact_leg", "acd", contact_id=f"c{i}", seq=seq, talk_s=100, hold_s=5, wrap_s=20)
        if i % 4 == 0:
            answer = {"kind": "csat", "scale_min": 1, "scale_max": 5, "score": 1 + i % 5}
            late = after(entered, days=1)
            made.add("survey_response", "acd", response_id=f"r{i}", contact_id=f"c{i}", responded_at=late, **answer)


@pytest.mark.parametrize("kpi", SHARES)
@pytest.mark.parametrize(
    "options", [{}, {"where": ["region=north"]}, {"where": ["region="]}, {"group": "region"}, {"by": "week"}]
)
def test_a_share_lies_between_0_and_1_and_its_interval_around_it(
    provider: Provider, kpi: str, options: dict[str, Any]
) -> None:
    records = [record for record in provider.ask(kpi, **MARCH, **options).records if record.value is not None]
    for record in records:
        assert record.value is not None
        assert record.low is not None
        assert record.high is not None
        assert 0 <= record.low <= record.value <= record.high <= 1


@pytest.mark.parametrize("kpi", ["ticket_volume", "truck_rolls", "truck_roll_cost"])
@pytest.mark.parametrize("group", ["region", "access_tech", "region,access_tech", "source"])
def test_groups_and_periods_of_a_count_add_up_to_it(provider: Provider, kpi: str, group: str) -> None:
    whole = provider.one(kpi, **MARCH).value
    assert whole
    assert sum(record.value or 0 for record in provider.ask(kpi, group=group, **MARCH).records) == whole
    for by in ("day", "week", "month"):
        assert sum(record.value or 0 for record in provider.ask(kpi, by=by, **MARCH).records) == whole
        both = provider.ask(kpi, by=by, group=group, **MARCH).records
        assert sum(record.value or 0 for record in both) == whole


def test_rows_without_a_value_are_a_group_of_their_own_and_can_be_selected(provider: Provider) -> None:
    groups = {record.group["region"]: record.value for record in provider.ask("ticket_volume", group="region").records}
    assert set(groups) == {"north", "south", None}
    assert provider.one("ticket_volume", where=["region="]).value == groups[None]
    assert provider.one("ticket_volume", where=["region=north,"]).value == (groups[None] or 0) + (groups["north"] or 0)
    assert provider.one("ticket_volume", where=["region=north", "region=south"]).value == (
        (groups["north"] or 0) + (groups["south"] or 0)
    )


def test_filters_of_different_dimensions_must_all_hold(provider: Provider) -> None:
    north = provider.ask("ticket_volume", where=["region=north"], group="channel").records
    email = provider.one("ticket_volume", where=["region=north", "channel=email"])
    assert {record.group["channel"]: record.value for record in north}["email"] == email.value


@pytest.mark.parametrize("kpi", [each for each in SHARES if each not in ("subscriber_churn_rate", "driver_share")])
def test_both_sides_of_a_share_obey_the_same_filter(provider: Provider, kpi: str) -> None:
    whole = provider.one(kpi, **MARCH)
    parts = [provider.one(kpi, where=[f"region={region or ''}"], **MARCH) for region in REGIONS]
    assert sum(part.numerator or 0 for part in parts) == pytest.approx(whole.numerator or 0)
    assert sum(part.denominator or 0 for part in parts) == pytest.approx(whole.denominator or 0)


def test_both_sides_of_a_rate_are_split_by_what_a_subscriber_has_and_else_only_tickets_are(provider: Provider) -> None:
    whole = provider.one("tickets_per_1000", **MARCH)
    regions = provider.ask("tickets_per_1000", group="region", **MARCH).records
    assert sum(record.denominator or 0 for record in regions) == pytest.approx(whole.denominator)
    assert whole.denominator == 600
    north = provider.one("tickets_per_1000", where=["region=north"], **MARCH)
    assert north.denominator == 200
    by_mail = provider.one("tickets_per_1000", where=["channel=email"], **MARCH)
    assert by_mail.denominator == 600
    assert "not split by channel" in (by_mail.note or "")


def test_driver_shares_are_of_all_tickets_with_a_reason_whatever_reason_is_asked(provider: Provider) -> None:
    records = provider.ask("driver_share", **MARCH).records
    coded = [record for record in records if record.group["reason"] is not None]
    assert len(coded) == 3
    assert sum(record.value or 0 for record in coded) == pytest.approx(1)
    one = provider.one("driver_share", where=["reason=billing.invoice"], **MARCH)
    assert one.value == {record.group["reason"]: record.value for record in coded}["billing.invoice"]
    families = provider.ask("driver_share", group="family,region", **MARCH).records
    north = [record.value or 0 for record in families if record.group["region"] == "north" and record.group["family"]]
    assert sum(north) == pytest.approx(1)


def test_legs_services_and_agent_intervals_multiply_nothing(provider: Provider) -> None:
    answered = provider.warehouse.value("SELECT count(*) FROM contact WHERE disposition = 'answered'")
    record = provider.one("aht")
    assert record.denominator == answered
    assert record.value == 250
    assert provider.one("ticket_volume", **{"from": "2026-01-01", "to": "2026-06-01"}).value == 700
    teams = provider.ask("aht", group="team").records
    assert sum(team.denominator or 0 for team in teams) == 2 * answered, "each of them was handed on once"
    assert sum(team.numerator or 0 for team in teams) == record.numerator


def test_a_median_over_weeks_is_that_of_the_union_not_of_medians(provider: Provider) -> None:
    rows = provider.warehouse.rows(
        "SELECT resolution_s FROM fact_ticket"
        " WHERE final_resolved_on >= '2026-03-01' AND final_resolved_on < '2026-04-01'"
    )
    values = [row["resolution_s"] for row in rows]
    for kpi, q in (("resolution_time_median", 0.5), ("resolution_time_p90", 0.9)):
        assert provider.one(kpi, **MARCH).value == pytest.approx(np.percentile(values, 100 * q))


@pytest.mark.parametrize("group", ["region", "channel"])
def test_quantiles_per_group_are_exact_and_their_intervals_are_order_statistics(provider: Provider, group: str) -> None:
    column = {"region": "region", "channel": "channel"}[group]
    for record in provider.ask("resolution_time_median", group=group, **MARCH).records:
        values = sorted(
            row["resolution_s"]
            for row in provider.warehouse.rows(
                f"SELECT resolution_s FROM fact_ticket WHERE {column} IS NOT DISTINCT FROM ?"
                " AND final_resolved_on >= '2026-03-01' AND final_resolved_on < '2026-04-01'",
                [record.group[group]],
            )
        )
        assert record.value == pytest.approx(np.percentile(values, 50))
        ends = intervals.quantile_positions(len(values), 0.5)
        assert ends
        ranks = np.arange(1, len(values) + 1)
        assert (record.low, record.high) == pytest.approx(np.interp(ends, ranks, values))


def test_the_quantile_trap_pooled_is_not_the_mean_of_parts() -> None:
    one = [1.0] * 90 + [100.0] * 10
    other = [2.0] * 10 * 10
    parts = [type_7(dict(enumerate(sorted(each), 1)), len(each), 0.9) for each in (one, other[:10])]
    pooled = sorted(one + other[:10])
    assert parts == [pytest.approx(10.9), 2.0]
    assert type_7(dict(enumerate(pooled, 1)), len(pooled), 0.9) == 2.0


@pytest.mark.parametrize("n", [1, 2, 3, 10, 11, 50, 51, 100])
@pytest.mark.parametrize("q", [0.5, 0.9])
def test_type_7_is_numpy_s_default(n: int, q: float) -> None:
    values = sorted(random.Random(n).uniform(0, 100) for _ in range(n))
    assert type_7(dict(enumerate(values, 1)), n, q) == pytest.approx(np.percentile(values, 100 * q))


def test_intervals_are_those_of_the_reference() -> None:
    assert intervals.wilson(7, 10) == pytest.approx((0.397, 0.892), abs=5e-4)
    assert intervals.wilson(74, 100) == pytest.approx((0.646, 0.816), abs=5e-4)
    assert intervals.wilson(150, 300) == pytest.approx((0.444, 0.556), abs=5e-4)
    assert intervals.wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-4)
    assert intervals.net_promoter(50, 20, 100) == pytest.approx((14.1, 44.2), abs=0.05)
    assert intervals.net_promoter(5, 2, 10) == pytest.approx((-19.1, 65.2), abs=0.05)
    assert intervals.poisson(0, 1000, 1000) == pytest.approx((0, 3.689), abs=5e-4)
    assert intervals.poisson(10, 1000, 1000) == pytest.approx((4.795, 18.39), abs=5e-3)  # Garwood's table
    assert intervals.mean(10, 30, 100, 5) == pytest.approx(
        (2 - 2.776 * (2.5 / 5) ** 0.5, 2 + 2.776 * (2.5 / 5) ** 0.5),
        abs=1e-3,  # the table of t: 4 degrees of freedom
    )
    assert intervals.mean(3, 9, 27, 1) is None
    assert intervals.mean(6, 12, 24, 3) == (2, 2)


def test_the_interval_of_a_mean_is_where_its_skewness_allows_for() -> None:
    """At each end Hall's transformed statistic is the quantile of Student's distribution."""
    times = np.random.default_rng(1).lognormal(5, 1, 40)
    interval = intervals.mean(times.sum(), (times**2).sum(), (times**3).sum(), 40)
    assert interval
    skew = ((times - times.mean()) ** 3).mean() / times.std(ddof=1) ** 3

    def transformed(mean: float) -> float:
        studentised = (times.mean() - mean) / (times.std(ddof=1) / 40**0.5)
        a = skew / 40**0.5
        return float(studentised + a * studentised**2 / 3 + a**2 * studentised**3 / 27 + a / 6)

    assert [transformed(end) for end in interval] == pytest.approx([2.0227, -2.0227], abs=1e-4)  # 39 degrees of freedom
    assert times.mean() - interval[0] < interval[1] - times.mean()


def test_the_standard_error_of_an_nps_and_the_plain_interval_that_is_not_shown() -> None:
    """Of 50, 30 and 20 in 100. What is added to the counts does not weigh in a sample a million times as large."""
    interval = intervals.net_promoter(50e6, 20e6, 100e6)
    assert interval
    error = (interval[1] - interval[0]) / 2 / 1.96 * 1000
    assert error == pytest.approx(7.8, abs=0.05)
    plain = (30 - 1.96 * error, 30 + 1.96 * error)
    assert plain == pytest.approx((14.7, 45.3), abs=0.05)
    assert intervals.net_promoter(50, 20, 100) != pytest.approx(plain, abs=0.5)


@pytest.mark.parametrize(("q", "n"), [(0.5, 5), (0.9, 35), (0.95, 71), (0.99, 2), (0.5, 0)])
def test_a_quantile_of_too_few_values_has_no_interval(q: float, n: int) -> None:
    assert intervals.quantile_positions(n, q) is None
    assert n == 0 or max(q, 1 - q) ** n > 0.025
    assert intervals.quantile_positions(400, q)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.9, 0.95])
def test_the_values_around_the_ends_of_a_quantile_s_interval_are_among_those_asked_for(q: float) -> None:
    for n in (*range(1, 1000), 20_000, 1_000_001):
        ends = intervals.quantile_positions(n, q)
        if ends:
            assert 1 <= ends[0] < 1 + (n - 1) * q < ends[1] <= n
            for end, sign in zip(ends, (-1, 1), strict=True):
                normal = n * q + sign * 1.96 * math.sqrt(n * q * (1 - q))
                assert max(abs(math.floor(end) - normal), abs(math.floor(end) + 1 - normal)) <= 3


def test_the_nps_interval_comes_from_promoters_and_detractors() -> None:
    from tests.query.scenarios import SPAN, relational

    asked = Provider()
    relational(asked)
    record = asked.one("nps", **SPAN)
    assert (record.low, record.high) == pytest.approx((14.1, 44.2), abs=0.05)
    assert (record.numerator, record.denominator) == (30, 100)


FRAMES = {
    "whole": EXAMPLE_FRAME,
    "grouped": Frame(
        **{**EXAMPLE_FRAME.__dict__, "group": ("source",), "where": (("source", ("a", None)),), "by": "week"}
    ),
    "no watermark": Frame(**{**EXAMPLE_FRAME.__dict__, "by": None, "watermark": None, "history_start": None}),
}


@pytest.mark.parametrize("frame", sorted(FRAMES))
@pytest.mark.parametrize("kpi", sorted(the_catalogue().kpis))
def test_every_kpi_can_be_said_in_spark_s_dialect(provider: Provider, kpi: str, frame: str) -> None:
    for statement in statements(the_catalogue(), the_catalogue().kpis[kpi], FRAMES[frame]).values():
        ours = sqlglot.parse_one(statement.sql, dialect="duckdb")
        spark = sqlglot.parse_one(ours.sql(dialect="spark"), dialect="spark")
        assert isinstance(ours, exp.Query)
        assert isinstance(spark, exp.Query)
        assert spark.named_selects == ours.named_selects
        provider.warehouse.rows(statement.sql, statement.parameters)
