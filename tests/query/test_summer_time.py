"""Days that last 23 or 25 hours: elapsed time is the difference of instants, periods are local."""

from __future__ import annotations

import pytest

from tests.query.provider import Provider, after


@pytest.mark.parametrize(
    ("opened", "answered", "minutes"),
    [
        # America/Denver: Friday 16:50 to Monday 08:20, over the start of summer time, an ordinary weekend, its end
        ("2024-03-08 23:50:00", "2024-03-11 14:20:00", 3_750),
        ("2024-03-15 22:50:00", "2024-03-18 14:20:00", 3_810),
        ("2024-11-01 22:50:00", "2024-11-04 15:20:00", 3_870),
    ],
)
def test_a_weekend_s_first_response_in_elapsed_minutes(opened: str, answered: str, minutes: int) -> None:
    provider = Provider(timezone="America/Denver")
    for i in range(10):
        provider.ticket(f"t{i}", opened, channel="email", origin="customer")
        provider.event(f"t{i}", answered, "first_response", actor_kind="agent")
    assert provider.one("first_response_time_median").value == minutes * 60


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-03-09", 24), ("2026-11-01", 25)])
def test_a_local_day_holds_as_many_hours_as_it_lasts(day: str, hours: int) -> None:
    provider = Provider(timezone="America/Denver")
    for i in range(24 * 4):
        provider.ticket(f"t{i}", after(f"{day} 00:30:00", hours=i - 24))
    records = provider.ask("ticket_volume", by="day").records
    by_day = {record.period_start.date().isoformat(): record for record in records}
    assert by_day[day].value == hours
    length = by_day[day].period_end.timestamp() - by_day[day].period_start.timestamp()
    assert length == hours * 3600
