"""Business time, waiting and promises once more, walking from one change to the next: what their KPIs' twins read.

`learn_hours` leaves two tables in the test's own connection: `told_hours`, one row per ticket with its seconds, and
`told_clock`, one row per ticket and promise. Whether it is open is asked of the wall clock in the middle of each step.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from firstline.warehouse.engine import Row, Warehouse

DAY = timedelta(days=1)
FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9999-01-01")
LONGEST = timedelta(days=200)
"""What is due later than that after the opening is not looked for."""

TICKETS = """
SELECT t.source_system AS source, t.ticket_id AS id, t.priority, t.channel, t.queue_id AS queue,
  t.segment, t.began, t.resolved, t.is_undated, (
    SELECT min(e."at") FROM ticket_event e
    WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
      AND e."at" >= t.began AND ((e.type = 'first_response' AND coalesce(e.actor_kind, 'agent') = 'agent')
        OR (e.type = 'public_reply' AND e.actor_kind = 'agent'))) AS answered
FROM (
  SELECT t.*, opened(t.source_system, t.ticket_id, t.opened_at) AS began,
    finally_resolved(t.source_system, t.ticket_id) AS resolved,
    is_over_undated(t.source_system, t.ticket_id, t.current_status, t.merged_into, t.version_at) AS is_undated,
    (SELECT min(s.segment) FROM subscriber s WHERE NOT s.is_deleted
      AND s.subscriber_id = holder(t.account_id, opened(t.source_system, t.ticket_id, t.opened_at))) AS segment
  FROM ticket t WHERE NOT t.is_deleted) t
WHERE t.began IS NOT NULL
"""

EVENTS = """
SELECT t.source_system AS source, t.ticket_id AS id, e."at", e.type, coalesce(e.reopens, FALSE) AS reopens,
  e.from_value, e.to_value, e.from_team, e.to_team
