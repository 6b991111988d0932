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
from firstline.warehouse.codes_seen import SeenCode, code_table, seen_codes
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


TABLE_COLUMNS = ("code_source", "field", "value", "meaning", "valid_from")
"""The columns of a code table as it goes out and comes in."""


def exported_table(
    warehouse: Warehouse, source: str | None = None, field: str | None = None
) -> tuple[Sequence[str], list[dict[str, Any]]]:
    """Columns and rows of the code table in force, as an import reads it again; of one source or field where asked."""
    rows = [
        {**row, "valid_from": row["valid_from"] and row["valid_from"].replace(tzinfo=UTC)}
        for row in code_table(warehouse)
        if source in (None, row["code_source"]) and field in (None, row["field"])
    ]
    return TABLE_COLUMNS, rows


def waiting_table(
    warehouse: Warehouse, source: str | None = None, field: str | None = None
) -> tuple[Sequence[str], list[dict[str, Any]]]:
    """Columns and rows of a code table to be filled in: what has no meaning, with its count and suggestion."""
    rows = [
        {
            "code_source": code.seen.source,
            "field": code.seen.field,
            "value": code.seen.value,
            "rows": code.seen.rows,
            "suggestion": code.suggestion,
        }
        for code in listed_codes(warehouse, True, source, field)
    ]
    return (*TABLE_COLUMNS, "rows", "suggestion"), rows


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
