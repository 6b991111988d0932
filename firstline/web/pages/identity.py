"""Whose rows are these: match rates, the commonest open keys, what names suggest, and names of agents unexplained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from firstline.errors import unknown_name
from firstline.query.identity import Identity, read_identity
from firstline.warehouse.attachment import WAYS, OpenKey, Suggestion, open_keys, shared_keys, suggestions
from firstline.web.office import Office, reading

MOST = 100
"""Rows of each list on the page, the commonest first; what is settled makes room for the next."""

KEY, NOBODY, AGENT = "key:", "nobody:", "agent:"
"""What the names of the form's fields begin with; what they are about follows, as JSON."""

KIND_WORDS = {
    "circuit": "circuit",
    "serial": "serial number",
    "mac": "hardware address",
    "phone": "phone number",
    "email": "mail address",
}


@dataclass(frozen=True)
class Whose:
    """The page. `ways` are the ways of attaching that occur at all; lists hold at most `MOST` rows."""

    title: str
    source: str | None
    identity: Identity
    keys: Sequence[OpenKey]
    suggestions: Sequence[Suggestion]
    shared: int

    @property
    def ways(self) -> list[str]:
        """By what rows are attached here, in the order in which keys are tried."""
        used = {way for rate in self.identity.rates for way in rate.by}
        return [way for way in WAYS if way in used]

    @property
    def sources(self) -> list[str]:
        """Every source whose rows belong to accounts."""
        return sorted({rate.source for rate in self.identity.rates})

    @property
    def agents(self) -> Sequence[Any]:
        """The commonest unexplained names."""
        return self.identity.agents[:MOST]

    def name_of(self, prefix: str, *about: str) -> str:
        """The name of a field of the form."""
        return prefix + json.dumps(about, ensure_ascii=False)

    def kind_of(self, key: OpenKey) -> str:
        """What kind of key it is, in words."""
        return KIND_WORDS[key.kind]

    def as_json(self) -> Any:
        """The same rates and lists; a key is told as it was received."""
        return {
            "sources": [
                {"source": rate.source, "entity": rate.entity, **self.identity.of(rate.source, rate.entity)}
                for rate in self.identity.rates
            ],
            "open_keys": [_plain(asdict(key)) for key in self.keys],
            "suggestions": [asdict(each) for each in self.suggestions],
            "shared_keys": self.shared,
            "unknown_agents": [_plain(asdict(each)) for each in self.agents],
            "inferred_ends": [
                {"source": source, "entity": entity, "rows": rows}
                for (source, entity), rows in self.identity.ends.items()
            ],
        }


def identity_page(office: Office, request: Request) -> Whose:
    """Everything of all sources, or the open keys of `?source=`. Raises MisuseError for a source without rows."""
    source = request.query_params.get("source") or None
    with reading(office) as warehouse:
        found = read_identity(warehouse)
        known = {rate.source for rate in found.rates}
        if source is not None and source not in known:
            raise unknown_name("source of customers' rows", source, known)
        return Whose(
            title="Whose rows are these?",
            source=source,
            identity=found,
            keys=open_keys(warehouse, MOST, source),
            suggestions=suggestions(warehouse, MOST),
            shared=shared_keys(warehouse),
        )


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() + "Z" if isinstance(value, datetime) else value for name, value in told.items()}
