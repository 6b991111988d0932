"""Simulate a provider, block by block: as canonical rows, as the exports of its systems, and the truth beside them.

folder/canonical/   Parquet, a folder per entity of the vocabulary
folder/exports/     what the provider's systems give out
folder/mappings/    one mapping per export
folder/telemetry/   Parquet, one wide row per service and hour
folder/truth.json   what really happened; not to be imported, nor read by the product
folder/truth/       likewise, Parquet: causes-*, what each contact, ticket and visit came of but the everyday reasons (a
                    release, a port, an outage, an impairment); impairments-*, which homes had one, from when until when
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from firstline.periods import midnight
from firstline.simulate.canonical.parquet import write_block, write_entity, write_provider
from firstline.simulate.canonical.prices import vendor_figures
from firstline.simulate.columns import NEVER
from firstline.simulate.exports import write_export
from firstline.simulate.progress import Progress, Steps
from firstline.simulate.provider import Provider, found_provider
from firstline.simulate.scenario import PLANTED, Scenario
from firstline.simulate.sizes import check_sizes, check_telemetry, check_zone, months_before
from firstline.simulate.systems import partners
from firstline.simulate.systems.listing import dated_files, join_block_exports, write_block_exports
from firstline.simulate.telemetry.counts import expected
from firstline.simulate.telemetry.homes import levels
from firstline.simulate.telemetry.hours import write_hours
from firstline.simulate.telemetry.samples import samples
from firstline.simulate.truth import truth_of
from firstline.simulate.truth_causes import write_causes
from firstline.simulate.truth_parts import merged
from firstline.simulate.vendor_reports import Reported, truth_of_reports, vendor_reports
from firstline.simulate.world import World, build_world

STEPS_OF_BLOCK = 3
"""What is told of each block: see _make."""
CANONICAL, TELEMETRY, TRUTH = "canonical", "telemetry", "truth"
SAMPLES, FIGURES = "telemetry_sample", "vendor_reported_figure"


@dataclass(frozen=True)
class Simulated:
    """What was written: (export, mapping) in import order, the truth, the span, the instant of the exports.

    `exported_at` is what an import states as --exported-at: the systems were read at the end of the span. `rows` is
    the number of rows of each file of the exports and of each entity of the canonical rows.
    """

    imports: tuple[tuple[Path, Path], ...]
    truth: Path
    first: date
    last: date
    exported_at: datetime
    rows: dict[str, int]
    read_at: dict[str, datetime] = field(default_factory=dict)
    """The exports that were read at another instant than `exported_at`, by file name."""
    samples: tuple[Path, ...] = ()
    """The files of telemetry samples."""

    def exported(self, path: Path) -> datetime:
        """The instant at which an export was read."""
        return self.read_at.get(path.name, self.exported_at)


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and by how many threads; the rows are the same with any number.

    The exports have so many `active_lists`: the latest monthly lists of who is active.
    Telemetry by the hour is that of the last `telemetry_days`; so many `sampled_homes` of the first block have
    canonical samples of the last day.
    """

    canonical: bool = False
    exports: bool = True
    threads: int = 1
    active_lists: int = 0
    telemetry_days: int = 0
    sampled_homes: int = 0


