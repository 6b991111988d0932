"""Where the figures come from: how far each source reaches, what was imported, what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from firstline.web.forms import ImportForm, import_form
from firstline.web.freshness import Reach, reaches
from firstline.web.office import BatchRow, Office


@dataclass(frozen=True)
class Sources:
    """The sources page. `quarantined` counts rows by reason over all batches."""

    title: str
    reaches: Sequence[Reach]
    batches: Sequence[BatchRow]
    quarantined: Mapping[str, int]
    form: ImportForm
    now: datetime

    def as_json(self) -> Any:
        """Reach, imports and quarantine counts; instants in ISO form."""
        return {
            "sources": [reach.as_json() for reach in self.reaches],
            "imports": [
                {**asdict(batch), "accepted_at": batch.accepted_at.isoformat(), "reasons": dict(batch.reasons)}
                for batch in self.batches
            ],
            "quarantined": dict(self.quarantined),
        }


def sources(office: Office, request: Request) -> Sources:
    """Everything that was imported, newest first, and how far the data reach."""
    cursor = office.warehouse.cursor()
    try:
        found = reaches(cursor, office.settings.zone)
    finally:
        cursor.close()
    batches = tuple(office.batches())
    counts: Counter[str] = Counter()
    for batch in batches:
        counts.update(batch.reasons)
    return Sources(
        title="Sources",
        reaches=found,
        batches=batches,
        quarantined=dict(counts.most_common()),
        form=import_form(request),
        now=office.now(),
    )
