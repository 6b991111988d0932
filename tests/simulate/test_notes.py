"""What technicians write: about the fault they mended, what came of a visit, or what the job was for."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from firstline.simulate.rates import RATES
from firstline.simulate.systems.dispatch import CODE_WORDS, FAULT_WORDS, JOB_WORDS, dispatch_export
from firstline.simulate.visits import FAULTS, OUTCOMES, PURPOSES
from firstline.simulate.wordings import ways_to_write, wordings
from firstline.simulate.world import World

NOTE = wordings()["note"]


def _close(observed: float, asked: float, n: float) -> bool:
    return abs(observed - asked) <= 4 * sqrt(asked * (1 - asked) / n)


def test_a_note_is_about_what_the_job_list_says_of_the_job(world: World) -> None:
    columns = dispatch_export(world).columns
    names = ("Job #", "Job Type", "Completion Code", "Fault", "Tech Notes")
    jobs = pd.DataFrame({name: columns[name].to_pylist() for name in names}).dropna(subset="Tech Notes")
    seen = set()
    for _, job in jobs.iterrows():
        purpose, outcome = JOB_WORDS[job["Job Type"]], CODE_WORDS[job["Completion Code"]]
        if purpose != "trouble":
            told = NOTE["purpose"][purpose]
        elif outcome == "completed_fixed":
            told = NOTE["fault"][FAULT_WORDS[job["Fault"]]]
        else:
            told = NOTE["outcome"][outcome]
        assert any(way in job["Tech Notes"] for sentence in told for way in ways_to_write(sentence)), job["Job #"]
        seen.add(purpose if purpose != "trouble" else outcome)
    assert seen == set(OUTCOMES) | set(PURPOSES) - {"trouble"}


def test_every_way_a_job_can_end_has_its_sentences() -> None:
    assert set(NOTE["fault"]) == set(FAULTS) - {"none"}
    assert set(NOTE["outcome"]) == set(OUTCOMES) - {"completed_fixed"}
    assert set(NOTE["purpose"]) == set(PURPOSES) - {"trouble"}


def test_some_jobs_have_no_note_and_those_that_are_not_done_have_none(world: World) -> None:
    settled, there = world.visits.settled < world.clock.end, world.notes.there
    assert not there[~settled].any()
    assert _close(float((~there[settled]).mean()), RATES.note_missing_share, settled.sum())
    assert world.notes.written.null_count == np.count_nonzero(~there)
    assert _close(float((world.notes.sentence % 4 != 0).mean()), RATES.misspelt_share, len(there))
