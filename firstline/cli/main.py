"""The command line: every verb in one list."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from firstline import __version__
from firstline.cli.codes import codes
from firstline.cli.correct import correct, corrections
from firstline.cli.demo import demo
from firstline.cli.desk import Desk
from firstline.cli.explain import explain_command
from firstline.cli.forget import forget_command
from firstline.cli.importing import import_command
from firstline.cli.kpi import kpi_command
from firstline.cli.mappings import mappings
from firstline.cli.quarantine import quarantine
from firstline.cli.remap import remap_command
from firstline.cli.restated import restated
from firstline.cli.serving import serve_command
from firstline.cli.setup import setup
from firstline.cli.simulate import simulate_command
from firstline.cli.snapshots import snapshots
from firstline.cli.sources import sources
from firstline.cli.template import template
from firstline.cli.undo import undo
from firstline.cli.upkeep import backup_command, imports, init, rebuild_command, restore_command
from firstline.errors import FirstlineError
from firstline.full_disk import naming_full_disk

COMMANDS: tuple[click.Command, ...] = (
    demo,
    simulate_command,
    init,
    template,
    import_command,
    imports,
    undo,
    remap_command,
    mappings,
    correct,
    corrections,
    codes,
    setup,
    kpi_command,
    explain_command,
    restated,
    snapshots,
    sources,
    quarantine,
    serve_command,
    rebuild_command,
    backup_command,
    restore_command,
    forget_command,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--home", type=click.Path(path_type=Path), help="The home (FIRSTLINE_HOME; ./firstline-home by default).")
@click.version_option(__version__, prog_name="firstline")
@click.pass_context
def firstline(context: click.Context, home: Path | None) -> None:
    """Support intelligence for broadband service providers."""
    if home is not None and context.obj.served is None:
        context.obj.home_path = home


for command in COMMANDS:
    firstline.add_command(command)


def run(desk: Desk) -> int:
    """Run the desk's command; returns its exit code and prints what went wrong to the desk's stderr."""
    try:
        with naming_full_disk(desk.home_path):
            code = firstline.main(args=desk.argv, prog_name="firstline", standalone_mode=False, obj=desk)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show(file=desk.err)
        return error.exit_code
    except FirstlineError as error:
        desk.tell(f"Error: {error}")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        desk.tell("Interrupted.")
        return 130


def main() -> None:
    """The `firstline` program."""
    try:
        sys.exit(run(Desk(sys.argv[1:])))
    except BrokenPipeError:
        # the reader of our output is gone (as in `firstline kpi | head`); nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
