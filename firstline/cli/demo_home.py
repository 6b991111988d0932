"""Fill the home of the demo: simulate a provider and import its exports like any others."""

from __future__ import annotations

from pathlib import Path

from firstline.cli.desk import Desk
from firstline.cli.importing import print_records
from firstline.errors import HomeError
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.periods import local_date
from firstline.refresh.imports import import_all
from firstline.simulate.mistakes import MESSY
from firstline.simulate.run import SAMPLES, Progress, Simulated, Wanted, simulate
from firstline.simulate.telemetry.samples import SAMPLED

WANTED = Wanted(mistakes=MESSY, active_lists=3, telemetry_days=14, sampled_homes=50)
"""Exports as a provider has them, with the mistakes of their feeds and the last quarter's lists of who is active; two
weeks of telemetry and a day of samples."""
COLLECTOR = 'source = "collector"\n[file]\nentity = "telemetry_sample"\n[fields]\n' + "".join(
    f'{name} = "{name}"\n' for name in SAMPLED
)
"""The mapping of the samples, whose columns have the vocabulary's names."""


def fill(desk: Desk, home: Home, subscribers: int, months: int, seed: int, zone: str) -> None:
    """Simulate and import, unless the home holds a simulated provider already.

    Raises HomeError where an export cannot be imported.
    """
    if home.ledger.last_number():
        desk.tell(f"The home {home.path} holds a simulated provider already; delete it to make another.")
        return
    folder = home.path / "simulated"
    end = local_date(desk.now(), home.settings.zone)
    desk.tell(f"Simulating {subscribers:,} subscribers over {months} months")
    made = simulate(folder, subscribers, months, seed, end=end, zone=zone, progress=_teller(desk), wanted=WANTED)
    requests = [*(_request(made, *pair) for pair in made.imports), *_samples(made)]
    records = import_all(home, requests, desk.now, progress=desk.tell)
    print_records(desk, records, dry_run=False)
    failed = [record for record in records if record.error]
    if failed:
        raise HomeError("demo_failed", f"{len(failed)} of the simulated exports could not be imported.", "")


def _teller(desk: Desk) -> Progress:
    """Tells a step and how much of the simulation is done."""
    return lambda step, share: desk.tell(f"{step}: {share:.0%}")


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
