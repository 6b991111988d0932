"""The chains of issues once more, from canonical rows, each event compared with all before it: what FCR's twins read.

`learn_chains` leaves two tables in the test's own connection. `chain`, one row per issue: its first contact (or
ticket), whether it counts, when what followed, how it ended. `chained`, one row per contact and ticket: its issue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from firstline.warehouse.engine import Row, Warehouse
from tests.twins.chain_facts import COLUMNS, Issue, alike, facts_of
from tests.twins.chain_rows import CONTACTS, EVENTS, TICKETS, VISITS

WEEK, RECONNECT = timedelta(days=7), timedelta(minutes=15)
ENDS = ("resolved", "closed", "cancelled", "rejected", "merged")
Key = tuple[str, str]


def family_of(reason: str | None) -> str | None:
    """The first two levels of a reason; None where it tells nothing."""
    family = ".".join((reason or "").split(".")[:2])
    return None if family in ("", "unmapped", "other.unknown", "connectivity") else family


def learn_chains(warehouse: Warehouse) -> None:
    """Make the tables `chain` and `chained`."""
    tickets = {(row["source"], row["id"]): row for row in warehouse.rows(TICKETS)}
    for row in tickets.values():
        row |= {"steps": [], "reopened": [], "replies": 0, "visits": [], "family": family_of(row["reason_code"])}
    _take_events(tickets, warehouse.rows(EVENTS))
    contacts = _joined(warehouse.rows(CONTACTS))
    visits = [_with_ticket(row, tickets) for row in warehouse.rows(VISITS)]
    issues = [issue for events in _chains(contacts, tickets).values() for issue in _linked(events)]
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in contacts:
        accounts[row["account_id"]].append(row)
    _write(warehouse, issues, accounts, tickets, visits)
    warehouse.execute(Path(__file__).with_name("chain_words.sql").read_text("utf-8"))


def _take_events(tickets: dict[Key, Row], events: Iterable[Row]) -> None:
    """What happened to each ticket: changes between open and done, genuine reopenings, replies; events in order."""
    said: dict[Key, datetime] = {}
    for event in events:
        key = (event["source"], event["ticket"])
        if key not in tickets:
            continue
        ticket, kind = tickets[key], event["type"]
        at = event["happened"]
        if event["goes_up"]:
            ticket["escalated"] = min(ticket.get("escalated") or at, at)
        if kind in ("public_reply", "first_response") and at >= ticket["began"]:
            ticket["first_response"] = ticket.get("first_response") or (
                kind == "first_response" and (event["actor_kind"] or "agent") == "agent"
            )
            ticket["replies"] += kind == "public_reply" and event["actor_kind"] == "agent"
        if kind not in (*ENDS, "reopened") and not event["reopens"]:
            continue
        is_done = bool(ticket["steps"]) and ticket["steps"][-1][1] != "reopened"
        was_resolved = any(name == "resolved" for _, name in ticket["steps"])
        again = (
            kind == "resolved" and event["reopens"] and is_done
            and at.replace(microsecond=0) > said[key].replace(microsecond=0)
        )  # fmt: skip
        if (kind not in ENDS and is_done) or again:
            ticket["steps"].append((at, "reopened"))
            if was_resolved and not event["thanks"]:
                ticket["reopened"].append(at)
        if kind in ENDS and (not is_done or again):
            ticket["steps"].append((at, kind))
        said[key] = at


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Contacts, a reconnect within 15 minutes of a failed line on the same channel put to the one it goes on with."""
    found: list[Row] = []
    last: dict[tuple[Any, Any], tuple[Row, Row]] = {}
    for row in sorted(rows, key=lambda each: (each["entered"], each["source"], each["id"])):
        row |= {"family": family_of(row["reason_code"]), "ids": [row["id"]], "own_end": row["ended"]}
        row["ended"] = max(row["ended"], row["entered"])
        place, own = (row["account_id"], row["channel"]), dict(row)
        head, before = last.get(place, (row, own))
        failed = before is not own and before["disposition"] == "failed" and None not in place
        if failed and row["entered"] <= before["own_end"] + RECONNECT:
            _go_on(head, row)
        else:
            head = row
            found.append(row)
        last[place] = (head, own)
    for row in found:
        row["bot"] = row["disposition"] == "bot_contained" or (
            row["channel"] in ("chatbot", "self_service_app")
            and not row["answered"]
            and row["disposition"] != "bot_escalated"
        )
    return found


def _go_on(head: Row, row: Row) -> None:
    if row["answered"] and not head["answered"]:
        head["disposition"] = row["disposition"]
    head["answered"] = head["answered"] or row["answered"]
    head["ended"] = max(head["ended"], row["ended"])
    head["resolved_flag"] = head["resolved_flag"] if row["resolved_flag"] is None else row["resolved_flag"]
    head["transfers"] = (head["transfers"] or 0) + (row["transfers"] or 0)
    head["reason_code"] = head["reason_code"] if head["family"] else row["reason_code"]
    head["family"] = head["family"] or row["family"]
    if head["ticket"] is None:
        head["ticket"], head["ticket_source"] = row["ticket"], row["ticket_source"]
    head["ids"].append(row["id"])


