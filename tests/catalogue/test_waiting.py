"""A figure that looks ahead waits for every source that can still tell what followed."""

from __future__ import annotations

from itertools import combinations

import pytest

from firstline.query.availability import availability
from firstline.query.definitions import the_catalogue

TELLS: dict[str, tuple[str, ...]] = {
    "fact_issue": ("contact.entered_at", "ticket_event.at", "truck_roll.account_id"),
    "fact_ticket": ("ticket_event.at",),
    "fact_sla": ("ticket_event.at",),
    "fact_invite": ("survey_response.responded_at",),
}
"""By fact, what brings the events that its rows are judged by: a field of each entity they are made of."""
AHEAD = sorted(kpi.id for kpi in the_catalogue().kpis.values() if any(rows.judged_at for rows in kpi.row_sets))


@pytest.mark.parametrize("kpi", AHEAD)
def test_a_look_ahead_waits_for_every_present_entity_that_tells_what_followed(kpi: str) -> None:
    """For any set of fields that the data may have, the alternative that is taken names all of these entities."""
    declared = the_catalogue().kpis[kpi]
    signs = {name for rows in declared.row_sets if rows.judged_at for name in TELLS[rows.fact]}
    groups = (*declared.needs, *(declared.fallback.needs if declared.fallback else ()))
    fields = sorted(signs.union(*groups))
    for size in range(len(fields) + 1):
        for present in combinations(fields, size):
            found = availability(declared, dict.fromkeys(present, 1))
            told_by = {name.partition(".")[0] for name in signs & set(present)}
            assert found.missing or told_by <= set(found.entities), f"{kpi} with {', '.join(present)}"
