"""How long it takes to chain contacts and tickets to issues: all of them, and again after one more call.

    python -m bench.linking --contacts 700000 --tickets 100000 --accounts 200000

The last result is in `bench/results/linking.json`. `events` are contacts, openings of tickets and their changes;
`link_s` is spent by the linker alone, `first_s` and `again_s` by everything from the contacts' fact to the issues'.
"""

from __future__ import annotations

import argparse
import time

from bench.keeping import keep
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from firstline.warehouse.linking.linker import Event, link
from firstline.warehouse.tables import create_tables

FAMILIES = "['connectivity.slow.evening', 'wifi.coverage.room', 'billing.payment.late', NULL]"
META = "'bench' AS source_system, TIMESTAMP '2026-01-01' AS version_at, FALSE AS is_deleted, 1 AS batch"


def fill(warehouse: Warehouse, contacts: int, tickets: int, accounts: int) -> None:
    """Contacts and resolved tickets spread over a year and over the accounts, four kinds of reasons among them."""
    when = "TIMESTAMP '2026-01-01' + to_seconds(CAST(hash({salt}, n) % 31536000 AS BIGINT))"
    warehouse.execute(
        "INSERT INTO contact BY NAME SELECT 'C' || n AS contact_id, 'C' || n AS source_id, "
        f"'A' || CAST(hash(1, n) % {accounts} AS BIGINT) AS account_id, 'phone' AS channel, 'inbound' AS direction, "
        f"'answered' AS disposition, {when.format(salt=2)} AS entered_at, entered_at + INTERVAL 6 MINUTE AS ended_at, "
        f"{FAMILIES}[1 + CAST(hash(3, n) % 4 AS BIGINT)] AS reason_code, {META} FROM range({contacts}) t(n)"
    )
    warehouse.execute(
        "INSERT INTO ticket BY NAME SELECT 'T' || n AS ticket_id, 'T' || n AS source_id, 'trouble' AS type, "
        f"'A' || CAST(hash(4, n) % {accounts} AS BIGINT) AS account_id, {when.format(salt=5)} AS opened_at, "
        f"{FAMILIES}[1 + CAST(hash(6, n) % 4 AS BIGINT)] AS reason_code, {META} FROM range({tickets}) t(n)"
    )
    warehouse.execute(
        "INSERT INTO ticket_event BY NAME SELECT 'T' || n AS ticket_id, 'T' || n AS source_id, 1 AS seq, "
        f"{when.format(salt=5)} + to_hours(CAST(hash(7, n) % 72 AS BIGINT)) AS \"at\", 'resolved' AS type, {META} "
        f"FROM range({tickets}) t(n)"
    )


def measure(contacts: int, tickets: int, accounts: int) -> dict[str, float]:
    """Seconds of the first linking, of the linker alone, and of linking again after one more call; rows rewritten."""
    warehouse = Warehouse.open()
    create_tables(warehouse)
    fill(warehouse, contacts, tickets, accounts)
    started = time.monotonic()
    build_facts(warehouse, "UTC")
    found = {"build_all_s": time.monotonic() - started}
    columns = warehouse.columns(
        "SELECT chain, epoch(happened_at), epoch(ended_at), family, ticket, delta FROM issue_event "
        "ORDER BY chain, happened_at, place, source_system, row_id, step_no"
    )
    found["events"] = len(columns[0])
    started = time.monotonic()
    link(map(Event, *columns))
    found["link_s"] = time.monotonic() - started
    found["issues"] = warehouse.value("SELECT count(*) FROM fact_issue")
    warehouse.execute(
        "INSERT INTO contact BY NAME SELECT 'one more' AS contact_id, 'one more' AS source_id, 'A1' AS account_id, "
        f"'phone' AS channel, TIMESTAMP '2026-07-01' AS entered_at, {META}"
    )
    started = time.monotonic()
    build_facts(warehouse, "UTC", ["contact"])
    found["again_s"] = time.monotonic() - started
    found["rewritten_again"] = warehouse.value("SELECT n_written FROM last_linking")
    warehouse.close()
    return found


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=700_000)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=200_000)
    asked = parser.parse_args()
    found = {key: round(value, 1) for key, value in measure(asked.contacts, asked.tickets, asked.accounts).items()}
    keep("linking", f"--contacts {asked.contacts} --tickets {asked.tickets} --accounts {asked.accounts}", found)


if __name__ == "__main__":
    main()