def _with_ticket(visit: Row, tickets: dict[Key, Row]) -> Row:
    """A visit with the ticket that led to it: as it says, else the one open (or just resolved) when it was booked."""
    key: Key | None = None
    if visit["ticket"] is not None:
        others = [each for each in tickets if each[1] == visit["ticket"]]
        own = (visit["source"], visit["ticket"])
        key = own if own in tickets else others[0] if len(others) == 1 else None
    elif visit["account_id"] and visit["purpose"] in ("trouble", None) and visit["booked"]:
        ranked = []
        for each, ticket in tickets.items():
            same = (
                ticket["account_id"] == visit["account_id"] and ticket["began"] and ticket["began"] <= visit["booked"]
            )
            lines = (ticket["service_id"], visit["service_id"])
            if not same or (None not in lines and lines[0] != lines[1]) or not ticket["is_trouble"]:
                continue
            if ticket["is_out"] or ticket["is_merged"] or ticket["is_over_undated"]:
                continue
            before = [step for step in ticket["steps"] if step[0] <= visit["booked"]]
            if not before or before[-1][1] == "reopened":
                ranked.append((0, -ticket["began"].timestamp(), each))
            elif before[-1][1] == "resolved" and before[-1][0] >= visit["booked"] - WEEK:
                ranked.append((1, -before[-1][0].timestamp(), each))
        key = min(ranked)[2] if ranked else None
    if key and visit["moved"] and visit["purpose"] in ("trouble", None):
        tickets[key]["visits"].append(visit)
    return {**visit, "key": key}


def _survivor(key: Key, tickets: dict[Key, Row]) -> Key:
    for _ in range(4):
        into = tickets[key]["merged_into"] if key in tickets else None
        if into is None or into == key[1] or (key[0], into) not in tickets:
            break
        key = (key[0], into)
    return key


def _chains(contacts: Sequence[Row], tickets: dict[Key, Row]) -> dict[Any, list[tuple[Any, ...]]]:
    """The events of each account in order: (when, place, source, id, step), (end, family, ticket, change, row)."""
    chains: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for row in contacts:
        named = _survivor((row["ticket_source"], row["ticket"]), tickets) if row["ticket"] else None
        chain = row["account_id"] or (("ticket", named) if named else ("contact", row["source"], row["id"]))
        order = (row["entered"], 0, row["source"], row["id"], 0)
        chains[chain].append((order, row["ended"], row["family"], named, 0, "contact", row))
    for key, row in tickets.items():
        if row["is_out"] or row["began"] is None:
            continue
        own = _survivor(key, tickets)
        chain = row["account_id"] or ("ticket", own)
        counts = own == key and not row["is_over_undated"]
        order = (row["began"], 1, *key, 0)
        chains[chain].append((order, row["began"], row["family"], own, int(counts), "ticket", row))
        for number, (at, name) in enumerate(row["steps"] if counts else (), 1):
            when = max(at, row["began"])
            change = 1 if name == "reopened" else -1
            chains[chain].append(((when, 2, *key, number), when, row["family"], own, change, "step", row))
    for events in chains.values():
        events.sort(key=lambda each: each[0])
    return chains


def _linked(events: Sequence[tuple[Any, ...]]) -> list[Issue]:
    """The issues of one chain: each event is put to one of those before it, or opens one."""
    issues: list[Issue] = []
    named: dict[Key, int] = {}
    opened: dict[Key, str | None] = {}
    for order, end, family, ticket, change, kind, row in events:
        number = named.get(ticket) if ticket else None
        if number is None:
            fits = [(seen == family, named[key]) for key, seen in opened.items() if alike(seen, family)]
            number = max(fits)[1] if fits else None
        if number is None:
            near = [
                (family in issue.families, issue.last_end, place)
                for place, issue in enumerate(issues)
                if order[0] <= issue.last_end + WEEK and any(alike(seen, family) for seen in issue.families)
            ]
            number = max(near)[2] if near else None
        if number is None:
            issues.append(Issue(row["account_id"]))
            number = len(issues) - 1
        issue = issues[number]
        issue.families.append(family)
        issue.last_end = max(issue.last_end, end)
        if kind != "step":
            (issue.contacts if kind == "contact" else issue.tickets).append(row)
        if ticket:
            named[ticket] = number
            if change > 0:
                opened[ticket] = family
            elif change < 0:
                opened.pop(ticket, None)
    return issues


def _write(
    warehouse: Warehouse,
    issues: Sequence[Issue],
    accounts: dict[str, list[Row]],
    tickets: dict[Key, Row],
    visits: Sequence[Row],
) -> None:
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE chain ({COLUMNS})")
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE chained (kind VARCHAR, source VARCHAR, id VARCHAR, head VARCHAR, issue INTEGER)"
    )
    members: list[list[Any]] = []
    found: list[list[Any]] = []
    for number, issue in enumerate(issues):
        found.append([number, *facts_of(issue, accounts, tickets, visits)])
        members += [
            ["contact", row["source"], name, row["id"], number] for row in issue.contacts for name in row["ids"]
        ]
        members += [["ticket", row["source"], row["id"], row["id"], number] for row in issue.tickets]
    for table, rows in (("chain", found), ("chained", members)):
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            marks = ", ".join(f"({', '.join('?' * len(part[0]))})" for _ in part)
            warehouse.execute(f"INSERT INTO {table} VALUES {marks}", [cell for row in part for cell in row])
