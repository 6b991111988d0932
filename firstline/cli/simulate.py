"""`firstline simulate`: write a provider whose truth is known, of any size, without a home."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from firstline.cli.desk import desk_of
from firstline.errors import MisuseError
from firstline.simulate.sizes import check_zone

WITHOUT = "Leave out what truth.json calls so, such as area_outage; may be given several times."
DAYS = "Hourly telemetry of so many days up to the end."


@click.command("simulate")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--subscribers", default=25_000, show_default=True, help="How many subscribers the provider has.")
@click.option("--months", default=18, show_default=True, help="How many months of history.")
@click.option("--seed", default=1, show_default=True, help="The same seed, size and end give the same rows.")
@click.option("--end", help="The local day after the last one, YYYY-MM-DD (today by default).")
@click.option("--zone", default="America/Denver", show_default=True, help="The provider's time zone.")
@click.option("--canonical", is_flag=True, help="Write Parquet in the words of the vocabulary.")
@click.option("--no-exports", is_flag=True, help="Write no exports as the provider's systems would give them out.")
@click.option("--telemetry-days", default=0, show_default=True, help=DAYS)
@click.option("--sampled-homes", default=0, show_default=True, help="Samples of the last day of so many homes.")
@click.option("--threads", default=1, show_default=True, help="The rows are the same with any number.")
@click.option("--nothing-planted", is_flag=True, help="Nothing to find but outages drawn at random.")
@click.option("--without", multiple=True, metavar="NAME", help=WITHOUT)
@click.pass_context
def simulate_command(
    context: click.Context,
    folder: Path,
    subscribers: int,
    months: int,
    seed: int,
    end: str | None,
    zone: str,
    canonical: bool,
    no_exports: bool,
    telemetry_days: int,
    sampled_homes: int,
    threads: int,
    nothing_planted: bool,
    without: tuple[str, ...],
) -> None:
    """Write a simulated provider into FOLDER: exports with their mappings, and the truth beside them.

    The folder must be empty or absent. Only truth.json and the folder truth say what is planted; do not import them.
    """
    # here, because the simulator's libraries cost every other command time and 40 MB
    from firstline.simulate import scenario
    from firstline.simulate.listed import QUARTER
    from firstline.simulate.run import Wanted, simulate

    desk = desk_of(context)
    check_zone(zone)
    asked = scenario.without(scenario.NOTHING_PLANTED if nothing_planted else scenario.AS_FOUND, without)
    last = _day(end) if end else desk.now().astimezone(ZoneInfo(zone)).date()
    if threads < 1:
        raise MisuseError("bad_threads", f"{threads} threads simulate nothing.", "Choose 1 or more.")
    _check_empty(folder)
    wanted = Wanted(canonical, not no_exports, threads, QUARTER, telemetry_days, sampled_homes)
    sizes = (subscribers, months, seed)
    made = simulate(folder, *sizes, end=last, zone=zone, progress=desk.tell_share, scenario=asked, wanted=wanted)
    rows = sum(made.rows.values())
    desk.tell(f"Wrote {rows:,} rows of {made.first} to {made.last} into {folder}; the truth is {made.truth.name}.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MisuseError("bad_date", f"--end '{text}' is not a day.", "Write it as 2026-04-01.") from None


def _check_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise MisuseError("bad_folder", f"{folder} is not a folder.", "Name another one.")
    if folder.exists() and any(folder.iterdir()):
        hint = "Name another one: files of an earlier, larger provider would stay among the new."
        raise MisuseError("bad_folder", f"The folder {folder} is not empty.", hint)