FROM ticket t JOIN ticket_event e ON concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
WHERE NOT t.is_deleted AND NOT e.is_deleted
ORDER BY place(e."at", e.type, e.seq, e.source_system, e.source_id)
"""

ENDS = ("resolved", "closed", "cancelled", "rejected", "merged")
Said = tuple[datetime, Any]
"""Since when something holds."""


@dataclass
class Setup:
    """What the provider states, and every instant at which any of it may change."""

    queues: list[Row]
    teams: list[Row]
    hours: dict[str, list[Row]]
    cuts: list[datetime]

    def calendar(self, team: str | None, queue: str | None, at: datetime) -> str | None:
        """The calendar of a place at an instant."""
        known = {row["queue_id"] for row in self.queues} | {row["team"] for row in self.teams}
        place = team if team in known else queue if queue in known else "*"
        found = self._of(place, at)
        return found if found is not None else self._of("*", at)

    def _of(self, place: str | None, at: datetime) -> str | None:
        row = _in_force(self.queues, "queue_id", place, at)
        own = row["calendar_id"] if row else None
        working = _in_force(self.teams, "team", row["team"] if row else None, at)
        named = _in_force(self.teams, "team", place, at)
        for each in (own, working and working["calendar_id"], named and named["calendar_id"]):
            if each is not None:
                return str(each)
        return None

    def is_open(self, calendar: str, at: datetime) -> bool | None:
        """Whether a calendar is open at an instant; None where nobody says."""
        weekly = [row for row in self.hours.get(calendar, []) if row["weekday"]]
        if not any(_holds(row, at) for row in weekly):
            return None
        zone = ZoneInfo(next(row["tz"] for row in self.hours[calendar] if row["tz"]))
        wall = at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        if any(row["holiday"] == wall.date() and _holds(row, at) for row in self.hours[calendar] if row["holiday"]):
            return False
        for day in (wall.date(), wall.date() - DAY):
            stated = [row for row in weekly if row["weekday"] == day.isoweekday()]
            begun = [row["valid_from"] or FIRST for row in stated if (row["valid_from"] or FIRST) <= at]
            for row in stated:
                if _holds(row, at) and (row["valid_from"] or FIRST) == max(begun):
                    opens, closes = _after(day, row["opens"]), _after(day, row["closes"])
                    if opens <= wall < (closes if closes > opens else closes + DAY):
                        return True
        return False


def learn_hours(warehouse: Warehouse) -> None:
    """Make the tables `told_hours` and `told_clock`."""
    tickets = warehouse.rows(TICKETS)
    setup = _setup(warehouse, [row["began"] for row in tickets])
    events: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in warehouse.rows(EVENTS):
        events[row["source"], row["id"]].append(row)
    policies = warehouse.rows(
        "SELECT * REPLACE (lower(trim(priority)) AS priority) FROM sla_policy WHERE NOT is_deleted ORDER BY policy_id"
    )
    spent: list[tuple[Any, ...]] = []
    clocks: list[tuple[Any, ...]] = []
    for ticket in tickets:
        happened = events[ticket["source"], ticket["id"]]
        spent.append(_spent(setup, ticket, happened))
        clocks += _clocks(setup, ticket, happened, policies)
    _table(
        warehouse, "told_hours", "source VARCHAR, id VARCHAR, response BIGINT, resolution BIGINT, ours BIGINT", spent
    )
    _table(
        warehouse,
        "told_clock",
        "source VARCHAR, id VARCHAR, clock VARCHAR, target BIGINT, spent BIGINT, due TIMESTAMP, done TIMESTAMP, "
        "ended TIMESTAMP, is_known BOOLEAN, is_undated BOOLEAN",
        clocks,
    )


def _spent(setup: Setup, ticket: Row, events: Sequence[Row]) -> tuple[Any, ...]:
    moves = [row for row in events if row["to_team"] is not None]
    first = (moves[0]["from_team"] or moves[0]["to_team"]) if moves else None
    teams: list[Said] = [(FIRST, first), *((row["at"], row["to_team"]) for row in moves)]
    waiting = _statuses(events)

    def counts(at: datetime) -> bool | None:
        calendar = setup.calendar(_at(teams, at), ticket["queue"], at)
        return None if calendar is None else setup.is_open(calendar, at)

    def business(end: datetime | None) -> int | None:
        if end is None or end < ticket["began"] or not setup.hours:
            return None
        if end == ticket["began"]:
            return 0 if counts(end) is not None else None
        steps = list(_walk(setup, ticket["began"], end, teams, counts))
        return None if any(is_open is None for *_, is_open in steps) else _seconds(steps)

    ours = None
    if ticket["resolved"] is not None and ticket["resolved"] >= ticket["began"]:
        ours = _seconds(
            list(_walk(setup, ticket["began"], ticket["resolved"], waiting, lambda at: _at(waiting, at) != "pending"))
        )
    return ticket["source"], ticket["id"], business(ticket["answered"]), business(ticket["resolved"]), ours


def _clocks(setup: Setup, ticket: Row, events: Sequence[Row], policies: Sequence[Row]) -> Iterator[tuple[Any, ...]]:
    statuses, dones = _statuses(events), _dones(events)
    earlier = [row["from_value"] for row in events if row["type"] == "priority_change" and row["from_value"]]
    priority = (earlier[0] if earlier else ticket["priority"] or "").strip().lower()
    said = {"priority": priority, "channel": ticket["channel"], "segment": ticket["segment"]}
    for clock, ended in (("first_response", ticket["answered"]), ("resolution", ticket["resolved"])):
        fitting = [
            policy
            for policy in policies
            if policy["clock"] == clock
            and _in_force(policies, "policy_id", policy["policy_id"], ticket["began"]) is policy
            and all(policy[name] in (None, value) for name, value in said.items())
        ]
        if not fitting:
            continue
        # the first of those that say most, by id
        policy = max(fitting, key=lambda each: sum(each[name] is not None for name in said))
        pauses = (policy["pauses_on"] or "").replace("pending_customer", "pending").split()
        end = ended if ended is not None and ended >= ticket["began"] else None

        def counts(at: datetime, end: datetime | None = end, policy: Row = policy, pauses: list[str] = pauses) -> Any:
            if (end is None or at < end) and (_at(statuses, at) in pauses or _at(dones, at)):
                return False
            return True if policy["calendar_id"] is None else setup.is_open(policy["calendar_id"], at)

        changes = sorted([*statuses, *dones, *([(end, None)] if end else [])], key=lambda each: each[0])
        due, spent, is_known = None, 0, True
        run = 0
        for start, to, is_open in _walk(setup, ticket["began"], ticket["began"] + LONGEST, changes, counts):
            step = int((to - start).total_seconds())
            if is_open is None and (due is None or (end and start < end)):
                is_known = False
                break
            if is_open and due is None and run + step >= policy["target_s"]:
                due = start + timedelta(seconds=policy["target_s"] - run)
            run += step if is_open else 0
            if end and to <= end:
                spent += step if is_open else 0
            if due is not None and (end is None or to >= end):
                break
        done = next((at for at, is_done in reversed(dones) if is_done), None) if dones and dones[-1][1] else None
        yield (
            ticket["source"], ticket["id"], clock, policy["target_s"], spent if end and is_known else None,
            due if is_known else None, done, end, is_known, ticket["is_undated"],
        )  # fmt: skip


def _statuses(events: Sequence[Row]) -> list[Said]:
    """The statuses of a ticket, each since when."""
    found: list[Said] = [(FIRST, "open")]
    before = None
    for row in events:
        status = None
        if row["type"] in ENDS:
            status = "done"
        elif row["type"] in ("opened", "reopened") or row["reopens"]:
            status = "open"
        elif row["type"] in ("pending_customer", "held"):
            status = row["type"].removesuffix("_customer")
        elif row["type"] == "status_change" and row["to_value"]:
            status = "".join(row["to_value"].lower().split()).replace("_", "").replace("-", "")
            status = "pending" if status == "pendingcustomer" else status
        elif row["type"] == "customer_reply":
            status = "open" if before == "pending" else "same"
        if status is not None:
            before = status if row["type"] != "customer_reply" else "replied"
            if status != "same":
                found.append((row["at"], status))
    return found


def _dones(events: Sequence[Row]) -> list[Said]:
    """Since when a ticket is done, and since when open again."""
    found: list[Said] = []
    for row in events:
        is_done = True if row["type"] in ENDS else False if row["type"] == "reopened" or row["reopens"] else None
        if is_done is not None and is_done != (bool(found) and found[-1][1]):
            found.append((row["at"], is_done))
        elif is_done and row["reopens"] and row["type"] == "resolved" and row["at"] > found[-1][0]:
            found.append((row["at"], True))  # opened and resolved again, nobody knows when in between
    return found


def _walk(
    setup: Setup, start: datetime, end: datetime, said: Sequence[Said], counts: Callable[[datetime], Any]
) -> Iterator[tuple[datetime, datetime, Any]]:
    """Steps from one change of anything to the next, with what holds in their middle."""
    inner = setup.cuts[bisect_right(setup.cuts, start) : bisect_right(setup.cuts, end)]
    cuts = sorted({start, end, *(at for at in inner if at < end), *(at for at, _ in said if start < at < end)})
    for left, right in zip(cuts, cuts[1:], strict=False):
        yield left, right, counts(left + (right - left) / 2)


def _seconds(steps: Sequence[tuple[datetime, datetime, Any]]) -> int:
    return sum(int((to - start).total_seconds()) for start, to, is_open in steps if is_open)


def _at(said: Sequence[Said], at: datetime) -> Any:
    """What was said last by an instant."""
    found = None
    for since, what in said:
        if since <= at:
            found = what
    return found


def _in_force(rows: Sequence[Row], key: str, name: str | None, at: datetime) -> Row | None:
    """The last row of a thing to begin by an instant, if it still holds."""
    begun = [row for row in rows if row[key] == name and (row["valid_from"] or FIRST) <= at]
    latest = max(begun, key=lambda row: row["valid_from"] or FIRST, default=None)
    return latest if latest is not None and (latest["valid_to"] or LAST) > at else None


def _holds(row: Row, at: datetime) -> bool:
    return (row["valid_from"] or FIRST) <= at < (row["valid_to"] or LAST)


def _after(day: Any, clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return datetime(day.year, day.month, day.day) + timedelta(hours=int(hours), minutes=int(minutes))


def _setup(warehouse: Warehouse, begun: Sequence[datetime]) -> Setup:
    queues, teams, calendars = (
        warehouse.rows(f"SELECT * FROM {name} WHERE NOT is_deleted") for name in ("queue", "team", "business_calendar")
    )
    hours: dict[str, list[Row]] = defaultdict(list)
    for row in calendars:
        hours[row["calendar_id"]].append(row)
    cuts = {row[name] for row in (*queues, *teams, *calendars) for name in ("valid_from", "valid_to") if row[name]}
    for rows in hours.values() if begun else ():
        zone = ZoneInfo(next(row["tz"] for row in rows if row["tz"]))
        clocks = {row[name] for row in rows for name in ("opens", "closes") if row[name]} | {"00:00"}
        day, last = min(begun) - DAY, max(begun) + LONGEST + DAY
        while day < last:
            walls = (_after(day, clock).replace(tzinfo=zone) for clock in clocks)
            cuts |= {wall.astimezone(UTC).replace(tzinfo=None) for wall in walls}
            day += DAY
    return Setup(queues, teams, dict(hours), sorted(cuts))


def _table(warehouse: Warehouse, name: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    width = columns.count(",") + 1
    for start in range(0, len(rows), 200):
        part = rows[start : start + 200]
        marks = ", ".join(f"({', '.join('?' * width)})" for _ in part)
        warehouse.execute(f"INSERT INTO {name} VALUES {marks}", [value for row in part for value in row])
