"""Outages: how often, how large, how long, whom they cut off, and that these get in touch more while they last."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from firstline.simulate import provider as cutting
from firstline.simulate.columns import DAY, HOUR, MINUTE, MONTH_DAYS, NEVER, NOBODY, Floats, Ints, pick
from firstline.simulate.contacts import CONTAINED
from firstline.simulate.drivers import CODES, DOWN, DROPS, OUTAGE, number_of
from firstline.simulate.equipment import OLT, PARTS, TOWER
from firstline.simulate.provider import Provider, found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated
from firstline.simulate.systems.networkdesk import outage_customers_export, outages_export
from firstline.simulate.tickets import MASTER
from firstline.simulate.truth import truth_of
from firstline.simulate.visits import NO_FAULT_FOUND
from firstline.simulate.world import World, build_world
from tests.contracts.project import name_of, python_files
from tests.simulate.conftest import ZONE, world_of

Read = Callable[[str], pd.DataFrame]
STORMY = replace(RATES, outages=8.0, outage_contacts=0.0, port_issues_per_month=0.0)


@pytest.fixture(scope="module")
def stormy() -> World:
    """A quarter with eight times as many outages and none planted: enough of them for rates to show."""
    return world_of(date(2025, 12, 1), date(2026, 3, 1), ZONE, 30_000, 5, STORMY)


def test_each_kind_of_element_fails_as_often_as_was_asked(stormy: World) -> None:
    months = (stormy.clock.end - stormy.clock.start) / DAY / MONTH_DAYS
    part = stormy.network.elements.part
    failed = np.bincount(part[stormy.outages.element], minlength=len(PARTS))
    for row, item in enumerate(PARTS):
        asked = item.outages_per_month * 8 * months * (part == row).sum()
        # Elements of those who join later fail unseen while nobody has the service: 5 % at most
        assert abs(failed[row] - asked) <= 4 * sqrt(asked) + 0.05 * asked, item.name
    assert {PARTS[row].name for row in np.flatnonzero(failed)} == {"splitter", "pon_port", "olt", "rpd_node", "tower"}


def test_they_last_half_an_hour_to_two_days_and_some_only_impair(stormy: World) -> None:
    outages = stormy.outages
    lasts = outages.restored - outages.onset
    assert (lasts.min(), lasts.max()) >= (HOUR // 2, 24 * HOUR)
    assert lasts.max() <= 48 * HOUR
    assert np.median(lasts) / HOUR == pytest.approx(RATES.outage_median_h, rel=0.25)
    assert 0.1 < outages.partial.mean() < 0.4
    for earlier, later in (("onset", "detected"), ("detected", "declared"), ("declared", "restored")):
        assert (getattr(outages, earlier) <= getattr(outages, later)).all()
    told = outages.notified < NEVER
    assert ((outages.notified > outages.declared) & (outages.notified < outages.restored))[told].all()
    assert (np.diff(outages.onset) >= 0).all()


def test_they_take_who_hangs_on_the_element_and_has_the_service(stormy: World) -> None:
    outages, cut_offs, people = stormy.outages, stormy.cut_offs, stormy.subscribers
    for row in range(0, len(outages.onset), 7):
        onset, mine = outages.onset[row], cut_offs.outage == row
        below = stormy.network.subscribers_of(int(outages.element[row]))
        had_it = below[(people.active_from[below] < onset) & (stormy.until[below] > onset)]
        assert sorted(cut_offs.subscriber[mine].tolist()) == sorted(had_it.tolist())
        assert len(had_it)
        assert (cut_offs.lost[mine] == onset).all()
        assert cut_offs.restored[mine].max() == outages.restored[row]
        assert (cut_offs.restored[mine] - onset).min() >= (outages.restored[row] - onset) * 0.85 - 1


def _outage_at(world: World, subscriber: Ints, at: Ints) -> pd.Series:
    """Whether an outage had each one's line at that instant: full, partial or no."""
    cut_offs = world.cut_offs
    cut = pd.DataFrame({name: getattr(cut_offs, name) for name in ("subscriber", "lost", "restored")})
    cut["kind"] = np.where(world.outages.partial[cut_offs.outage], "partial", "full")
    asked = pd.DataFrame({"row": np.arange(len(at)), "subscriber": subscriber, "at": at})
    met = asked.merge(cut, on="subscriber")
    met = met[(met["at"] >= met["lost"]) & (met["at"] < met["restored"])].drop_duplicates("row")
    return asked["row"].map(met.set_index("row")["kind"]).fillna("no")


