"""The queues in which calls and chats wait."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import NOBODY, Ints
from firstline.simulate.contacts import CHAT, CONTAINED, Contacts
from firstline.simulate.drivers import IS_BILLING

QUEUES: tuple[str, ...] = ("Technical Support", "Billing and Orders", "Web Chat")
TECHNICAL, BILLING, CHATS = range(3)


def queue_of(contacts: Contacts) -> Ints:
    """The queue of each contact by its channel and reason, a position in QUEUES; NOBODY for what a bot kept."""
    queue = np.where(contacts.channel == CHAT, CHATS, np.where(IS_BILLING[contacts.driver], BILLING, TECHNICAL))
    return np.where(contacts.disposition == CONTAINED, NOBODY, queue)
