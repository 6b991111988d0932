"""`firstline undo`: withdraw a batch; what it replaced comes back, and which figures moved is said."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.formats import format_value
from firstline.home import Home
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Moved, shown_of
from firstline.revision.undoing import try_undo, undo_batch


@click.command("undo")
@click.argument("number", metavar="BATCH", type=int)
@click.option("--dry-run", is_flag=True, help="Show which figures would move; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def undo(desk: Desk, home: Home, number: int, dry_run: bool, style: str) -> None:
    """Withdraw a batch: its rows no longer count, and what they replaced comes back.

    The withdrawal is a batch itself; undoing it brings the rows back.
    """
    undone = (try_undo if dry_run else undo_batch)(home, number, desk.now(), desk.tell)
    if style == "json":
        desk.print(json.dumps(undone.as_json(), indent=2, allow_nan=False))
        return
    batch, withdrawal = undone.batch, undone.withdrawal
    rows = ", ".join(f"{count:,} {name} rows" for name, count in batch.entities.items()) or "no rows of its own"
    verb = f"is withdrawn by batch {withdrawal.number}" if withdrawal else "would be withdrawn"
    desk.print(f"Batch {number} ({batch.file_name}, {rows}) {verb}.\n\n{moved_table(undone.moved)}")
    if withdrawal:
        desk.print(f"'firstline undo {withdrawal.number}' brings it back.")


def moved_table(moved: Sequence[Moved]) -> str:
    """The figures that move, as a table for people; one sentence when there are none."""
    if not moved:
        return "No figure moves.\n"
    catalogue = the_catalogue()
    table = Table(box=None, pad_edge=False)
    for name in ("KPI", "month", "before", "after", "n before", "n after"):
        table.add_column(name, justify="left" if name in ("KPI", "month") else "right", overflow="fold")
    shown, n_left_out = shown_of(moved)
    for each in shown:
        kpi = catalogue.kpis[each.kpi]
        told = " ".join(value or "(none)" for value in each.group.values())
        unit = kpi.shown_unit(each.unit)
        values = (format_value(value, unit) if value is not None else "-" for value in (each.before, each.after))
        counts = (f"{count:,}" if count is not None else "-" for count in (each.n_before, each.n_after))
        table.add_row(f"{kpi.label} {told}".strip(), each.month, *values, *counts)
    out = io.StringIO()
    Console(file=out, width=140, highlight=False, markup=False).print(table)
    rest = f"{n_left_out} more figures of groups move: --format json lists them all.\n" if n_left_out else ""
    verb = "figure moves" if len(moved) == 1 else "figures move"
    return f"{len(moved)} {verb}:\n\n{out.getvalue()}{rest}"
