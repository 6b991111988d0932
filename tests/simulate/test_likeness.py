"""The pictures of the simulated provider show what was asked for, and would show another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from bench.likeness import page, pictures
from bench.picture import Picture
from firstline.simulate.rates import NOTHING_PLANTED
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE, world_of

COUNTED = ("Reasons to get in touch by hour of the week", "Reasons to get in touch by month", "Time to the next reason")
"""Pictures whose rows are those that happened; of the others a share of them did."""

WAITS = "Waits against Erlang A"
SPREAD_OF_WAITS = 3.5
"""Most wait for the ring alone and a few for minutes: so many times the mean is their standard deviation."""


@pytest.fixture(scope="module")
def quiet() -> World:
    """A provider with nothing planted."""
    return world_of(date(2025, 10, 1), END, ZONE, 20_000, 3, NOTHING_PLANTED)


def _errors(picture: Picture) -> float:
    """How far what came is from what was asked, in standard errors beyond 4 %, where it is farthest."""
    happened = picture.rows if picture.title in COUNTED else picture.rows * picture.asked
    if picture.title == WAITS:
        happened = picture.rows / SPREAD_OF_WAITS**2
    apart = np.abs(picture.came / picture.asked - 1) - 0.04
    return float((apart * np.sqrt(happened))[happened > 20].max())


def test_what_came_is_what_was_asked(quiet: World) -> None:
    drawn = pictures(quiet)
    assert [len(picture.places) for picture in drawn] == [168, 6, 10, 6, 6, 5, 5, 4]
    for picture in drawn:
        assert _errors(picture) < 4, picture.title


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        (2, {"issues_per_month": 0.4}),
        (3, {"patience_s": 20.0}),
        (4, {"ring_s": 10.0}),
        (5, {"contact_responds": 0.5}),
        (6, {"leaves_more": 0.8}),
        (7, {"chat_share": 0.22}),
    ],
)
def test_what_is_not_what_was_asked_shows(quiet: World, place: int, asked: dict[str, Any]) -> None:
    other = replace(quiet, rates=replace(quiet.rates, **asked))
    assert _errors(pictures(other)[place]) > 6


def test_another_course_of_the_year_shows(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.likeness.SEASON_WEIGHTS", (1.0,) * 12)
    assert _errors(pictures(quiet)[1]) > 3


def test_the_page_has_a_picture_of_each_and_needs_nothing_else(quiet: World) -> None:
    drawn = pictures(quiet)[3:]
    text = page(drawn, "20,000 subscribers")
    assert "20,000 subscribers" in text
    assert text.count("<svg") == len(drawn)
    assert all(f"<h2>{picture.title}</h2>" in text for picture in drawn)
    assert "<script" not in text
    assert "https://" not in text
