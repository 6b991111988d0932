"""`firstline sources`: how far each source reaches, what was set aside, and which KPIs rest on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.home import Home
from firstline.intake.quarantine import quarantine_counts
from firstline.model.batch import live_numbers
from firstline.model.vocabulary import vocabulary
from firstline.query.codes import UnmappedField, unmapped_fields
from firstline.query.definitions import the_catalogue
from firstline.query.identity import read_identity
from firstline.warehouse.tables import LISTED
from firstline.web.freshness import reaches


@click.command("sources")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def sources(desk: Desk, home: Home, style: str) -> None:
    """Show freshness, match rates, duplicates, quarantine, orphans and unmapped codes, and the KPIs they taint."""
    found = _sources(home, desk)
    if style == "json":
        desk.print(json.dumps(found, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in (
        "source",
        "entity",
        "rows",
        "last event",
        "complete until",
        "duplicates",
        "quarantined",
        "orphans",
        "unmapped",
        "attached",
        "KPIs",
    ):
        table.add_column(name, overflow="fold")
    for one in found:
        unmapped = sum(each["codes"] for each in one["unmapped"])
        counts = (one["duplicates"], one["quarantined"], one["orphans"], unmapped)
        shown = ["-" if count is None else f"{count:,}" for count in counts]
        times = [one[name] or "-" for name in ("last_event_at", "complete_until")]
        attached = f"{100 * one['attached']['share']:.1f} %" if one["attached"] else "-"
        table.add_row(
            one["source"], one["entity"], f"{one['rows']:,}", *times, *shown, attached, f"{len(one['kpis']):,}"
        )
    Console(file=desk.out, width=160, highlight=False, markup=False).print(table)
    for one in found:
        for each in one["unmapped"]:
            tainted = f"; it taints {', '.join(each['kpis'])}" if each["kpis"] else ""
            desk.print(
                f"{one['source']}: {each['codes']:,} codes of {each['field']} in {each['rows']:,} rows have no "
                f"meaning{tainted}. See 'firstline codes list --unmapped'."
            )
        for line in _identity_lines(one):
            desk.print(f"{one['source']}: {line}")


def _identity_lines(one: dict[str, Any]) -> Iterator[str]:
    """What is to be said of a source's rows and whose they are, a sentence each."""
    kind = one["entity"].replace("_", " ")
    attached, tickets, agents = one["attached"], one["tickets"], one["unknown_agents"]
    if attached and attached["share"] < 1:
        ways = ", ".join(f"{count:,} by {way.replace('_', ' ')}" for way, count in attached["by"].items()) or "none"
        tainted = f"; it taints {', '.join(attached['kpis'])}" if attached["kpis"] else ""
        yield (
            f"of {attached['rows']:,} rows of {kind} these are attached to an account: {ways}; "
            f"{attached['ambiguous']:,} are ambiguous, {attached['unidentified']:,} unidentified "
            f"({attached['without_key']:,} without any key){tainted}. Settle keys at /sources/identity or with an "
            "identity_link file."
        )
    for of, why in (("accounts", "that no list knows"), ("tickets", "that never came")):
        unlisted = one[f"unlisted_{of}"]
        if unlisted:
            yield (
                f"{unlisted['rows']:,} rows of {kind} name {unlisted['ids']:,} {of} {why}, such as "
                f"{', '.join(unlisted['commonest'])}."
            )
    if tickets and tickets["inferred"]:
        yield f"the ticket of {tickets['inferred']:,} visits is inferred; {tickets['stated']:,} name theirs."
    if agents:
        yield (
            f"{agents['names']:,} names of agents in {agents['rows']:,} rows of {kind} are explained by no list and no "
            f"alias, such as {', '.join(agents['commonest'])}."
        )
    if one["inferred_ends"]:
        yield f"{one['inferred_ends']:,} rows of {kind} ended because a full list lacks them (inferred)."


def _sources(home: Home, desk: Desk) -> list[dict[str, Any]]:
    """One record per source and entity.

    `duplicates` (rows that had come before) and `quarantined` (those that wait to be mended) count source rows of the
    files whose main entity it is (null for the others). Things that are there, such as subscribers, have no
    duplicates: each list names most of them again. `orphans` are ticket events whose ticket is unknown (null
    elsewhere); `unmapped` the fields with codes that have no meaning, and the KPIs that those taint. `attached`,
    `tickets`, `unknown_agents`, `inferred_ends` and the unlisted ids say whose the rows are.
    """
    unchanged: Counter[tuple[str, str]] = Counter()
    quarantined: Counter[tuple[str, str]] = Counter()
    batches = home.ledger.batches()
    live = live_numbers(batches)
    for batch in batches:
        if batch.number in live:
            unchanged[batch.source, batch.entity] += batch.unchanged
        quarantined[batch.source, batch.entity] += 0
    for each in quarantine_counts(home.landing.folder, home.warehouse, batches):
        quarantined[each.source, each.entity] += each.open
    unmapped, identity = unmapped_fields(home.warehouse), read_identity(home.warehouse)
    records = []
    for reach in reaches(home.warehouse, desk.now()):
        key = (reach.source, reach.entity)
        records.append(
            {
                **reach.as_json(),
                "duplicates": None if _names_what_is(reach.entity) else unchanged.get(key),
                "quarantined": quarantined.get(key),
                "orphans": _orphans(home, reach.source) if reach.entity == "ticket_event" else None,
                "unmapped": [_told(each) for each in unmapped if each.is_of(*key)],
                "kpis": _resting_on(reach.entity),
                **identity.of(*key),
            }
        )
    return records


def _names_what_is(entity: str) -> bool:
    """Whether rows of an entity name things that are there rather than tell of something that happened."""
    return entity in LISTED or not vocabulary()[entity].placed_by


def _told(each: UnmappedField) -> dict[str, Any]:
    return {"field": each.field, "codes": each.codes, "rows": each.rows, "kpis": list(each.kpis)}


def _orphans(home: Home, source: str) -> int:
    """Ticket events of a source whose ticket no source knows."""
    return int(
        home.warehouse.value(
            "SELECT count(*) FROM ticket_event e WHERE e.source_system = ? AND NOT e.is_deleted "
            "AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.ticket_id = e.ticket_id)",
            [source],
        )
        or 0
    )


def _resting_on(entity: str) -> list[str]:
    """The ids of the KPIs that need a field of the entity in some way of making them."""
    return [
        kpi.id
        for kpi in the_catalogue().kpis.values()
        if any(name.partition(".")[0] == entity for needs in kpi.needs for name in needs)
    ]