def simulate(
    folder: Path,
    subscribers: int = 500,
    months: int = 6,
    seed: int = 1,
    *,
    end: date,
    zone: str = "America/Denver",
    progress: Progress | None = None,
    scenario: Scenario = PLANTED,
    wanted: Wanted = Wanted(),
) -> Simulated:
    """Write a simulated provider and its truth into `folder`.

    The span is the `months` calendar months before `end` (a local day, exclusive). The same arguments give the same
    rows, with any number of threads. `progress` is told a step and the share done, 0..1. Raises MisuseError for sizes,
    a seed or a zone that cannot be simulated.
    """
    check_sizes(subscribers, months, seed)
    check_zone(zone)
    first = months_before(end, months)
    check_telemetry(wanted.telemetry_days, wanted.sampled_homes, (end - first).days)
    provider = found_provider(first, end, zone, subscribers, seed, scenario.rates, scenario.mistakes)
    steps = Steps(progress, provider.blocks * STEPS_OF_BLOCK)
    exported_at = midnight(end, provider.clock.zone)
    for name in ("exports", "mappings") if wanted.exports else ():
        (folder / name).mkdir(parents=True, exist_ok=True)
    rows = Counter(write_provider(folder / CANONICAL, provider) if wanted.canonical else {})
    truths = []
    with ThreadPoolExecutor(wanted.threads) as pool:
        made = pool.map(
            lambda block: _make(folder, provider, block, exported_at, wanted, steps), range(provider.blocks)
        )
        for truth, written in made:
            truths.append(truth)
            rows.update(written)
    whole = merged(truths)
    reports = vendor_reports(whole["vendor_work"], provider.clock, scenario.claims)
    rows.update(_reports(folder, reports, exported_at, wanted))
    joined = (folder, provider.clock, provider.blocks, wanted.active_lists)
    imports = tuple(join_block_exports(*joined)) if wanted.exports else ()
    path = folder / f"{TRUTH}.json"
    folder.mkdir(parents=True, exist_ok=True)
    told = truth_of_reports(reports, scenario.claims)
    record = {"seed": seed, "subscribers": subscribers, "rows": dict(rows), **whole, "vendor_reports": told}
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
    steps.finished("Simulated")
    read_at = _read_at(provider, wanted)
    return Simulated(imports, path, first, end, exported_at, dict(rows), read_at, _sampled(folder))


def _make(
    folder: Path, provider: Provider, block: int, exported_at: datetime, wanted: Wanted, steps: Steps
) -> tuple[dict[str, Any], Counter[str]]:
    """Let one block live through the span and write it; gives its part of the truth and of the rows."""
    name = f"block {block + 1} of {provider.blocks}"
    world = build_world(provider, block)
    steps.finished(f"Lived through {name}")
    rows: Counter[str] = Counter()
    if wanted.canonical:
        rows.update(write_block(folder / CANONICAL, world))
    rows.update(_telemetry(folder, provider, world, wanted))
    steps.finished(f"Measured the homes of {name}")
    if wanted.exports:
        rows.update(write_block_exports(folder, world, exported_at, wanted.active_lists))
    write_causes(folder / TRUTH, world)
    truth = truth_of(world)
    steps.finished(f"Simulated {name}")
    return truth, rows


def _reports(folder: Path, reports: list[Reported], exported_at: datetime, wanted: Wanted) -> dict[str, int]:
    """Write what the outsourcing firms report, which only the work of all blocks tells."""
    rows = {}
    if wanted.canonical:
        rows[FIGURES] = write_entity(folder / CANONICAL, FIGURES, vendor_figures(reports), 0)
    if wanted.exports:
        rows[partners.FILE] = len(reports)
        write_export(folder, partners.partners_export(reports), exported_at)
    return rows


def _telemetry(folder: Path, provider: Provider, world: World, wanted: Wanted) -> dict[str, int]:
    """Write what is measured in the homes of a block; the hours and the samples have the same levels."""
    rows = {}
    if wanted.telemetry_days or wanted.sampled_homes:
        bases = levels(world, provider.chance("levels", world.block))
        usual = expected(world, provider.chance("counts", world.block))
    if wanted.telemetry_days:
        chance = provider.chance("telemetry", world.block)
        rows[TELEMETRY] = write_hours(folder / TELEMETRY, world, bases, usual, chance, wanted.telemetry_days)
    if wanted.sampled_homes and world.block == 0:
        taken = samples(world, bases, usual, provider.chance("samples"), wanted.sampled_homes)
        rows[SAMPLES] = write_entity(folder / CANONICAL, SAMPLES, taken, world.block)
    return rows


def _sampled(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted((folder / CANONICAL / SAMPLES).glob("*.parquet")))


def _read_at(provider: Provider, wanted: Wanted) -> dict[str, datetime]:
    if not wanted.exports:
        return {}
    clock, late = provider.clock, provider.flaws.late_from
    listed = {file: midnight(day, clock.zone) for file, day in dated_files(clock, wanted.active_lists)}
    return listed | ({"surveys.csv": datetime.fromtimestamp(late, clock.zone)} if late < NEVER else {})
