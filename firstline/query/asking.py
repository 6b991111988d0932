"""One KPI of a Query being answered: every record with its value, interval, sample, state, completeness and note."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from firstline.catalogue.kpi import Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.periods import Period, calendar_periods, local_date
from firstline.query.answer import Record, State
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.compile import BASE_FACT
from firstline.query.compile_held import compile_check, compile_first_instant
from firstline.query.figure import Figure, figure, followed_note
from firstline.query.frame import Frame
from firstline.query.measure import Base, Cell, Group, Sums, accumulate, read_base, read_sums
from firstline.query.plan import KpiPlan, span_of
from firstline.query.question import Query
from firstline.query.unknown_values import with_unknown_values
from firstline.query.watermark import Coverage, coverage
from firstline.query.weighting import with_weights
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Asking:
    """One KPI of one Query being answered."""

    books: Bookkeeping
    catalogue: Catalogue
    query: Query
    plan: KpiPlan

    @property
    def warehouse(self) -> Warehouse:
        """Where the facts are."""
        return self.books.warehouse

    @property
    def settings(self) -> Settings:
        """The provider's."""
        return self.books.settings

    def records(self) -> list[Record]:
        """All records of the KPI."""
        if self.missing:
            return [self._unavailable(period, *self.missing) for period in self.periods]
        cells, others, base = self._read()
        groups: dict[date, list[Group]] = {}
        for start, group in sorted(cells, key=lambda cell: _by_text(cell[1])) if self.plan.group else ():
            groups.setdefault(start, []).append(group)
        records = []
        for period in self.periods:
            start = local_date(period.start, self.settings.zone)
            for group in groups.get(start, []) if self.plan.group else [()]:
                records.append(self._record(period, group, cells.get((start, group)), others, base))
        if not records:  # no group has a row
            empty: Group = (None,) * len(self.plan.group)
            records = [self._record(period, empty, None, others, base) for period in self.periods]
        return with_unknown_values(*self.own_rows, with_weights(*self.own_rows, records))

    @cached_property
    def own_rows(self) -> tuple[Warehouse, Catalogue, Kpi, Rows, Frame]:
        """What a look at the KPI's own rows needs."""
        return self.warehouse, self.catalogue, self.kpi, self.plan.rows, self.frame(self.plan.rows)

    @property
    def missing(self) -> tuple[str, str] | None:
        """ENTITY.FIELD that the KPI misses in these data and the note that says so; None if it can be made."""
        if self.plan.missing:
            return self.plan.missing, self._missing_note(self.plan.missing)
        for name in self._must_be_known():
            # subscribers are of a region, but if no ticket can be laid to one, no region has a count or rate of 0
            column = self.catalogue.column_of(self.plan.rows.fact, name, self.plan.rows.dimensions)
            row = self.warehouse.row(compile_check(self.plan.rows, "TRUE", f"{column} IS NOT NULL", {}).sql)
            if row["among"] and not row["known"]:
                entity = self.kpi.needs[0][0].partition(".")[0]
                return f"{entity}.{name}", f"No row of {entity.replace('_', ' ')} has a known {name}."
        for each in self.kpi.requires:
            statement = compile_check(self.plan.rows, each.among, each.known, self.plan.parameters)
            row = self.warehouse.row(statement.sql, statement.parameters)
            if row["among"] and not row["known"]:
                return each.missing, each.note
        return None

    def _must_be_known(self) -> tuple[str, ...]:
        """Dimensions whose values the question is about: those filtered by a value, and groups of a rate's base."""
        filtered = tuple(name for name, values in self.plan.where if any(value is not None for value in values))
        return (*filtered, *(self.base_frame.group if self.kpi.base else ()))

    @property
    def kpi(self) -> Kpi:
        """The KPI's declaration."""
        return self.plan.kpi

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods asked: calendar ones cut to the span, or the whole span."""
        start, end = span_of(self.query)
        zone = self.settings.zone
        if self.query.by:
            return calendar_periods(start, end, self.query.by, zone)
        return (Period(start.astimezone(zone), end.astimezone(zone)),)

    @cached_property
    def coverage(self) -> Coverage:
        """How far the data of the entities used reach."""
        return coverage(self.books.watermarks, self.plan.available.entities, self.query.now)

    @cached_property
    def base_frame(self) -> Frame:
        """Where statements about subscribers look."""
        return self.frame(None)

    def frame(self, rows: Rows | None, ignore: Collection[str] = ()) -> Frame:
        """Where statements about these rows (None: about subscribers) look; dimensions in `ignore` are left out."""
        start, end = span_of(self.query)
        fact, instead = (rows.fact, rows.dimensions) if rows else (BASE_FACT, {})

        def has(name: str) -> bool:
            return name not in ignore and self.catalogue.column_of(fact, name, instead) is not None

        return Frame(
            start=start,
            end=end,
            by=self.query.by,
            zone=self.settings.zone,
            group=tuple(name for name in self.plan.group if has(name)),
            where=tuple(each for each in self.plan.where if has(each[0])),
            watermark=self.coverage.until,
            history_start=self._history_start(rows) if rows else None,
            settings=self.plan.parameters,
        )

    def _read(self) -> tuple[dict[Cell, Sums], dict[Cell, Sums], dict[Cell, Base]]:
        """Sums of the numerator's rows, of the denominator's where it is another set, and subscribers."""
        rows = self.plan.rows
        cells = read_sums(*self.own_rows)
        others: dict[Cell, Sums] = {}
        base: dict[Cell, Base] = {}
        if self.kpi.additivity == "semi":
            cells = accumulate(cells, [local_date(period.start, self.settings.zone) for period in self.periods])
        if self.kpi.against:
            against = self.kpi.against
            others = read_sums(self.warehouse, self.catalogue, self.kpi, against, self.frame(against))
            for cell in others:
                cells.setdefault(cell, Sums())
        elif self.kpi.share_over:
            frame = self.frame(rows, ignore=self.kpi.share_over)
            others = read_sums(self.warehouse, self.catalogue, self.kpi, rows, frame)
        elif self.kpi.base:
            base = read_base(self.warehouse, self.catalogue, self.kpi, self.base_frame, self.periods)
            if self.base_frame.group == self.plan.group:
                for cell in base:
                    cells.setdefault(cell, Sums())
        return cells, others, base

    def _record(
        self, period: Period, group: Group, sums: Sums | None, others: Mapping[Cell, Sums], base: Mapping[Cell, Base]
    ) -> Record:
        start = local_date(period.start, self.settings.zone)
        own = sums or Sums()
        made = figure(
            self.kpi,
            own,
            self._other_side(start, group, others),
            base.get((start, self._base_group(group))),
            self.coverage.touches(period.start, period.end),
            {**self.plan.parameters, "is_modelled": self.settings.truck_roll_cost is None},
        )
        names = {"too_early": f"In the first {self.kpi.rows.history_days} days of data"}
        names |= {name: each.label for name, each in self.catalogue.facts[self.plan.rows.fact].exclusions.items()}
        return self._plain(
            period,
            group,
            made,
            own,
            {label: round(own.excluded[name]) for name, label in names.items() if name in own.excluded},
        )

    def _plain(self, period: Period, group: Group, made: Figure, sums: Sums, exclusions: Mapping[str, int]) -> Record:
        reached = self.coverage
        followed = followed_note(sums, self.catalogue.facts[self.plan.rows.fact].label)
        notes = [*made.notes, *followed, *self._standing_notes(period)]
        return Record(
            kpi=self.kpi.id,
            version=self.kpi.version,
            period_start=period.start,
            period_end=period.end,
            partial=period.partial,
            group=dict(zip(self.plan.group, group, strict=True)),
            value=made.value,
            unit=self._unit(),
            low=made.low,
            high=made.high,
            n=made.n,
            numerator=made.numerator,
            denominator=made.denominator,
            pending=round(sums.pending),
            excluded=sum(exclusions.values()),
            completeness=reached.share_of(period.start, min(period.end, self.query.now)),
            state=self._state(period, made),
            reason=made.reason,
            note=" ".join(notes) or None,
            low_sample=made.low_sample,
            exclusions=exclusions,
            held_back_by=reached.held_back_by if reached.until and reached.until < period.end else None,
            identified=sums.identified_share,
        )

    def _unavailable(self, period: Period, missing: str, note: str) -> Record:
        made = Figure(reason=f"missing:{missing}", notes=(note,))
        return replace(
            self._plain(period, tuple(None for _ in self.plan.group), made, Sums(), {}),
            pending=None,
            excluded=None,
            completeness=None,
            held_back_by=None,
            note=note,
        )

    def _other_side(self, start: date, group: Group, others: Mapping[Cell, Sums]) -> Sums | None:
        if self.kpi.against:
            return others.get((start, group), Sums())
        if self.kpi.share_over:
            kept = tuple(
                value for name, value in zip(self.plan.group, group, strict=True) if name not in self.kpi.share_over
            )
            return others.get((start, kept), Sums())
        return None

    def _base_group(self, group: Group) -> Group:
        named = self.base_frame.group
        return tuple(value for name, value in zip(self.plan.group, group, strict=True) if name in named)

    def _state(self, period: Period, made: Figure) -> State:
        reason = made.reason or ""
        if reason.startswith("missing:") or reason in ("no_data", "zero_denominator"):
            return "unavailable"
        until = self.coverage.until
        matured = period.end + timedelta(days=self.kpi.maturity_days)
        return "final" if until is not None and until >= matured and reason != "immature" else "provisional"

    def _unit(self) -> str:
        if self.kpi.unit == "money":
            return str(self.plan.parameters["currency"])
        return "ratio" if self.kpi.unit == "per_1000" else self.kpi.unit

    def _standing_notes(self, period: Period) -> list[str]:
        notes = [note for note in (self.kpi.note, self.plan.available.note) if note]
        if self.kpi.span_note and not period.is_calendar_month:
            notes.append(self.kpi.span_note.format(days=round(period.days)))
        if self.kpi.base:
            known = set(self.base_frame.group) | {name for name, _ in self.base_frame.where}
            asked = [*self.plan.group, *(name for name, _ in self.plan.where)]
            apart = [name for name in dict.fromkeys(asked) if name not in known]
            if apart:
                notes.append(f"Subscribers are not split by {', '.join(apart)}: only the numerator is.")
        return notes

    def _missing_note(self, missing: str) -> str:
        if self.plan.available.missing is None and self.plan.lacks:
            return f"{self.kpi.label} cannot be split or filtered by {self.plan.lacks}."
        entity, _, field = missing.partition(".")
        return f"The imported data have no {field} of {entity.replace('_', ' ')}."

    def _history_start(self, rows: Rows) -> datetime | None:
        if not rows.history_days:
            return None
        first = self.warehouse.value(compile_first_instant(rows).sql)
        return first.replace(tzinfo=UTC) if first else None


def _by_text(group: Group) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in group)
