"""First contact resolution: what is pending, what is left out, what follows and what not, and what stands beside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.warehouse.linking.spans import QUIET_DAYS
from tests.query.provider import Provider, after
from tests.query.resolution_scenarios import FOLLOWED, call, followed
from tests.query.scenarios import SPAN

Case = Callable[[Provider, str, str], None]
"""Adds the rows of one account whose first contact begins at an instant."""

CASES: dict[str, Case] = {}


def case(made: Case) -> Case:
    """Register a case by its name; each has an account and days of its own, so that one provider holds them all."""
    CASES[made.__name__] = made
    return made


@cache
def provider_of_all() -> Provider:
    provider = Provider(timezone="UTC")
    # what makes the KPIs available
    call(provider, "old", "OLD", "2019-01-01 10:00:00", resolved_flag=True)
    provider.ticket("old", "2019-01-01", "2019-01-02", resolution_code="reset")
    for number, made in enumerate(CASES.values()):
        made(provider, f"A{number}", day_of(number))
    names = ("contact", "ticket", "ticket_event", "truck_roll", "survey_response")
    provider.complete_until = dict.fromkeys(names, "2027-01-01 00:00:00")
    provider.build()
    return provider


def day_of(number: int) -> str:
    # forty days apart: what follows on one lies on no other's day
    return after("2021-01-01 10:00:00", days=40 * number)


def figure(kpi: str, name: str, **options: Any) -> Record:
    """The figure of the day of a case."""
    begins = day_of(list(CASES).index(name))
    return provider_of_all().one(kpi, **{"from": begins[:10], "to": after(begins, days=1)[:10], **options})


def stands(kpi: str, name: str, **options: Any) -> bool:
    """Whether the one issue of a case counts as resolved."""
    record = figure(kpi, name, **options)
    assert record.denominator == 1
    return record.numerator == 1


@case
def alone(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at, resolved_flag=True)


def repeated(seconds: int) -> Case:
    def add(provider: Provider, account: str, at: str) -> None:
        call(provider, f"{account}-1", account, at)
        call(provider, f"{account}-2", account, after(at, minutes=5, seconds=seconds))

    return add


WINDOWS = {"fcr_window_1d": 1, "fcr_window_3d": 3, "fcr_window": 7, "fcr_window_14d": 14, "fcr_window_30d": 30}
for _days in WINDOWS.values():
    CASES[f"after {_days} days"] = repeated(_days * 86_400)
    CASES[f"over {_days} days"] = repeated(_days * 86_400 + 1)


@pytest.mark.parametrize("kpi", WINDOWS)
def test_the_window_is_whole_days_from_the_contact_s_end(kpi: str) -> None:
    assert not stands(kpi, f"after {WINDOWS[kpi]} days")
    assert stands(kpi, f"over {WINDOWS[kpi]} days")


@case
def with_a_bot(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at)
    call(provider, f"{account}-2", account, after(at, days=1), channel="chatbot", disposition="bot_contained")


def test_a_bot_s_session_counts_in_the_strict_variant_alone() -> None:
    assert stands("fcr_window", "with_a_bot")
    assert not stands("fcr_window_strict", "with_a_bot")
    assert stands("fcr_window_strict_same_channel", "with_a_bot")


@case
def another_matter_by_mail(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at)
    call(provider, f"{account}-2", account, after(at, days=1), channel="email", reason_code="billing.payment.late")


def test_channel_and_matter_are_any_or_the_same() -> None:
    assert stands("fcr_window", "another_matter_by_mail")
    assert not stands("fcr_window_strict", "another_matter_by_mail")
    assert stands("fcr_window_strict_same_channel", "another_matter_by_mail")


@case
def same_matter_by_mail(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at, resolved_flag=True)
    call(provider, f"{account}-2", account, after(at, days=1), channel="email")


def test_the_same_matter_on_another_channel() -> None:
    assert not stands("fcr_window", "same_matter_by_mail")
    assert stands("fcr_window_same_channel", "same_matter_by_mail")


def test_first_call_resolution_is_a_filter_that_another_channel_breaks() -> None:
    assert not stands("fcr_single", "same_matter_by_mail", where=["channel=phone"])


@case
def line_failed(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at, disposition="failed", answered_at=at)
    call(provider, f"{account}-2", account, after(at, minutes=20))


@case
def line_failed_long_ago(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at, disposition="failed", answered_at=at)
    call(provider, f"{account}-2", account, after(at, minutes=21))


def test_a_reconnect_after_a_failed_line_is_no_repeat() -> None:
    assert stands("fcr_window", "line_failed")
    assert not stands("fcr_window", "line_failed_long_ago")


@case
def a_truck_rolled(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at, resolved_flag=True)
    fields = {"account_id": account, "purpose": "trouble", "dispatched_at": after(at, days=2)}
    provider.add("truck_roll", visit_id=account, **fields)


def with_ticket(resolved_minutes: int, *events: tuple[float, str]) -> Case:
    """A call of five minutes and its ticket, resolved so long after its end; events so many hours after it began."""

    def add(provider: Provider, account: str, at: str) -> None:
        call(provider, f"{account}-1", account, at)
        done = after(at, minutes=5 + resolved_minutes)
        provider.ticket(f"t{account}", after(at, minutes=1), done, account_id=account)
        for hours, kind in events:
            provider.event(f"t{account}", after(at, hours=hours), kind, actor_kind="agent")

    return add


CASES["ticket in an hour"] = with_ticket(60)
CASES["ticket later"] = with_ticket(61)
CASES["ticket reopened"] = with_ticket(10, (24, "reopened"), (30, "resolved"))
CASES["ticket escalated"] = with_ticket(10, (0.05, "escalated"))
CASES["reopened after the window"] = with_ticket(10, (9 * 24, "reopened"), (10 * 24, "resolved"))
CASES["escalated after the window"] = with_ticket(10, (9 * 24, "reopened"), (9.5 * 24, "escalated"))


def named_again(days: int) -> Case:
    """A call whose ticket is resolved at once, and one that names the ticket so many days later."""

    def add(provider: Provider, account: str, at: str) -> None:
        with_ticket(10)(provider, account, at)
        call(provider, f"{account}-2", account, after(at, days=days), ticket_id=f"t{account}")

    return add


CASES["named within the window"], CASES["named after the window"] = named_again(6), named_again(9)


@case
def another_ticket_after_the_window(provider: Provider, account: str, at: str) -> None:
    named_again(9)(provider, account, at)
    fields = {"account_id": account, "reason_code": "connectivity.slow.evening"}
    provider.ticket(f"second{account}", after(at, days=9, minutes=1), **fields)


def test_what_comes_after_the_window_moves_no_figure_that_was_mature() -> None:
    late = ("reopened after the window", "escalated after the window", "named after the window")
    for name in (*late, "another_ticket_after_the_window"):
        assert stands("fcr_single", name), name
        assert stands("fcr_net", name), name
    assert not stands("fcr_single", "named within the window")


def test_a_truck_roll_or_a_reopening_follows() -> None:
    assert not stands("fcr_window", "a_truck_rolled")
    assert not stands("fcr_window", "ticket reopened")
    assert stands("fcr_window", "ticket later")


def flagged(**fields: Any) -> Case:
    def add(provider: Provider, account: str, at: str) -> None:
        call(provider, f"{account}-1", account, at, **fields)

    return add


CASES["flag no"] = flagged(resolved_flag=False)
CASES["transferred"] = flagged(transfers=1)


def test_resolved_in_the_first_contact_is_with_nothing_to_follow() -> None:
    stood = ("alone", "with_a_bot", "transferred", "line_failed", "ticket in an hour")
    fell = ("flag no", "ticket later", "ticket reopened", "ticket escalated", "a_truck_rolled", "same_matter_by_mail")
    assert [stands("fcr_single", name) for name in stood] == [True] * len(stood)
    assert [stands("fcr_single", name) for name in fell] == [False] * len(fell)
    assert not stands("fcr_single_strict", "transferred")
    assert stands("fcr_single_strict", "alone")


LEFT_OUT: dict[str, dict[str, Any]] = {
    "No account known": {"account": None},
    "Began with a contact of our own": {"direction": "outbound"},
    "First contact given up, or not answered by an agent": {"disposition": "abandoned_queue"},
    "Wrong number": {"reason_code": "other.wrong_number.caller"},
    "Sales and orders": {"reason_code": "account.plan_change.upgrade"},
    "Neither trouble nor billing nor a question": {"reason_code": "complaint.agent.behaviour"},
    "Belongs to an outage": {"reason_code": "connectivity.area_outage.known"},
}


def left_out(fields: dict[str, Any]) -> Case:
    def add(provider: Provider, account: str, at: str) -> None:
        call(provider, f"{account}-1", **{"account": account, "at": at, **fields})

    return add


CASES |= {label: left_out(fields) for label, fields in LEFT_OUT.items()}


@case
def outage_s_child(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at)
    provider.ticket("master", after(at, hours=-1))
    provider.ticket("child", after(at, minutes=1), account_id=account, parent_ticket_id="master")


def cut_off(reason: str | None, hours: float) -> Case:
    """A call about that so long after an outage of an hour took the line."""

    def add(provider: Provider, account: str, at: str) -> None:
        provider.add("account", account_id=account, subscriber_id=f"S{account}")
        lost = after(at, hours=-hours)
        impact = {"outage_id": f"O{account}", "subscriber_id": f"S{account}", "lost_at": lost}
        provider.add("outage_impact", **impact, restored_at=after(lost, hours=1))
        call(provider, f"{account}-1", account, at, reason_code=reason)

    return add


CUT_OFF = {
    "line in an outage": ("connectivity.slow.evening", 0.5, True),
    "nothing known in an outage": (None, 1, True),
    "bill in an outage": ("billing.payment.late", 0.5, False),
    "line after an outage": ("connectivity.slow.evening", 1.1, False),
    "line before an outage": ("connectivity.slow.evening", -0.1, False),
}
CASES |= {name: cut_off(reason, hours) for name, (reason, hours, _) in CUT_OFF.items()}


@pytest.mark.parametrize("name", CUT_OFF)
def test_who_calls_about_a_line_that_an_outage_has_taken_is_left_out(name: str) -> None:
    expected = {"Belongs to an outage": 1} if CUT_OFF[name][2] else {}
    for kpi in ("fcr_window", "fcr_single", "fcr_net"):
        assert figure(kpi, name).exclusions == expected


@case
def began_in_writing(provider: Provider, account: str, at: str) -> None:
    provider.ticket(f"t{account}", after(at, hours=-1), account_id=account, channel="web_form")
    call(provider, f"{account}-1", account, at)


def test_what_is_left_out_is_counted_by_its_reason() -> None:
    for kpi in ("fcr_window", "fcr_window_strict", "fcr_single", "fcr_net"):
        for label in LEFT_OUT:
            assert figure(kpi, label).exclusions == {label: 1}
        assert figure(kpi, "outage_s_child").exclusions == {"Belongs to an outage": 1}
        assert figure(kpi, "began_in_writing").exclusions == {"Began in writing, with a ticket and no contact": 1}


@case
def not_resolvable(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at)
    fields = {"account_id": account, "resolution_code": "third_party_repair"}
    provider.ticket(f"t{account}", at, after(at, days=1), **fields)


def test_the_net_figure_leaves_out_the_closed_list() -> None:
    assert not stands("fcr_single", "not_resolvable")
    excluded = {"Could not be resolved at first contact, by the closed list": 1}
    assert figure("fcr_net", "not_resolvable").exclusions == excluded
    assert figure("fcr_window_net", "not_resolvable").exclusions == excluded


@case
def half_unknown(provider: Provider, account: str, at: str) -> None:
    call(provider, f"{account}-1", account, at)
    provider.add("contact", contact_id=f"{account}-2", entered_at=at, channel="phone", disposition="answered")


def test_who_cannot_be_told_apart_is_said() -> None:
    record = figure("fcr_window", "half_unknown")
    assert record.identified == 0.5
    assert "50 % of the issues are attached to an account" in (record.note or "")


@case
def who_left(provider: Provider, account: str, at: str) -> None:
    for number in range(10):
        call(provider, f"{account}-{number}", f"{account}{number}", at)
    provider.add("subscriber", "crm", subscriber_id="S1", activated_at="2020-01-01")
    held = {"account_id": f"{account}1", "subscriber_id": "S1", "status": "active", "valid_from": "2020-01-01"}
    provider.add("account", "crm", **held)
    provider.add("churn_event", "crm", subscriber_id="S1", effective_at=after(at, days=5), kind="voluntary")


def test_who_left_within_the_window_is_said() -> None:
    assert "1 of 10 customers left within 7 days" in (figure("fcr_window", "who_left").note or "")
    assert "left within" not in (figure("fcr_window_3d", "who_left").note or "")


@case
def answers(provider: Provider, account: str, at: str) -> None:
    """Two issues: of one the second contact, of both the first; asked early, unsure, of nobody, and again."""
    call(provider, f"{account}-1", account, at)
    call(provider, f"{account}-2", account, after(at, hours=1))
    call(provider, f"{account}-3", f"{account}x", at)
    said = [("-1", 1, 30.0), ("-1", 0, 40), ("-1", None, 50), ("-1", 0, 23.9), ("-2", 0, 60), ("-3", 1, 30)]
    for number, (contact, score, hours) in enumerate(said):
        told: dict[str, Any] = {"kind": "fcr", "scale_min": 0, "scale_max": 1, "score": score}
        told |= {"contact_id": f"{account}{contact}", "responded_at": after(at, hours=hours, minutes=5)}
        provider.add("survey_response", response_id=f"r{number}", **told)


def test_what_customers_say_is_of_first_contacts_a_day_later_once_an_issue() -> None:
    record = figure("fcr_survey", "answers")
    assert (record.numerator, record.denominator) == (1, 2)
    assert record.exclusions == {
        "About a later contact of the issue, not its first": 1,
        "Not sure, or no answer": 1,
        "Asked less than 24 hours after the contact": 1,
        "Earlier answers about the same issue": 1,
    }


def test_what_cannot_be_judged_yet_is_pending_and_no_success() -> None:
    provider = Provider(timezone="UTC")
    followed(provider)
    record = provider.one("fcr_window", **{**SPAN, "to": "2026-04-06"})
    assert (record.numerator, record.denominator, record.pending) == (205, 380, 20)
    assert record.value == pytest.approx(0.539, abs=0.0005)
    assert record.state == "provisional"


def test_no_window_reaches_beyond_what_a_quiet_gap_parts() -> None:
    for kpi in FOLLOWED:
        assert the_catalogue().kpis[kpi].maturity_days <= QUIET_DAYS


def test_without_reasons_any_later_contact_counts_and_that_is_said() -> None:
    provider = Provider(timezone="UTC")
    for i in range(12):
        call(provider, f"c{i}", f"A{i}", "2026-03-10 10:00:00", reason_code=None)
    call(provider, "again", "A1", "2026-03-12 10:00:00", reason_code=None)
    provider.complete_until = {"contact": "2026-05-01 00:00:00"}
    record = provider.one("fcr_window", **SPAN)
    assert (record.numerator, record.denominator) == (11, 12)
    assert "overcounts repeats" in (record.note or "")


def test_the_net_figure_waits_for_the_visits_that_the_gross_one_waits_for() -> None:
    """Visits that say no fault, complete only to the 11th: what they may still tell is pending for both."""
    provider = Provider(timezone="UTC")
    for i in range(40):
        at = after("2026-03-01 10:00:00", hours=6 * i)
        call(provider, f"c{i}", f"A{i}", at, resolved_flag=True)
        provider.ticket(f"t{i}", at, after(at, minutes=4), account_id=f"A{i}", resolution_code="reset")
    provider.add("truck_roll", visit_id="v", account_id="B", dispatched_at="2026-03-02 08:00:00")
    provider.complete_until = dict.fromkeys(("contact", "ticket", "ticket_event"), "2026-05-01 00:00:00")
    provider.complete_until["truck_roll"] = "2026-03-11 00:00:00"
    pending = [provider.one(kpi, **SPAN).pending for kpi in ("fcr_single", "fcr_net", "fcr_not_resolvable_share")]
    assert pending == [29, 29, 29]
