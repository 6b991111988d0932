"""Where the figures come from: how far each source reaches, what was imported, what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from firstline.intake.recognition import kept_mappings
from firstline.intake.waiting import Waiting, waiting_files
from firstline.model.batch import Batch, live_numbers
from firstline.query.codes import UnmappedField, unmapped_fields
from firstline.warehouse.attachment import MatchRate, match_rates
from firstline.web.freshness import Reach, reaches
from firstline.web.office import Office, reading

TOLD = {
    "number",
    "accepted_at",
    "source",
    "file_name",
    "entity",
    "sheet",
    "read",
    "accepted",
    "unchanged",
    "quarantined",
    "reasons",
    "entities",
    "warnings",
    "new_values",
}
"""What the JSON twin says of a batch."""


@dataclass(frozen=True)
class Sources:
    """The sources page. `live` are the numbers of the batches that count.

    `quarantined` counts the rows that wait to be mended, by reason; `unmapped` are the fields with codes that have
    no meaning, `rates` say how many rows are attached to an account. `waiting` are files whose mapping is not known,
    `mappings` the batches that stand for the kept mappings.
    """

    title: str
    reaches: Sequence[Reach]
    batches: Sequence[Batch]
    quarantined: Mapping[str, int]
    unmapped: Sequence[UnmappedField]
    rates: Sequence[MatchRate]
    now: datetime
    live: Collection[int]
    waiting: Sequence[Waiting]
    mappings: Sequence[Batch]

    def as_json(self) -> Any:
        """Reach, imports and quarantine counts; instants in ISO form."""
        return {
            "sources": [reach.as_json() for reach in self.reaches],
            "imports": [
                {**batch.model_dump(mode="json", include=TOLD), "is_live": batch.number in self.live}
                for batch in self.batches
            ],
            "waiting": [
                each.model_dump(mode="json", include={"id", "name", "received_at", "why"}) for each in self.waiting
            ],
            "mappings": [each.model_dump(include={"source", "entity", "number", "headers"}) for each in self.mappings],
            "quarantined": dict(self.quarantined),
            "unmapped": [vars(each) for each in self.unmapped],
            "attached": [{**vars(each), "share": each.share} for each in self.rates],
        }


def sources(office: Office, request: Request) -> Sources:
    """Everything that was imported, newest first, and how far the data reach."""
    now = office.now()
    with reading(office) as warehouse:
        found, unmapped, rates = reaches(warehouse, now), unmapped_fields(warehouse), match_rates(warehouse)
    batches = tuple(office.batches())
    counts: Counter[str] = Counter()
    for each in office.quarantine_counts():
        counts[each.reason] += each.open
    quarantined = dict((+counts).most_common())
    waiting, kept = waiting_files(office.home_path), kept_mappings(batches[::-1])
    return Sources("Sources", found, batches, quarantined, unmapped, rates, now, live_numbers(batches), waiting, kept)
