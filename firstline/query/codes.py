"""The codes of all sources with their meanings and suggestions: what the command line and the cockpit list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from firstline.errors import unknown_name
from firstline.model.code_suggestion import suggested_meaning
from firstline.model.codes import CodeField, code_fields
from firstline.query.definitions import the_catalogue
from firstline.warehouse.codes_seen import SeenCode, seen_codes
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.taxonomy import taxonomy


@dataclass(frozen=True)
class ListedCode:
    """A code that was seen, and what it probably means where nothing says so (`suggestion`, else None)."""

    seen: SeenCode
    suggestion: str | None

    @property
    def field(self) -> CodeField:
        """The field it stands in."""
        return code_fields()[self.seen.field]

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; instants in ISO form with offset."""
        plain = {**asdict(self.seen), "suggestion": self.suggestion}
        return {name: _plain(value) for name, value in plain.items()}


def listed_codes(
    warehouse: Warehouse, only_unmapped: bool = False, source: str | None = None, field: str | None = None
) -> list[ListedCode]:
    """Every code by source and field, the commonest first; those of one source or field where asked.

    Raises MisuseError for a source without codes, or a field that holds none.
    """
    if field is not None and field not in code_fields():
        raise unknown_name("code field", field, code_fields())
    seen = seen_codes(warehouse)
    if source is not None and source not in {code.source for code in seen}:
        raise unknown_name("source with codes", source, {code.source for code in seen})
    chosen = [
        code
        for code in seen
        if (source is None or code.source == source)
        and (field is None or code.field == field)
        and (code.is_unmapped or not only_unmapped)
    ]
    drivers = taxonomy(warehouse)
    return [
        ListedCode(
            code, suggested_meaning(code_fields()[code.field], code.value, drivers) if code.is_unmapped else None
        )
        for code in chosen
    ]


@dataclass(frozen=True)
class UnmappedField:
    """How many codes of one source and field have no meaning, in how many rows, and the KPIs that rest on it."""

    source: str
    field: str
    codes: int
    rows: int
    kpis: tuple[str, ...]

    def is_of(self, source: str, entity: str) -> bool:
        """True for a field of that source's rows of the entity."""
        return (self.source, self.field.partition(".")[0]) == (source, entity)


def unmapped_fields(warehouse: Warehouse) -> list[UnmappedField]:
    """What is not mapped, by source and field."""
    found: dict[tuple[str, str], list[SeenCode]] = {}
    for code in seen_codes(warehouse):
        if code.is_unmapped:
            found.setdefault((code.source, code.field), []).append(code)
    return [
        UnmappedField(source, field, len(codes), sum(code.rows for code in codes), _resting_on(field))
        for (source, field), codes in found.items()
    ]


def _resting_on(field: str) -> tuple[str, ...]:
    return tuple(kpi.id for kpi in the_catalogue().kpis.values() if any(field in needs for needs in kpi.needs))


def _plain(value: object) -> object:
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value


def meanings_of(field: CodeField, warehouse: Warehouse) -> Sequence[str]:
    """What a code of the field can mean: drivers in force, or values of its list; empty where anything can be meant."""
    if field.kind == "driver":
        return [name for name, node in taxonomy(warehouse).items() if not node.is_retired]
    return field.values
