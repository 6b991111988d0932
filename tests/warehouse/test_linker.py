"""The linker's rule: a named ticket, an open ticket of the family, seven days after the family's last event."""

from __future__ import annotations

import pytest

from firstline.warehouse.linking.linker import Event, is_same_family, link

DAY = 86_400
SLOW, COVERAGE, PAYMENT = "connectivity.slow", "wifi.coverage", "billing.payment"


def call(
    day: float, family: str | None = SLOW, ticket: str | None = None, chain: str = "A1", lasts_s: int = 300
) -> Event:
    return Event(chain, day * DAY, day * DAY + lasts_s, family, ticket, 0)


def opens(day: float, ticket: str, family: str | None = SLOW) -> Event:
    return Event("A1", day * DAY, day * DAY, family, ticket, 1)


def ends(day: float, ticket: str) -> Event:
    return Event("A1", day * DAY, day * DAY, SLOW, ticket, -1)


def issues(*events: Event) -> list[int]:
    """The number of each event's issue, in the order in which issues begin."""
    first = link(events)
    return [sorted(set(first)).index(each) for each in first]


def test_the_same_family_within_seven_days_of_the_last_end_is_one_issue() -> None:
    end = call(0).ended_at / DAY
    assert issues(call(0), call(end + 7)) == [0, 0]
    assert issues(call(0), call(end + 7 + 1 / DAY)) == [0, 1]
    # from event to event, not from the first
    assert issues(call(0), call(6), call(12)) == [0, 0, 0]


def test_a_long_contact_is_counted_from_its_end() -> None:
    assert issues(call(0, lasts_s=2 * DAY), call(8.9)) == [0, 0]


def test_another_family_or_account_is_another_issue() -> None:
    assert issues(call(0), call(1, PAYMENT), call(2)) == [0, 1, 0]
    assert issues(call(0), call(1, chain="A2")) == [0, 1]


def test_an_open_ticket_of_the_family_draws_events_however_late() -> None:
    assert issues(opens(0, "T1"), call(40)) == [0, 0]
    assert issues(opens(0, "T1"), ends(30, "T1"), call(40)) == [0, 0, 1]
    assert issues(opens(0, "T1"), ends(30, "T1"), call(36)) == [0, 0, 0]
    assert issues(opens(0, "T1"), call(40, PAYMENT)) == [0, 1]


def test_a_ticket_that_opens_again_is_open_again() -> None:
    again = Event("A1", 50 * DAY, 50 * DAY, SLOW, "T1", 1)
    assert issues(opens(0, "T1"), ends(1, "T1"), again, call(90)) == [0, 0, 0, 0]


def test_a_named_ticket_outranks_family_and_time() -> None:
    assert issues(opens(0, "T1"), ends(1, "T1"), call(60, PAYMENT, ticket="T1")) == [0, 0, 0]
    # also where an open ticket of the family is nearer
    assert issues(opens(0, "T1"), ends(1, "T1"), opens(20, "T2"), call(30, ticket="T1")) == [0, 0, 1, 0]


def test_a_contact_may_name_a_ticket_before_it_is_opened() -> None:
    assert issues(call(0, PAYMENT, ticket="T1"), opens(0.01, "T1")) == [0, 0]


def test_an_open_ticket_outranks_a_later_event_without_one() -> None:
    # the call at day 3 belongs to no ticket: T1 was of another family then
    events = [opens(0, "T1", COVERAGE), call(1, PAYMENT), opens(2, "T2", PAYMENT), call(30, PAYMENT)]
    assert issues(*events) == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SLOW, SLOW, True),
        (SLOW, COVERAGE, False),
        (None, SLOW, True),
        (SLOW, None, True),
        (None, None, True),
        (None, COVERAGE, False),
        (COVERAGE, None, False),
    ],
)
def test_an_unknown_reason_may_be_any_of_connectivity(one: str | None, other: str | None, same: bool) -> None:
    assert is_same_family(one, other) is same
    assert (issues(call(0, one), call(1, other)) == [0, 0]) is same


def test_a_known_family_outranks_an_unknown_one() -> None:
    drops = "connectivity.intermittent"
    assert issues(call(0, drops), call(0.1, SLOW), call(2, None), call(3, drops)) == [0, 1, 1, 0]
