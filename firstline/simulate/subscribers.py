"""The subscribers: who they are, what they bought, since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, MONTH_DAYS, Flags, Floats, Ints, drawn, drawn_each, happens
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import EPOCH, Clock

REGIONS: tuple[str, ...] = ("Arroyo", "Bellview", "Cedar Flats", "Dry Creek")
SEGMENTS: tuple[str, ...] = ("residential", "smb", "mdu")
PREMISES: tuple[str, ...] = ("sfu", "business", "mdu")
"""By segment: a small business sits on business premises, a multi-dwelling customer in one of many homes."""

LANGUAGES: tuple[str, ...] = ("en", "es")
WIRELESS = 2
"""Fixed wireless, as a position in drivers.ACCESS_TECHS."""


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
"""Plans and their share of all subscribers; judgement."""

RURAL = ("Cedar Flats", "Dry Creek")
"""The regions in which fixed wireless is sold; so a block has enough of its subscribers in one to fill a tower."""

REGION_SHARES = (0.28, 0.27, 0.25, 0.20)
SEGMENT_SHARES = (0.88, 0.08, 0.04)
LANGUAGE_SHARES = (0.86, 0.14)
VOICE_SHARE, VIDEO_SHARE, MANAGED_WIFI_SHARE = 0.22, 0.28, 0.55
TENURE_DAYS, LONGEST_TENURE_DAYS = 1_000, 3_650
"""How subscribers differ, and for how long they have been there on the first day (mean and most); all judgement."""


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
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    joining = int(rng.poisson(count * rates.joins_per_month * months))
    n = count + joining
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    tenure = np.minimum(rng.exponential(TENURE_DAYS, count).astype(np.int64) + 1, LONGEST_TENURE_DAYS)
    joined = rng.integers(begins + 1, max(begins + 2, ends), joining)
    activated = np.concatenate([begins - tenure, np.sort(joined)])
    region = drawn(rng, REGION_SHARES, n)
    plan = drawn_each(rng, _plan_shares()[region])
    tech = np.array([item.tech for item in PLANS], dtype=np.int64)[plan]
    return Subscribers(
        region=region,
        segment=drawn(rng, SEGMENT_SHARES, n),
        plan=plan,
        tech=tech,
        language=drawn(rng, LANGUAGE_SHARES, n),
        activated=activated,
        active_from=clock.instant(activated, 0),
        frailty=rng.gamma(rates.frailty_shape, 1 / rates.frailty_shape, n),
        voice=happens(rng, VOICE_SHARE, n),
        video=happens(rng, VIDEO_SHARE, n) & (tech != WIRELESS),
        managed_wifi=happens(rng, MANAGED_WIFI_SHARE, n),
    )


def _plan_shares() -> Floats:
    """The share of each plan (columns) among those of each region (rows); over all regions they are those of PLANS."""
    share = np.array([plan.share for plan in PLANS])
    wireless = np.array([plan.tech == WIRELESS for plan in PLANS])
    rural = np.isin(REGIONS, RURAL)[:, None]
    among_rural = share[wireless].sum() / np.array(REGION_SHARES)[rural[:, 0]].sum()
    by_air = share / share[wireless].sum() * among_rural
    by_wire = share / share[~wireless].sum() * np.where(rural, 1 - among_rural, 1.0)
    shares: Floats = np.where(wireless, by_air * rural, by_wire)
    return shares
