"""`init`, `rebuild`, `backup`, `restore` and `imports`: the upkeep of a home."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home, desk_of, hand_over, no_wait
from firstline.durable import write_durably
from firstline.errors import MisuseError
from firstline.home import Home
from firstline.model.batch import live_numbers
from firstline.refresh.backup import back_up, restore
from firstline.refresh.forgotten_list import read_forgotten
from firstline.refresh.rebuild import rebuild
from firstline.settings import FILE_NAME, settings_template
from firstline.state.generation import check_generation

UNTOLD = {"mapping", "erases", "replaces", "rewords"}
"""What `imports` does not say of a batch: texts of their own, and lists that only the product reads."""


@click.command()
@click.pass_context
def init(context: click.Context) -> None:
    """Write a commented firstline.toml for this provider into the home."""
    desk = desk_of(context)
    check_generation(desk.home_path)
    path = desk.home_path / FILE_NAME
    if path.exists():
        raise MisuseError("settings_exist", f"{path} exists already.", "Change it in an editor.")
    write_durably(path, lambda unfinished: unfinished.write_text(settings_template(), "utf-8"))
    desk.print(f"Wrote {path}. State your time zone there before the first import.")


@click.command("rebuild")
@no_wait
@click.pass_context
def rebuild_command(context: click.Context) -> None:
    """Make the warehouse again from the landing (also from a lost ledger)."""
    desk = desk_of(context)
    with desk.undisturbed(for_rebuild=True) as reached:
        if not isinstance(reached, Home):
            hand_over(context, reached, desk.argv)
            return
        count = rebuild(reached, desk.tell)
    desk.print(f"Rebuilt from {count} batches.")


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@no_wait
@click.pass_context
def backup_command(context: click.Context, target: Path) -> None:
    """Write a backup of the home to TARGET (.tar.gz); safe while it is served."""
    desk = desk_of(context)
    if target.exists():
        raise MisuseError("target_exists", f"{target} exists already.", "Name another file.")
    with desk.reached() as reached:
        if isinstance(reached, Home):
            back_up(reached, target)
        else:
            reached.back_up(target)
    desk.print(f"Wrote {target} ({target.stat().st_size / 1e6:.1f} MB).")


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option(
    "--forgotten", type=click.Path(path_type=Path), help="The forgotten.txt of the home: who was forgotten since."
)
@click.pass_context
def restore_command(context: click.Context, archive: Path, forgotten: Path | None) -> None:
    """Make a home from a backup; the home must not exist yet."""
    desk = desk_of(context)
    listed = read_forgotten(forgotten, desk.now()) if forgotten else None
    count = restore(archive, desk.home_path, listed)
    desk.print(f"Restored {count} batches into {desk.home_path}.")


@click.command()
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def imports(desk: Desk, home: Home, style: str) -> None:
    """List the accepted batches, newest first."""
    batches = home.ledger.batches()[::-1]
    live = live_numbers(batches)
    if style == "json":
        told = [{**batch.model_dump(mode="json", exclude=UNTOLD), "is_live": batch.number in live} for batch in batches]
        desk.print(json.dumps(told, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in (
        "batch",
        "accepted at",
        "source",
        "file",
        "entity",
        "read",
        "accepted",
        "unchanged",
        "quarantined",
        "standing",
    ):
        table.add_column(name, overflow="fold")
    for batch in batches:
        counts = (batch.read, batch.accepted, batch.unchanged, batch.quarantined)
        when = f"{batch.accepted_at:%Y-%m-%d %H:%M:%S}Z"
        table.add_row(
            str(batch.number),
            when,
            batch.source,
            batch.file_name,
            batch.entity,
            *(f"{count:,}" for count in counts),
            "counts" if batch.number in live else "withdrawn",
        )
    Console(file=desk.out, width=140, highlight=False, markup=False).print(table)
