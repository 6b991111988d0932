"""What is done on tickets of the small provider: reopened, repeated, answered, escalated."""

from __future__ import annotations

from tests.twins.planting import local
from tests.twins.small_tickets import Desk


def reopened(desk: Desk) -> None:
    """Tickets that open again, really or by automation."""
    resolved = ("2026-03-16 10:00", "resolved", {"actor_kind": "agent"})
    system = {"actor_kind": "system"}
    agent = {"actor_kind": "agent"}
    customer = {"actor_kind": "customer"}
    at = "2026-03-16 08:00"
    # really; and never resolved again
    desk.ticket("R1", at, resolved, ("2026-03-18 10:00", "reopened", agent), ("2026-03-19 10:00", "resolved"))
    desk.ticket("R2", at, resolved, ("2026-03-18 10:00", "reopened", agent))
    # reopened, then closed without being resolved
    desk.ticket("R3", at, resolved, ("2026-03-18 10:00", "reopened", agent), ("2026-03-20 10:00", "closed"))
    # 'thank you': reopened by automation, done again within the half hour, nobody wrote
    for name, actor in (("R4", system), ("R5", customer), ("R6", {"actor_kind": "bot"}), ("R7", {})):
        desk.ticket(name, at, resolved, ("2026-03-17 10:00", "reopened", actor), ("2026-03-17 10:10", "resolved"))
    # ... but by an agent; ... after half an hour; ... with a reply; ... and then a real one
    desk.ticket("R8", at, resolved, ("2026-03-17 10:00", "reopened", agent), ("2026-03-17 10:10", "resolved"))
    desk.ticket("R9", at, resolved, ("2026-03-17 10:00", "reopened", system), ("2026-03-17 10:30", "resolved"))
    desk.ticket(
        "R10",
        at,
        resolved,
        ("2026-03-17 10:00", "reopened", system),
        ("2026-03-17 10:05", "public_reply", agent),
        ("2026-03-17 10:10", "resolved"),
    )
    desk.ticket(
        "R11",
        at,
        resolved,
        ("2026-03-17 10:00", "reopened", system),
        ("2026-03-17 10:10", "resolved"),
        ("2026-03-20 10:00", "reopened", agent),
        ("2026-03-21 10:10", "resolved"),
    )
    # ... across midnight, so that the day's backlog sees it
    desk.ticket("R12", at, resolved, ("2026-03-17 23:50", "reopened", system), ("2026-03-18 00:10", "resolved"))
    # after exactly 14 days, and a second later
    desk.ticket("R13", at, resolved, ("2026-03-30 10:00", "reopened", agent))
    desk.ticket("R14", at, resolved, ("2026-03-30 10:00:01", "reopened", agent))
    # as its source marks it: an assignment after a resolution, one before, a second marked resolution
    desk.ticket(
        "R15",
        at,
        ("2026-03-16 09:00", "assigned", {"reopens": True}),
        resolved,
        ("2026-03-17 09:00", "assigned", {"reopens": True, **agent}),
        ("2026-03-17 12:00", "resolved"),
    )
    desk.ticket("R16", at, ("2026-03-16 09:00", "assigned", {"reopens": True}), resolved)
    desk.ticket("R17", at, resolved, ("2026-03-19 10:00", "resolved", {"reopens": True, **agent}))
    # a second resolution that nothing marks
    desk.ticket("R18", at, resolved, ("2026-03-19 10:00", "resolved", agent))
    # resolved and reopened in one second, without and with positions
    desk.ticket("R19", at, resolved, ("2026-03-16 10:00", "reopened", system))
    # resolved in the last two weeks: too early to say
    desk.ticket("R20", "2026-05-10 08:00", ("2026-05-10 10:00", "resolved"))
    # resolved, then merged away; resolved, then called off
    desk.ticket("R21", at, resolved, ("2026-03-17 10:00", "merged"))
    desk.ticket("R22", at, resolved, ("2026-03-17 10:00", "cancelled", customer))
    # a second marked resolution by automation: nobody knows when it had been opened again
    desk.ticket("R23", at, resolved, ("2026-03-19 10:00", "resolved", {"reopens": True, **system}))
    # opened again by automation, and closed, called off or done twice within the half hour
    away = ("2026-03-17 10:05", "closed")
    desk.ticket("R24", at, resolved, ("2026-03-17 10:00", "reopened", system), away, ("2026-03-17 10:10", "resolved"))
    back = ("2026-03-17 10:06", "reopened", system)
    desk.ticket(
        "R25", at, resolved, ("2026-03-17 10:00", "reopened", system), away, back, ("2026-03-17 10:10", "resolved")
    )
    twice = ("2026-03-19 10:00", "resolved", {"reopens": True, **system})
    desk.ticket("R26", at, resolved, twice, ("2026-03-19 10:05", "resolved"))
    # enough ordinary ones that a rate is shown
    for number in range(20):
        desk.ticket(f"R1{number:02}x", at, resolved)


