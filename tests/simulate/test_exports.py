"""Each export is read whole by its mapping, in the words of the vocabulary, and its references lead somewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from firstline.intake.mapping import read_mapping
from firstline.model.vocabulary import vocabulary
from firstline.simulate.run import Simulated
from firstline.simulate.systems.billing import subscribers_export
from firstline.simulate.systems.dispatch import dispatch_export
from firstline.simulate.systems.helpdesk import tickets_export
from firstline.simulate.world import World

Read = Callable[[str], pd.DataFrame]
FILES = (
    *("roster", "network_elements.csv", "subscribers.csv", "devices.csv", "outages.csv", "outage_customers.csv"),
    *("tickets.csv", "ticket_history.csv", "calls.csv"),
    *("chats.xlsx", "app_sessions.csv", "dispatch.xlsx", "surveys.csv", "cancellations.csv"),
    *("opening_hours.csv", "teams.csv", "queues.csv", "promises.csv"),
    *("unit_costs.csv", "hourly_rates.csv", "contracts.csv", "partner_reports.csv"),
)
LEFT = {"subscribers.csv": {"Status"}, "tickets.csv": {"Last Update"}, "dispatch.xlsx": {"Tech Notes"}}


def _mapping(provider: Simulated, file: str) -> dict[str, Any]:
    path = next(mapping for path, mapping in provider.imports if path.name.startswith(file))
    read_mapping(path.read_text("utf-8"), path.name)
    return tomllib.loads(path.read_text("utf-8"))


def _parts(mapping: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield mapping["file"]["entity"], mapping["fields"]
    for also in mapping.get("also", []):
        yield also["entity"], also["fields"]


def _column(source: Any) -> str | None:
    return source if isinstance(source, str) else source.get("column")


@pytest.mark.parametrize("file", FILES)
def test_every_column_is_mapped_or_left_on_purpose(provider: Simulated, export: Read, file: str) -> None:
    mapped = {_column(source) for _, fields in _parts(_mapping(provider, file)) for source in fields.values()}
    mapped.discard(None)
    headers = set(export(file).columns)
    assert mapped <= headers
    assert headers - mapped == LEFT.get(file, set())


def test_what_is_left_on_purpose_is_what_the_export_says(world: World) -> None:
    exports = (subscribers_export, tickets_export, dispatch_export)
    said = {made.file: set(made.left) for made in (make(world) for make in exports)}
    assert said == LEFT


@pytest.mark.parametrize("file", FILES)
def test_mappings_speak_the_vocabulary(provider: Simulated, export: Read, file: str) -> None:
    rows = export(file)
    for name, fields in _parts(_mapping(provider, file)):
        entity = vocabulary()[name]
        for field_name, source in fields.items():
            field = entity.field(field_name)
            if isinstance(source, str) or "values" not in source:
                continue
            found = set(rows[source["column"]].dropna())
            assert found <= set(source["values"]), field_name
            if field.type == "enum":
                assert set(source["values"].values()) <= set(field.values), field_name


@pytest.mark.parametrize(
    ("file", "column", "target", "ids"),
    [
        ("subscribers.csv", "Serving Element", "network_elements.csv", "Node Name"),
        ("network_elements.csv", "Uplink", "network_elements.csv", "Node Name"),
        ("outages.csv", "Node", "network_elements.csv", "Node Name"),
        ("outage_customers.csv", "Incident", "outages.csv", "Incident"),
        ("outage_customers.csv", "Customer No", "subscribers.csv", "Customer No"),
        ("cancellations.csv", "Customer No", "subscribers.csv", "Customer No"),
        ("devices.csv", "Service", "subscribers.csv", "Service ID"),
        ("tickets.csv", "Account", "subscribers.csv", "Account No"),
        ("tickets.csv", "Merged Into", "tickets.csv", "Ticket #"),
        ("tickets.csv", "Parent Ticket", "tickets.csv", "Ticket #"),
        ("ticket_history.csv", "Ticket #", "tickets.csv", "Ticket #"),
        ("ticket_history.csv", "Performed By", "roster", "Employee No"),
        ("calls.csv", "Account", "subscribers.csv", "Account No"),
        ("calls.csv", "Agent", "roster", "Employee No"),
        ("chats.xlsx", "Customer Ref", "subscribers.csv", "Account No"),
        ("chats.xlsx", "Queue", "queues.csv", "Queue"),
        ("app_sessions.csv", "Account", "subscribers.csv", "Account No"),
        ("chats.xlsx", "Agent", "roster", "Employee No"),
        ("dispatch.xlsx", "Acct", "subscribers.csv", "Account No"),
        ("dispatch.xlsx", "Ticket Ref", "tickets.csv", "Ticket #"),
        ("dispatch.xlsx", "Booked By", "roster", "Employee No"),
        ("surveys.csv", "Account", "subscribers.csv", "Account No"),
        ("surveys.csv", "Ticket", "tickets.csv", "Ticket #"),
        ("queues.csv", "Calendar", "opening_hours.csv", "Calendar"),
        ("teams.csv", "Calendar", "opening_hours.csv", "Calendar"),
        ("promises.csv", "Calendar", "opening_hours.csv", "Calendar"),
        ("teams.csv", "Team", "roster", "Team"),
    ],
)
def test_references_lead_to_a_row(export: Read, file: str, column: str, target: str, ids: str) -> None:
    named = set(export(file)[column].dropna())
    assert named
    assert named <= set(export(target)[ids])


def test_surveys_name_calls_and_chats(export: Read) -> None:
    named = set(export("surveys.csv")["Interaction"].dropna())
    known = set(export("calls.csv")["Call ID"]) | set(export("chats.xlsx")["Chat ID"])
    assert named
    assert named <= known


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("network_elements.csv", ["Node Name"]),
        ("outages.csv", ["Incident"]),
        ("outage_customers.csv", ["Incident", "Customer No"]),
        ("roster", ["Employee No"]),
        ("devices.csv", ["Device ID", "Since"]),
        ("subscribers.csv", ["Customer No"]),
        ("subscribers.csv", ["Service ID"]),
        ("tickets.csv", ["Ticket #"]),
        ("ticket_history.csv", ["Ticket #", "Entry"]),
        ("calls.csv", ["Call ID"]),
        ("chats.xlsx", ["Chat ID"]),
        ("app_sessions.csv", ["Session"]),
        ("dispatch.xlsx", ["Job #"]),
        ("surveys.csv", ["Survey ID"]),
        ("cancellations.csv", ["Customer No"]),
    ],
)
def test_ids_are_unique(export: Read, file: str, key: list[str]) -> None:
    rows = export(file)
    assert not rows.duplicated(key).any()
    assert rows[key].notna().all(axis=None)


def test_calls_add_up_second_by_second(export: Read) -> None:
    calls = export("calls.csv")
    handled = calls[calls["Result"].isin(["Handled", "Bot to agent"])]
    start, end = (pd.to_datetime(handled[name]) for name in ("Call Start", "Call End"))
    parts = [handled[f"{name} Sec"].astype(int) for name in ("IVR", "Wait", "Talk", "Hold")]
    # Calls of a day on which the clock changes are not across the change: the lines are closed then
    assert ((end - start).dt.total_seconds() == sum(parts)).all()
    queued, answered = (pd.to_datetime(handled[name]) for name in ("Queued", "Answered"))
    assert ((answered - queued).dt.total_seconds() == parts[1]).all()
    others = calls.drop(handled.index)
    assert others[["Answered", "Talk Sec", "Agent"]].isna().all(axis=None)
    kept = others["Result"] == "Self-service"
    assert others.loc[kept, "Reason"].notna().all()
    assert others.loc[~kept, "Reason"].isna().all()
    assert others.loc[kept, ["Queue", "Queued", "Wait Sec"]].isna().all(axis=None)


def test_nothing_after_the_export_is_told(export: Read) -> None:
    end = pd.Timestamp("2026-04-01")
    history = pd.to_datetime(export("ticket_history.csv")["Time"], format="%m/%d/%Y %H:%M:%S")
    assert history.max() < end
    jobs = export("dispatch.xlsx")
    for name in ("Booked", "Rolled", "On Site", "Finished"):
        assert pd.to_datetime(jobs[name]).max() < end, name
    undone = jobs[pd.to_datetime(jobs["Window From"]) > end]
    assert undone[["Rolled", "On Site", "Finished", "Fault"]].isna().all(axis=None)
    answers = pd.to_datetime(export("surveys.csv")["Answered"], utc=True)
    assert answers.max() < pd.Timestamp("2026-04-01T06:00:00Z")
