"""`firstline demo`: simulate a provider into a home, import its exports like any others, serve the cockpit."""

from __future__ import annotations

import click

from firstline.cli.desk import desk_of, no_wait
from firstline.cli.serving import serve_home
from firstline.errors import MisuseError
from firstline.settings import FILE_NAME
from firstline.simulate.sizes import check_sizes

ZONE = "America/Denver"
SETTINGS = f"""\
# The settings of a simulated provider.
provider = "Example Valley Broadband"
timezone = "{ZONE}"
simulated = true
"""


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
    check_sizes(subscribers, months, seed)
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
    # here, because the simulator's libraries cost every other command time and 40 MB
    from firstline.cli.demo_home import fill

    with desk.own_home("Use that one.") as home:
        fill(desk, home, subscribers, months, seed, ZONE)
        if not once:
            serve_home(desk, home, "127.0.0.1", port)
