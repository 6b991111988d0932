"""Numbers that the provider's systems share: of customers, accounts, premises, agents, outages, tickets, contacts."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import Ints
from firstline.simulate.contacts import CHAT, Contacts
from firstline.simulate.exports import Cell, numbered


def customers(rows: Ints) -> list[Cell]:
    """Customer numbers of subscriber rows."""
    return numbered("C", 100_001, rows)


def accounts(rows: Ints) -> list[Cell]:
    """Account numbers of subscriber rows."""
    return numbered("A", 200_001, rows)


def services(rows: Ints) -> list[Cell]:
    """Service ids of subscriber rows."""
    return numbered("SV", 300_001, rows)


def premises(rows: Ints) -> list[Cell]:
    """Premise numbers of subscriber rows."""
    return numbered("P", 400_001, rows)


def outages(rows: Ints) -> list[Cell]:
    """Incident numbers of outage rows: in the order of onset."""
    return numbered("INC-", 90_001, rows)


def agents(rows: Ints) -> list[Cell]:
    """Employee numbers of agent rows."""
    return numbered("E", 1_001, rows)


def tickets(rows: Ints) -> list[Cell]:
    """Ticket numbers of ticket rows: in the order of opening."""
    return numbered("T-", 50_001, rows)


def contacts(table: Contacts, rows: Ints) -> list[Cell]:
    """Call and chat ids of contact rows; None for NOBODY."""
    chats = np.append(table.channel == CHAT, False)
    ids = numbered("", 700_001, rows)
    return [
        None if number is None else ("CHAT-" if is_chat else "CALL-") + str(number)
        for number, is_chat in zip(ids, chats[rows].tolist(), strict=True)
    ]
