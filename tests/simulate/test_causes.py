"""The truth says what each contact, ticket and visit came of, and lies where no import looks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from firstline.simulate.columns import NOBODY
from firstline.simulate.issues import CAUSES, CUT_OFF, IMPAIRED, PORT, RELEASE
from firstline.simulate.run import Simulated
from firstline.simulate.tickets import BY_TELEMETRY
from firstline.simulate.truth_causes import causes
from firstline.simulate.world import World


@pytest.fixture(scope="module")
def told(world: World) -> pd.DataFrame:
    """What the truth tells of the larger provider."""
    frame: pd.DataFrame = causes(world).to_pandas()
    return frame


def test_every_row_that_is_named_is_there_once_and_outages_alone_have_a_number(
    world: World, told: pd.DataFrame
) -> None:
    assert not told.duplicated(["entity", "id"]).any()
    assert set(told["cause"]) == set(CAUSES[1:])
    for entity in ("contact", "ticket", "truck_roll"):
        assert (told["entity"] == entity).sum() > 200, entity
    assert (told["outage_id"].notna() == (told["cause"] == "outage")).all()
    known = set(world.ids.outages(np.arange(len(world.outages.onset))).to_pylist())
    assert set(told["outage_id"].dropna()) <= known
    tickets = set(world.ids.tickets(np.arange(len(world.tickets.opened))).to_pylist())
    assert set(told.loc[told["entity"] == "ticket", "id"]) <= tickets


def test_a_cause_is_at_work_where_and_when_its_contacts_came(world: World, told: pd.DataFrame) -> None:
    """From the rows of the network, of the gateways and of the homes, not from the issues."""
    contacts = world.contacts
    rows = np.arange(len(contacts.entered))
    names = pd.Series(rows, index=world.ids.contacts(contacts, rows).to_pylist())
    mine = told[told["entity"] == "contact"].assign(row=lambda found: names.loc[found["id"]].to_numpy())
    of = {cause: mine.loc[mine["cause"] == cause, "row"].to_numpy() for cause in CAUSES[1:]}
    port, release = world.planted.port, world.planted.release
    assert port
    assert release
    assert set(contacts.subscriber[of["port"]].tolist()) <= set(port.affected.tolist())
    assert (contacts.entered[of["port"]] >= port.since).all()
    homes = contacts.subscriber[of["release"]]
    assert (world.gateways.model[homes] == release.model).all()
    # who tried the bot or the app first did so before the first attempt
    sought = of["release"][contacts.agent[of["release"]] != NOBODY]
    assert (world.gateways.upgraded[contacts.subscriber[sought]] <= contacts.entered[sought]).all()
    assert (world.impairments.place[contacts.subscriber[of["impairment"]]] != NOBODY).all()
    incidents = world.ids.outages(world.cut_offs.outage).to_pylist()
    hit = pd.MultiIndex.from_arrays([incidents, world.cut_offs.subscriber])
    blamed = mine[mine["cause"] == "outage"]
    pairs = pd.MultiIndex.from_arrays([blamed["outage_id"], contacts.subscriber[blamed["row"].to_numpy()]])
    assert pairs.isin(hit).all()
    row = [int(number.removeprefix("INC-")) - 90_001 for number in blamed["outage_id"]]
    onset = world.outages.onset[row]
    assert (contacts.entered[blamed["row"].to_numpy()] >= onset).all()


def test_what_telemetry_opens_a_ticket_about_is_wrong_at_that_home_then(world: World) -> None:
    tickets, issues = world.tickets, world.issues
    mine = np.flatnonzero(tickets.origin == BY_TELEMETRY)
    cause = issues.cause[tickets.issue[mine]]
    assert set(np.unique(cause).tolist()) <= {PORT, CUT_OFF, IMPAIRED}
    homes, at = tickets.subscriber[mine], tickets.opened[mine]
    seen = cause == IMPAIRED
    assert seen.sum() > 200
    assert (world.impairments.shown & (world.impairments.place != NOBODY))[homes[seen]].all()
    assert world.impairments.lasts(homes[seen], at[seen]).all()
    down = cause == CUT_OFF
    assert down.sum() > 50
    row = issues.outage[tickets.issue[mine]][down]
    assert world.outages.partial[row].all()
    assert (world.outages.onset[row] <= at[down]).all()
    assert (at[down] < world.outages.restored[row]).all()
    assert (tickets.solved[mine][down] > world.outages.restored[row]).all()
    port = world.planted.port
    assert port
    assert np.isin(homes[cause == PORT], port.affected).all()
    assert (at[cause == PORT] >= port.since).all()
    assert RELEASE not in cause


def test_the_files_stand_beside_the_truth_and_outside_what_is_imported(provider: Simulated) -> None:
    folder = provider.truth.parent / "truth"
    assert {path.name for path in folder.iterdir()} == {"causes-00001.parquet", "impairments-00001.parquet"}
    assert not any(path.is_relative_to(folder) or folder.is_relative_to(path.parent) for path, _ in provider.imports)
    homes = pyarrow.parquet.read_table(folder / "impairments-00001.parquet").to_pandas()
    assert (homes["since"] < homes["until"]).all()
    assert set(homes["place"]) == {"wifi", "line"}
    assert homes["severity"].between(1.5, 4.0).all()
