"""What is wrong in homes: why some get in touch so much more often, and whether telemetry shows it.

Whoever has much more trouble than usual (`Subscribers.frailty`) is impaired. About half of these homes show it, in the
Wi-Fi or on the line; nothing is to be seen of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import Flags, Floats, happens
from firstline.simulate.subscribers import Subscribers

IMPAIRED_FROM = 1.5
"""How many times as much trouble as usual makes a home an impaired one; judgement."""

SHOWN_SHARE = 0.5
WIFI_SHARE = 0.5
"""Of those that show: where the trouble is in the Wi-Fi and not on the line; judgement."""


@dataclass(frozen=True)
class Impairments:
    """One row per subscriber: impaired or not, shown by telemetry or not; `wifi` and `line` are how bad it looks there.

    These two are in standard deviations of homes; 0 for homes that are well or show nothing.
    """

    impaired: Flags
    shown: Flags
    wifi: Floats
    line: Floats


def draw_impairments(rng: np.random.Generator, subscribers: Subscribers) -> Impairments:
    """Which homes are impaired follows from their trouble; where it shows is drawn."""
    n = subscribers.count
    impaired = subscribers.frailty > IMPAIRED_FROM
    shown = impaired & happens(rng, SHOWN_SHARE, n)
    in_wifi = happens(rng, WIFI_SHARE, n)
    severity = np.minimum(subscribers.frailty, 4.0)
    return Impairments(
        impaired, shown, np.where(shown & in_wifi, severity, 0.0), np.where(shown & ~in_wifi, severity, 0.0)
    )
