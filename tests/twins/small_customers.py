"""Customers of the small provider: who joins, leaves, comes back, and in which region."""

from __future__ import annotations

from typing import Any

from tests.twins.planting import Cells, local


def subscribers() -> list[Cells]:
    def row(name: str, region: str | None, since: str, until: str | None = None, **more: Any) -> Cells:
        left = local(until) if until else None
        return {
            "source": "billing",
            "subscriber_id": name,
            "region_id": region,
            "activated_at": local(since),
            "disconnected_at": left,
            "is_test": False,
            **more,
        }

    old = "2024-05-01 09:00"
    return [
        row("S1", "north", old),
        row("S2", "north", old),
        row("S3", "south", old),
        row("S4", "south", old),
        row("S5", None, old),
        # joins in the middle of a month; joins at local midnight of the first
        row("S6", "north", "2025-12-15 10:00"),
        row("S7", "south", "2026-02-01 00:00"),
        # leaves in the middle of a month; leaves at local midnight of the first
        row("S8", "north", old, "2026-02-15 12:00"),
        row("S9", "south", old, "2026-03-01 00:00"),
        # leaves and is back after 10 days; leaves and is back after 40
        row("S10", "north", old),
        row("S11", "south", old),
        # new and lost in one month
        row("S12", "north", "2026-04-03 09:00", "2026-04-20 09:00"),
        # cut off for not paying, lost a month later
        row("S13", "south", old, "2026-04-10 00:00"),
        # moves away, moves within, dies, changes plan
        row("S14", "north", old, "2026-02-10 00:00"),
        row("S15", "north", old),
        row("S16", "south", old, "2026-02-12 00:00"),
        row("S17", "south", old),
        # on vacation; never had an account row; a test customer; a deleted row
        row("S18", "north", old),
        row("S19", "north", old, "2026-03-20 00:00"),
        row("S20", "north", old, is_test=True),
        row("S21", "north", old, deleted=True),
        row("S22", "south", old, "2025-11-05 00:00"),
        # their accounts have a status of today only: over, without and with a disconnection; active; not told
        row("S23", "south", old),
        row("S24", "south", old, "2026-03-10 00:00"),
        row("S25", "south", old, "2026-03-10 00:00"),
        row("S26", "south", old),
        # active before the activation, they say
        row("S27", "south", "2026-03-10 00:00"),
    ]


def accounts() -> list[Cells]:
    def row(
        name: str, holder: str, status: str | None, since: str | None, until: str | None = None, **more: Any
    ) -> Cells:
        return {
            "source": "billing",
            "account_id": name,
            "subscriber_id": holder,
            "status": status,
            "valid_from": local(since) if since else None,
            "valid_to": local(until) if until else None,
            **more,
        }

    old = "2024-05-01 09:00"
    return [
        row("A1", "S1", "active", None),
        # a second account of one subscriber counts once
        row("A1b", "S1", "active", old),
        # passes from one subscriber to another: facts take the one of their time
        row("A2", "S2", "active", old, "2026-03-10 00:00"),
        row("A2", "S3", "active", "2026-03-10 00:00"),
        row("A2b", "S2", "active", old),
        row("A3", "S3", "active", old),
        row("A4", "S4", "active", old),
        row("A5", "S5", "active", old),
        row("A6", "S6", "pending", "2025-12-01 09:00", "2025-12-15 10:00"),
        row("A6", "S6", "active", "2025-12-15 10:00"),
        row("A7", "S7", "active", "2026-02-01 00:00"),
        row("A8", "S8", "active", old, "2026-02-15 12:00"),
        row("A8", "S8", "disconnected", "2026-02-15 12:00"),
        row("A9", "S9", "active", old, "2026-03-01 00:00"),
        row("A9", "S9", "disconnected", "2026-03-01 00:00"),
        row("A10", "S10", "active", old, "2026-02-05 08:00"),
        row("A10", "S10", "disconnected", "2026-02-05 08:00", "2026-02-15 08:00"),
        row("A10", "S10", "active", "2026-02-15 08:00"),
        row("A11", "S11", "active", old, "2026-02-06 08:00"),
        row("A11", "S11", "disconnected", "2026-02-06 08:00", "2026-03-18 08:00"),
        row("A11", "S11", "active", "2026-03-18 08:00"),
        row("A12", "S12", "active", "2026-04-03 09:00", "2026-04-20 09:00"),
        row("A12", "S12", "disconnected", "2026-04-20 09:00"),
        row("A13", "S13", "active", old, "2026-03-05 00:00"),
        row("A13", "S13", "suspended_nonpay", "2026-03-05 00:00", "2026-04-10 00:00"),
        row("A13", "S13", "disconnected", "2026-04-10 00:00"),
        row("A14", "S14", "active", old, "2026-02-10 00:00"),
        row("A15", "S15", "active", old),
        row("A16", "S16", "active", old, "2026-02-12 00:00"),
        row("A17", "S17", "active", old),
        row("A18", "S18", "suspended_vacation", old),
        row("A20", "S20", "active", old),
        row("A21", "S21", "active", old),
        row("A3", "S4", "active", old, deleted=True),
        row("A23", "S23", "disconnected", None),
        row("A24", "S24", "disconnected", None),
        row("A25", "S25", "active", None),
        row("A26", "S26", None, None),
        row("A27", "S27", "active", old),
    ]


