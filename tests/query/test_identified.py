"""A figure that follows accounts from row to row states which share of its rows is attached to one."""

from __future__ import annotations

import pytest

from firstline.query.definitions import the_catalogue
from tests.query.provider import Provider

REPEATS = "repeat_ticket_rate_7d"
MARCH = {"from": "2026-03-10", "to": "2026-04-01"}


@pytest.fixture
def provider() -> Provider:
    made = Provider(timezone="UTC")
    # a first ticket, so that there are 7 days of history before the span
    made.ticket("first", "2026-03-01 09:00", account_id="A0", reason_code="connectivity.slow.wifi")
    for number in range(20):
        account = None if number < 5 else f"A{number}"
        made.ticket(f"t{number}", f"2026-03-{10 + number} 09:00", account_id=account, reason_code="connectivity.slow")
    return made


def test_the_share_of_the_rows_with_an_account_is_stated(provider: Provider) -> None:
    record = provider.one(REPEATS, **MARCH)
    assert (record.n, record.excluded) == (15, 5)
    assert record.identified == 0.75
    assert "75 % of the tickets are attached to an account; the others are not followed." in str(record.note)
    assert record.as_json()["identified"] == 0.75


def test_rows_that_count_nowhere_or_have_no_reason_are_weighed_as_what_they_are(provider: Provider) -> None:
    provider.ticket("spam", "2026-03-12 10:00", account_id=None, is_spam=True, reason_code="connectivity.slow")
    assert provider.one(REPEATS, **MARCH).identified == 0.75
    provider.ticket("bare", "2026-03-12 10:00", account_id="A9", type="trouble")
    record = provider.one(REPEATS, **MARCH)
    assert record.identified == 16 / 21
    assert "76.1 % of the tickets" in str(record.note)


def test_nearly_all_is_never_said_to_be_all(provider: Provider) -> None:
    for number in range(2000):
        provider.ticket(f"m{number}", "2026-03-30 12:00", account_id=f"B{number}", reason_code="billing.dispute")
    assert provider.one(REPEATS, **{"from": "2026-03-30", "to": "2026-03-31"}).identified == 1.0
    assert "All tickets are attached to an account." in str(
        provider.one(REPEATS, **{"from": "2026-03-30", "to": "2026-03-31"}).note
    )
    provider.ticket("lone", "2026-03-30 13:00", account_id=None, reason_code="billing.dispute")
    assert "99.9 % of the tickets" in str(provider.one(REPEATS, **{"from": "2026-03-30", "to": "2026-03-31"}).note)


def test_each_group_states_its_own_share(provider: Provider) -> None:
    provider.ticket("mail", "2026-03-12 10:00", account_id=None, channel="email", reason_code="connectivity.slow")
    found = {
        record.group["channel"]: record.identified for record in provider.ask(REPEATS, group="channel", **MARCH).records
    }
    assert found == {None: 0.75, "email": 0.0}


def test_figures_that_follow_no_account_state_no_share(provider: Provider) -> None:
    record = provider.one("ticket_volume", **MARCH)
    assert record.identified is None
    assert "attached" not in str(record.note)


def test_every_kpi_that_leaves_rows_without_an_account_out_says_so() -> None:
    for kpi in the_catalogue().kpis.values():
        assert ("no_account" in kpi.rows.exclusions) == (kpi.chained_by is not None), kpi.id
