"""The rows behind a figure: as many as it was made of, each with how it stands."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.errors import MisuseError
from firstline.query.behind import Rows, rows_behind
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from tests.query.provider import Provider, after


def behind(provider: Provider, kpi: str, limit: int = 1000, offset: int = 0, **options: Any) -> Rows:
    provider.build()
    parameters = {name: [value] if isinstance(value, str) else value for name, value in options.items()}
    now = datetime(2026, 6, 1, tzinfo=UTC)
    query = parse_question(the_catalogue(), provider.settings.zone, now, {"kpi": [kpi], **parameters})
    return rows_behind(provider.warehouse, the_catalogue(), provider.settings, query, limit, offset)


def standings(rows: Rows) -> Counter[str]:
    return Counter(row[rows.columns.index("standing")] for row in rows.rows)


@pytest.fixture
def provider() -> Provider:
    made = Provider(timezone="America/Denver")
    for i in range(30):
        opened = after("2026-03-02 18:00:00", days=i // 2)
        region = {"origin": "customer" if i % 2 else "agent"}
        made.ticket(f"t{i:02}", opened, after(opened, days=2 if i % 3 else 9), **region)
    made.ticket("spam", "2026-03-02 18:00:00", is_spam=True)
    made.complete_until = {"ticket": "2026-03-31 00:00:00", "ticket_event": "2026-03-31 00:00:00"}
    return made


def test_numerator_denominator_pending_and_excluded_are_told_apart(provider: Provider) -> None:
    record = provider.one("resolution_rate_7d")
    rows = behind(provider, "resolution_rate_7d")
    found = standings(rows)
    assert found["in numerator and denominator"] == record.numerator
    assert found["in numerator and denominator"] + found["in denominator"] == record.denominator
    assert found["pending: cannot be judged yet"] == record.pending
    assert found["excluded: Spam"] == record.excluded == 1
    assert rows.total == sum(found.values()) == 31


def test_pages_follow_each_other_in_time_order_and_name_the_total(provider: Provider) -> None:
    whole = behind(provider, "ticket_volume")
    pages = [behind(provider, "ticket_volume", limit=10, offset=offset) for offset in (0, 10, 20, 30, 40)]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert {page.total for page in pages} == {31}
    times = [row[whole.columns.index("opened_at")] for row in whole.rows]
    assert times == sorted(times)
    assert times[0].isoformat() == "2026-03-02T11:00:00-07:00"


def test_filters_and_span_apply_to_the_rows_too(provider: Provider) -> None:
    options: dict[str, Any] = {"from": "2026-03-03", "to": "2026-03-05", "where": ["origin=agent"]}
    rows = behind(provider, "ticket_volume", **options)
    assert rows.total == 2
    assert {row[rows.columns.index("ticket_id")] for row in rows.rows} == {"t02", "t04"}


def test_behind_a_backlog_are_the_tickets_open_at_its_end(provider: Provider) -> None:
    options: dict[str, Any] = {"from": "2026-03-01", "to": "2026-03-08"}
    rows = behind(provider, "backlog", **options)
    assert standings(rows) == {"counted": provider.one("backlog", **options).value, "excluded: Spam": 1}
    assert len(set(rows.rows)) == rows.total


def test_a_kpi_that_cannot_be_made_has_no_rows_and_two_kpis_are_misuse(provider: Provider) -> None:
    assert behind(provider, "aht") == Rows((), (), 0)
    with pytest.raises(MisuseError, match="one KPI"):
        behind(provider, "ticket_volume,backlog")
