"""What a ticket is: one row with every instant of its life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import NEVER, Flags, Ints
from firstline.simulate.drivers import CODES

ORIGINS: tuple[str, ...] = ("customer", "proactive_telemetry", "proactive_outage", "agent")
BY_CUSTOMER, BY_TELEMETRY, BY_OUTAGE, BY_AGENT = range(4)
STATUSES: tuple[str, ...] = (
    *("acknowledged", "inProgress", "pending", "held", "resolved", "closed", "cancelled"),
    "merged",
)
NEW, OPEN, WAITING, HELD, SOLVED, CLOSED, CANCELLED, MERGED = range(8)
REPORTERS: tuple[str, ...] = ("customer", "employee", "system")
CUSTOMER, EMPLOYEE, MONITORING = range(3)
PRIORITIES: tuple[str, ...] = ("Normal", "High")
URGENT = ("connectivity.no_service.line_down", "connectivity.area_outage.known")
NORMAL, TEST, SPAM, INTERNAL, MASTER = range(5)
"""What a ticket is: a customer's (NORMAL) or one of those that most figures leave out."""


@dataclass(frozen=True)
class Tickets:
    """One row per ticket. Instants are NEVER for what did not happen.

    `agent` works it first, `solver` last (rows of Agents); `escalated` is the hand-over to tier 2, `replied`
    the first human reply to something written, `waiting` and `answered` a pause for the customer,
    `held` the booking of a technician, `solved`
    the first solution and `solved_again` the one after `reopened`. `can_fail`: somebody worked on it after
    the first contact; `failed`: the solution was none, and the customer comes back. `into` is the row of the
    ticket it was merged into, `parent` that of the outage master on which it hangs (NOBODY: on none).
    """

    issue: Ints
    subscriber: Ints
    driver: Ints
    channel: Ints
    origin: Ints
    nature: Ints
    kind: Ints
    agent: Ints
    solver: Ints
    opened: Ints
    assigned: Ints
    replied: Ints
    waiting: Ints
    answered: Ints
    held: Ints
    escalated: Ints
    solved: Ints
    reopened: Ints
    solved_again: Ints
    closed: Ints
    cancelled: Ints
    merged: Ints
    into: Ints
    parent: Ints
    can_fail: Flags
    failed: Flags

    @property
    def settled(self) -> Ints:
        """The last solution; NEVER for cancelled and merged tickets."""
        return np.where(self.solved_again < NEVER, self.solved_again, self.solved)

    @property
    def reporter(self) -> Ints:
        """Who raised each ticket, a position in REPORTERS."""
        by_customer = self.origin == BY_CUSTOMER
        return np.select([self.nature == INTERNAL, by_customer], [EMPLOYEE, CUSTOMER], MONITORING)

    @property
    def urgent(self) -> Flags:
        """True where nothing works."""
        found: Flags = np.isin(self.driver, [CODES.index(code) for code in URGENT])
        return found

    @property
    def raised(self) -> Ints:
        """When a ticket became urgent that was not: the customer reopened it."""
        return np.where(self.urgent, NEVER, self.reopened)

    def status_at(self, end: int) -> Ints:
        """The status at that instant by what happened last, a position in STATUSES."""
        paused = (self.waiting < end) & (self.answered >= end) & (self.solved >= end)
        held = (self.held < end) & (self.solved >= end)
        open_again = (self.reopened < end) & (self.solved_again >= end)
        return np.select(
            [self.merged < end, self.cancelled < end, self.closed < end, open_again, self.solved < end, paused, held],
            [MERGED, CANCELLED, CLOSED, OPEN, SOLVED, WAITING, HELD],
            np.where(self.assigned < end, OPEN, NEW),
        )
