"""Match keys: what a row can be attached to an account by, without keeping the number or name itself in analytics."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KeyKind = Literal["circuit", "serial", "mac", "phone", "email", "person"]
"""`person` is a name with its address: it only ever suggests an account."""

SECRET_KINDS: frozenset[KeyKind] = frozenset({"serial", "mac", "phone", "email", "person"})
"""Kinds that are personal data: their keys are keyed hashes. A circuit's key is its id."""


class MatchKey(BaseModel):
    """A column that is made at intake from the fields in `of`, in one normal form, so that equal keys mean the same.

    Its kind is `kind`, or each row says it in the field `kind_field`. Personal kinds are kept as a keyed hash (hex),
    which the landing keeps when the person is forgotten. Null where the text is no key of its kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    of: tuple[str, ...] = Field(min_length=1)
    kind: KeyKind | None = None
    kind_field: str | None = None
