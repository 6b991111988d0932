"""Homes are impaired from an onset to an end; meanwhile they have more trouble of the kind, and more of them leave."""

from __future__ import annotations

import numpy as np
import pytest

from firstline.simulate.churn import (
    DECEASED,
    KIND_SHARES,
    MOVED_AWAY,
    MOVED_WITHIN,
    SLOW_DAYS,
    VOLUNTARY,
    bad_experiences,
)
from firstline.simulate.columns import DAY, HOUR, MONTH_DAYS, NEVER, NOBODY, Flags, Floats, pick
from firstline.simulate.contacts import CONTAINED
from firstline.simulate.drivers import CODES, WIFI
from firstline.simulate.impairments import LINE, PLACES
from firstline.simulate.issues import IMPAIRED
from firstline.simulate.rates import RATES
from firstline.simulate.visits import FIXED, TROUBLE
from firstline.simulate.world import World

AFTERMATH = 21 * DAY
AREA = np.array([code.split(".")[0] for code in CODES])


@pytest.fixture(scope="module")
def impaired_seconds(world: World) -> Floats:
    """How long each subscriber was there in the span with an impairment of the home."""
    homes = world.impairments
    begins = np.maximum(np.maximum(homes.onset, world.subscribers.active_from), world.clock.start)
    return np.where(homes.place == NOBODY, 0, np.maximum(np.minimum(homes.until, world.until) - begins, 0)).astype(
        float
    )


def _sought(world: World) -> Flags:
    found: Flags = world.contacts.disposition != CONTAINED
    return found


def _meanwhile(world: World) -> Flags:
    """Which contacts fall into an impairment of their subscriber's home."""
    return world.impairments.lasts(world.contacts.subscriber, world.contacts.entered)


def test_impairments_begin_and_are_there_as_often_as_was_asked(world: World, impaired_seconds: Floats) -> None:
    homes, clock = world.impairments, world.clock
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    begun = (homes.onset >= clock.start) & (homes.onset < clock.end)
    # no home has two, so that a few per cent fewer begin than if each could
    assert begun.sum() / world.subscribers.count / months == pytest.approx(RATES.impairments_per_month, rel=0.15)
    alone = begun & ~homes.mended & (homes.onset < clock.start + 30 * DAY)
    assert (homes.until - homes.onset)[alone].mean() / DAY == pytest.approx(RATES.impairment_days, rel=0.15)
    there = np.maximum(world.until - np.maximum(world.subscribers.active_from, clock.start), 0).sum()
    asked = RATES.impairments_per_month * RATES.impairment_days / MONTH_DAYS
    assert 0.65 * asked < impaired_seconds.sum() / there < asked


@pytest.mark.parametrize("place", range(len(PLACES)))
@pytest.mark.parametrize("shown", [True, False])
def test_an_impaired_home_has_trouble_of_the_kind_while_it_lasts_shown_or_not(
    world: World, impaired_seconds: Floats, place: int, shown: bool
) -> None:
    homes, contacts = world.impairments, world.contacts
    mine = (homes.place == place) & (homes.shown == shown)
    meanwhile = mine[contacts.subscriber] & _meanwhile(world) & _sought(world)
    # A fix that was none brings people back for some weeks after the end
    over = np.where(homes.until < NEVER, homes.until + AFTERMATH, NEVER)
    quiet = (contacts.entered < homes.onset[contacts.subscriber]) | (contacts.entered >= over[contacts.subscriber])
    before_and_after = mine[contacts.subscriber] & quiet & _sought(world)
    well = (homes.place == NOBODY)[contacts.subscriber] & _sought(world)
    area, other = ("connectivity", "wifi") if place == LINE else ("wifi", "connectivity")

    def share(rows: Flags, name: str) -> float:
        return float((AREA[contacts.driver[rows]] == name).mean())

    assert share(meanwhile, area) > 1.8 * share(well, area)
    assert share(meanwhile, other) < share(well, other)
    assert share(meanwhile, "billing") < 0.5 * share(well, "billing")
    assert share(before_and_after, area) == pytest.approx(share(well, area), abs=0.1)
    begins = np.maximum(world.subscribers.active_from, world.clock.start)
    there = np.maximum(world.until - begins, 0)
    quiet_seconds = np.maximum(np.minimum(homes.onset, world.until) - begins, 0)
    quiet_seconds += np.maximum(world.until - np.maximum(over, begins), 0)
    often = meanwhile.sum() / impaired_seconds[mine].sum()
    usual = before_and_after.sum() / quiet_seconds[mine].sum()
    assert often > 3.5 * usual
    # some 800 contacts of homes that differ: a standard error of 6 %
    assert usual == pytest.approx(well.sum() / there[homes.place == NOBODY].sum(), rel=0.25)


