"""Why customers get in touch: a small broadband taxonomy, and how each reason behaves.

Codes have three levels (area.family.leaf); the family is what repeats are counted by. All figures are
judgement; their sizes follow the order of the reference's examples (slow speed and no service first).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import Flags, Floats, Ints

ACCESS_TECHS: tuple[str, ...] = ("fiber_gpon", "docsis31", "fwa_wisp")


@dataclass(frozen=True)
class Driver:
    """One reason. `weights` are relative frequencies by access technology, in the order of ACCESS_TECHS.

    `solved` is the share solved in the first contact, `visited` the share of its remaining tickets that get a
    truck roll, `talk_s` the median talk time.
    """

    code: str
    kind: str
    weights: tuple[float, float, float]
    solved: float
    visited: float
    talk_s: int


OUTAGE = "connectivity.area_outage.known"
SLOW = "connectivity.slow.evening"
DOWN = "connectivity.no_service.line_down"
DROPS = "connectivity.intermittent.drops"
WIFI = "wifi.coverage.room"
GATEWAY = "equipment.gateway.faulty"
UNKNOWN = "other.unknown.none"

DRIVERS: tuple[Driver, ...] = (
    Driver(SLOW, "trouble", (8, 12, 20), 0.55, 0.04, 400),
    Driver(DOWN, "trouble", (5, 8, 12), 0.42, 0.20, 350),
    Driver(DROPS, "trouble", (6, 10, 16), 0.45, 0.10, 380),
    Driver(OUTAGE, "trouble", (0, 0, 0), 0.0, 0.0, 150),
    Driver(WIFI, "trouble", (9, 9, 7), 0.60, 0.05, 450),
    Driver("wifi.setup.password", "question", (8, 8, 6), 0.88, 0.0, 250),
    Driver(GATEWAY, "trouble", (5, 7, 6), 0.40, 0.13, 350),
    Driver("billing.explain_bill.first", "billing", (10, 10, 8), 0.85, 0.0, 280),
    Driver("billing.payment.late", "billing", (8, 8, 7), 0.80, 0.0, 240),
    Driver("account.plan_change.upgrade", "order", (7, 6, 3), 0.80, 0.0, 350),
    Driver("voice.quality.noise", "trouble", (3, 3, 1), 0.45, 0.08, 330),
    Driver("video.service.freezing", "trouble", (4, 5, 0), 0.50, 0.07, 350),
    Driver(UNKNOWN, "question", (6, 6, 6), 0.70, 0.0, 250),
)
CODES: tuple[str, ...] = tuple(driver.code for driver in DRIVERS)

KINDS: tuple[str, ...] = ("trouble", "billing", "order", "question", "complaint", "internal")
COMPLAINT = KINDS.index("complaint")

BY_TECH: Floats = np.array([driver.weights for driver in DRIVERS], dtype=np.float64).T
"""Relative frequency of each driver (columns) for each access technology (rows)."""

TROUBLE_OF_TECH: Floats = np.array([0.87, 1.0, 1.45])
"""How many issues a subscriber of each technology has against the average: fixed wireless most; judgement."""

SOLVED: Floats = np.array([driver.solved for driver in DRIVERS])
VISITED: Floats = np.array([driver.visited for driver in DRIVERS])
TALK_S: Floats = np.array([driver.talk_s for driver in DRIVERS], dtype=np.float64)
HARD: Flags = SOLVED <= 0.45
"""Reasons that are seldom solved in the first contact; judgement."""

FAILS: Floats = np.where(HARD, 1.25, 0.8)
"""How often a fix turns out to be none, against the others; about 1 over all tickets that are worked on; judgement."""

KIND_OF: Ints = np.array([KINDS.index(driver.kind) for driver in DRIVERS], dtype=np.int64)
IS_BILLING: Flags = np.array([driver.code.split(".")[0] in ("billing", "account") for driver in DRIVERS])


def number_of(code: str) -> int:
    """The row of a driver code in DRIVERS; ValueError if there is none."""
    return CODES.index(code)
