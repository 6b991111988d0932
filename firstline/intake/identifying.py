"""Settle by hand whose rows are whose: what a key or an agent's name means, or the account that a name suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.errors import MisuseError, nearest
from firstline.home import Home
from firstline.intake.corrections import RowKey, correct_rows
from firstline.intake.own_rows import import_own_rows
from firstline.intake.request import ImportRecord
from firstline.warehouse.attachment import knows_account, rows_of_person
from firstline.warehouse.engine import Warehouse

REASON = "name and address, confirmed by a person"


@dataclass(frozen=True)
class Settled:
    """What a key (its `text` in clear) is said to lead to: an account, or nobody in particular (None)."""

    kind: str
    text: str
    account_id: str | None


@dataclass(frozen=True)
class Alias:
    """A name as a source writes it, and the agent that it stands for."""

    source: str
    name: str
    agent_id: str


@dataclass(frozen=True)
class Confirmed:
    """Rows of a source under one name and address that a person says belong to an account."""

    entity: str
    source: str
    person_key: str
    account_id: str


def settle_keys(home: Home, settled: Sequence[Settled], now: datetime, note: str) -> ImportRecord:
    """Land links for these keys, as one batch that the caller applies; they hold since always.

    Raises MisuseError for an account that no list names.
    """
    for each in settled:
        if each.account_id is not None:
            check_account(home.warehouse, each.account_id)
    rows = [
        {
            "kind": each.kind,
            "value": each.text,
            "account_id": each.account_id,
            "is_shared": each.account_id is None,
        }
        for each in settled
    ]
    return import_own_rows(home, "identity_link", rows, now, note)


def explain_agents(home: Home, aliases: Sequence[Alias], now: datetime, note: str) -> ImportRecord:
    """Land aliases, as one batch that the caller applies; they hold since always.

    Raises MisuseError for an agent that no list names.
    """
    known = {row["agent_id"] for row in home.warehouse.rows("SELECT DISTINCT agent_id FROM agent WHERE NOT is_deleted")}
    for each in aliases:
        if each.agent_id not in known:
            near = nearest(each.agent_id, known)
            hint = f"Did you mean '{near}'?" if near else "Import the list of agents first."
            raise MisuseError("unknown_agent", f"No list names the agent '{each.agent_id}'.", hint)
    rows = [{"alias_source": each.source, "alias": each.name, "agent_id": each.agent_id} for each in aliases]
    return import_own_rows(home, "agent_alias", rows, now, note)


def confirm_rows(home: Home, confirmed: Confirmed, now: datetime) -> ImportRecord:
    """Attach the rows to the account, as corrections in one batch that the caller applies.

    Raises MisuseError for an account that no list names, or where nothing is open under that name any more.
    """
    check_account(home.warehouse, confirmed.account_id)
    ids = rows_of_person(home.warehouse, confirmed.entity, confirmed.source, confirmed.person_key)
    if not ids:
        raise MisuseError("nothing_open", "No row under that name and address waits for an account.", "Look again.")
    rows = [RowKey(confirmed.source, row_id) for row_id in ids]
    return correct_rows(home, confirmed.entity, rows, {"account_id": confirmed.account_id}, REASON, now)


def check_account(warehouse: Warehouse, account: str) -> None:
    """Refuse an account that no list and no line names: a slip of the pen would attach rows to nobody."""
    if not knows_account(warehouse, account):
        hint = "Check it, or import the list of accounts first. A link file may name accounts that are still to come."
        raise MisuseError("unknown_account", f"No list names the account '{account}'.", hint)