def test_a_visit_that_mends_what_it_finds_ends_the_impairment(world: World) -> None:
    homes, visits, issues, contacts = world.impairments, world.visits, world.issues, world.contacts
    mends = (visits.purpose == TROUBLE) & (visits.outcome == FIXED) & (visits.settled < world.clock.end)
    home, at = visits.subscriber[mends], visits.settled[mends]
    assert not homes.lasts(home, at).any()
    assert homes.lasts(home, at - 1).sum() > 100
    assert set(home[homes.lasts(home, at - 1)].tolist()) <= set(np.flatnonzero(homes.mended).tolist())
    # Nothing new comes of it: what is still said about it is about what came before
    theirs = contacts.issue[(contacts.issue != NOBODY) & _sought(world)]
    theirs = theirs[issues.cause[theirs] == IMPAIRED]
    assert len(theirs) > 1_000
    assert homes.lasts(issues.subscriber[theirs], issues.at[theirs]).all()


def test_impaired_homes_leave_of_their_own_accord_and_are_as_mortal_as_others(
    world: World, impaired_seconds: Floats
) -> None:
    departures = world.departures
    before = world.clock.month_starts[world.clock.month(departures.effective_at)]
    meanwhile = world.impairments.lasts(departures.subscriber, before)
    months = impaired_seconds.sum() / DAY / MONTH_DAYS
    there = np.maximum(world.until - np.maximum(world.subscribers.active_from, world.clock.start), 0).sum()
    rest = there / DAY / MONTH_DAYS - months
    chosen = departures.kind == VOLUNTARY
    often, usual = (chosen & meanwhile).sum() / months, (chosen & ~meanwhile).sum() / rest
    assert often > 1.7 * usual
    fate = np.isin(departures.kind, (MOVED_AWAY, DECEASED, MOVED_WITHIN))
    asked = RATES.leaves_per_month * sum(KIND_SHARES[kind] for kind in (MOVED_AWAY, DECEASED, MOVED_WITHIN))
    # Poisson: four standard errors of the few there are
    assert abs((fate & meanwhile).sum() - asked * months) < 4 * np.sqrt(asked * months) + 1
    assert (fate & ~meanwhile).sum() == pytest.approx(asked * rest, rel=0.2)


def test_each_kind_of_bad_experience_counts(world: World) -> None:
    contacts, tickets, cut_offs = world.contacts, world.tickets, world.cut_offs
    nobody = np.zeros(0, dtype=np.int64)
    no_contacts, no_tickets, no_cut_offs = pick(contacts, nobody), pick(tickets, nobody), pick(cut_offs, nobody)

    def of_contacts(rows: Flags) -> int:
        mine = pick(contacts, rows)
        return int(bad_experiences(world.clock, world.subscribers, mine, no_tickets, no_cut_offs).sum())

    def of_tickets(rows: Flags) -> int:
        mine = pick(tickets, rows)
        return int(bad_experiences(world.clock, world.subscribers, no_contacts, mine, no_cut_offs).sum())

    def of_cut_offs(rows: Flags) -> int:
        mine = pick(cut_offs, rows)
        return int(bad_experiences(world.clock, world.subscribers, no_contacts, no_tickets, mine).sum())

    ended = world.clock.end
    slow = (tickets.solved < ended) & (tickets.solved - tickets.opened > SLOW_DAYS * DAY) & (tickets.subscriber >= 0)
    assert of_tickets(slow & ~tickets.failed) == (slow & ~tickets.failed).sum() > 100
    quick = (tickets.solved < NEVER) & ~slow & ~tickets.failed & (tickets.solved < ended)
    assert of_tickets(quick) == 0
    hours = (np.minimum(cut_offs.restored, ended) - cut_offs.lost) / HOUR
    longest = np.arange(len(hours)) == np.argmax(hours)
    assert of_cut_offs(longest) == int(hours.max() / 4) > 1
    assert of_cut_offs(hours < 4 / 50) == 0
    plain = ~contacts.chases & (contacts.agent != NOBODY)
    issue = np.bincount(contacts.issue[plain], minlength=len(world.issues.at))
    twice = plain & (issue[contacts.issue] > 1)
    assert of_contacts(twice) == twice.sum() - len(np.unique(contacts.issue[twice])) > 100


def test_who_has_trouble_with_the_wifi_has_it_in_the_wifi(world: World) -> None:
    issues = world.issues
    mine = issues.cause == IMPAIRED
    place = world.impairments.place[issues.subscriber[mine]]
    assert (AREA[issues.driver[mine][place == LINE]] == "connectivity").all()
    assert (issues.driver[mine][place != LINE] == CODES.index(WIFI)).mean() > 0.5
