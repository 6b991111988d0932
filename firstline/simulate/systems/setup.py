"""What the provider states about itself: opening hours, queues, teams, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from firstline.simulate.cells import Cell, in_words
from firstline.simulate.contacts import QUEUES
from firstline.simulate.exports import Export
from firstline.simulate.people import TEAMS
from firstline.simulate.wallclock import Clock
from firstline.simulate.world import World

SUPPORT, NETWORK = "Support lines", "Network desk"
EVERY_DAY, WORKING_DAYS = range(1, 8), range(1, 6)
LEVEL_S, SHORT_S = 20, 10
CLOCK_WORDS = {"First answer": "first_response", "Solution": "resolution"}


class Promise(NamedTuple):
    """What customers are promised: so many hours on one clock, for one priority or all."""

    name: str
    clock: str
    priority: str | None
    hours: int


PROMISES = (
    Promise("First answer", "first_response", None, 4),
    Promise("Solution, urgent", "resolution", "High", 14),
    Promise("Solution", "resolution", None, 30),
)

HOURS_MAPPING = """\
# Opening hours, as the provider states them: one row per weekday.
source = "setup"

[file]
entity = "business_calendar"

[fields]
calendar_id = "Calendar"
tz = "Time Zone"
weekday = "Weekday"
opens = "Opens"
closes = "Closes"
"""

QUEUES_MAPPING = """\
# Queues and their limits. The row '*' stands for all that is not stated otherwise.
source = "setup"

[file]
entity = "queue"

[fields]
queue_id = "Queue"
calendar_id = "Calendar"
service_level_s = "Answer Within Sec"
short_abandon_s = "Short Abandon Sec"
"""

TEAMS_MAPPING = """\
# Teams, their tier and their hours.
source = "setup"

[file]
entity = "team"

[fields]
team = "Team"
tier = "Tier"
calendar_id = "Calendar"
"""

PROMISES_MAPPING = """\
# What customers are promised, by clock and priority.
source = "setup"

[file]
entity = "sla_policy"

[fields]
policy_id = "Promise"
clock = { column = "Until", values = { "First answer" = "first_response", "Solution" = "resolution" } }
priority = "Priority"
target_s = { column = "Hours", unit = "h" }
calendar_id = "Calendar"
pauses_on = { constant = "pending" }
"""


def calendar_rows(clock: Clock) -> list[tuple[str, int, str, str]]:
    """Calendar, weekday (Monday 1), opening and closing time of each day on which somebody is there."""
    lines = (f"{clock.opens:02d}:00", f"{clock.closes:02d}:00")
    network = (f"{clock.network_opens:02d}:00", f"{clock.network_closes:02d}:00")
    return [(SUPPORT, day, *lines) for day in EVERY_DAY] + [(NETWORK, day, *network) for day in WORKING_DAYS]


def hours_export(world: World) -> Export:
    """opening_hours.csv: calendars."""
    clock = world.clock
    rows = calendar_rows(clock)
    names, days, opens, closes = zip(*rows, strict=True)
    zones: list[Cell] = [clock.zone.key] * len(rows)
    columns = {"Calendar": names, "Time Zone": zones, "Weekday": days, "Opens": opens, "Closes": closes}
    return _stated("opening_hours.csv", columns, HOURS_MAPPING)


def queues_export(world: World) -> Export:
    """queues.csv: queues."""
    names = ("*", *QUEUES)
    columns: dict[str, Sequence[Cell]] = {
        "Queue": names,
        "Calendar": [SUPPORT] * len(names),
        "Answer Within Sec": [LEVEL_S] * len(names),
        "Short Abandon Sec": [SHORT_S] * len(names),
    }
    return _stated("queues.csv", columns, QUEUES_MAPPING)


def teams_export(world: World) -> Export:
    """teams.csv: teams."""
    columns: dict[str, Sequence[Cell]] = {
        "Team": [team.name for team in TEAMS],
        "Tier": [str(team.tier) for team in TEAMS],
        "Calendar": [SUPPORT if team.tier == 1 else NETWORK for team in TEAMS],
    }
    return _stated("teams.csv", columns, TEAMS_MAPPING)


def promises_export(world: World) -> Export:
    """promises.csv: what is promised."""
    columns: dict[str, Sequence[Cell]] = {
        "Promise": [promise.name for promise in PROMISES],
        "Until": in_words(CLOCK_WORDS, [promise.clock for promise in PROMISES]),
        "Priority": [promise.priority for promise in PROMISES],
        "Hours": [promise.hours for promise in PROMISES],
        "Calendar": [SUPPORT] * len(PROMISES),
    }
    return _stated("promises.csv", columns, PROMISES_MAPPING)


def _stated(file: str, columns: Mapping[str, Sequence[Cell]], mapping: str) -> Export:
    return Export(file, {name: pa.array(cells) for name, cells in columns.items()}, mapping)
