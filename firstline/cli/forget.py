"""`firstline forget`: take a person's data out of the home for good."""

from __future__ import annotations

import json

import click

from firstline.cli.desk import desk_of, hand_over, no_wait
from firstline.home import Home
from firstline.refresh.forgetting import Forgotten, forget


@click.command("forget")
@click.argument("subscriber")
@click.option("--dry-run", is_flag=True, help="Say what would go; write nothing.")
@click.option(
    "--names-too", is_flag=True, help="Erase texts of others, too, in which no more than the full name stands."
)
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@no_wait
@click.pass_context
def forget_command(context: click.Context, subscriber: str, dry_run: bool, names_too: bool, style: str) -> None:
    """Erase the personal data of SUBSCRIBER everywhere in the home; no figure moves.

    It cannot be undone. Rows of theirs that come again lose their personal data on the way in.
    """
    desk = desk_of(context)
    with desk.undisturbed(make=False) as reached:
        if not isinstance(reached, Home):
            hand_over(context, reached, desk.argv)
            return
        forgotten = forget(reached, subscriber, desk.now(), dry_run, names_too, desk.tell)
    if style == "json":
        desk.print(json.dumps(forgotten.as_json(), indent=2))
        return
    desk.print(_table(forgotten, dry_run))


def _table(forgotten: Forgotten, is_trial: bool) -> str:
    verb = "would be" if is_trial else "is"
    if forgotten.batch is None and not is_trial and not forgotten.failed:
        return f"Subscriber {forgotten.subscriber} is forgotten already; nothing of theirs has come since."
    lines = [f"Subscriber {forgotten.subscriber} {verb} forgotten. What goes, in rows:", ""]
    counts = {f"personal data of {name}": rows for name, rows in forgotten.personal.items()}
    counts |= {
        "leftover cells": forgotten.leftover,
        "quarantine": forgotten.quarantine,
        "reasons of corrections": forgotten.corrections,
        "texts of others": forgotten.others,
        "files as received": forgotten.kept,
    }
    lines += [f"  {rows:>9,}  {name}" for name, rows in counts.items()]
    if forgotten.dropped:
        lines += ["", f"Kept files that could not be read again went as a whole: {', '.join(forgotten.dropped)}."]
    if forgotten.failed:
        lines += [
            "",
            "Files that could not be imported and tell of them go as a whole, with all else in them:",
        ]
        lines += [f"  {name}" for name in forgotten.failed]
    if forgotten.unsure:
        lines += ["", "Files to look into: they could not be searched, or hold no more than the full name:"]
        lines += [f"  {name}" for name in forgotten.unsure]
    if forgotten.named:
        lines += [
            "",
            "Rows of others with the full name, which may be somebody else's; read them, or give --names-too:",
        ]
        lines += [f"  {each.entity} {each.row} of {each.source or 'the provider'}" for each in forgotten.named]
    return "\n".join([*lines, "", "Older backups still hold all of it: see docs/how-to/forget-a-person.md."])
