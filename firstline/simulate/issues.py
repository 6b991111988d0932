"""When and why subscribers first get in touch: a Poisson stream per subscriber, and what is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, HOUR, Ints, drawn, filled, happens, stack
from firstline.simulate.drivers import BY_TECH, DRIVERS, OUTAGE, SLOW, TROUBLE_OF_TECH, UNKNOWN, number_of
from firstline.simulate.planted import AreaOutage, FailingPort, Planted
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock

MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Issues:
    """One row per reason to get in touch; `at` is the first attempt, `driver` a row of DRIVERS."""

    subscriber: Ints
    at: Ints
    driver: Ints


def draw_issues(
    rng: np.random.Generator, clock: Clock, subscribers: Subscribers, planted: Planted, rates: Rates
) -> Issues:
    """All issues of the span, in order of time."""
    parts = [_everyday(rng, clock, subscribers, rates)]
    if planted.port:
        parts.append(_slow_port(rng, clock, planted.port, rates))
    if planted.outage:
        parts.append(_outage(rng, planted.outage, rates))
    issues = stack(parts)
    active = issues.at >= subscribers.active_from[issues.subscriber]
    order = np.argsort(issues.at, kind="stable")
    order = order[active[order]]
    return Issues(issues.subscriber[order], issues.at[order], issues.driver[order])


def _everyday(rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates) -> Issues:
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    expected = rates.issues_per_month * months * subscribers.frailty * TROUBLE_OF_TECH[subscribers.tech]
    subscriber = np.repeat(np.arange(subscribers.count), rng.poisson(expected))
    n = len(subscriber)
    hours, load = clock.hours()
    at = hours[drawn(rng, load, n)] + rng.integers(0, HOUR, n)
    return Issues(subscriber, at, _drivers(rng, subscribers, subscriber))


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
    return Issues(subscriber, at, filled(len(subscriber), number_of(SLOW)))


def _outage(rng: np.random.Generator, outage: AreaOutage, rates: Rates) -> Issues:
    """Some of the affected get in touch, most of them in the first hour."""
    calling = outage.affected[happens(rng, rates.outage_contacts, len(outage.affected))]
    lasts = outage.restored - outage.onset
    delay = np.minimum(rng.exponential(50 * 60, len(calling)) + 120, lasts - 60).astype(np.int64)
    return Issues(calling, outage.onset + delay, filled(len(calling), number_of(OUTAGE)))
