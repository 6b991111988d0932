"""Simulate a provider: its exports with their mappings, ready to import, and the truth beside them.

folder/exports/     what the provider's systems give out
folder/mappings/    one mapping per export
folder/truth.json   what really happened; not to be imported, nor read by the product
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import available_timezones

from firstline.errors import MisuseError, nearest
from firstline.periods import midnight
from firstline.simulate.exports import Export, write_export
from firstline.simulate.rates import RATES, Rates
from firstline.simulate.systems.billing import cancellations_export, subscribers_export
from firstline.simulate.systems.callcentre import calls_export, chats_export
from firstline.simulate.systems.dispatch import dispatch_export
from firstline.simulate.systems.helpdesk import history_export, tickets_export
from firstline.simulate.systems.inventory import elements_export
from firstline.simulate.systems.networkdesk import outage_customers_export, outages_export
from firstline.simulate.systems.setup import hours_export, promises_export, queues_export, teams_export
from firstline.simulate.systems.surveytool import surveys_export
from firstline.simulate.systems.workforce import agents_export
from firstline.simulate.truth import truth_of
from firstline.simulate.world import World, build_world

Progress = Callable[[str, float], None]

EXPORTS: tuple[Callable[[World], Export], ...] = (
    elements_export,
    agents_export,
    subscribers_export,
    outages_export,
    outage_customers_export,
    tickets_export,
    history_export,
    calls_export,
    chats_export,
    dispatch_export,
    surveys_export,
    cancellations_export,
    hours_export,
    teams_export,
    queues_export,
    promises_export,
)
"""In import order: people and things before the events that name them."""

FEWEST_SUBSCRIBERS = 20


@dataclass(frozen=True)
class Simulated:
    """What was written: (export, mapping) in import order, the truth, the span, the instant of the exports.

    `exported_at` is what an import states as --exported-at: the systems were read at the end of the span.
    """

    imports: tuple[tuple[Path, Path], ...]
    truth: Path
    first: date
    last: date
    exported_at: datetime
    rows: int


def simulate(
    folder: Path,
    subscribers: int = 500,
    months: int = 6,
    seed: int = 1,
    *,
    end: date,
    zone: str = "America/Denver",
    progress: Progress | None = None,
    rates: Rates = RATES,
) -> Simulated:
    """Write a simulated provider's exports, mappings and truth into `folder`.

    The span is the `months` calendar months before `end` (a local day, exclusive). The same arguments give
    the same bytes. `progress` is told a step and the share done, 0..1. Raises MisuseError for sizes or a zone
    that cannot be simulated.
    """
    _check(subscribers, months, zone)
    first = _months_before(end, months)
    tell = progress or (lambda step, share: None)
    tell("Simulating the provider", 0.0)
    world = build_world(first, end, zone, subscribers, seed, rates)
    exported_at = midnight(end, world.clock.zone)
    for name in ("exports", "mappings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    written: list[tuple[Path, Path]] = []
    rows: dict[str, int] = {}
    for step, make in enumerate(EXPORTS, start=1):
        export = make(world)
        written.append(write_export(folder, export, exported_at))
        rows[export.file] = export.rows
        tell(f"Writing {export.file}", step / (len(EXPORTS) + 1))
    truth = folder / "truth.json"
    record = {"seed": seed, "subscribers": subscribers, "rows": rows, **truth_of(world)}
    truth.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
    tell("Simulated", 1.0)
    return Simulated(tuple(written), truth, first, end, exported_at, sum(rows.values()))


def _check(subscribers: int, months: int, zone: str) -> None:
    if subscribers < FEWEST_SUBSCRIBERS:
        hint = f"Simulate {FEWEST_SUBSCRIBERS} or more."
        raise MisuseError("bad_size", f"{subscribers} subscribers are too few for a provider.", hint)
    if months < 1:
        raise MisuseError("bad_size", f"A span of {months} months is none.", "Simulate 1 month or more.")
    if zone not in available_timezones():
        near = nearest(zone, available_timezones())
        hint = f"Did you mean '{near}'?" if near else "Use an IANA name such as 'America/Denver'."
        raise MisuseError("bad_zone", f"'{zone}' is not a time zone.", hint)


def _months_before(end: date, months: int) -> date:
    index = end.year * 12 + end.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(end.day, monthrange(year, month)[1]))
