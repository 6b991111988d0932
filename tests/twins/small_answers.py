"""What the callers of the small provider say of their calls, and a month of invitations: who answered, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.twins.planting import Cells, local

SAID: tuple[tuple[str, int | None, int], ...] = (
    # contact, answer (1 yes, 0 no, None not sure), days after the call
    ("B1-1", 0, 2),
    ("B1-1", 1, 3),
    ("B2-1", 0, 2),
    ("B3-1", None, 2),
    ("B3-2", 1, 9),
    ("B4-1", 1, 2),
    ("B5-1", 0, 2),
    ("B6-1", 1, 2),
    ("B7-1", 0, 3),
    ("B8-1", 0, 2),
    ("B9-1", 1, 2),
    ("B10-1", 1, 2),
    ("B11-1", 1, 2),
    ("B17-1", 1, 2),
    ("B18-1", 1, 0),
    ("B19-1", 7, 2),
)
CALLED = {"B18-1": datetime(2026, 4, 25, 12), "B19-1": datetime(2026, 4, 25, 12)}


def answers_of_callers() -> list[Cells]:
    """Whether it was resolved in this first contact, at noon so many days after 8 April (25 April)."""
    return [
        {
            "source": "surveys",
            "response_id": f"Z{number}",
            "kind": "fcr",
            "scale_min": 0,
            "scale_max": 1,
            "score": score,
            "contact_id": contact,
            "responded_at": local(str(CALLED.get(contact, datetime(2026, 4, 8, 12)) + timedelta(days=days))),
        }
        for number, (contact, score, days) in enumerate(SAID)
    ]


def invitations() -> tuple[list[Cells], list[Cells]]:
    """120 of March, by e-mail and by text message in turn, and the answers to them.

    0 to 14 answer the next day, 15 to 17 after 14 days and 18 to 20 a second later; 21 to 24 bounce, of which 21 is
    answered all the same; 25 is a test customer's and 26 was deleted; the others say nothing.
    """
    invites: list[Cells] = []
    answers: list[Cells] = []
    for number in range(120):
        sent = datetime(2026, 3, 1, 9) + timedelta(hours=5 * number)
        shape = {"source": "surveys", "invite_id": f"I{number}", "sent_at": local(str(sent))}
        own = {"account_id": "A20" if number == 25 else "A1", "deleted": number == 26}
        invites.append({**shape, **own, "channel": ("email", "sms")[number % 2], "delivered": not 21 <= number <= 24})
        late = timedelta(days=1) if number < 15 or number == 21 else timedelta(days=14, seconds=int(number > 17))
        if number <= 21:
            answers.append(
                {
                    "source": "surveys",
                    "response_id": f"J{number}",
                    "invite_id": f"I{number}",
                    "kind": "ces",
                    "scale_min": 1,
                    "scale_max": 7,
                    "score": 6,
                    "responded_at": local(str(sent)) + late,
                }
            )
    return invites, answers
