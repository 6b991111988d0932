"""When a model, or what reads it, need not be made again although something that it reads was touched.

Planning the statements of sixty models takes longer than running them over a small import, and most providers lack
some system altogether.
"""

from __future__ import annotations

from collections.abc import Mapping

from firstline.warehouse.engine import Warehouse

ANCHORS: Mapping[str, tuple[str, ...]] = {
    "match_ticket": ("ticket",),
    "match_contact": ("contact",),
    "match_truck_roll": ("truck_roll",),
    "match_survey_invite": ("survey_invite",),
    "match_survey_response": ("survey_response",),
    "subscriber_out": ("exclusion",),
    "exclusion_hit": ("exclusion",),
    "ticket_link": ("ticket_event",),
    "ticket_story": ("ticket",),
    "visit_ticket": ("truck_roll",),
    "fact_visit": ("truck_roll",),
    "fact_contact": ("contact",),
    "contact_part": ("contact_leg",),
    "fact_acd": ("contact", "queue_interval"),
    "fact_handling": ("contact", "queue_interval"),
    "contact_join": ("contact",),
    "account_outage": ("outage_impact",),
    "contact_turn": ("contact",),
    "fact_survey": ("survey_response",),
    "fact_invite": ("survey_invite",),
    "fact_churn": ("churn_event",),
    "fact_snapshot": ("subscriber_snapshot",),
}
"""By model: the entities of which every row of it is a row, or an interval or link of one."""

COMPARED: frozenset[str] = frozenset({"excluded_row", "subscriber_out"})
"""Models that are small beside those that read them: they are made whenever something they read was touched, and what
reads them only when they came out different."""


def is_still_empty(warehouse: Warehouse, model: str) -> bool:
    """Whether a model that is there has no row and can have none now."""
    tables = (model, *ANCHORS[model]) if model in ANCHORS else ()
    return bool(tables) and not any(warehouse.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


def replace_if_other(warehouse: Warehouse, model: str, sql: str) -> bool:
    """Make a compared model anew; false where it holds the same rows as before."""
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE made_again AS {sql}")
    both = f"(SELECT * FROM made_again EXCEPT SELECT * FROM {model}) UNION ALL "
    is_other = bool(
        warehouse.value(f"SELECT count(*) FROM ({both}(SELECT * FROM {model} EXCEPT SELECT * FROM made_again))")
    )
    if is_other:
        warehouse.execute(f"CREATE OR REPLACE TABLE {model} AS SELECT * FROM made_again")
    return is_other
