"""When and why subscribers first get in touch: a Poisson stream per subscriber, and what is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import (
    DAY,
    HOUR,
    MONTH_DAYS,
    NEVER,
    NOBODY,
    Floats,
    Ints,
    drawn,
    filled,
    happens,
    pick,
    stack,
)
from firstline.simulate.drivers import (
    BY_TECH,
    DOWN,
    DRIVERS,
    DROPS,
    OUTAGE,
    SLOW,
    TROUBLE_OF_TECH,
    UNKNOWN,
    WIFI,
    number_of,
)
from firstline.simulate.gateways import Gateways
from firstline.simulate.outages import CutOffs, Outages
from firstline.simulate.planted import AreaOutage, BadRelease, FailingPort, Planted
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock

CAUSES: tuple[str, ...] = ("everyday", "port", "release", "outage", "impairment")
EVERYDAY, PORT, RELEASE, CUT_OFF, IMPAIRED = range(5)


@dataclass(frozen=True)
class Issues:
    """One row per reason to get in touch; `at` is the first attempt, `driver` a row of DRIVERS.

    `outage` is the row of Outages that is the reason, or NOBODY; `cause` a position in CAUSES: but for
    a failing port, a release, an outage or an impairment, all are everyday ones.
    """

    subscriber: Ints
    at: Ints
    driver: Ints
    outage: Ints
    cause: Ints


def draw_issues(
    rng: np.random.Generator,
    clock: Clock,
    subscribers: Subscribers,
    gateways: Gateways,
    planted: Planted,
    outages: Outages,
    cut_offs: CutOffs,
    rates: Rates,
) -> Issues:
    """All issues of the span but those of impaired homes, in order of time."""
    parts = [_everyday(rng, clock, subscribers, rates)]
    if planted.port:
        parts.append(_slow_port(rng, clock, planted.port, rates))
    if planted.outage:
        parts.append(_area_outage(rng, planted.outage, int(np.flatnonzero(outages.planted)[0]), rates))
    if planted.release:
        parts.append(_bad_wifi(rng, clock, subscribers, gateways, planted.release, rates))
    parts.append(_cut_off(rng, clock, subscribers, outages, cut_offs, rates))
    issues = stack(parts)
    active = issues.at >= subscribers.active_from[issues.subscriber]
    order = np.argsort(issues.at, kind="stable")
    order = order[active[order]]
    return pick(issues, order)


def _everyday(rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates) -> Issues:
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    expected = rates.issues_per_month * months * subscribers.frailty * TROUBLE_OF_TECH[subscribers.tech]
    subscriber = np.repeat(np.arange(subscribers.count), rng.poisson(expected))
    n = len(subscriber)
    hours, load = clock.hours()
    at = hours[drawn(rng, load, n)] + rng.integers(0, HOUR, n)
    return Issues(subscriber, at, _drivers(rng, subscribers, subscriber), filled(n, NOBODY), filled(n, EVERYDAY))


def _drivers(rng: np.random.Generator, subscribers: Subscribers, subscriber: Ints) -> Ints:
    """A reason per issue by access technology; nobody complains about a product not bought."""
    chance = rng.random(len(subscriber))
    edges = np.cumsum(BY_TECH / BY_TECH.sum(axis=1, keepdims=True), axis=1)
    driver = (chance[:, None] >= edges[subscribers.tech[subscriber]]).sum(axis=1)
    driver = np.minimum(driver, len(DRIVERS) - 1)  # the last edge is 1 but for rounding
    unknown = number_of(UNKNOWN)
    lacks_voice = (driver == number_of("voice.quality.noise")) & ~subscribers.voice[subscriber]
    lacks_video = (driver == number_of("video.service.freezing")) & ~subscribers.video[subscriber]
    return np.where(lacks_voice | lacks_video, unknown, driver).astype(np.int64)


def _slow_port(rng: np.random.Generator, clock: Clock, port: FailingPort, rates: Rates) -> Issues:
    """Extra slow-speed issues that grow from nothing to twice the mean rate at the end of the span."""
    months = (clock.end - port.since) / DAY / MONTH_DAYS
    times = rng.poisson(rates.port_issues_per_month * months, len(port.affected))
    subscriber = np.repeat(port.affected, times)
    hours, load = clock.hours()
    load = load * np.maximum(hours - port.since, 0)
    at = hours[drawn(rng, load, len(subscriber))] + rng.integers(0, HOUR, len(subscriber))
    n = len(subscriber)
    return Issues(subscriber, at, filled(n, number_of(SLOW)), filled(n, NOBODY), filled(n, PORT))


def _bad_wifi(
    rng: np.random.Generator,
    clock: Clock,
    subscribers: Subscribers,
    gateways: Gateways,
    release: BadRelease,
    rates: Rates,
) -> Issues:
    """What Wi-Fi adds in homes that have the release, from their upgrade on."""
    wifi = number_of(WIFI)
    share = (BY_TECH / BY_TECH.sum(axis=1, keepdims=True))[:, wifi] * TROUBLE_OF_TECH
    homes = np.flatnonzero((gateways.model == release.model) & (gateways.upgraded < NEVER))
    edges, usual = usual_until(clock, rates)
    begins = np.interp(gateways.upgraded[homes], edges, usual)
    often = share[subscribers.tech[homes]] * subscribers.frailty[homes] * (release.factor - 1)
    times = rng.poisson((usual[-1] - begins) * often)
    at = np.interp(rng.uniform(np.repeat(begins, times), usual[-1]), usual, edges).astype(np.int64)
    n = len(at)
    return Issues(np.repeat(homes, times), at, filled(n, wifi), filled(n, NOBODY), filled(n, RELEASE))


def _area_outage(rng: np.random.Generator, outage: AreaOutage, row: int, rates: Rates) -> Issues:
    """Some of the affected get in touch, most of them in the first hour."""
    calling = outage.affected[happens(rng, rates.outage_contacts, len(outage.affected))]
    lasts = outage.restored - outage.onset
    delay = np.minimum(rng.exponential(50 * 60, len(calling)) + 120, lasts - 60).astype(np.int64)
    n = len(calling)
    return Issues(calling, outage.onset + delay, filled(n, number_of(OUTAGE)), filled(n, row), filled(n, CUT_OFF))


def _cut_off(
    rng: np.random.Generator,
    clock: Clock,
    subscribers: Subscribers,
    outages: Outages,
    cut_offs: CutOffs,
    rates: Rates,
) -> Issues:
    """While an outage has their line, subscribers get in touch as many times as often as the rates say.

    They see a dead or a shaky line; once the outage is declared, whoever answers knows what it is.
    """
    random = ~outages.planted[cut_offs.outage]
    outage, subscriber = cut_offs.outage[random], cut_offs.subscriber[random]
    edges, usual = usual_until(clock, rates)
    lost = np.interp(cut_offs.lost[random], edges, usual)
    back = np.interp(cut_offs.restored[random], edges, usual)
    raises = np.where(outages.partial, rates.outage_raises_partial, rates.outage_raises)[outage] - 1
    times = rng.poisson((back - lost) * np.maximum(raises, 0) * TROUBLE_OF_TECH[subscribers.tech[subscriber]])
    of = np.repeat(np.arange(len(times)), times)
    at = np.interp(rng.uniform(lost[of], back[of]), usual, edges).astype(np.int64)
    symptom = np.where(outages.partial, number_of(DROPS), number_of(DOWN))[outage[of]]
    driver = np.where(at < outages.declared[outage[of]], symptom, number_of(OUTAGE))
    return Issues(subscriber[of], at, driver, outage[of], filled(len(of), CUT_OFF))


def usual_until(clock: Clock, rates: Rates) -> tuple[Floats, Floats]:
    """The edges of the hours, and how many issues an ordinary subscriber has had by each since the start."""
    hours, load = clock.hours()
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    usual = np.concatenate([[0.0], np.cumsum(load / load.sum())]) * rates.issues_per_month * months
    return np.append(hours, clock.end).astype(np.float64), usual