def repeats(desk: Desk) -> None:
    """Tickets of one account again and again."""
    slow, line, bill = "connectivity.slow.wifi", "connectivity.slow.line", "billing.invoice.dispute"
    # the same family 5 days later, another family, the same after 20 days
    desk.ticket("Q1", "2026-04-01 10:00", ("2026-04-02 10:00", "resolved"), account_id="A7", reason_code=slow)
    desk.ticket("Q2", "2026-04-06 10:00", ("2026-04-07 10:00", "resolved"), account_id="A7", reason_code=line)
    desk.ticket("Q3", "2026-04-07 10:00", account_id="A7", reason_code=bill)
    desk.ticket("Q4", "2026-04-26 10:00", account_id="A7", reason_code=slow)
    # opened long before but resolved lately; still open
    desk.ticket("Q5", "2025-12-01 10:00", ("2026-04-09 10:00", "resolved"), account_id="A15", reason_code=bill)
    desk.ticket("Q6", "2026-04-12 10:00", account_id="A15", reason_code=bill)
    desk.ticket("Q7", "2026-04-29 10:00", account_id="A17", reason_code=bill)
    # without a reason, beside connectivity and beside billing; without any reason twice
    desk.ticket("Q8", "2026-04-10 10:00", account_id="A11", reason_code=slow)
    desk.ticket("Q9", "2026-04-11 10:00", account_id="A11", reason_code=None)
    desk.ticket("Q10", "2026-04-10 10:00", account_id="A8", reason_code=bill)
    desk.ticket("Q11", "2026-04-11 10:00", account_id="A8", reason_code=None)
    desk.ticket("Q12", "2026-04-10 10:00", account_id="A9", reason_code=None)
    desk.ticket("Q13", "2026-04-11 10:00", account_id="A9", reason_code=None)
    # a reason of one level; at the same second; exactly 7 days; across two helpdesks
    desk.ticket("Q14", "2026-04-10 10:00", account_id="A10", reason_code="order")
    desk.ticket("Q15", "2026-04-12 10:00", account_id="A10", reason_code="order")
    desk.ticket("Q16", "2026-04-15 10:00", account_id="A14", reason_code=bill)
    desk.ticket("Q17", "2026-04-15 10:00", account_id="A14", reason_code=bill)
    desk.ticket("Q18", "2026-04-15 10:00", account_id="A16", reason_code=bill)
    desk.ticket("Q19", "2026-04-22 10:00", account_id="A16", reason_code=bill, source="partner")
    desk.ticket("Q20", "2026-04-29 10:00:01", account_id="A16", reason_code=bill, source="partner")
    # the earlier one is an outage's child, spam, called off
    desk.ticket("Q21", "2026-03-22 10:00", account_id="A4", reason_code=slow)
    desk.ticket("Q22", "2026-04-15 10:00", account_id="A12", reason_code=bill, is_spam=True)
    desk.ticket("Q23", "2026-04-16 10:00", account_id="A12", reason_code=bill)
    desk.ticket("Q24", "2026-04-15 10:00", ("2026-04-15 11:00", "cancelled"), account_id="A13", reason_code=bill)
    desk.ticket("Q25", "2026-04-16 10:00", account_id="A13", reason_code=bill)


def answered(desk: Desk) -> None:
    """First responses of every kind."""
    agent, bot = {"actor_kind": "agent"}, {"actor_kind": "bot"}
    at = "2026-04-20 16:50"
    desk.ticket("F1", at, ("2026-04-20 16:51", "first_response", bot), ("2026-04-20 18:00", "public_reply", agent))
    desk.ticket("F2", at, ("2026-04-20 17:00", "first_response", agent), ("2026-04-20 18:00", "public_reply", agent))
    desk.ticket("F3", at, ("2026-04-20 17:10", "first_response"))
    desk.ticket("F4", at, ("2026-04-20 17:20", "public_reply"))
    desk.ticket("F5", at, ("2026-04-20 17:30", "internal_note", agent))
    desk.ticket("F6", at, ("2026-04-20 17:40", "public_reply", agent), channel="phone")
    desk.ticket("F7", at, ("2026-04-20 17:50", "public_reply", agent), channel=None)
    desk.ticket("F8", at, ("2026-04-20 18:00", "public_reply", agent), origin="agent")
    desk.ticket("F9", at, ("2026-04-20 18:10", "public_reply", agent), origin=None)
    desk.ticket("F10", at, ("2026-04-20 16:50", "public_reply", agent))
    desk.ticket("F11", at, ("2026-04-20 18:10", "public_reply", {"actor_kind": "system"}))
    # answered, and then called off
    desk.ticket("F13", at, ("2026-04-20 18:20", "public_reply", agent), ("2026-04-20 19:00", "cancelled"))
    # over the night that has 23 hours
    desk.ticket("F12", "2026-03-06 16:50", ("2026-03-09 08:20", "public_reply", agent))


