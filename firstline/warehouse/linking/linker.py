"""The linker: which events of an account are one issue. A pure function of the events in their total order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from firstline.model.limits import limit

LINKER_VERSION = 1
"""Stored with every issue; raised whenever the rule below changes, and every chain is then linked again."""

LINKED_BY = ("same_issue",)
"""The limits that the rule below rests on."""

LINK_S = limit("same_issue").duration.total_seconds()
"""Seconds after an issue's last event within which one of the same family still belongs to it."""

CONNECTIVITY = "connectivity."
"""How the families begin that an unknown reason may be one of."""


class Event(NamedTuple):
    """One contact, opening or change of a ticket. Times are seconds of one clock.

    `family` is None where the reason is unknown, `ticket` None where no ticket is named. `delta` is 1 where a ticket
    opens (again), -1 where it is done, 0 otherwise.
    """

    chain: str
    happened_at: float
    ended_at: float
    family: str | None
    ticket: str | None
    delta: int


@dataclass(eq=False)
class _Issue:
    """What is known of an issue while its chain is gone through; `open` gives the open tickets with their families."""

    first: int
    last_end: float
    families: set[str | None]
    open: dict[str, str | None] = field(default_factory=dict)


def link(events: Iterable[Event]) -> list[int]:
    """For each event the position of the first event of its issue.

    Events come in order: by chain, then time, then what decides at equal times. The first of these that applies puts
    an event to an issue: the ticket that it names or is of; an open ticket of the same family; an event of the same
    family that ended at most LINK_S before. Where several apply equally, the same family outranks an unknown one, then
    the latest wins. Otherwise the event opens an issue.
    """
    found: list[int] = []
    chain: str | None = None
    near: list[_Issue] = []
    by_ticket: dict[str, _Issue] = {}
    for position, event in enumerate(events):
        if event.chain != chain:
            chain, near, by_ticket = event.chain, [], {}
        elif len(near) > 1:
            near = [each for each in near if each.open or event.happened_at <= each.last_end + LINK_S]
        issue = by_ticket.get(event.ticket) if event.ticket else None
        if issue is None:
            issue = _of_open_ticket(near, event) or _of_recent(near, event)
        if issue is None:
            issue = _Issue(position, event.ended_at, set())
        _take(issue, event)
        if issue not in near:
            near.append(issue)
        if event.ticket:
            by_ticket[event.ticket] = issue
        found.append(issue.first)
    return found


def _of_open_ticket(near: list[_Issue], event: Event) -> _Issue | None:
    """The issue with an open ticket of the event's family."""
    ranked = [
        (family == event.family, issue.first, issue)
        for issue in near
        for family in issue.open.values()
        if is_same_family(family, event.family)
    ]
    return max(ranked, key=lambda each: each[:2])[2] if ranked else None


def _of_recent(near: list[_Issue], event: Event) -> _Issue | None:
    """The issue of the event's family whose last event ended at most LINK_S before."""
    ranked = [
        (event.family in issue.families, issue.last_end, issue.first, issue)
        for issue in near
        if event.happened_at <= issue.last_end + LINK_S
        and any(is_same_family(family, event.family) for family in issue.families)
    ]
    return max(ranked, key=lambda each: each[:3])[3] if ranked else None


def is_same_family(one: str | None, other: str | None) -> bool:
    """Whether two families are one as far as is known: an unknown one may be any of connectivity, or unknown too."""
    if one is None or other is None:
        known = one or other
        return known is None or known.startswith(CONNECTIVITY)
    return one == other


def _take(issue: _Issue, event: Event) -> None:
    issue.last_end = max(issue.last_end, event.ended_at)
    issue.families.add(event.family)
    if event.ticket and event.delta > 0:
        issue.open[event.ticket] = event.family
    elif event.ticket and event.delta < 0:
        issue.open.pop(event.ticket, None)
