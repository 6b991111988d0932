"""`firstline demo`: simulate a provider into a home, import its exports like any others, serve the cockpit."""

from __future__ import annotations

from pathlib import Path

import click

from firstline.cli.desk import Desk, desk_of, no_wait
from firstline.cli.importing import print_records
from firstline.cli.serving import serve_home
from firstline.errors import HomeError, MisuseError
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.periods import local_date
from firstline.refresh.imports import import_all
from firstline.settings import FILE_NAME
from firstline.simulate.mistakes import MESSY
from firstline.simulate.run import Progress, Simulated, Wanted, simulate

ZONE = "America/Denver"
SETTINGS = f"""\
# The settings of a simulated provider.
provider = "Example Valley Broadband"
timezone = "{ZONE}"
simulated = true
"""

WANTED = Wanted(mistakes=MESSY)
"""Exports as a provider has them: with the mistakes of their feeds."""


@click.command("demo")
@click.option("--subscribers", default=25_000, show_default=True, help="How many subscribers the provider has.")
@click.option("--months", default=18, show_default=True, help="How many months of history.")
@click.option("--seed", default=1, show_default=True, help="The same seed and size give the same provider.")
@click.option("--once", is_flag=True, help="Make the home and stop: do not serve.")
@click.option("--port", default=8000, show_default=True, help="An occupied one takes the next and prints it.")
@no_wait
@click.pass_context
def demo(context: click.Context, subscribers: int, months: int, seed: int, once: bool, port: int) -> None:
    """Simulate a provider, import its exports and serve the cockpit."""
    desk = desk_of(context)
    settled = desk.home_path / FILE_NAME
    is_simulated = desk.settings().simulated
    if settled.exists() and not is_simulated:
        hint = "Name another one: firstline --home DIR demo."
        raise MisuseError("home_in_use", f"The home {desk.home_path} is a real provider's.", hint)
    if not settled.exists():
        if desk.home_path.exists() and any(desk.home_path.iterdir()):
            hint = "Name another one: firstline --home DIR demo."
            raise MisuseError("home_in_use", f"The folder {desk.home_path} is not empty.", hint)
        desk.home_path.mkdir(parents=True, exist_ok=True)
        settled.write_text(SETTINGS, "utf-8")
    with desk.own_home("Use that one.") as home:
        _fill(desk, home, subscribers, months, seed)
        if not once:
            serve_home(desk, home, "127.0.0.1", port)


def _fill(desk: Desk, home: Home, subscribers: int, months: int, seed: int) -> None:
    """Simulate and import, unless the home holds a simulated provider already."""
    if home.ledger.last_number():
        desk.tell(f"The home {home.path} holds a simulated provider already; delete it to make another.")
        return
    folder = home.path / "simulated"
    end = local_date(desk.now(), home.settings.zone)
    desk.tell(f"Simulating {subscribers:,} subscribers over {months} months")
    made = simulate(folder, subscribers, months, seed, end=end, zone=ZONE, progress=_teller(desk), wanted=WANTED)
    records = import_all(home, [_request(made, *pair) for pair in made.imports], desk.now, progress=desk.tell)
    print_records(desk, records, dry_run=False)
    failed = [record for record in records if record.error]
    if failed:
        raise HomeError("demo_failed", f"{len(failed)} of the simulated exports could not be imported.", "")


def _teller(desk: Desk) -> Progress:
    """Tells a step and how much of the simulation is done."""
    return lambda step, share: desk.tell(f"{step}: {share:.0%}")


def _request(made: Simulated, path: Path, mapping: Path) -> ImportRequest:
    return ImportRequest(
        path=path,
        name=path.name,
        mapping_text=mapping.read_text("utf-8"),
        mapping_name=mapping.name,
        exported_at=made.exported(path),
    )
