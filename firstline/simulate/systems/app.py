"""The provider's app: its sessions in which a customer sought help."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.columns import NOBODY
from firstline.simulate.contacts import APP
from firstline.simulate.drivers import CODES
from firstline.simulate.exports import ISO_OFFSET, Export, clock_times, toml_values
from firstline.simulate.systems.callcentre import CHAT_TOPICS
from firstline.simulate.world import World

DONE = "Done"

MAPPING = Template("""\
# Sessions of the app in which the customer sought help. Who left has no outcome. Times carry their offset.
source = "app"

[file]
entity = "contact"
timezone = "$zone"
complete_until = "exported_at"

[fields]
contact_id = "Session"
account_id = "Account"
channel = { constant = "self_service_app" }
direction = { constant = "inbound" }
initiator = { constant = "customer" }
entered_at = { column = "Began", format = "iso" }
ended_at = { column = "Ended", format = "iso" }
disposition = { column = "Outcome", values = { "Done" = "bot_contained" } }
reason_code = { column = "Help Topic", values = $topics }
""")


def app_export(world: World) -> Export:
    """app_sessions.csv: sessions of the app."""
    contacts, clock = world.contacts, world.clock
    rows = np.flatnonzero(contacts.channel == APP)
    columns: dict[str, Column] = {
        "Session": world.ids.contacts(contacts, rows),
        "Account": world.ids.accounts(contacts.subscriber[rows]),
        "Began": clock_times(clock, contacts.entered[rows], ISO_OFFSET),
        "Ended": clock_times(clock, contacts.ended[rows], ISO_OFFSET),
        "Help Topic": words(in_words(CHAT_TOPICS, CODES), contacts.driver[rows]),
        "Outcome": words((DONE,), np.where(contacts.solved[rows], 0, NOBODY)),
    }
    mapping = MAPPING.substitute(zone=clock.zone.key, topics=toml_values(CHAT_TOPICS))
    return Export("app_sessions.csv", columns, mapping)
