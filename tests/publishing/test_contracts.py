"""Figures of a contract's firm are frozen a stated time after each month, and stay what they were."""

from __future__ import annotations

from datetime import datetime, timedelta

from firstline.home import Home
from firstline.publishing.publish import publish
from tests.cli.commands import firstline
from tests.homes import bring, moment
from tests.publishing.months import EVENT, TICKET, UNTIL, published, record, restated

NORTH, SOUTH = "vendor=north", "vendor=south"
LATE = moment("2026-06-01")
AGENTS = "agent_id,employer,vendor_id,valid_from\nann,vendor,north,2025-01-01\nbob,vendor,south,2025-01-01\n"
CONTRACTS = (
    "contract_id,vendor_id,pays_per,maturity_lag_s,valid_from,valid_to\n"
    "N1,north,resolution,864000,2026-02-01,\n"
    "S1,south,resolution,,2026-01-01,2026-02-15\n"
)


def served(home: Home) -> None:
    """30 tickets of each firm in each month from January on, resolved after a day; reach: the 20th of April."""
    opened = [datetime(2026, month, 1) + timedelta(hours=20 * n) for month in (1, 2, 3) for n in range(30)]
    opened.append(datetime(2026, 4, 19))
    told = [(f"{who}{n}", at, who) for who in ("ann", "bob") for n, at in enumerate(opened)]
    tickets = TICKET + "".join(f"{name},{at},trouble,2026-04-20\n" for name, at, _ in told)
    events = "ticket_id,at,type,actor_kind,actor_id\n" + "".join(
        f"{name},{at + timedelta(hours=12)},resolved,agent,{who}\n" for name, at, who in told
    )
    bring(home, AGENTS, entity="agent", at=moment("2026-05-01"))
    bring(home, tickets, complete_until=UNTIL, at=moment("2026-05-01"))
    bring(home, events, complete_until=UNTIL, at=moment("2026-05-01"), entity="ticket_event")
    bring(home, CONTRACTS, entity="vendor_contract", at=moment("2026-05-01"))
    publish(home)


def test_a_snapshot_is_taken_after_the_lag_for_each_contract_and_stays(empty: Home) -> None:
    served(empty)
    # the contract with north began in February; 10 days after March the data reach further, 14 days they do, too
    rate = published(empty, "reopen_rate", NORTH)
    assert {month: (each.value, each.n, each.contract) for month, each in rate.items()} == {
        "2026-02": (0, 30, "N1"),
        "2026-03": (0, 30, "N1"),
    }
    # the other ended in February, and says no lag: figures are frozen when they are final
    assert set(published(empty, "reopen_rate", SOUTH)) == {"2026-01"}
    reopened = EVENT + "".join(f"ann{n},2026-02-{n - 25:02} 12:00:00,reopened,agent\n" for n in range(30, 36))
    bring(empty, reopened, at=LATE, entity="ticket_event")
    publish(empty)
    assert published(empty, "reopen_rate", NORTH) == rate
    (later,) = [each for each in restated(empty, "reopen_rate", NORTH) if each.causes == ("reopening",)]
    assert later.old == 0
    assert later.new
    assert not restated(empty, "reopen_rate", SOUTH)
    of_firm = {"where": ["vendor=north"]}
    assert record(empty, "reopen_rate", "2026-02-01", "2026-03-01", **of_firm).state == "restated"
    path = empty.path
    empty.close()
    shown = firstline(path, "snapshots", "--vendor", "north", "--month", "2026-02", "--format", "json").json()
    (told,) = [each for each in shown if each["kpi"] == "reopen_rate"]
    assert (told["value"], told["latest"], told["contract"]) == (0, later.new, "N1")
    assert "the same" in firstline(path, "snapshots", "--month", "2026-03").out
    wrong = firstline(path, "snapshots", "--vendor", "nort")
    assert (wrong.code, "north" in wrong.err) == (2, True)


def test_without_a_contract_nothing_is_frozen(home: Home) -> None:
    path = home.path
    home.close()
    assert "Nothing is frozen" in firstline(path, "snapshots").out
    assert firstline(path, "snapshots", "--format", "json").json() == []
