"""Whose rows are these, per source and entity: what the command line and the cockpit tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firstline.query.definitions import the_catalogue
from firstline.warehouse.agents_seen import UnknownAgent, unknown_agents
from firstline.warehouse.attachment import MatchRate, match_rates
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.inferred import LinkedVisits, inferred_ends, linked_visits
from firstline.warehouse.unlisted import UnlistedId, unlisted_ids

SHOWN_NAMES = 5


@dataclass(frozen=True)
class Identity:
    """How rows came to their accounts, tickets and agents; `ends` counts inferred ends by source and entity."""

    rates: tuple[MatchRate, ...]
    agents: tuple[UnknownAgent, ...]
    ends: Mapping[tuple[str, str], int]
    visits: tuple[LinkedVisits, ...]
    unlisted: tuple[UnlistedId, ...] = ()

    def of(self, source: str, entity: str) -> dict[str, Any]:
        """What is told of one source and entity, ready for JSON; null where it does not apply.

        `attached` gives the share of the rows with an account, how many are attached by which key, how many are
        ambiguous, unidentified and without any key, and the KPIs that follow accounts over such rows; `tickets` of
        visits those named, inferred and missing; `unknown_agents` the commonest names that nothing explains;
        `inferred_ends` how many things ended unsaid; `unlisted_accounts` those stated that no list names and
        `unlisted_tickets` those that never came.
        """
        rate = next((each for each in self.rates if (each.source, each.entity) == (source, entity)), None)
        visits = next((each for each in self.visits if each.source == source), None) if entity == "truck_roll" else None
        names = [
            each
            for each in self.agents
            if each.source == source and any(field.partition(".")[0] == entity for field in each.fields)
        ]
        return {
            "attached": _attached(rate) if rate else None,
            "tickets": {"stated": visits.stated, "inferred": visits.inferred, "none": visits.none} if visits else None,
            "unknown_agents": {
                "names": len(names),
                "rows": sum(each.rows for each in names),
                "commonest": [each.name for each in names[:SHOWN_NAMES]],
            }
            if names
            else None,
            "inferred_ends": self.ends.get((source, entity)),
            "unlisted_accounts": self._unlisted(source, entity, "account"),
            "unlisted_tickets": self._unlisted(source, entity, "ticket"),
        }

    def _unlisted(self, source: str, entity: str, of: str) -> dict[str, Any] | None:
        found = [each for each in self.unlisted if (each.source, each.entity, each.of) == (source, entity, of)]
        if not found:
            return None
        return {
            "ids": len(found),
            "rows": sum(each.rows for each in found),
            "commonest": [each.id for each in found[:SHOWN_NAMES]],
        }


def read_identity(warehouse: Warehouse) -> Identity:
    """Everything of all sources."""
    return Identity(
        rates=tuple(match_rates(warehouse)),
        agents=tuple(unknown_agents(warehouse)),
        ends=inferred_ends(warehouse),
        visits=tuple(linked_visits(warehouse)),
        unlisted=tuple(unlisted_ids(warehouse)),
    )


def _attached(rate: MatchRate) -> dict[str, Any]:
    catalogue = the_catalogue()
    return {
        "share": rate.share,
        "rows": rate.rows,
        "by": rate.by,
        "ambiguous": rate.ambiguous,
        "unidentified": rate.unidentified,
        "without_key": rate.keyless,
        "kpis": [
            kpi.id
            for kpi in catalogue.kpis.values()
            if kpi.chained_by and catalogue.facts[kpi.rows.fact].entity == rate.entity
        ],
    }