def locations() -> list[Cells]:
    return [
        {"source": "billing", "location_id": "L5", "region_id": "west", "tz": "America/Denver"},
        {"source": "billing", "location_id": "L1", "region_id": "west", "tz": "America/Denver"},
    ]


def services() -> list[Cells]:
    shared = {"source": "billing", "access_tech": "fiber_gpon", "plan_down_mbps": 500.0, "plan_up_mbps": 100.0}
    return [
        # S5 says no region, its place does; S1 says one, which counts before the place's
        {**shared, "service_id": "V5", "account_id": "A5", "location_id": "L5", "valid_from": None},
        {**shared, "service_id": "V1", "account_id": "A1", "location_id": "L1", "valid_from": None},
    ]


def churn() -> list[Cells]:
    def row(name: str, at: str, kind: str, **more: Any) -> Cells:
        return {"source": "billing", "subscriber_id": name, "effective_at": local(at), "kind": kind, **more}

    return [
        row("S8", "2026-02-15 12:00", "voluntary"),
        row("S9", "2026-03-01 00:00", "voluntary"),
        row("S10", "2026-02-05 08:00", "voluntary"),
        row("S11", "2026-02-06 08:00", "voluntary"),
        row("S12", "2026-04-20 09:00", "voluntary"),
        row("S13", "2026-04-10 00:00", "involuntary_nonpay"),
        row("S14", "2026-02-10 00:00", "move_out_of_area"),
        row("S15", "2026-02-11 00:00", "move_transfer"),
        row("S16", "2026-02-12 00:00", "deceased"),
        row("S17", "2026-02-13 00:00", "product_downgrade"),
        row("S19", "2026-03-20 00:00", "voluntary"),
        row("S20", "2026-02-14 00:00", "voluntary"),
        row("S1", "2026-02-14 00:00", "voluntary", deleted=True),
        row("S21", "2026-02-14 00:00", "voluntary"),
        # of a subscriber whom the records do not know
        row("S99", "2026-02-16 00:00", "voluntary"),
        # a loss early on, reported again later; a move and a change of plan, and then really lost
        row("S22", "2025-11-05 00:00", "voluntary"),
        row("S22", "2025-12-05 00:00", "voluntary"),
        row("S15", "2026-04-15 12:00", "voluntary"),
        row("S17", "2026-04-16 12:00", "voluntary"),
    ]


def snapshots() -> list[Cells]:
    def rows(at: str, lost: int, kept: int, region: str | None) -> list[Cells]:
        name = f"{at}-{region}"
        return [
            {
                "source": "crm",
                "subscriber_id": f"{name}-{number}",
                "as_of": local(at),
                "is_lost": number < lost,
                "region_id": region,
            }
            for number in range(lost + kept)
        ]

    unknown: list[Cells] = [
        {"source": "crm", "subscriber_id": "x", "as_of": local("2026-03-31 23:59"), "is_lost": None},
        {
            "source": "crm",
            "subscriber_id": "y",
            "as_of": local("2026-03-31 23:59"),
            "is_lost": True,
            "deleted": True,
        },
    ]
    return [
        # the last one of the month counts
        *rows("2026-03-31 23:59", 9, 20, "north"),
        {
            "source": "crm",
            "subscriber_id": "2026-03-31 23:59-north-12",
            "as_of": local("2026-03-15 12:00"),
            "is_lost": True,
            "region_id": "north",
        },
        *rows("2026-03-31 23:59", 2, 8, None),
        *rows("2025-12-31 23:59", 1, 3, "south"),
        *unknown,
    ]
