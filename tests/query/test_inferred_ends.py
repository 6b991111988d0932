"""A figure per subscriber says how many subscribers are gone only because a full list lacks them."""

from __future__ import annotations

from tests.query.provider import Provider

RATE = "tickets_per_1000"


def provider(*listed: tuple[str, int]) -> Provider:
    """300 subscribers of whom full lists of a day name the first so many; ten tickets in March."""
    made = Provider(timezone="UTC")
    for number in range(300):
        made.add("subscriber", subscriber_id=f"S{number}", activated_at="2025-01-01", is_deleted=False)
    for day, count in listed:
        made.warehouse.execute("INSERT INTO listing VALUES ('subscriber', 'crm', ?, ?, 1)", [day, count])
        for number in range(count):
            made.warehouse.execute("INSERT INTO presence VALUES ('subscriber', 'crm', ?, ?, 1)", [f"S{number}", day])
    for number in range(10):
        made.ticket(f"t{number}", f"2026-03-{10 + number} 09:00")
    return made


def test_the_figure_counts_them_as_gone_and_says_so() -> None:
    found = provider(("2026-02-01", 300), ("2026-03-17", 290), ("2026-04-01", 289))
    record = found.one(RATE, **{"from": "2026-03-01", "to": "2026-04-01"})
    assert record.denominator == (300 * 16 + 290 * 15) / 31
    assert "11 subscribers count as gone in this period because a full list lacks them (inferred)." in str(record.note)
    later = found.one(RATE, **{"from": "2026-04-01", "to": "2026-05-01"})
    assert later.denominator == 289
    assert "inferred" not in str(later.note)


def test_without_full_lists_nothing_is_inferred_and_nothing_said() -> None:
    record = provider().one(RATE, **{"from": "2026-03-01", "to": "2026-04-01"})
    assert record.denominator == 300
    assert "inferred" not in str(record.note)


def test_a_plain_table_of_active_subscribers_is_denominator_enough() -> None:
    made = Provider(timezone="UTC")
    made.add("active_subscribers", period_start="2026-03-01", period_end="2026-04-01", active_subscribers=24_500)
    for number in range(49):
        made.ticket(f"t{number}", "2026-03-10 09:00")
    record = made.one(RATE, **{"from": "2026-03-01", "to": "2026-04-01"})
    assert (record.value, record.denominator, record.reason) == (2.0, 24_500, None)
