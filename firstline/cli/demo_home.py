"""Fill the home of the demo: simulate a provider and import its exports like any others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from firstline.cli.desk import Desk
from firstline.cli.importing import print_records
from firstline.durable import write_durably
from firstline.errors import HomeError
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.periods import local_date
from firstline.refresh.imports import import_all
from firstline.simulate.listed import QUARTER
from firstline.simulate.run import SAMPLES, Simulated, Wanted, simulate
from firstline.simulate.scenario import AS_FOUND
from firstline.simulate.telemetry.samples import SAMPLED

SCENARIO = AS_FOUND
"""All is planted, and the feeds make their mistakes."""
WANTED = Wanted(active_lists=QUARTER, telemetry_days=14, sampled_homes=50)
"""Exports as a provider has them, with the last quarter's lists of who is active; two weeks of telemetry and a day of
samples."""
PLAN = "imports.json"
"""What is to be imported, in order. It is written when all is simulated: without it, the simulation was cut off."""
COLLECTOR = 'source = "collector"\n[file]\nentity = "telemetry_sample"\n[fields]\n' + "".join(
    f'{name} = "{name}"\n' for name in SAMPLED
)
"""The mapping of the samples, whose columns have the vocabulary's names."""


def fill(desk: Desk, home: Home, subscribers: int, months: int, seed: int, zone: str) -> None:
    """Simulate and import, unless the home holds a simulated provider already; an import that was cut off goes on.

    Raises HomeError where an export cannot be imported.
    """
    folder = home.path / "simulated"
    requests = _left(home, folder)
    if requests is None:
        requests = _simulated(desk, home, folder, (subscribers, months, seed), zone)
    elif requests:
        desk.tell("The import of the simulated provider was cut off: going on with it, of the size it has.")
    else:
        desk.tell(f"The home {home.path} holds a simulated provider already; delete it to make another.")
        return
    records = import_all(home, requests, desk.now, progress=desk.tell)
    print_records(desk, records, dry_run=False)
    failed = [record for record in records if record.error]
    if failed:
        raise HomeError("demo_failed", f"{len(failed)} of the simulated exports could not be imported.", "")


def _left(home: Home, folder: Path) -> list[ImportRequest] | None:
    """What is simulated and not imported yet; None where the simulation itself was cut off, or never began."""
    known = {batch.file_name for batch in home.ledger.batches()}
    if not (folder / PLAN).exists():
        return [] if known else None
    return [request for request in _read_plan(folder) if request.name not in known]


def _simulated(desk: Desk, home: Home, folder: Path, sizes: tuple[int, int, int], zone: str) -> list[ImportRequest]:
    """Simulate into an empty folder; gives what is to be imported, which is kept there as well."""
    # a larger one that was cut off would leave files behind
    shutil.rmtree(folder, ignore_errors=True)
    subscribers, months, seed = sizes
    end = local_date(desk.now(), home.settings.zone)
    desk.tell(f"Simulating {subscribers:,} subscribers over {months} months")
    made = simulate(folder, *sizes, end=end, zone=zone, progress=desk.tell_share, scenario=SCENARIO, wanted=WANTED)
    requests = [*(_request(made, *pair) for pair in made.imports), *_samples(made)]
    _write_plan(folder, requests)
    return requests


def _write_plan(folder: Path, requests: Sequence[ImportRequest]) -> None:
    plan = [
        {
            "file": request.path.relative_to(folder).as_posix(),
            "name": request.name,
            "mapping": request.mapping_text,
            "mapping_name": request.mapping_name,
            "exported_at": request.exported_at and request.exported_at.isoformat(),
        }
        for request in requests
    ]
    write_durably(folder / PLAN, lambda path: path.write_text(json.dumps(plan, indent=1) + "\n", "utf-8"))


def _read_plan(folder: Path) -> list[ImportRequest]:
    return [
        ImportRequest(
            path=folder / planned["file"],
            name=planned["name"],
            mapping_text=planned["mapping"],
            mapping_name=planned["mapping_name"],
            exported_at=datetime.fromisoformat(planned["exported_at"]),
        )
        for planned in json.loads((folder / PLAN).read_text("utf-8"))
    ]


def _samples(made: Simulated) -> list[ImportRequest]:
    """What gateways told, as their collector would hand it on."""
    return [
        ImportRequest(path=path, name=f"{SAMPLES}s.parquet", mapping_text=COLLECTOR, exported_at=made.exported_at)
        for path in made.samples
    ]


def _request(made: Simulated, path: Path, mapping: Path) -> ImportRequest:
    return ImportRequest(
        path=path,
        name=path.name,
        mapping_text=mapping.read_text("utf-8"),
        mapping_name=mapping.name,
        exported_at=made.exported(path),
    )
