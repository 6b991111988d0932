"""Numbers that the provider's systems share: of customers, accounts, premises, agents, outages, tickets, contacts.

Each block of subscribers numbers its own rows, from a number of its own on, so that blocks can be made in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from firstline.simulate.cells import Column, joined, numbered, words
from firstline.simulate.columns import NOBODY, Flags, Ints
from firstline.simulate.contacts import APP, BOT, CHANNELS, CHAT, PHONE, Contacts
from firstline.simulate.equipment import PARTS, TERMINALS

NUMBERS_OF_BLOCK = 80_000
"""More than a block has subscribers, those who join included."""

ROWS_OF_BLOCK = 10_000_000
"""More than any table of one block has rows."""


def agents(rows: Ints) -> Column:
    """Employee numbers of agent rows."""
    return numbered("E", 1_001, rows)


def renamed_agents(rows: Ints, renamed: Flags) -> Column:
    """The same, but that the renamed have the numbers of another system."""
    other = numbered("BD-", 70_001, np.where(rows == NOBODY, NOBODY, rows * 7))
    return pc.if_else(pa.array(renamed), other, agents(rows))


@dataclass(frozen=True)
class Ids:
    """The numbers of one block's rows; null for NOBODY."""

    block: int

    def _numbered(self, prefix: str, first: int, rows: Ints) -> Column:
        return numbered(prefix, first + self.block * ROWS_OF_BLOCK, rows)

    def customers(self, rows: Ints) -> Column:
        """Customer numbers of subscriber rows."""
        return self._numbered("C", 100_001, rows)

    def accounts(self, rows: Ints) -> Column:
        """Account numbers of subscriber rows."""
        return self._numbered("A", 200_001, rows)

    def services(self, rows: Ints) -> Column:
        """Service ids of subscriber rows."""
        return self._numbered("SV", 300_001, rows)

    def gateways(self, rows: Ints) -> Column:
        """Device ids of the gateways of subscriber rows."""
        return self._numbered("GW", 300_001, rows)

    def premises(self, rows: Ints) -> Column:
        """Premise numbers of subscriber rows."""
        return self._numbered("P", 400_001, rows)

    def numbers(self, rows: Ints, shared: Ints, style: str = "+1") -> Column:
        """Telephone numbers of subscriber rows, after a prefix; the `shared` rows have that of the first of them.

        Their area codes, from 555 on, are given to nobody.
        """
        if len(shared):
            rows = np.where(np.isin(rows, shared), shared[0], rows)
        return numbered(style, 5_552_000_000 + self.block * NUMBERS_OF_BLOCK, rows)

    def terminals(self, tech: Ints) -> Column:
        """The name of each subscriber's own end, which carries the number of the service: ONT-300001."""
        prefixes = words([PARTS[part].prefix + "-" for part in TERMINALS], tech).dictionary_decode()
        return joined(prefixes, self._numbered("", 300_001, np.arange(len(tech))))

    def outages(self, rows: Ints) -> Column:
        """Incident numbers of outage rows: in the order of onset."""
        return self._numbered("INC-", 90_001, rows)

    def tickets(self, rows: Ints) -> Column:
        """Ticket numbers of ticket rows: in the order of opening."""
        return self._numbered("T-", 50_001, rows)

    def contacts(self, table: Contacts, rows: Ints) -> Column:
        """Call, chat and app session ids of contact rows."""
        kind = np.zeros(len(CHANNELS), dtype=np.int64)
        kind[[CHAT, BOT]], kind[APP] = 1, 2
        kinds = words(("CALL-", "CHAT-", "APP-"), kind[np.append(table.channel, PHONE)[rows]]).dictionary_decode()
        return joined(kinds, self._numbered("", 700_001, rows))

    def surveys(self, rows: Ints) -> Column:
        """Numbers of survey invitations."""
        return self._numbered("Q", 800_001, rows)

    def jobs(self, rows: Ints) -> Column:
        """Numbers of truck rolls."""
        return self._numbered("J", 900_001, rows)
