"""Pictures of the simulated provider beside what was asked for, for a reader to judge.

    python -m bench.likeness --subscribers 25000 --months 12 --seed 1 --to bench/results/likeness.html

Demand by hour of the week and by month, times between contacts, abandonment and waits against Erlang A, who answers
surveys, churn by experience, channels. Nothing is planted in it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path

import altair as alt
import numpy as np
import vl_convert

from bench.picture import ENOUGH, Picture
from bench.waits import waiting
from firstline.simulate.churn import KIND_SHARES, SETTLED_DAYS, TECH_FACTOR, VOLUNTARY, WORST, bad_experiences
from firstline.simulate.columns import DAY, HOUR, MONTH_DAYS, Ints
from firstline.simulate.contacts import CONTAINED
from firstline.simulate.drivers import IS_BILLING
from firstline.simulate.issues import EVERYDAY
from firstline.simulate.provider import found_provider
from firstline.simulate.rates import HOUR_WEIGHTS, NOTHING_PLANTED, SEASON_WEIGHTS, WEEKDAY_WEIGHTS
from firstline.simulate.surveys import CSAT
from firstline.simulate.world import World, build_world

END = date(2026, 4, 1)
ZONE = "America/Denver"


def pictures(world: World) -> list[Picture]:
    """All pictures of one block of a provider with nothing planted."""
    issues = _everyday(world)
    return [
        _by_hour_of_week(world, *issues),
        _by_month(world, *issues),
        _between(world, *issues),
        *waiting(world),
        _survey_bias(world),
        _churn(world),
        _channels(world),
    ]


def _everyday(world: World) -> tuple[Ints, Ints]:
    """Who had an everyday reason to get in touch, and when: demand before repeats, without outages and impairments."""
    mine = world.issues.cause == EVERYDAY
    return world.issues.subscriber[mine], world.issues.at[mine]


def _by_hour_of_week(world: World, _: Ints, at: Ints) -> Picture:
    local = world.clock.local(at)
    hour = (local // DAY + 3) % 7 * 24 + local % DAY // HOUR
    rows = np.bincount(hour, minlength=168)
    asked = np.outer(WEEKDAY_WEIGHTS, HOUR_WEIGHTS).ravel()
    return Picture(
        title="Reasons to get in touch by hour of the week",
        says="Monday to Sunday, local time; 1 is the mean hour.",
        axis="hour of the week",
        unit="times the mean hour",
        places=np.arange(168).tolist(),
        asked=asked / asked.mean(),
        came=rows / rows.mean(),
        rows=rows,
    )


def _by_month(world: World, who: Ints, at: Ints) -> Picture:
    """Of those who were customers all the time, so that growth and churn show nothing."""
    stayed = (world.subscribers.active_from <= world.clock.start) & (world.until >= world.clock.end)
    rows = np.bincount(world.clock.month(at[stayed[who]]), minlength=len(world.clock.month_starts))
    starts = np.append(world.clock.month_starts, world.clock.end)
    a_day = rows / (np.diff(starts) / DAY)
    months = [datetime.fromtimestamp(int(at), world.clock.zone).month for at in starts[:-1]]
    asked = np.array([SEASON_WEIGHTS[month - 1] for month in months])
    return Picture(
        title="Reasons to get in touch by month",
        says="Month by month; 1 is the mean day of the span.",
        axis="month of the span",
        unit="times the mean day",
        places=list(range(1, len(months) + 1)),
        asked=asked / asked.mean(),
        came=a_day / a_day.mean(),
        rows=rows,
    )


def _between(world: World, who: Ints, at: Ints) -> Picture:
    """Everyday reasons are Poisson with a gamma frailty: the share without another is (1 + m t / k) ** -(k + 1)."""
    stayed = world.subscribers.active_from <= world.clock.start
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    begins = world.clock.start + (world.clock.end - world.clock.start) // 2
    first = stayed[who] & (at < begins)  # what follows is seen for half the span at least
    follows = np.append(who[1:] == who[:-1], False) & first
    gap = np.where(follows, np.append(np.diff(at), 0), np.iinfo(np.int64).max)[first]
    days = np.array([1, 2, 4, 7, 14, 21, 30, 45, 60, 90])
    days = days[days * DAY <= world.clock.end - begins]
    shape, often = world.rates.frailty_shape, world.rates.issues_per_month / MONTH_DAYS
    asked = 1 - (1 + often * days / shape) ** -(shape + 1)
    rows = np.array([(gap < day * DAY).sum() for day in days])
    return Picture(
        title="Time to the next reason",
        says="Share of reasons that another one of the same subscriber follows within so long.",
        axis="days",
        unit="share",
        places=days.tolist(),
        asked=asked,
        came=rows / len(gap),
        rows=rows,
    )


def _survey_bias(world: World) -> Picture:
    """The delighted and the angry answer most."""
    surveys = world.surveys
    csat = (surveys.kind == CSAT) & (surveys.sent < world.clock.end - 3 * DAY)
    score = surveys.score[csat]
    rows = np.bincount(score, minlength=6)[1:]
    came = np.bincount(score, surveys.answered[csat], minlength=6)[1:] / rows
    asked = world.rates.contact_responds * np.array([1.6, 1.6, 0.85, 0.85, 1.15])
    return Picture(
        title="Who answers a survey",
        says="Share that answers, by what they feel: that is the bias a response rate hides.",
        axis="score they would give",
        unit="share that answers",
        places=[1, 2, 3, 4, 5],
        asked=asked,
        came=came,
        rows=rows,
    )


def _churn(world: World) -> Picture:
    """Who leaves of their own accord, of homes that are well: in impaired ones more do at any experience."""
    bad = bad_experiences(world.clock, world.subscribers, world.contacts, world.tickets, world.cut_offs)
    months = np.arange(2, len(bad))
    recent = np.array([np.minimum(bad[month - 2 : month].sum(axis=0), WORST) for month in months])
    left = np.zeros(bad.shape, dtype=np.bool_)
    left[world.clock.month(world.departures.effective_at), world.departures.subscriber] = True
    starts = world.clock.month_starts
    went = np.where(np.logical_or.accumulate(left, axis=0), 1, 0) - left
    left[:, world.departures.subscriber[world.departures.kind != VOLUNTARY]] = False
    everybody = np.arange(world.subscribers.count)
    there = (went[months] == 0) & (world.subscribers.active_from + SETTLED_DAYS * DAY < starts[months][:, None])
    there &= ~world.impairments.lasts(everybody, starts[months][:, None])
    lasts = np.diff(np.append(starts, world.clock.end))[months] / DAY / MONTH_DAYS
    usual = world.rates.leaves_per_month * KIND_SHARES[VOLUNTARY]
    chance = usual * TECH_FACTOR[world.subscribers.tech] * lasts[:, None]
    counts = np.arange(WORST + 1)
    rows = np.array([(there & (recent == count)).sum() for count in counts])
    came = np.array([left[months][there & (recent == count)].mean() for count in counts])
    asked = np.array([chance[there & (recent == count)].mean() for count in counts])
    return Picture(
        title="Churn by experience",
        says="Share that leaves of its own accord in a month, by bad experiences of the two months before.",
        axis="bad experiences",
        unit="share that leaves",
        places=counts.tolist(),
        asked=asked * np.exp(world.rates.leaves_more * counts),
        came=came,
        rows=rows,
    )


def _channels(world: World) -> Picture:
    """First contacts alone; and what bots and the app keep comes to no person."""
    contacts, rates = world.contacts, world.rates
    by_people = np.flatnonzero(contacts.disposition != CONTAINED)
    _, first = np.unique(contacts.issue[by_people], return_index=True)
    first = by_people[first]
    billing = float(IS_BILLING[contacts.driver[first]].mean())
    chats = rates.chat_share * (1 + billing * (rates.billing_chats - 1))
    phone = rates.phone_share - (chats - rates.chat_share)
    asked = np.array([phone, chats, rates.email_share, 1 - phone - chats - rates.email_share])
    return Picture(
        title="Channels by which people are sought",
        says="Share of first contacts with people: 0 phone, 1 chat, 2 e-mail, 3 web form; more chats about bills.",
        axis="channel",
        unit="share",
        places=list(range(len(asked))),
        asked=asked,
        came=np.bincount(contacts.channel[first], minlength=len(asked)) / len(first),
        rows=np.full(len(asked), len(first)),
    )


def page(drawn: Sequence[Picture], size: str) -> str:
    """One page of HTML without scripts: each picture with its figures, and of how large a provider (`size`)."""
    parts = [f"<h2>{escape(each.title)}</h2><p>{escape(each.says)} {_verdict(each)}</p>{_svg(each)}" for each in drawn]
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>The simulated provider</title>"
    style = "<style>body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}</style>"
    intro = (
        "<h1>The simulated provider beside what was asked for</h1>"
        f"<p>Dots are what came, the line what was asked: {escape(size)}, nothing planted.</p>"
    )
    return head + style + intro + "".join(parts) + "</html>\n"


def _verdict(picture: Picture) -> str:
    return f"Farthest apart, where there are {ENOUGH} rows or more: {picture.farthest:.1%}."


def _svg(picture: Picture) -> str:
    rows = [
        {"place": place, "asked": float(asked), "came": float(came)}
        for place, asked, came in zip(picture.places, picture.asked, picture.came, strict=True)
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("place:Q", title=picture.axis))
    line = base.mark_line(color="#888").encode(y=alt.Y("asked:Q", title=picture.unit))
    dots = base.mark_circle(size=40, color="#1f5fa8").encode(y="came:Q")
    return str(vl_convert.vegalite_to_svg((line + dots).properties(width=720, height=240).to_json()))


def main() -> None:
    """Simulate a block with nothing planted and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=25_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True, help="The file to write.")
    asked = parser.parse_args()
    index = END.year * 12 + END.month - 1 - asked.months
    first = date(index // 12, index % 12 + 1, 1)
    provider = found_provider(first, END, ZONE, asked.subscribers, asked.seed, NOTHING_PLANTED)
    size = f"{asked.subscribers:,} subscribers, {asked.months} months, seed {asked.seed}"
    asked.to.write_text(page(pictures(build_world(provider)), size), "utf-8")
    print(f"Written: {asked.to}")


if __name__ == "__main__":
    main()
