"""Every KPI of the catalogue: what it asks, how it is made, and whether the data give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from firstline.catalogue.kpi import Kpi
from firstline.query.availability import availability, read_presence
from firstline.query.definitions import the_catalogue
from firstline.web.office import Office, reading
from firstline.web.wording import THEMES


@dataclass(frozen=True)
class Entry:
    """One KPI of the list; `missing` is ENTITY.FIELD that the data lack, None where it can be made."""

    kpi: Kpi
    missing: str | None


@dataclass(frozen=True)
class Section:
    """The KPIs of one theme under its heading."""

    heading: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Definitions:
    """The list of definitions."""

    title: str
    sections: Sequence[Section]

    def as_json(self) -> Any:
        """The declarations, each with what it misses."""
        return [
            {**entry.kpi.model_dump(mode="json"), "missing": entry.missing}
            for section in self.sections
            for entry in section.entries
        ]


def definitions(office: Office, request: Request) -> Definitions:
    """All definitions by theme."""
    with reading(office) as warehouse:
        presence = read_presence(warehouse)
    entries = [Entry(kpi, availability(kpi, presence).missing) for kpi in the_catalogue().kpis.values()]
    sections = (
        Section(heading, [entry for entry in entries if entry.kpi.theme == theme]) for theme, heading in THEMES.items()
    )
    return Definitions("Definitions", [section for section in sections if section.entries])
