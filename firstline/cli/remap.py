"""`firstline remap`: read the kept files of a source again under a corrected mapping or time zone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from firstline.cli.desk import Desk, desk_of, hand_over, no_wait
from firstline.cli.importing import mapping_text as mapping_text_of
from firstline.cli.undo import moved_table
from firstline.home import Home
from firstline.revision.remapping import remap_source, try_remap


@click.command("remap")
@click.argument("source")
@click.option(
    "--mapping", "mapping_path", type=click.Path(path_type=Path), required=True, help="The corrected mapping."
)
@click.option("--mapping-text", hidden=True, help="The same as text: what is handed over to a running server.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@no_wait
@click.pass_context
def remap_command(
    context: click.Context, source: str, mapping_path: Path, mapping_text: str | None, dry_run: bool, style: str
) -> None:
    """Read every kept file of SOURCE again under a corrected mapping, in place of what it brought before.

    It is tried out first: a file that cannot be read stops it, and nothing is changed. What changes is said.
    """
    desk = desk_of(context)
    text = mapping_text if mapping_text is not None else mapping_text_of(mapping_path)
    assert text is not None
    with desk.reached(make=False) as reached:
        if isinstance(reached, Home):
            _remap(desk, reached, source, text, dry_run, style)
        else:
            hand_over(context, reached, [*desk.argv, "--mapping-text", text])


def _remap(desk: Desk, home: Home, source: str, text: str, dry_run: bool, style: str) -> None:
    done = (try_remap if dry_run else remap_source)(home, source, text, desk.now(), desk.tell)
    if style == "json":
        desk.print(json.dumps(done.as_json(), indent=2, allow_nan=False))
        return
    verb = "would be" if dry_run else "were"
    desk.print(
        f"{len(done.withdraws)} batches of {source} {verb} withdrawn, {len(done.records)} files {verb} read again:"
    )
    for record in done.records:
        counts = ((name, getattr(record, name)) for name in ("read", "accepted", "unchanged", "quarantined"))
        desk.print(f"  {record.path}: {', '.join(f'{count:,} {name}' for name, count in counts)}")
    desk.print(f"\n{moved_table(done.moved)}")
    if done.withdrawal:
        desk.print(f"'firstline undo {done.withdrawal}' goes back to what was before.")
