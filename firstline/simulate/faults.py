"""What technicians find, by the reason of the ticket and by who sent them."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import Floats, Ints, drawn_each
from firstline.simulate.drivers import CODES, DOWN, DROPS, SLOW, WIFI
from firstline.simulate.visits import AVOIDABLE_FAULTS, FAULTS

FOUND: dict[str, tuple[float, ...]] = {
    SLOW: (0.12, 0.22, 0.18, 0.08, 0.06, 0.05, 0.10, 0.05, 0.14),
    DOWN: (0.16, 0.03, 0.27, 0.22, 0.08, 0.06, 0.04, 0.02, 0.12),
    DROPS: (0.18, 0.12, 0.18, 0.17, 0.07, 0.06, 0.04, 0.03, 0.15),
    WIFI: (0.06, 0.48, 0.14, 0.01, 0.00, 0.00, 0.11, 0.08, 0.12),
    "equipment.gateway.faulty": (0.08, 0.08, 0.56, 0.04, 0.01, 0.01, 0.06, 0.03, 0.13),
    "voice.quality.noise": (0.32, 0.03, 0.24, 0.10, 0.03, 0.03, 0.10, 0.03, 0.12),
    "video.service.freezing": (0.18, 0.17, 0.28, 0.06, 0.04, 0.03, 0.08, 0.05, 0.11),
}
"""Shares of FAULTS by the driver that leads to a visit, with the usual agent; judgement. Over all visits about a third
should not have been needed, more than the quarter that the reference's benchmark of K16 calls so."""

_WEIGHTS: Floats = np.array([FOUND.get(code, (1.0,) * len(FAULTS)) for code in CODES])
_NEEDLESS = np.isin(np.arange(len(FAULTS)), AVOIDABLE_FAULTS)
NEEDLESS: Floats = _WEIGHTS[:, _NEEDLESS].sum(axis=1) / _WEIGHTS.sum(axis=1)
"""By driver: the share of visits that should not have been needed, with the usual agent."""


def sent(driver: Ints, eager: Floats) -> Floats:
    """How many times as many technicians an agent sends who sends `eager` times as many in vain (1: the usual)."""
    return 1 + NEEDLESS[driver] * (eager - 1)


def find_faults(rng: np.random.Generator, driver: Ints, eager: Floats) -> Ints:
    """What each technician finds, a position in FAULTS: of what `sent` adds, all should not have been needed."""
    return drawn_each(rng, _WEIGHTS[driver] * np.where(_NEEDLESS, eager[:, None], 1.0))
