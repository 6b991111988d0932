"""Calls and chats of the small provider, their legs, and what its telephone system sums up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.twins.planting import Cells, local


def contacts() -> list[Cells]:
    rows: list[Cells] = []
    calls = iter(range(1, 1000))

    def call(at: str, disposition: str | None, wait: int | None = 5, talk: int | None = None, **more: Any) -> None:
        start = local(at)
        answered = disposition == "answered"
        talk_s = (talk if talk is not None else 200) if answered else None
        picked_up = start + timedelta(seconds=wait or 0) if answered else None
        ended = start + timedelta(seconds=(wait or 0) + (talk_s or 0))
        rows.append(
            {
                "source": "acd",
                "contact_id": f"K{next(calls)}",
                "channel": "phone",
                "direction": "inbound",
                "initiator": "customer",
                "queue_id": "support",
                "entered_at": start,
                "queued_at": start,
                "answered_at": picked_up,
                "ended_at": ended,
                "disposition": disposition,
                "wait_s": wait,
                "talk_s": talk_s,
                "hold_s": 20 if answered else None,
                "wrap_s": 40 if answered else None,
                "account_id": "A1",
                **more,
            }
        )

    _busy_month(call)
    # short, long and exactly the limit; of a wait that is not known, or only by its times
    for wait in (3, 10, 11, 200):
        call("2026-03-04 09:00", "abandoned_queue", wait)
    call("2026-03-04 09:00", "abandoned_queue", None, ended_at=None)
    call("2026-03-04 09:00", "abandoned_queue", None, ended_at=local("2026-03-04 09:00:08"))
    call("2026-03-04 09:00", "abandoned_queue", None, queued_at=None)
    # everything else that can become of a call
    for what in (
        "abandoned_ivr", "callback_requested", "voicemail", "overflow_out", "blocked", "after_hours", "failed",
        "bot_contained", "bot_escalated", None,
    ):  # fmt: skip
        call("2026-03-05 09:00", what, 30)
    # callbacks: completed, not reached, of a voicemail, of another source's contact
    call("2026-03-05 10:00", "callback_requested", 30, contact_id="CB1")
    call("2026-03-05 10:00", "callback_requested", 30, contact_id="CB2")
    call("2026-03-05 10:00", "voicemail", 30, contact_id="CB3")
    call("2026-03-05 10:00", "after_hours", None, contact_id="CB4")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB1")
    call("2026-03-05 11:00", "failed", 0, direction="outbound", callback_of="CB2")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB3")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB4", source="other")
    # answered at exactly T and a second later, with an unknown wait, or known by its times only
    call("2026-03-06 09:00", "answered", 20)
    call("2026-03-06 09:00", "answered", 21)
    call("2026-03-06 09:00", "answered", None, queued_at=None)
    call("2026-03-06 09:00", "answered", None, answered_at=local("2026-03-06 09:00:15"))
    # without talk, hold or wrap; a live chat; an e-mail; a walk-in; no channel; no direction; no account; no times
    call("2026-03-06 10:00", "answered", 5, talk_s=None)
    call("2026-03-06 10:00", "answered", 5, hold_s=None)
    call("2026-03-06 10:00", "answered", 5, wrap_s=None)
    call("2026-03-06 10:00", "answered", 5, channel="live_chat")
    call("2026-03-06 10:00", "answered", 5, channel="email")
    call("2026-03-06 10:00", "answered", 5, channel="walk_in")
    call("2026-03-06 10:00", "answered", 5, channel=None)
    call("2026-03-06 10:00", "answered", 5, direction=None)
    call("2026-03-06 10:00", "answered", 5, account_id=None)
    call("2026-03-06 10:00", "answered", 5, answered_at=None, ended_at=None)
    call("2026-03-06 10:00", None, 5, answered_at=local("2026-03-06 10:00:05"), talk_s=100, hold_s=0, wrap_s=0)
    # an agent answered, and then the line failed, or the bot had handed over; voicemail without a queue
    call("2026-03-06 10:30", "failed", 5, answered_at=local("2026-03-06 10:30:05"), talk_s=90, hold_s=0, wrap_s=0)
    call(
        "2026-03-06 10:30", "bot_escalated", 5, answered_at=local("2026-03-06 10:30:05"), talk_s=90, channel="live_chat"
    )  # fmt: skip
    for what in ("callback_requested", "overflow_out", "failed"):
        call("2026-03-06 10:40", what, 5, answered_at=local("2026-03-06 10:40:05"), talk_s=30, queued_at=None)
    # a mailbox, a menu or a bot picked up, or somebody hung up after all
    for what in ("voicemail", "after_hours", "blocked", "abandoned_queue", "abandoned_ivr", "bot_contained"):
        call("2026-03-06 10:50", what, 5, answered_at=local("2026-03-06 10:50:05"), talk_s=30)
    # a callback that was answered and then failed; one of which nobody says how it ended; one that was not answered
    reached: dict[str, Any] = {"direction": "outbound", "answered_at": local("2026-03-06 13:00:05")}
    for name, what in (("CB5", "failed"), ("CB6", None), ("CB7", "voicemail")):
        call("2026-03-06 10:55", "callback_requested", 30, contact_id=name)
        call("2026-03-06 13:00", what, 0, callback_of=name, **reached)
    # answered before it was queued, given up before
    call("2026-03-06 10:57", "answered", None, answered_at=local("2026-03-06 10:56:50"))
    call("2026-03-06 10:57", "abandoned_queue", None, ended_at=local("2026-03-06 10:56:50"))
    call("2026-03-06 10:30", "voicemail", 5, queued_at=None)
    call("2026-03-06 10:30", "overflow_out", 5, queued_at=None)
    # times of whole minutes beside the wait that the system measured
    call("2026-03-06 10:30", "answered", 15, answered_at=local("2026-03-06 10:31:00"))
    # of a test customer; deleted; at both sides of midnight between two months
    call("2026-03-06 11:00", "answered", 5, account_id="A20")
    call("2026-03-06 11:00", "answered", 5, deleted=True)
    call("2026-03-31 23:59:58", "answered", 5)
    call("2026-03-31 23:59:00", "answered", 5)
    # handled in legs: the seconds of the legs count
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG1", transfers=1)
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG2")
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG3", talk_s=None, hold_s=None, wrap_s=None)
    call("2026-03-07 09:00", "answered", None, contact_id="LEG4", queued_at=None, answered_at=None)
    # only the legs say that an agent answered, when, after which wait, and when it was over
    call("2026-03-07 09:00", "failed", None, contact_id="LEG5", queued_at=None, ended_at=None)
    call("2026-03-07 09:00", None, None, contact_id="LEG6", ended_at=None)
    call("2026-03-07 09:00", "answered", None, contact_id="LEG7", queued_at=None, answered_at=None, ended_at=None)
    call("2026-03-07 09:00", "abandoned_queue", None, contact_id="LEG8", ended_at=None)
    # a phone rang unanswered first: each leg says its wait, not each does, and the caller gave up after it
    call("2026-03-07 09:00", "answered", None, contact_id="LEG11", answered_at=local("2026-03-07 09:00:59"))
    call("2026-03-07 09:00", "answered", None, contact_id="LEG12", answered_at=local("2026-03-07 09:00:45"))
    call("2026-03-07 09:00", "abandoned_queue", None, contact_id="LEG13", ended_at=local("2026-03-07 09:01:30"))
    call("2026-03-07 09:00", "abandoned_queue", None, contact_id="LEG14", ended_at=local("2026-03-07 09:01:30"))
    # only a leg says in which queue, on a day that summaries tell of, too
    call("2026-04-05 09:00", "answered", 5, contact_id="LEG9", queue_id=None)
    call("2026-04-06 09:00", None, 5, contact_id="LEG10", queue_id=None)
    # without a channel of their own: in a queue that is stated, in one for mails, in one of which `*` tells, in none
    call("2026-03-04 12:00", "answered", 5, channel=None)
    for queue in ("support", "sales", "unknown", None):
        call("2026-03-04 12:00", "abandoned_queue", 50, channel=None, queue_id=queue)
        call("2026-03-25 12:00", "answered", 5, channel=None, queue_id=queue)
    call("2026-04-07 12:00", "answered", 5, channel=None)
    # the caller's matter was resolved, in the agent's own word
    for flag, account in ((True, "A1"), (False, "A1"), (True, None), (None, "A1")):
        call("2026-03-10 09:00", "answered", 5, resolved_flag=flag, account_id=account)
    call("2026-03-10 09:00", "abandoned_queue", 50, resolved_flag=False)
    call("2026-03-10 09:00", "answered", 5, resolved_flag=True, channel="email")
    call("2026-03-10 09:00", "answered", 5, resolved_flag=True, direction="outbound")
    # the first one of all
    call("2025-11-10 09:00", "answered", 5)
    return rows


def _busy_month(call: Any) -> None:
    """Calls of February, enough that shares and means are shown."""
    for number in range(80):
        at = (datetime(2026, 2, 2, 8) + timedelta(hours=8 * number)).isoformat()
        account = ["A1", "A3", "A5", None][number % 4]
        flag = [True, False, None][number % 3]
        if number % 8 == 7:
            call(at, "abandoned_queue", number, account_id=account)
        else:
            call(at, "answered", (number * 7) % 45, 100 + 13 * number, account_id=account, resolved_flag=flag)


def legs() -> list[Cells]:
    def leg(contact: str, seq: int, talk: int | None, hold: int | None, wrap: int | None, **more: Any) -> Cells:
        at = local("2026-03-07 09:00") + timedelta(minutes=seq)
        return {
            "source": "acd",
            "contact_id": contact,
            "seq": seq,
            "entered_at": at,
            "talk_s": talk,
            "hold_s": hold,
            "wrap_s": wrap,
            **more,
        }

    return [
        leg("LEG1", 1, 100, 10, 0),
        leg("LEG1", 2, 300, 0, 50),
        leg("LEG1", 3, 999, 999, 999, deleted=True),
        leg("LEG2", 1, None, None, None),
        leg("LEG3", 1, 70, 7, 17),
        leg("LEG3", 2, 30, None, 3),
        leg("LEG4", 1, 50, 5, 5, wait_s=4),
        leg("LEG4", 2, 50, 5, 5, wait_s=9),
        leg("LEG5", 1, 60, 0, 0, wait_s=7, answered_at=local("2026-03-07 09:00:07")),
        leg("LEG6", 1, 60, 0, 0, answered_at=local("2026-03-07 09:00:09"), ended_at=local("2026-03-07 09:05")),
        leg(
            "LEG6", 2, 60, 0, 0, answered_at=local("2026-03-07 09:06"), ended_at=local("2026-03-31 23:59:59"), wait_s=50
        ),
        leg("LEG7", 1, 3000, 600, 0),
        leg("LEG8", 1, None, None, None, ended_at=local("2026-03-07 09:00:05")),
        leg("LEG11", 1, None, None, None, wait_s=11, ring_s=8),
        leg("LEG11", 2, 0, 0, 0, wait_s=6),
        leg("LEG11", 3, 90, 0, 5, wait_s=2, answered_at=local("2026-03-07 09:03:02")),
        leg("LEG11", 4, 40, 0, 5, wait_s=100),
        leg("LEG12", 1, None, None, None, wait_s=11),
        leg("LEG12", 2, 90, 0, 5),
        leg("LEG13", 1, None, None, None, wait_s=4),
        leg("LEG13", 2, None, None, None, wait_s=50),
        leg("LEG14", 1, None, None, None, wait_s=4),
        leg("LEG14", 2, None, None, None),
        leg("LEG9", 1, 10, 10, 10, queue_id="sales"),
        leg("LEG10", 1, 10, 10, 10, answered_at=local("2026-04-06 09:00:05")),
        leg("unknown", 1, 30, 30, 30),
    ]


def intervals() -> list[Cells]:
    def row(at: str, **more: Any) -> Cells:
        return {
            "source": "pbx",
            "queue_id": "support",
            "interval_start": local(at),
            "interval_s": 1800,
            "offered": 50,
            "answered": 42,
            "answered_within_t": 30,
            "t_s": 20,
            "abandoned": 7,
            "abandoned_within_short": 3,
            "short_s": 10,
            "wait_answered_s": 900.0,
            "talk_s": 8400.0,
            "hold_s": 420.0,
            "wrap_s": 1260.0,
            **more,
        }

    return [
        # days without a single call on record
        row("2025-12-03 09:00"),
        row("2025-12-03 09:30", offered=0, answered=0, answered_within_t=0, abandoned=0, abandoned_within_short=0,
            wait_answered_s=0.0, talk_s=0.0, hold_s=0.0, wrap_s=0.0),
        row("2025-12-04 09:00", t_s=30),
        row("2025-12-04 09:30", short_s=5),
        row("2025-12-05 09:00", abandoned_within_short=None, short_s=None),
        row("2025-12-05 09:30", answered_within_t=None, t_s=None),
        row("2025-12-06 09:00", wait_answered_s=None, hold_s=None),
        row("2025-12-06 09:30", queue_id=None),
        # seconds without the number of contacts; a number that this KPI does without
        row("2025-12-07 09:00", answered=None),
        row("2025-12-07 09:30", abandoned=None),
        row("2025-12-07 10:00", offered=None),
        row("2025-12-31 23:30"),
        row("2026-04-02 09:00"),
        row("2026-04-02 09:30", deleted=True),
        row("2026-04-05 09:00"),
        row("2026-04-05 09:00", queue_id="sales"),
        row("2026-04-06 09:00"),
        # days of which the calls are known one by one: another queue's, and the same queue's
        row("2026-03-04 09:00", queue_id="sales"),
        row("2026-03-05 09:00"),
        row("2026-03-06 20:00", queue_id=None),
    ]  # fmt: skip


def queues() -> list[Cells]:
    """Limits of their own: support's from a day in March on, then only one of them; sales' for a while."""
    changed, again = local("2026-03-05 00:00"), local("2026-04-05 12:00")
    return [
        {
            "source": "setup",
            "queue_id": "support",
            "valid_from": changed,
            "channel": "phone",
            "service_level_s": 30,
            "short_abandon_s": 5,
            "calendar_id": "day",
        },
        {"source": "setup", "queue_id": "support", "valid_from": again, "service_level_s": 15, "calendar_id": "day"},
        {
            "source": "setup",
            "queue_id": "sales",
            "valid_to": changed,
            "channel": "email",
            "service_level_s": 5,
            "short_abandon_s": 60,
        },
        {
            "source": "setup",
            "queue_id": "*",
            "channel": "live_chat",
            "valid_from": local("2026-03-20 00:00"),
            "service_level_s": 3,
            "calendar_id": "night",
        },
        {"source": "setup", "queue_id": "sales", "valid_from": again, "service_level_s": 1, "deleted": True},
    ]
