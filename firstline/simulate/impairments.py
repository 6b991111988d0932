"""What is wrong in homes: where, how badly, from when until when, and whether telemetry shows it.

A home that is impaired has more trouble of the kind while that lasts (`impaired_homes`), and more of its subscribers
leave. About half of the impairments show, in the Wi-Fi or on the line; nothing is to be seen of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, MONTH_DAYS, NEVER, NOBODY, Flags, Floats, Ints, filled, happens, seconds
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import Clock

PLACES: tuple[str, ...] = ("wifi", "line")
WIFI, LINE = range(2)

LEAST_SEVERITY, MOST_SEVERITY = 1.5, 4.0
"""How bad it looks in telemetry, in standard deviations of homes; judgement."""
MEAN_SEVERITY = (LEAST_SEVERITY + MOST_SEVERITY) / 2

LONGEST_OF_MEAN = 3
"""Times its mean length: an impairment that began so long before the span is over when it begins; judgement."""


@dataclass(frozen=True)
class Impairments:
    """One row per subscriber, whose home has at most one impairment in the span.

    `place` is a position in PLACES, or NOBODY where the home is well throughout; `severity` is in standard deviations
    of homes, 0 for these. It lasts from `onset` (which may be before the span or the subscriber) until `until`
    (which may be after it), both NEVER for these; `mended`: a visit ended it, and it would have lasted longer.
    """

    place: Ints
    shown: Flags
    severity: Floats
    onset: Ints
    until: Ints
    mended: Flags

    def lasts(self, homes: Ints, at: Ints | int) -> Flags:
        """Which of these homes are impaired at an instant, or each at its own."""
        lasting: Flags = (self.onset[homes] <= at) & (at < self.until[homes])
        return lasting

    @property
    def wifi(self) -> Floats:
        """How bad the Wi-Fi looks to telemetry while it lasts: a severity, 0 for homes that look well."""
        return np.where(self.shown & (self.place == WIFI), self.severity, 0.0)

    @property
    def line(self) -> Floats:
        """The same of the line."""
        return np.where(self.shown & (self.place == LINE), self.severity, 0.0)


def draw_impairments(rng: np.random.Generator, clock: Clock, subscribers: int, rates: Rates) -> Impairments:
    """They begin as often in any month, those before the span included, and last until they end by themselves."""
    n = subscribers
    usual = rates.impairment_days * DAY
    earliest = clock.start - int(LONGEST_OF_MEAN * usual)
    months = (clock.end - earliest) / DAY / MONTH_DAYS
    onset = clock.writable(rng.integers(earliest, clock.end, n))
    until = onset + seconds(rng.exponential(usual, n)) + DAY
    impaired = happens(rng, 1 - np.exp(-rates.impairments_per_month * months), n) & (until > clock.start)
    in_wifi = happens(rng, rates.impairment_wifi_share, n)
    shown = happens(rng, rates.impairment_shown_share, n)
    severity = rng.uniform(LEAST_SEVERITY, MOST_SEVERITY, n)
    never = filled(n, NEVER)
    return Impairments(
        place=np.where(impaired, np.where(in_wifi, WIFI, LINE), NOBODY),
        shown=impaired & shown,
        severity=np.where(impaired, severity, 0.0),
        onset=np.where(impaired, onset, never),
        until=np.where(impaired, until, never),
        mended=np.zeros(n, dtype=np.bool_),
    )
