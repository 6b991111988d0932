"""The gateways in the homes: which model each subscriber has, and when it got the release of its model.

Every model gets one release in the span, home by home over three weeks. After the release of one model Wi-Fi gets worse
(`Rates.firmware_wifi_factor`); the releases of the others change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import HOUR, NEVER, Flags, Ints, drawn, pick, stack
from firstline.simulate.wallclock import EPOCH, Clock

ROLLOUT_DAYS = 21
NIGHT = (2 * HOUR, 4 * HOUR)
"""When of a night a gateway is upgraded; judgement."""


@dataclass(frozen=True)
class Gateway:
    """A model: its share of the homes, its firmware before and after the release, the share of the span before that."""

    vendor: str
    model: str
    share: float
    before: str
    after: str
    released: float


GATEWAYS: tuple[Gateway, ...] = (
    Gateway("Ridgeway Devices", "RG-5", 0.40, "4.1.0", "4.2.0", 0.35),
    Gateway("Ridgeway Devices", "RG-6", 0.25, "6.0.2", "6.0.3", 0.60),
    Gateway("Larkspur Networks", "HG-2", 0.35, "2.8.1", "2.9.0", 0.20),
)
"""Models with vendors; judgement."""

FIRMWARE: tuple[str, ...] = (*(gateway.before for gateway in GATEWAYS), *(gateway.after for gateway in GATEWAYS))
"""By model, before the releases and then after them."""

FAULTY = 0
"""The model whose release is the planted fault."""


@dataclass(frozen=True)
class Gateways:
    """One row per subscriber: a row of GATEWAYS, and the instant at which the home got its release (NEVER: not yet)."""

    model: Ints
    upgraded: Ints


@dataclass(frozen=True)
class GatewayStates:
    """One row per gateway and firmware: `since` and `until` are instants, `until` NEVER while it holds."""

    home: Ints
    model: Ints
    released: Flags
    since: Ints
    until: Ints


def place_gateways(rng: np.random.Generator, clock: Clock, subscribers: int) -> Gateways:
    """A gateway in every home; a home that joins after the rollout of its model begins with the release."""
    model = drawn(rng, [gateway.share for gateway in GATEWAYS], subscribers)
    night = rng.integers(*NIGHT, subscribers)
    at = clock.writable(clock.instant(_first_day(clock)[model] + rng.integers(0, ROLLOUT_DAYS, subscribers), night))
    return Gateways(model, np.where(at < clock.end, at, NEVER))


def states_of(gateways: Gateways, active_from: Ints, gone: Ints) -> GatewayStates:
    """What each gateway ran, from its home's first day until the home was `gone` (NEVER: it is not)."""
    home = np.arange(len(active_from))
    begun = gateways.upgraded <= active_from
    changes = ~begun & (gateways.upgraded < gone)
    first = GatewayStates(home, gateways.model, begun, active_from, np.where(changes, gateways.upgraded, gone))
    second = GatewayStates(home, gateways.model, changes, gateways.upgraded, gone)
    return stack([first, pick(second, changes)])


def release_of(clock: Clock, model: int) -> int:
    """The local midnight on which the rollout of a model's release begins."""
    return int(clock.instant(np.array([_first_day(clock)[model]]), 0)[0])


def _first_day(clock: Clock) -> Ints:
    """The local day since 1970 on which the rollout of each model begins."""
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    released = np.array([gateway.released for gateway in GATEWAYS])
    return begins + (released * (ends - begins)).astype(np.int64)