def tiers(desk: Desk) -> None:
    """Escalations of every kind, all resolved in April."""
    done = ("2026-04-24 10:00", "resolved")
    at = "2026-04-21 08:00"

    def first(tier: str | None) -> tuple[str, str, dict[str, str | None]]:
        return ("2026-04-21 08:05", "assigned", {"to_tier": tier})

    def up(frm: str | None, to: str | None) -> tuple[str, str, dict[str, str | None]]:
        return ("2026-04-22 08:05", "escalated", {"from_tier": frm, "to_tier": to})

    desk.ticket("G1", at, first("1"), up("1", "2"), done)
    desk.ticket("G2", at, first("1"), up("1", "vendor"), done)
    desk.ticket("G3", at, first("1"), up("1", "3"), done)
    desk.ticket("G4", at, first("1"), up("2", "3"), done)
    desk.ticket("G5", at, first("2"), up("2", "3"), done)
    desk.ticket("G6", at, up("1", "2"), done)
    desk.ticket("G7", at, first(None), done)
    desk.ticket("G8", at, first("1"), done)
    desk.ticket(
        "G9", at, first("1"), up("1", "2"), ("2026-04-22 09:00", "escalated", {"from_tier": "1", "to_tier": "2"}), done
    )
    desk.ticket("G10", at, first("1"), up("1", "2"))
    desk.ticket("G11", at, first("0"), up("0", "1"), done)
    desk.ticket("G12", at, first("1"), ("2026-04-22 08:05", "reassigned", {"from_tier": "1", "to_tier": "2"}), done)
    # the ticket was opened at tier 1, which only the escalation says; the escalation names no tiers at all
    desk.ticket("G13", at, up(None, "2"), done)
    desk.ticket("G14", at, first("1"), up(None, None), done)
    # handed to an outside firm: by tier, to a team that is all theirs, to one that is theirs in part
    for name, team, employer, tier in (
        ("g1", "outside", "vendor", "1"), ("g2", "mixed", "vendor", "1"), ("g3", "mixed", "in_house", "2"),
        ("g4", "second", "in_house", "2"), ("g5", "unsure", "vendor", None), ("g6", "unsure", None, "1"),
    ):  # fmt: skip
        desk.agents.append({"agent_id": name, "team": team, "employer": employer, "tier": tier, "source": "hr"})
    # one that was the firm's own until April, and whose agent moved on without an end being noted
    moved = {"agent_id": "g7", "employer": "in_house", "tier": "1", "source": "hr"}
    desk.agents.append({**moved, "team": "lent", "valid_to": local("2026-04-01 00:00")})
    desk.agents.append({**moved, "team": "lent", "employer": "vendor", "valid_from": local("2026-04-01 00:00")})
    desk.agents.append({**moved, "agent_id": "g8", "team": "outside", "valid_from": local("2026-01-01 00:00")})
    desk.agents.append({**moved, "agent_id": "g8", "team": "home", "valid_from": local("2026-02-01 00:00")})

    def over(**to: str) -> tuple[str, str, dict[str, str]]:
        return ("2026-04-22 08:05", "reassigned", to)

    desk.ticket("G15", at, first("1"), over(from_tier="1", to_tier="vendor"), done)
    desk.ticket("G16", at, first("1"), over(to_team="outside"), done)
    desk.ticket("G17", at, first("1"), over(to_team="mixed"), done)
    for number, to in enumerate(
        (
            {"to_tier": "vendor"},
            {"to_tier": "1", "to_team": "outside"},
            {"to_tier": "2", "to_team": "outside"},
            {"to_team": "unsure"},
            {"to_team": "lent"},
            {"to_team": "nobody knows"},
            {"from_team": "second", "to_team": "outside"},
            {"from_team": "second", "from_tier": "1", "to_team": "outside"},
            {"from_team": "home", "to_team": "outside"},
            {"from_team": "outside", "to_team": "lent"},
            {"from_tier": "2", "to_team": "outside"},
            {"from_tier": "1", "to_tier": "2", "to_team": "second"},
        )
    ):
        desk.ticket(f"V{number}", at, over(**to), done)
        desk.ticket(f"V{number}b", at, first("1"), over(**to), done)
    desk.ticket("V12", at, ("2026-04-22 08:05", "deescalated", {"to_tier": "0"}), done)
    desk.ticket("V13", "2026-03-20 08:00", ("2026-03-21 08:05", "reassigned", {"to_team": "lent"}), done)
