"""What technicians write about their jobs: free text in the dispatch list, by what they found and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from firstline.simulate.cells import Column, joined
from firstline.simulate.columns import Flags, Ints, filled, happens
from firstline.simulate.rates import Rates
from firstline.simulate.visits import FAULTS, FIXED, OUTCOMES, PURPOSES, TROUBLE, Visits
from firstline.simulate.wordings import phrases, wordings

_NOTE = wordings()["note"]
_SENTENCES = phrases(
    [
        *(_NOTE["fault"].get(fault, ()) for fault in FAULTS),
        *(_NOTE["outcome"].get(outcome, ()) for outcome in OUTCOMES),
        *(_NOTE["purpose"].get(purpose, ()) for purpose in PURPOSES),
    ]
)
_OPENINGS, _CLOSINGS = (phrases([_NOTE[part]]) for part in ("openings", "closings"))


@dataclass(frozen=True)
class Notes:
    """One row per job: places in the lists of sentences; `there` is False for a job without a note."""

    there: Flags
    opening: Ints
    sentence: Ints
    closing: Ints

    @property
    def written(self) -> Column:
        """The note of each job, null where there is none."""
        text = joined(_OPENINGS.at(self.opening), _SENTENCES.at(self.sentence), _CLOSINGS.at(self.closing))
        return pc.if_else(self.there, text, None)


def write_notes(rng: np.random.Generator, rates: Rates, visits: Visits, end: int) -> Notes:
    """The notes of the jobs that were settled before `end`; some have none."""
    n = len(visits.created)
    mended = (visits.purpose == TROUBLE) & (visits.outcome == FIXED)
    group = np.select(
        [mended, visits.purpose == TROUBLE],
        [visits.fault, len(FAULTS) + visits.outcome],
        len(FAULTS) + len(OUTCOMES) + visits.purpose,
    )
    return Notes(
        there=~happens(rng, rates.note_missing_share, n) & (visits.settled < end),
        opening=_OPENINGS.draw(rng, filled(n, 0), 0.0),
        sentence=_SENTENCES.draw(rng, group, rates.misspelt_share),
        closing=_CLOSINGS.draw(rng, filled(n, 0), 0.0),
    )
