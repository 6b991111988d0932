"""The truth about the reasons that the taxonomy lacks: which tickets each of them hides in."""

from __future__ import annotations

from typing import Any

import numpy as np

from firstline.simulate.drivers import UNKNOWN
from firstline.simulate.texts import LACKING
from firstline.simulate.wordings import wordings
from firstline.simulate.world import World


def lacking_of(world: World) -> dict[str, Any] | None:
    """Each reason by name, with the code that its tickets carry; None where none is planted."""
    if not world.rates.lacking_share:
        return None
    return {
        name: {
            "says": wordings()["lacking"][name]["says"],
            "filed_as": UNKNOWN,
            "tickets": world.ids.tickets(np.flatnonzero(world.texts.lacking == place)).to_pylist(),
        }
        for place, name in enumerate(LACKING)
    }
