"""What tickets say: a subject and a body in the words of the customer, or of the agent who took it down.

Three reasons that the taxonomy has no leaf for hide under the catch-all reason: the text alone tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.cells import Column, joined
from firstline.simulate.columns import NOBODY, Ints, drawn, filled, happens
from firstline.simulate.contacts import EMAIL
from firstline.simulate.drivers import CODES, UNKNOWN, number_of
from firstline.simulate.rates import Rates
from firstline.simulate.tickets import BY_CUSTOMER, BY_TELEMETRY, INTERNAL, MASTER, NORMAL, SPAM, TEST, Tickets
from firstline.simulate.wordings import phrases, wordings

LACKING: tuple[str, ...] = tuple(wordings()["lacking"])
"""The reasons that the taxonomy lacks, by names of their own."""

LACKING_WEIGHTS: tuple[float, ...] = tuple(matter["weight"] for matter in wordings()["lacking"].values())
"""How often each is the reason against the others; judgement."""

OF_NATURE = {TEST: "test", SPAM: "spam", INTERNAL: "internal", MASTER: "master"}
MONITORING = "monitoring"
_MATTERS = [
    *(wordings()["driver"][code] for code in CODES),
    *wordings()["lacking"].values(),
    *(wordings()["nature"][name] for name in (*OF_NATURE.values(), MONITORING)),
]
_FIRST_OF_NATURE = len(CODES) + len(LACKING)
_SUBJECTS = phrases([matter["subjects"] for matter in _MATTERS])
_SENTENCES = phrases(
    [matter["agent"] for matter in _MATTERS] + [matter.get("customer", matter["agent"]) for matter in _MATTERS]
)
AGENT, CUSTOMER, MACHINE = range(3)
_OPENINGS, _CLOSINGS = (
    phrases([wordings()["around"][f"{who}_{part}"] for who in ("agent", "customer")] + [[""]])
    for part in ("openings", "closings")
)


@dataclass(frozen=True)
class Texts:
    """One row per ticket: places in the lists of sentences. `lacking` is a position in LACKING, or NOBODY."""

    lacking: Ints
    subject: Ints
    opening: Ints
    sentence: Ints
    closing: Ints

    @property
    def subjects(self) -> Column:
        """The subject line of each ticket."""
        return _SUBJECTS.at(self.subject)

    @property
    def bodies(self) -> Column:
        """What each ticket says."""
        return joined(_OPENINGS.at(self.opening), _SENTENCES.at(self.sentence), _CLOSINGS.at(self.closing))


def write_texts(rng: np.random.Generator, rates: Rates, tickets: Tickets, issues: int) -> Texts:
    """The texts of the tickets of so many issues; tickets of one issue, and those merged into them, say the same."""
    lacking = _lacking(rng, rates, tickets, issues)
    matter, who = _matters(tickets, lacking), _voices(tickets)
    return Texts(
        lacking=lacking,
        subject=_SUBJECTS.draw(rng, matter, rates.misspelt_share * (who == CUSTOMER)),
        opening=_OPENINGS.draw(rng, who, 0.0),
        sentence=_SENTENCES.draw(rng, matter + len(_MATTERS) * (who == CUSTOMER), rates.misspelt_share),
        closing=_CLOSINGS.draw(rng, who, 0.0),
    )


def _lacking(rng: np.random.Generator, rates: Rates, tickets: Tickets, issues: int) -> Ints:
    """Which reason the taxonomy lacks each ticket is about: one that its issue has, or that it was merged into."""
    chosen = drawn(rng, LACKING_WEIGHTS, issues)
    of_issue = np.append(np.where(happens(rng, rates.lacking_share, issues), chosen, NOBODY), NOBODY)
    own = of_issue[tickets.issue]
    merged = np.append(own, NOBODY)[tickets.into]
    found = np.where(tickets.issue == NOBODY, merged, own)
    return np.where((tickets.driver == number_of(UNKNOWN)) & (tickets.nature == NORMAL), found, NOBODY)


def _matters(tickets: Tickets, lacking: Ints) -> Ints:
    """What each text is about: a position in _MATTERS."""
    matter = np.where(lacking == NOBODY, tickets.driver, len(CODES) + lacking)
    for place, nature in enumerate(OF_NATURE):
        matter = np.where(tickets.nature == nature, _FIRST_OF_NATURE + place, matter)
    return np.where(tickets.origin == BY_TELEMETRY, _FIRST_OF_NATURE + len(OF_NATURE), matter)


def _voices(tickets: Tickets) -> Ints:
    """Who wrote each text: the customer who writes, the agent who was spoken with, or neither."""
    voice = np.where(tickets.channel >= EMAIL, CUSTOMER, AGENT)
    return np.where((tickets.nature == NORMAL) & (tickets.origin == BY_CUSTOMER), voice, filled(len(voice), MACHINE))
