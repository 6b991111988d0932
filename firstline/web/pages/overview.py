"""The overview: every KPI that the data can give, for one calendar period, by theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from firstline.formats import format_span
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.definitions import the_catalogue
from firstline.query.plan import span_of, with_span
from firstline.query.question import Query
from firstline.web.choice import Choice, choose_period
from firstline.web.office import Office, reading
from firstline.web.telling import Lack, lack_of
from firstline.web.tiles import Tile, make_tiles
from firstline.web.wording import THEMES


@dataclass(frozen=True)
class Theme:
    """The tiles of one theme under its heading."""

    heading: str
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Overview:
    """The overview. Without any data `choice` is None and the page tells how to bring some."""

    title: str
    choice: Choice | None
    themes: Sequence[Theme]
    lacking: Sequence[Lack]

    @property
    def span(self) -> str:
        """The chosen period by its first and last day."""
        return format_span(self.choice.period.start, self.choice.period.end) if self.choice else ""

    def as_json(self) -> Any:
        """The period and, by theme, every record shown; then what cannot be shown and why."""
        period = self.choice.period if self.choice else None
        return {
            "period_start": period.start.isoformat() if period else None,
            "period_end": period.end.isoformat() if period else None,
            "by": self.choice.by if self.choice else None,
            "themes": [
                {"theme": theme.heading, "kpis": [tile.as_json() for tile in theme.tiles]} for theme in self.themes
            ],
            "unavailable": [lack.record.as_json() for lack in self.lacking],
        }


def overview(office: Office, request: Request) -> Overview:
    """The overview that `?by=` and `?from=` ask for. Raises MisuseError for a wrong one."""
    catalogue, settings, now = the_catalogue(), office.settings, office.now()
    with reading(office) as warehouse:
        books = Bookkeeping(warehouse, settings)
        if not books.presence:
            return Overview("Overview", None, (), ())
        first, end = span_of(with_span(catalogue, books, Query((), now)))
        choice = choose_period(request, first, end, now, settings.zone)
        tiles, without = make_tiles(books, catalogue, choice, now)
    return Overview(
        title=f"Overview of {choice.name}",
        choice=choice,
        themes=_by_theme(tiles),
        lacking=[lack_of(catalogue.kpis[record.kpi], record) for record in without],
    )


def _by_theme(tiles: Sequence[Tile]) -> tuple[Theme, ...]:
    found = (Theme(label, [tile for tile in tiles if tile.kpi.theme == name]) for name, label in THEMES.items())
    return tuple(theme for theme in found if theme.tiles)
