"""What random contacts are about and what follows on them: reasons, tickets, reconnects, bots, visits, answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tests.twins.dice import Dice
from tests.twins.planting import Cells

REASONS = (
    "connectivity.slow.evening", "connectivity.slow.evening", "connectivity.intermittent.drops", "connectivity",
    "connectivity.area_outage.known", "wifi.coverage.room", "wifi.coverage.room", "billing.payment.late",
    "other.unknown.none", "other.wrong_number.caller", "order.install_status.waiting", "field.damage.property",
    "account.plan_change.upgrade", "complaint.company.service", "unmapped", None, None,
)  # fmt: skip
NEVER = ("physical_damage", "third_party_repair", "reset", None, None, None)


def about(seed: int, contacts: Sequence[Cells], tickets: Sequence[Cells], visits: Sequence[Cells]) -> list[Cells]:
    """The contacts with what they are about, and as many again that follow on them; tickets and visits likewise."""
    dice = Dice(seed + 1000)
    for row in tickets:
        reason = dice.one((row["reason_code"], dice.one(REASONS)))
        # what is not mapped, tickets hold elsewhere
        _say(row, reason_code=None if reason == "unmapped" else reason, resolution_code=dice.one(NEVER))
    for row in visits:
        # what states no account is attached to that of the ticket it names, which is held elsewhere
        _say(row, ticket_id=f"T{dice.number(0, 240)}" if row["account_id"] and dice.chance(0.4) else None)
        _say(row, fault_found=dice.one(("drop", "wifi", "none", None)))
    made: list[Cells] = []
    for row in contacts:
        said = {"reason_code": dice.one(REASONS), "transfers": dice.one((0, 0, 1, None))}
        made.append({**row, **said, "ticket_id": None})
        _say(made[-1], ticket_id=f"T{dice.number(0, 250)}" if row["account_id"] and dice.chance(0.15) else None)
        made += _following(dice, made[-1], len(made))
    return made


def asked(seed: int, contacts: Sequence[Cells]) -> tuple[list[Cells], list[Cells]]:
    """Invitations and answers to whether the first contact resolved it: yes, no, not sure, and what is neither."""
    dice = Dice(seed + 2000)
    invites: list[Cells] = []
    answers: list[Cells] = []
    for number in range(160):
        contact = dice.one(contacts)
        ticket = f"T{dice.number(0, 240)}" if dice.chance(0.15) else None
        sent = contact["entered_at"] + timedelta(hours=dice.number(1, 72))
        source = contact["source"]
        invites.append({"source": source, "invite_id": f"N{number}", "sent_at": sent})
        answers.append(
            {
                "source": source,
                "response_id": f"F{number}",
                "invite_id": dice.maybe(f"N{number}", 0.7),
                "kind": "fcr",
                "scale_min": 0,
                "scale_max": 1,
                "score": dice.one((1.0, 1.0, 1.0, 0.0, 0.0, None, 2.0 if dice.chance(0.2) else 1.0)),
                "responded_at": sent + timedelta(hours=dice.number(0, 100)),
                "contact_id": None if ticket else contact["contact_id"],
                "ticket_id": ticket,
                "deleted": dice.chance(0.03),
            }
        )
    return invites, answers


def _say(row: Cells, **said: object) -> None:
    assert isinstance(row, dict)
    row.update(said)


def _following(dice: Dice, row: Cells, number: int) -> list[Cells]:
    """Nothing, or a contact some minutes, hours or weeks after another one of the same account."""
    if row["account_id"] is None or dice.chance(0.5):
        return []
    begins = (row["ended_at"] or row["entered_at"]) + timedelta(
        minutes=dice.one((0, 5, 15, 16, 90, 1440, 3 * 1440, 7 * 1440, 8 * 1440, 14 * 1440, 30 * 1440, 31 * 1440))
    )
    what = dice.one(("answered", "answered", "answered", "failed", "abandoned_queue", "bot_contained"))
    again = {
        **row,
        "contact_id": f"I{number}",
        "entered_at": begins,
        "queued_at": None,
        "answered_at": begins if what == "answered" else None,
        "ended_at": begins + timedelta(minutes=dice.number(0, 20)),
        "disposition": what,
        "channel": dice.one((row["channel"], row["channel"], "chatbot", "email")),
        "direction": dice.one(("inbound", "inbound", "inbound", "outbound", None)),
        "reason_code": dice.one((row["reason_code"], row["reason_code"], dice.one(REASONS))),
        "resolved_flag": dice.one((True, False, None)),
        "deleted": dice.chance(0.03),
    }
    return [again, *_following(dice, again, 10_000 + number)]