def _first_contacts(world: World) -> pd.DataFrame:
    """The first contact of each issue: its subscriber's technology, when, why, and whether an outage had the line."""
    contacts = pick(world.contacts, world.contacts.disposition != CONTAINED)
    _, rows = np.unique(contacts.issue, return_index=True)
    who, at = contacts.subscriber[rows], contacts.entered[rows]
    outage = _outage_at(world, who, at)
    return pd.DataFrame(
        {"tech": world.subscribers.tech[who], "at": at, "driver": contacts.driver[rows], "outage": outage}
    )


def _present(world: World, who: Ints, since: Ints, until: Ints) -> Floats:
    """Mean number of subscribers by technology and hour of the span, each from `since` until `until`."""
    minutes = (world.clock.end - world.clock.start) // MINUTE
    change = np.zeros((3, minutes + 1))
    for at, step in ((since, 1), (until, -1)):
        np.add.at(change, (world.subscribers.tech[who], (at - world.clock.start).clip(0, minutes * 60) // MINUTE), step)
    present: Floats = change.cumsum(axis=1)[:, :minutes].reshape(3, -1, 60).mean(axis=2)
    return present


@pytest.mark.parametrize(("kind", "asked"), [("full", RATES.outage_raises), ("partial", RATES.outage_raises_partial)])
def test_who_is_cut_off_gets_in_touch_as_many_times_as_often_as_was_asked(
    stormy: World, kind: str, asked: float
) -> None:
    """First contacts per hour against those of others of the same technology in the same hours.

    Over twelve seeds the mean is 60 and 19, the standard deviation 4 and 3: the tolerance is three of these and more.
    """
    first, cut_offs = _first_contacts(stormy), stormy.cut_offs
    mine = stormy.outages.partial[cut_offs.outage] == (kind == "partial")
    cut_off = _present(stormy, cut_offs.subscriber[mine], cut_offs.lost[mine], cut_offs.restored[mine])
    everyone = _present(
        stormy, np.arange(stormy.subscribers.count), stormy.subscribers.active_from, stormy.until
    ) - _present(stormy, cut_offs.subscriber, cut_offs.lost, cut_offs.restored)
    others = first[first["outage"] == "no"]
    hour = ((others["at"] - stormy.clock.start) // HOUR).to_numpy()
    of_others = np.zeros_like(everyone)
    np.add.at(of_others, (others["tech"].to_numpy(), hour), 1)
    usual = float((cut_off * of_others / everyone).sum())
    raised = float((first["outage"] == kind).sum()) / usual
    assert raised == pytest.approx(asked, rel=0.25 if kind == "full" else 0.4)


def test_most_of_them_get_in_touch_about_the_connection(stormy: World) -> None:
    first = _first_contacts(stormy)
    about = first["driver"].map(lambda row: CODES[row].startswith("connectivity"))
    share = {kind: float(about[first["outage"] == kind].mean()) for kind in ("full", "partial", "no")}
    assert min(share["full"], share["partial"]) > 0.9
    assert share["no"] < 0.5
    # Until the outage is declared, whoever answers hears of a dead line and knows no more
    codes = first.loc[first["outage"] == "full", "driver"].map(CODES.__getitem__).value_counts()
    assert codes["connectivity.no_service.line_down"] > 20
    assert codes[OUTAGE] > codes["connectivity.no_service.line_down"]


def test_nobody_is_sent_to_a_home_for_an_outage_that_is_declared_and_its_tickets_end_after_it(stormy: World) -> None:
    tickets = stormy.tickets
    during = _outage_at(stormy, tickets.subscriber, tickets.opened) == "full"
    symptoms = [number_of(code) for code in (DOWN, DROPS)]
    undeclared = np.flatnonzero(np.isin(tickets.driver, symptoms) & during)
    assert len(undeclared) > 70
    visits = stormy.visits
    rows = np.flatnonzero(np.isin(visits.ticket, undeclared))
    assert 0 < len(rows) < 0.3 * len(undeclared)
    latest = pd.Series(stormy.outages.declared[stormy.cut_offs.outage]).groupby(stormy.cut_offs.subscriber).max()
    booked = visits.created[rows] < latest.reindex(visits.subscriber[rows]).to_numpy()
    # Some of them have another trouble of their own just then
    assert booked.sum() > (~booked).sum()
    assert np.isin(visits.fault[rows][booked], (NOBODY, NO_FAULT_FOUND)).all()
    known = np.flatnonzero((tickets.driver == number_of(OUTAGE)) & (tickets.nature != MASTER))
    assert len(known) > 500
    over = pd.Series(stormy.cut_offs.restored).groupby(stormy.cut_offs.subscriber).min()
    solved = known[tickets.solved[known] < NEVER]
    assert (tickets.solved[solved] >= over.reindex(tickets.subscriber[solved]).to_numpy()).all()


def test_a_large_outage_has_one_master_on_which_the_tickets_of_those_cut_off_hang(stormy: World) -> None:
    outages, tickets, cut_offs = stormy.outages, stormy.tickets, stormy.cut_offs
    assert not outages.planted.any()
    assert sorted(outages.master[outages.master >= 0].tolist()) == np.flatnonzero(tickets.nature == MASTER).tolist()
    about = (tickets.driver == number_of(OUTAGE)) & (tickets.nature != MASTER)
    hanging = 0
    for row in range(len(outages.onset)):
        master, cut_off = outages.master[row], cut_offs.subscriber[cut_offs.outage == row]
        children = np.flatnonzero((tickets.parent == master) & (master >= 0))
        assert (master >= 0) == (len(children) > 0)
        if master >= 0:
            # some of those cut off when it was sized have left since and are in no list
            assert len(cut_off) > RATES.outage_master_from * 0.8
            assert (tickets.opened[master], tickets.subscriber[master]) == (outages.declared[row], NOBODY)
            assert tickets.solved[master] > outages.restored[row]
            assert set(tickets.subscriber[children].tolist()) <= set(cut_off.tolist())
            assert (tickets.opened[children] >= outages.onset[row]).all()
            assert (tickets.solved[children] >= outages.restored[row]).all()
        elif len(cut_off) >= RATES.outage_master_from:
            during = (tickets.opened >= outages.onset[row]) & (tickets.opened < outages.restored[row])
            assert not (about & during & np.isin(tickets.subscriber, cut_off)).any()
        hanging += len(children)
    assert hanging == (tickets.parent >= 0).sum() > 500
    assert 20 < (outages.master >= 0).sum() < len(outages.onset) / 2


def test_the_first_block_has_an_outage_of_its_largest_tower_and_a_partial_one_of_its_largest_olt(world: World) -> None:
    """Chance alone would leave them out of some providers: 20,000 subscribers over half a year have 0.7 and 0.1."""
    elements, outages = world.network.elements, world.outages
    for kind, in_part in ((TOWER, (False, True)), (OLT, (True,))):
        row = int(np.argmax(np.where(elements.part == kind, elements.size, 0)))
        assert np.isin(outages.partial[outages.element == row], in_part).any()
    second = build_world(replace(_provider_of_two_blocks(), rates=replace(STORMY, outages=1e-9)), 1)
    assert len(second.outages.onset) == 0


def _provider_of_two_blocks() -> Provider:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cutting, "LARGEST_BLOCK", 500)
        provider = found_provider(date(2026, 1, 1), date(2026, 2, 1), ZONE, 1_000, 5, STORMY)
        assert provider.blocks == 2
        return provider


def test_without_outages_nobody_hears_of_one() -> None:
    quiet = world_of(date(2026, 1, 1), date(2026, 3, 1), ZONE, 2_000, 5, replace(STORMY, outages=0.0))
    assert len(quiet.outages.onset) == len(quiet.cut_offs.outage) == 0
    assert not (quiet.contacts.driver == number_of(OUTAGE)).any()
    assert truth_of(quiet)["outages"] == []


def test_the_planted_outage_is_a_fibre_cut_at_one_node(world: World) -> None:
    area, outages = world.planted.outage, world.outages
    assert area is not None
    row = int(np.flatnonzero(outages.planted)[0])
    assert outages.planted.sum() == 1
    assert PARTS[int(world.network.elements.part[outages.element[row]])].name == "rpd_node"
    entry = truth_of(world)["outages"][row]
    assert (entry["element"], entry["cause"], entry["planted"]) == (area.element, "fiber_cut", True)
    assert list(entry["cut_off_until"]) == truth_of(world)["planted"]["area_outage"]["subscribers"]
    assert 100 < len(entry["cut_off_until"]) <= 200


def test_the_truth_is_what_the_network_desk_exports(provider: Simulated, export: Read) -> None:
    truth = json.loads(provider.truth.read_text("utf-8"))["outages"]
    log = export("outages.csv")
    assert len(log) == len(truth) > 1
    partial = {"Down": False, "Degraded": True}
    customers = export("outage_customers.csv")
    end = "2026-04-01T06:00:00Z"
    for entry, row in zip(truth, log.itertuples(index=False), strict=True):
        assert (row[0], row[1], row[2]) == (entry["incident"], entry["element"], entry["onset"])
        assert row[6] == entry["restored"] or (pd.isna(row[6]) and entry["restored"] >= end)
        mine = customers[customers["Incident"] == entry["incident"]]
        assert set(mine["Service"].map(partial)) == {entry["partial"]}
        assert set(mine["Off Since"]) == {entry["onset"]}
        back = mine.set_index("Customer No")["Back At"]
        assert set(back.index) == set(entry["cut_off_until"])
        for customer, instant in back.items():
            true = entry["cut_off_until"][customer]
            assert instant == true or (pd.isna(instant) and true >= end)
    assert len(customers) == sum(len(entry["cut_off_until"]) for entry in truth)


def test_what_is_not_over_at_the_export_has_no_end_in_it() -> None:
    often_and_long = replace(STORMY, outages=60.0, outage_least_h=40.0)
    world = world_of(date(2026, 2, 1), date(2026, 3, 1), ZONE, 3_000, 5, often_and_long)
    lasting = np.flatnonzero(world.outages.restored >= world.clock.end)
    assert 0 < len(lasting) < len(world.outages.onset)
    cleared, back = outages_export(world).columns["Cleared"], outage_customers_export(world).columns["Back At"]
    assert np.flatnonzero(cleared.is_null()).tolist() == lasting.tolist()
    assert back.is_null().to_pylist() == (world.cut_offs.restored >= world.clock.end).tolist()


def test_nothing_of_the_product_reads_the_truth() -> None:
    # The command that writes it says where it is
    writers = ("firstline/simulate/", "firstline/cli/simulate.py")
    product = [path for path in python_files("firstline") if not name_of(path).startswith(writers)]
    reading = re.compile(r"truth\.json|truth/|/ \"truth\"|simulate\.truth|\w\.truth\b")
    for line in ("made.truth.read_text()", 'folder / "truth"', "open('simulated/truth/causes-00001.parquet')"):
        assert reading.search(line)
    assert [name_of(path) for path in product if reading.search(path.read_text("utf-8"))] == []
