"""The truth about causes, a file per block: what each contact, ticket and visit came of, and each impairment of a home.

Rows that no entry names came of everyday reasons, or of none (spam, tests, planned jobs).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from firstline.simulate.canonical.moments import instants
from firstline.simulate.cells import Columns, constant, flags, numbers, words
from firstline.simulate.columns import NOBODY, Ints
from firstline.simulate.contacts import WRITTEN
from firstline.simulate.impairments import PLACES
from firstline.simulate.issues import CAUSES, EVERYDAY
from firstline.simulate.world import World


def write_causes(folder: Path, world: World) -> None:
    """Write `causes-*.parquet` and `impairments-*.parquet` of one block into the truth's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("causes", causes(world)), ("impairments", pa.table(dict(impairments(world))))):
        pyarrow.parquet.write_table(table, folder / f"{name}-{world.block + 1:05d}.parquet")


def causes(world: World) -> pa.Table:
    """`entity` (contact, ticket or truck_roll), its `id`, the `cause` and, where that is an outage, its `outage_id`.

    An e-mail or a web form is its ticket. A ticket that was merged came of what the other came of.
    """
    contacts, tickets, ids = world.contacts, world.tickets, world.ids
    merged = np.where(tickets.issue == NOBODY, np.append(tickets.issue, NOBODY)[tickets.into], tickets.issue)
    spoken = np.where(contacts.disposition == WRITTEN, NOBODY, contacts.issue)
    visited = np.append(merged, NOBODY)[world.visits.ticket]
    parts = []
    for entity, issue, name in (
        ("contact", spoken, partial(ids.contacts, contacts)),
        ("ticket", merged, ids.tickets),
        ("truck_roll", visited, ids.jobs),
    ):
        rows = np.flatnonzero(_cause(world, issue) != EVERYDAY)
        outage = world.issues.outage[issue[rows]]
        parts.append(
            pa.table(
                {
                    "entity": constant(entity, len(rows)).dictionary_decode(),
                    "id": name(rows),
                    "cause": words(CAUSES, _cause(world, issue[rows])).dictionary_decode(),
                    "outage_id": ids.outages(outage),
                }
            )
        )
    return pa.concat_tables(parts)


def _cause(world: World, issue: Ints) -> Ints:
    """The cause of each row by its issue; everyday where there is none."""
    return np.append(world.issues.cause, EVERYDAY)[issue]


def impairments(world: World) -> Columns:
    """A row per home that was impaired while it had a subscriber in the span.

    `subscriber_id`, `place` (wifi or line), `shown` by telemetry, `severity` in standard deviations of homes, `since`
    and `until` (the end of the span or of the subscriber, if it lasted so long), `mended` by a visit.
    """
    found = world.impairments
    begins = np.maximum(np.maximum(found.onset, world.subscribers.active_from), world.clock.start)
    homes = np.flatnonzero((found.place != NOBODY) & (begins < np.minimum(found.until, world.until)))
    ends = np.minimum(found.until, world.until)[homes]
    return {
        "subscriber_id": world.ids.customers(homes),
        "place": words(PLACES, found.place[homes]).dictionary_decode(),
        "shown": flags(found.shown[homes]),
        "severity": numbers(found.severity[homes]),
        "since": instants(begins[homes]),
        "until": instants(ends),
        "mended": flags(found.mended[homes] & (found.until[homes] == ends)),
    }
