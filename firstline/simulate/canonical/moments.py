"""Instants and days as the canonical files hold them: UTC to the second, and calendar days."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from firstline.simulate.cells import Column
from firstline.simulate.columns import NEVER, Ints
from firstline.simulate.wallclock import Clock

INSTANT = pa.timestamp("s", "UTC")


def instants(at: Ints, end: int = NEVER) -> Column:
    """Instants, null for what did not happen before `end`."""
    return pa.array(at, mask=at >= end).cast(INSTANT)


def midnights(clock: Clock, day: Ints) -> Column:
    """The instants at which local days since 1970 begin, null for NEVER."""
    known = day < NEVER
    at = clock.instant(np.where(known, day, 0), 0)
    return pa.array(at, mask=~known).cast(INSTANT)


def days(day: Ints) -> Column:
    """Local days since 1970, null for NEVER."""
    known = day < NEVER
    return pa.array(np.where(known, day, 0).astype(np.int32), mask=~known).cast(pa.date32())
