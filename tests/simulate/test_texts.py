"""What tickets say, and the three reasons that only their text tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from math import sqrt

import numpy as np
import pandas as pd

from firstline.model.drivers import shipped_drivers
from firstline.simulate.columns import NOBODY
from firstline.simulate.contacts import EMAIL
from firstline.simulate.drivers import UNKNOWN, number_of
from firstline.simulate.rates import NOTHING_PLANTED, RATES
from firstline.simulate.run import Simulated
from firstline.simulate.texts import LACKING, LACKING_WEIGHTS
from firstline.simulate.tickets import NORMAL
from firstline.simulate.truth import truth_of
from firstline.simulate.wordings import ways_to_write, wordings
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE, world_of

Read = Callable[[str], pd.DataFrame]


def _close(observed: float, asked: float, n: float) -> bool:
    return abs(observed - asked) <= 4 * sqrt(asked * (1 - asked) / n)


def _sentences() -> Iterator[tuple[str, str, str]]:
    """Each sentence of a matter, with the matter and who says it."""
    for table in ("driver", "lacking", "nature"):
        for name, matter in wordings()[table].items():
            for voice in ("customer", "agent"):
                for sentence in matter.get(voice, ()):
                    yield name, voice, sentence


def test_a_sentence_is_misspelt_in_three_ways() -> None:
    assert ways_to_write("my friend left") == ["my friend left", "my freind left", "my frind left", "my frieend left"]
    assert ways_to_write("it is on") == ["it is on"] * 4
    assert len(set(ways_to_write("nothing works at all since the storm"))) == 4


def test_every_sentence_can_be_misspelt_and_no_two_are_alike() -> None:
    written = [way for _, _, sentence in _sentences() for way in ways_to_write(sentence)]
    assert len(set(written)) == len(written)


def test_issues_under_the_catch_all_are_about_what_the_taxonomy_lacks_as_often_as_was_asked(world: World) -> None:
    tickets, lacking = world.tickets, world.texts.lacking
    filed = (tickets.driver == number_of(UNKNOWN)) & (tickets.nature == NORMAL) & (tickets.issue != NOBODY)
    _, rows = np.unique(tickets.issue[filed], return_index=True)
    found = lacking[filed][rows]
    assert _close(float((found != NOBODY).mean()), RATES.lacking_share, len(found))
    planted = found[found != NOBODY]
    for place, weight in enumerate(LACKING_WEIGHTS):
        assert _close(float((planted == place).mean()), weight / sum(LACKING_WEIGHTS), len(planted)), LACKING[place]
    assert (lacking[~filed & (tickets.into == NOBODY)] == NOBODY).all()


def test_tickets_of_one_issue_and_those_merged_into_them_are_about_the_same(world: World) -> None:
    tickets, lacking = world.tickets, world.texts.lacking
    of_issue = pd.DataFrame({"issue": tickets.issue, "lacking": lacking})[tickets.issue != NOBODY]
    assert (of_issue.groupby("issue")["lacking"].nunique() == 1).all()
    merged = (tickets.into != NOBODY) & (tickets.nature == NORMAL)
    assert (lacking[merged] == lacking[tickets.into[merged]]).all()
    assert (lacking[merged] != NOBODY).any()


def test_the_truth_names_the_tickets_whose_text_tells_and_whose_category_does_not(
    provider: Simulated, export: Read
) -> None:
    planted = json.loads(provider.truth.read_text("utf-8"))["planted"]["lacking_drivers"]
    assert set(planted) == set(LACKING)
    tickets = export("tickets.csv").set_index("Ticket #")
    for name, matter in planted.items():
        ways = [way for of, _, sentence in _sentences() if of == name for way in ways_to_write(sentence)]
        tells = tickets["Description"].map(lambda body, ways=ways: any(way in body for way in ways))
        assert set(tickets.index[tells]) == set(matter["tickets"]) != set(), name
        assert set(tickets.loc[tells, "Category"]) == {"Other"}
        assert matter["filed_as"] == UNKNOWN
    assert not set(LACKING) & {part for driver in shipped_drivers() for part in driver.split(".")}


def test_who_writes_uses_own_words_and_who_speaks_is_noted_down_by_an_agent(export: Read) -> None:
    tickets = export("tickets.csv")
    plain = tickets[(tickets["Raised By"] == "Customer") & (tickets["Spam"] == "N") & (tickets["Test"] == "N")]
    plain = plain[plain["Requester"] == "Customer"]
    said: dict[str, list[str]] = {"customer": [], "agent": []}
    for _, voice, sentence in _sentences():
        said[voice] += ways_to_write(sentence)
    written = plain["Via"].isin(["Email", "Web form"])
    assert written.any()
    assert not written.all()
    for voice, rows in (("customer", plain[written]), ("agent", plain[~written])):
        assert rows["Description"].map(lambda body, ways=said[voice]: any(way in body for way in ways)).all(), voice


def test_sentences_are_misspelt_as_often_as_was_asked(world: World) -> None:
    rows = world.texts.sentence
    assert _close(float((rows % 4 != 0).mean()), RATES.misspelt_share, len(rows))
    spoken = (world.tickets.channel < EMAIL) & (world.tickets.nature == NORMAL)
    assert (world.texts.subject[spoken] % 4 == 0).all()


def test_with_nothing_planted_no_text_is_about_what_the_taxonomy_lacks() -> None:
    quiet = world_of(date(2026, 2, 1), END, ZONE, 1_000, 2, NOTHING_PLANTED)
    assert (quiet.texts.lacking == NOBODY).all()
    assert truth_of(quiet)["planted"]["lacking_drivers"] is None
