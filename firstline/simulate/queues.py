"""The queues in which calls and chats wait."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import NOBODY, Ints
from firstline.simulate.contacts import CONTAINED, Contacts, queue_for


def queue_of(contacts: Contacts) -> Ints:
    """The queue of each contact by its channel and reason, a position in QUEUES; NOBODY for what a bot kept."""
    return np.where(contacts.disposition == CONTAINED, NOBODY, queue_for(contacts.channel, contacts.driver))
