"""Settle from the browser whose rows are whose: open keys, names of agents, suggestions; and the figures that move."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.identifying import Alias, Confirmed, Settled, confirm_rows, explain_agents, settle_keys
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.warehouse.attachment import open_keys
from firstline.warehouse.engine import Warehouse
from firstline.web.office import Office
from firstline.web.pages.identity import AGENT, KEY, KIND_WORDS, MOST, NOBODY

NOTE = "whose rows, cockpit"


@dataclass(frozen=True)
class SettledPage:
    """What was settled, the batches that say so, and the figures that moved."""

    title: str
    said: Sequence[str]
    batches: Sequence[int]
    moved: Sequence[Moved]

    def as_json(self) -> Any:
        """The batches and the figures that moved."""
        return {"batches": list(self.batches), "moved": [each.as_json() for each in self.moved]}


def settle(office: Office, form: FormData) -> SettledPage:
    """Save what the form says of keys and of agents' names.

    Raises MisuseError where it says nothing, or names an account or agent that no list has.
    """
    given = {name: str(value).strip() for name, value in form.multi_items() if str(value).strip()}
    source = given.get("source")
    now = office.now()
    with office.working() as home:
        keys = _settled(home.warehouse, given, source)
        aliases = [Alias(about[0], about[1], agent) for about, agent in _about(given, AGENT)]
        if not keys and not aliases:
            raise MisuseError("nothing_to_settle", "Nothing was filled in.", "Name an account, or say it is nobody's.")
        batches, moved = moved_by(home, lambda where: _land(where, keys, aliases, now), now)
    said = [f"{KIND_WORDS[each.kind]} {each.text}: {each.account_id or 'nobody in particular'}" for each in keys]
    said += [f"{each.name} in {each.source}: agent {each.agent_id}" for each in aliases]
    title = "1 thing settled" if len(said) == 1 else f"{len(said):,} things settled"
    return SettledPage(title, said, batches, moved)


def confirm(office: Office, form: FormData) -> SettledPage:
    """Attach the rows of one suggestion to its account."""
    entity, source, person_key, account = (
        str(form.get(name) or "") for name in ("entity", "source", "person_key", "account_id")
    )
    confirmed = Confirmed(entity, source, person_key, account)
    now = office.now()
    with office.working() as home:
        record, moved = moved_by(home, lambda where: confirm_rows(where, confirmed, now), now)
    assert record.batch is not None
    count = "1 row" if record.accepted == 1 else f"{record.accepted:,} rows"
    said = [f"{count} of {entity.replace('_', ' ')} from {source}: account {account}"]
    return SettledPage(f"{count} attached", said, [record.batch], moved)


def _land(home: Home, keys: Sequence[Settled], aliases: Sequence[Alias], now: datetime) -> list[int]:
    records = [settle_keys(home, keys, now, NOTE)] if keys else []
    records += [explain_agents(home, aliases, now, NOTE)] if aliases else []
    return [record.batch for record in records if record.batch is not None]


def _settled(warehouse: Warehouse, given: Mapping[str, str], source: str | None) -> list[Settled]:
    """What the form says of keys; it names them by their hash, their text is taken from the rows that have them."""
    said: dict[tuple[str, ...], str | None] = dict(_about(given, KEY))
    for about, _ in _about(given, NOBODY):
        if said.get(about) is not None:
            problem = "A key cannot be an account's and nobody's at once."
            raise MisuseError("two_answers", problem, "Name an account or tick nobody's, not both.")
        said[about] = None
    texts = {(each.kind, each.key): each.text for each in open_keys(warehouse, MOST, source)} if said else {}
    settled = []
    for about, account in said.items():
        text = texts.get((about[0], about[1]))
        if text is None:
            problem = "A key of the form is open no more, or its text was erased."
            raise MisuseError("key_not_open", problem, "Look at the page again.")
        settled.append(Settled(about[0], text, account))
    return settled


def _about(given: Mapping[str, str], prefix: str) -> list[tuple[tuple[str, ...], str]]:
    return [
        (tuple(json.loads(name.removeprefix(prefix))), value)
        for name, value in given.items()
        if name.startswith(prefix)
    ]
