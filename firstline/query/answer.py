"""The Result of a Query: records that carry value, interval, sample, state and reason together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from firstline.query.question import Query

State = Literal["provisional", "final", "restated", "unavailable"]


@dataclass(frozen=True)
class Record:
    """One figure with its evidence. `as_json` gives the keys of the command-line contract, all always present.

    `value`, `low`, `high` are in `unit` (`fraction`, `s`, `points`, `count`, `ratio` or an ISO currency);
    `completeness` is the share 0..1 of the span that the sources it needs cover; `exclusions` splits `excluded`
    by reason; `reason` is null if there is a value, else small_n, zero_denominator, no_data,
    missing:ENTITY.FIELD or immature, and `note` says it (or a caveat of the value) in words.
    `low_sample` is true where the value is shown but its sample is below the KPI's flag line.
    `identified` is the share 0..1 of the rows that are attached to an account, where the KPI follows accounts.
    `estimate` is what a survival estimate gives with the pending members, where that was asked for: never the figure.
    `held_back_by` names the source and entity whose watermark ends first, where that is before the span's end.
    """

    kpi: str
    version: int
    period_start: datetime
    period_end: datetime
    partial: bool
    group: Mapping[str, str | None]
    value: float | None
    unit: str
    low: float | None
    high: float | None
    n: int | None
    numerator: float | None
    denominator: float | None
    pending: int | None
    excluded: int | None
    completeness: float | None
    state: State
    reason: str | None
    note: str | None
    low_sample: bool = False
    exclusions: Mapping[str, int] = field(default_factory=dict)
    held_back_by: str | None = None
    identified: float | None = None
    estimate: float | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether there is no value because the rows, which are there, are of several kinds that are not pooled."""
        return self.value is None and bool(self.n) and (self.reason or "").startswith("missing:")

    @property
    def why(self) -> str | None:
        """The reason to put into words: `mixed` where nothing is missing but a common kind, else `reason`."""
        return "mixed" if self.is_mixed else self.reason

    def noting(self, said: str) -> Record:
        """The same record, its note ending with one more sentence."""
        return replace(self, note=f"{self.note} {said}" if self.note else said)

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; instants in ISO form with offset."""
        plain = dict(self.__dict__)
        plain["period_start"] = self.period_start.isoformat()
        plain["period_end"] = self.period_end.isoformat()
        plain["group"] = dict(self.group)
        plain["exclusions"] = dict(self.exclusions)
        return plain


@dataclass(frozen=True)
class Result:
    """The records of a query, in order of KPI, period, group; `query` has its span filled in."""

    query: Query
    records: tuple[Record, ...]
