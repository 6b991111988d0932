"""The truth about bots and the app: what they handed over and kept, and which chats they kept were no help."""

from __future__ import annotations

import numpy as np

from firstline.simulate.contacts import APP, BOT, CHAT, CONTAINED, HANDED_OVER, PHONE
from firstline.simulate.truth_months import by_month
from firstline.simulate.world import World


def self_service(world: World) -> dict[str, list[float]]:
    """By month: what bots handed over, what they and the app kept, and of this the app sessions that were left."""
    contacts = world.contacts
    at, kept, by_bot = contacts.entered, contacts.disposition == CONTAINED, contacts.told == HANDED_OVER
    channels = {"calls": PHONE, "chats": BOT, "app_sessions": APP}
    return {
        "calls_bot_handed_over": by_month(world, at, by_bot & (contacts.channel == PHONE)),
        "chats_bot_handed_over": by_month(world, at, by_bot & (contacts.channel == CHAT)),
        **{f"{name}_kept": by_month(world, at, kept & (contacts.channel == row)) for name, row in channels.items()},
        "app_sessions_left": by_month(world, at, kept & (contacts.channel == APP) & ~contacts.solved),
    }


def kept_without_help(world: World) -> list[str]:
    """The chats that the bot counts as its own and that were no help."""
    contacts = world.contacts
    chats = np.flatnonzero((contacts.channel == BOT) & ~contacts.solved)
    return [str(chat) for chat in world.ids.contacts(contacts, chats).to_pylist()]
