"""The fields that hold codes: words of a source's own that the code table gives a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from firstline.model.vocabulary import vocabulary

DRIVER_FIELDS = ("ticket.reason_code", "contact.reason_code")
"""Their codes mean a node of the driver taxonomy."""

FREE_FIELDS = (
    "ticket.resolution_code",
    "ticket.root_cause_code",
    "ticket.priority",
    "churn_event.reason_code",
    "subscriber_snapshot.churn_reason",
    "subscriber_snapshot.churn_category",
)
"""Their codes have no list of ours: a provider may bring those of several systems under one name of its own."""


@dataclass(frozen=True)
class CodeField:
    """One field that holds codes, as 'entity.field'.

    `kind` says what a code can mean: a 'driver' of the taxonomy, one of the `values` of the field's own 'list', or
    anything ('free').
    """

    entity: str
    field: str
    kind: Literal["driver", "list", "free"]
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As the code table names it."""
        return f"{self.entity}.{self.field}"


@cache
def code_fields() -> dict[str, CodeField]:
    """Every code field by its name in the code table, in the order of the vocabulary."""
    found = []
    for entity in vocabulary().values():
        for field in entity.analytic_fields:
            name = f"{entity.name}.{field.name}"
            if name in DRIVER_FIELDS:
                found.append(CodeField(entity.name, field.name, "driver"))
            elif name in FREE_FIELDS:
                found.append(CodeField(entity.name, field.name, "free"))
            elif field.type == "enum" and entity.side != "setup" and field.name not in entity.key:
                # what is part of a key cannot be read later: the row would be another one
                found.append(CodeField(entity.name, field.name, "list", field.values))
    return {each.name: each for each in found}
