"""What followed on one chain of contacts and tickets, judged from its rows: a row of the twins' table `chain`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from firstline.warehouse.engine import Row

COLUMNS = (
    "issue INTEGER, source_system VARCHAR, contact_id VARCHAR, account_id VARCHAR, channel VARCHAR, "
    "entered_at TIMESTAMP, ended_at TIMESTAMP, counts BOOLEAN, is_single BOOLEAN, is_transferred BOOLEAN, "
    "is_listed BOOLEAN, follow_family TIMESTAMP, follow_family_channel TIMESTAMP, follow_any TIMESTAMP, "
    "follow_any_channel TIMESTAMP, resolved_at TIMESTAMP, interactions INTEGER, is_test BOOLEAN, "
    "is_outage BOOLEAN"
)
LONG_AGO = datetime(1900, 1, 1)
MONTH, WEEK, HOUR = timedelta(days=30), timedelta(days=7), timedelta(hours=1)
WRITTEN = ("email", "web_form", "social", "sms")
BY_CUSTOMER = (*WRITTEN, "async_chat", "self_service_app")
FAULTS = ("drop", "plant", "tap_splitter", "cpe")
NEVER = ("physical_damage", "third_party_repair", "equipment_swap", "order_lead_time")
Key = tuple[str, str]


@dataclass
class Issue:
    """One chain: its contacts and tickets, in order, the families of its events, and when the last of them ended."""

    account: str | None
    contacts: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    families: list[str | None] = field(default_factory=list)
    last_end: datetime = LONG_AGO


def alike(one: str | None, other: str | None) -> bool:
    """Whether two families may be one."""
    if one is not None and other is not None:
        return one == other
    return all(each is None or each.startswith("connectivity.") for each in (one, other))


def facts_of(
    issue: Issue, accounts: Mapping[str, Sequence[Row]], tickets: Mapping[Key, Row], visits: Iterable[Row]
) -> list[Any]:
    """The columns of `chain` after the first."""
    own = [row for row in issue.tickets if not row["is_merged"]]
    first = min(issue.contacts, key=lambda row: (row["bot"], row["entered"], row["source"], row["id"]), default=None)
    resolved = _resolved(issue, own)
    if first is None:
        begun = own[0] if own else None
        about = [begun["source"], None, begun["account_id"], begun["channel"], begun["began"]] if begun else [None] * 5
        return [*about, *[None] * 9, resolved, _interactions(issue, own), False, _is_outage(first, issue, own)]
    since = [at for at in _after(first, issue, tickets, visits, _matter(first, issue, own), accounts)]
    return [
        *(first["source"], first["id"], first["account_id"], first["channel"], first["entered"], first["ended"]),
        _counts(first, issue, own),
        _is_single(first, issue, own, since[0]),
        (first["transfers"] or 0) > 0,
        _is_listed(first, issue, own),
        *since[1:],
        resolved,
        _interactions(issue, own),
        first["is_test"],
        _is_outage(first, issue, own),
    ]


def _matter(first: Row, issue: Issue, own: Sequence[Row]) -> str | None:
    return next((each for each in [first["family"], *_known(issue.contacts), *_known(own[:1])] if each), None)


def _known(rows: Iterable[Row]) -> list[str]:
    return [row["family"] for row in rows if row["family"]]


def _resolved(issue: Issue, own: Sequence[Row]) -> datetime | None:
    if own:
        left = [row for row in own if row["resolved"] is None and not row["is_cancelled"]]
        ends = [row["resolved"] for row in own if row["resolved"] and not row["is_cancelled"]]
        return max(ends) if ends and not left else None
    said = [row for row in issue.contacts if row["resolved_flag"] is not None]
    last = max(said, key=lambda row: (row["entered"], _backwards(row)), default=None)
    return max(row["ended"] for row in issue.contacts) if last and last["resolved_flag"] else None


def _backwards(row: Row) -> tuple[int, ...]:
    """Of rows at one instant the one with the lowest source and id is taken."""
    return tuple(-ord(letter) for letter in f"{row['source']} {row['id']}")


def _interactions(issue: Issue, own: Sequence[Row]) -> int:
    answered = [row for row in issue.contacts if row["answered"]]
    spoken = sum(row["channel"] not in WRITTEN for row in answered)
    replies = {id(row): row["replies"] or int(bool(row.get("first_response"))) for row in own}
    if not issue.contacts:
        return sum(replies.values())
    by_mail = sum(replies[id(row)] for row in own if row["channel"] in WRITTEN)
    return spoken + (by_mail or len(answered) - spoken)


def _reason(first: Row, issue: Issue, own: Sequence[Row]) -> tuple[str, str, str]:
    """Reason, family and driver of an issue as they are shown."""
    reason = first["reason_code"] if first["reason_code"] is not None else own[0]["reason_code"] if own else None
    known = [first["family"], *_known(own[:1]), *_known(issue.contacts)]
    stated = [".".join((row["reason_code"] or "").split(".")[:2]) for row in (first, *own[:1])]
    family = next((each for each in [*known, *stated] if each), "")
    return reason or "", family, (reason or "").split(".")[0]


def _counts(first: Row, issue: Issue, own: Sequence[Row]) -> bool:
    reason, family, driver = _reason(first, issue, own)
    kind = own[0]["type"] if own else None
    begun = [row["began"] for row in own if row["origin"] in ("customer", None) and row["channel"] in BY_CUSTOMER]
    return not (
        first["is_test"]
        or first["account_id"] is None
        or first["outbound"]
        or not first["answered"]
        or (begun and min(begun) < first["entered"])
        or family in ("other.wrong_number", "order.install_status", "order.install_date")
        or reason == "account.plan_change.upgrade"
        or (kind is not None and kind not in ("trouble", "billing", "question"))
        or driver == "complaint"
        or _is_outage(first, issue, own)
    )


def _is_outage(first: Row | None, issue: Issue, own: Sequence[Row]) -> bool:
    if any(row["is_child"] for row in own):
        return True
    if first is None:
        return bool(own) and (own[0]["reason_code"] or "").startswith("connectivity.area_outage")
    matter = _matter(first, issue, own) or "connectivity."
    is_named = _reason(first, issue, own)[1] == "connectivity.area_outage"
    return is_named or (first["is_cut_off"] and matter.startswith("connectivity."))


def _is_listed(first: Row, issue: Issue, own: Sequence[Row]) -> bool:
    done = [row for row in own if row["resolved"]] or list(own)
    last = max(done, key=lambda row: (row["resolved"] or LONG_AGO, _backwards(row)), default=None)
    trips = [visit for row in issue.tickets for visit in row["visits"]]
    trip = max(trips, key=lambda row: (row["moved"], _backwards(row)), default=None)
    return bool(
        (trip and trip["fault_found"] in FAULTS)
        or (last and last["resolution_code"] in NEVER)
        or _reason(first, issue, own)[1] == "field.damage"
    )


def _is_single(first: Row, issue: Issue, own: Sequence[Row], visited: datetime | None) -> bool:
    until = first["ended"] + WEEK
    others = [row for row in issue.contacts if row is not first and not row["bot"]]
    later = [row["entered"] for row in others if row["answered"] or not row["outbound"]]
    trips = [visit["moved"] for row in issue.tickets for visit in row["visits"]]
    escalated = [row.get("escalated") for row in own]
    reopened = [at for row in own if not row["is_out"] for at in row["reopened"] if at >= first["ended"]]
    in_time = [row for row in own if row["began"] <= until]
    lasting = [row for row in in_time if not row["is_cancelled"]]
    prompt = [row for row in lasting if row["solved"] and row["solved"] <= first["ended"] + HOUR]
    return not (
        any(at is not None and at <= until for at in (*later, *trips, *escalated, *reopened, visited))
        or first["resolved_flag"] is False
        or len(prompt) < len(lasting)
        or (in_time and not prompt)
    )


def _after(
    first: Row,
    issue: Issue,
    tickets: Mapping[Key, Row],
    visits: Iterable[Row],
    family: str | None,
    accounts: Mapping[str, Sequence[Row]],
) -> list[datetime | None]:
    """When a truck rolled first for this matter; then what followed: of the family (any channel, its own), anything."""
    account, end = first["account_id"], first["ended"]
    if account is None:
        return [None] * 5

    def is_near(at: datetime | None) -> bool:
        return at is not None and end <= at <= end + MONTH

    mine = {(row["source"], row["id"]) for row in issue.tickets}

    def is_about(key: Key | None) -> bool:
        return key is None or key in mine or alike(tickets[key]["family"], family)

    trips = [
        (row["moved"], is_about(row["key"]))
        for row in visits
        if row["account_id"] == account and row["purpose"] in ("trouble", None) and is_near(row["moved"])
    ]
    reopened = [
        (at, is_about(key))
        for key, row in tickets.items()
        if row["account_id"] == account and not row["is_out"]
        for at in row["reopened"]
        if is_near(at)
    ]
    calls = [
        row
        for row in accounts.get(account, ())
        if row is not first and not row["outbound"] and is_near(row["entered"]) and not _is_errand(row)
    ]
    found: list[datetime | None] = [min((at for at, about in trips if about), default=None)]
    for strict in (False, True):
        for same in (False, True):
            times = [at for at, about in (*trips, *reopened) if strict or about]
            for row in calls:
                if same and (row["channel"] is None or row["channel"] != first["channel"]):
                    continue
                kin = alike(row["family"], family)
                if (strict and kin) if row["bot"] else (strict or kin):
                    times.append(row["entered"])
            found.append(min(times, default=None))
    return found


def _is_errand(row: Row) -> bool:
    return ".".join((row["reason_code"] or "").split(".")[:2]) in ("other.wrong_number", "order.install_status")
