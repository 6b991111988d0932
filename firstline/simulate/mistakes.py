"""What is wrong in the exports of a provider, and from when: mistakes of its feeds, not of what happened.

The canonical rows and the totals of the truth are without them. Each can be switched off by its 0; a span that is too
short for one has none. The truth says which there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from firstline.simulate.columns import NEVER, Flags, Ints
from firstline.simulate.people import MIX_TEAM, TEAMS, Agents
from firstline.simulate.subscribers import SEGMENTS, Subscribers
from firstline.simulate.wallclock import Clock

RENAMED_TEAM = MIX_TEAM
"""The team whose vendor changes its telephone system, and with it the names of the agents."""

SILENT_SITE = "Pueblo"
"""The site whose calls are missing for a while."""

RECODED = {
    "connectivity.slow.evening": "INT-110",
    "connectivity.no_service.line_down": "INT-120",
    "connectivity.intermittent.drops": "INT-120",
    "connectivity.area_outage.known": "INT-190",
    "wifi.coverage.room": "HOME-210",
    "wifi.setup.password": "HOME-220",
    "equipment.gateway.faulty": "HOME-230",
    "billing.explain_bill.first": "ACC-310",
    "billing.payment.late": "ACC-320",
    "account.plan_change.upgrade": "ACC-330",
    "voice.quality.noise": "TEL-410",
    "video.service.freezing": "TV-510",
    "other.unknown.none": "GEN-900",
}
"""The new reason codes of the telephone system; one stands for two of the old."""


@dataclass(frozen=True)
class Mistakes:
    """Which mistakes the feeds make: months are counted from 1 on, days and accounts are numbers of them; 0 is none."""

    switchboard_accounts: int = 0
    """Calls come with numbers alone, and so many small businesses share the number of one switchboard."""
    zone_in_month: int = 0
    """The chat tool's times are local from this month on, and still called UTC."""
    renamed_in_month: int = 0
    """The agents of one vendor's team have other names in calls from this month on."""
    missing_days: int = 0
    """So many days' calls of one site are missing, in the middle of the span."""
    recoded_in_month: int = 0
    """The telephone system has other reason codes from this month on."""
    late_days: int = 0
    """The survey tool was read so many days before the others."""


NO_MISTAKES = Mistakes()
MESSY = Mistakes(
    switchboard_accounts=12,
    zone_in_month=4,
    renamed_in_month=6,
    missing_days=14,
    recoded_in_month=9,
    late_days=9,
)
"""The feeds of a provider as it is found."""


@dataclass(frozen=True)
class Flaws:
    """The same as instants of one span; NEVER for what is not there."""

    switchboard_accounts: int
    zone_from: int
    renamed_from: int
    missing_from: int
    missing_until: int
    recoded_from: int
    late_from: int

    def sharing(self, subscribers: Subscribers, block: int) -> Ints:
        """The subscribers behind the one switchboard: small businesses of the first block."""
        found = np.flatnonzero(subscribers.segment == SEGMENTS.index("smb"))
        return found[: self.switchboard_accounts] if block == 0 else found[:0]

    def lost(self, agents: Agents, agent: Ints, at: Ints) -> Flags:
        """Which calls (answered by these agents or NOBODY, at these instants) the export lacks."""
        silent = np.array([team.site == SILENT_SITE for team in TEAMS])[agents.team]
        lacking: Flags = np.append(silent, False)[agent] & (at >= self.missing_from) & (at < self.missing_until)
        return lacking

    def renamed(self, agents: Agents, agent: Ints, at: Ints) -> Flags:
        """Which agents have their new name at these instants."""
        team = [team.name for team in TEAMS].index(RENAMED_TEAM)
        found: Flags = (np.append(agents.team, -1)[agent] == team) & (at >= self.renamed_from)
        return found

    def chat_times(self, clock: Clock, at: Ints) -> Ints:
        """The instants that the chat tool states for what happened at these; NEVER stays NEVER."""
        wrong = (at >= self.zone_from) & (at < NEVER)
        return np.where(wrong, clock.local(np.where(wrong, at, clock.start)), at)


def flaws_of(mistakes: Mistakes, clock: Clock) -> Flaws:
    """When each mistake begins in this span."""
    months = clock.month_starts.tolist()

    def month(number: int) -> int:
        return int(months[number - 1]) if 0 < number <= len(months) else NEVER

    middle = clock.first + (clock.last - clock.first) / 2
    silent = middle + timedelta(days=mistakes.missing_days)
    missing = bool(mistakes.missing_days) and silent < clock.last
    late = clock.last - timedelta(days=mistakes.late_days)
    return Flaws(
        switchboard_accounts=mistakes.switchboard_accounts,
        zone_from=month(mistakes.zone_in_month),
        renamed_from=month(mistakes.renamed_in_month),
        missing_from=clock.of(middle) if missing else NEVER,
        missing_until=clock.of(silent) if missing else NEVER,
        recoded_from=month(mistakes.recoded_in_month),
        late_from=clock.of(late) if mistakes.late_days and late > clock.first else NEVER,
    )
