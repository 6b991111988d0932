"""The subscribers: who they are, what they bought, since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, Flags, Floats, Ints, drawn, happens
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import EPOCH, Clock

REGIONS: tuple[str, ...] = ("Arroyo", "Bellview", "Cedar Flats", "Dry Creek")
SEGMENTS: tuple[str, ...] = ("residential", "smb", "mdu")
PREMISES: tuple[str, ...] = ("sfu", "business", "mdu")
"""By segment: a small business sits on business premises, a multi-dwelling customer in one of many homes."""

LANGUAGES: tuple[str, ...] = ("en", "es")


@dataclass(frozen=True)
class Plan:
    """What is sold on one access technology (its position in drivers.ACCESS_TECHS)."""

    name: str
    tech: int
    down_mbps: int
    up_mbps: int
    share: float


PLANS: tuple[Plan, ...] = (
    Plan("Fiber 300", 0, 300, 300, 0.25),
    Plan("Fiber 1 Gig", 0, 1000, 1000, 0.30),
    Plan("Cable 200", 1, 200, 20, 0.18),
    Plan("Cable 500", 1, 500, 35, 0.12),
    Plan("Air 50", 2, 50, 10, 0.10),
    Plan("Air 100", 2, 100, 20, 0.05),
)
"""Plans and their share of subscribers; judgement."""


@dataclass(frozen=True)
class Subscribers:
    """One row per subscriber, who has one account and one service.

    `activated` is a local day since 1970 and `active_from` its midnight; `frailty` is how much more often than
    usual this one has trouble.
    """

    region: Ints
    segment: Ints
    plan: Ints
    tech: Ints
    language: Ints
    activated: Ints
    active_from: Ints
    frailty: Floats
    voice: Flags
    video: Flags
    managed_wifi: Flags

    @property
    def count(self) -> int:
        """How many subscribers there are, those who join later included."""
        return len(self.region)


def draw_subscribers(rng: np.random.Generator, clock: Clock, count: int, rates: Rates) -> Subscribers:
    """`count` subscribers active on the first day and those who join during the span."""
    months = (clock.end - clock.start) / DAY / 30.4375
    joining = int(rng.poisson(count * rates.joins_per_month * months))
    n = count + joining
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    tenure = np.minimum(rng.exponential(1_000, count).astype(np.int64) + 1, 3_650)
    joined = rng.integers(begins + 1, max(begins + 2, ends), joining)
    activated = np.concatenate([begins - tenure, np.sort(joined)])
    region = drawn(rng, [0.28, 0.27, 0.25, 0.20], n)
    plan = drawn(rng, [item.share for item in PLANS], n)
    tech = np.array([item.tech for item in PLANS], dtype=np.int64)[plan]
    return Subscribers(
        region=region,
        segment=drawn(rng, [0.88, 0.08, 0.04], n),
        plan=plan,
        tech=tech,
        language=drawn(rng, [0.86, 0.14], n),
        activated=activated,
        active_from=clock.instant(activated, 0),
        frailty=rng.gamma(rates.frailty_shape, 1 / rates.frailty_shape, n),
        voice=happens(rng, 0.22, n),
        video=happens(rng, 0.28, n) & (tech != 2),
        managed_wifi=happens(rng, 0.55, n),
    )
