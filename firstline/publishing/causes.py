"""Why a published figure is another one now: from what each batch since is, and from what its rows are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from firstline.catalogue.kpi import Kpi
from firstline.home import Home
from firstline.model.batch import Batch, live_numbers
from firstline.model.publication import CAUSES, Cause
from firstline.model.vocabulary import vocabulary
from firstline.query.definitions import the_catalogue
from firstline.query.restated import SCOPED_BY
from firstline.refresh.sightings import sighted_entities
from firstline.warehouse.brought import Brought, Matter, brought_by, has_exclusions
from firstline.warehouse.facts import input_entities

BY_ENTITY: Mapping[str, Cause] = {
    "row_correction": "correction",
    "code_meaning": "recoding",
    "driver": "recoding",
    "exclusion": "exclusion",
    "identity_link": "identity",
    "agent_alias": "identity",
}
"""Entities whose rows change how other rows are read: what a change by them is called."""
ALL_EXCLUDED_BY = input_entities("excluded_row")
"""What rules of exclusion look at."""
BY_MATTER: Mapping[Matter, Cause] = {"rows": "late rows", "reopening": "reopening", "merging": "merging"}


@dataclass(frozen=True)
class Changes:
    """The batches that were accepted since figures were published last, and what they are about.

    `besides` are causes that can have changed any figure, whatever the batches brought. Where the provider
    `is_excluding` rows by rules, what a rule looks at can change which rows of another entity count.
    """

    batches: tuple[Batch, ...]
    entities: Mapping[int, frozenset[str]]
    brought: Sequence[Brought]
    besides: tuple[Cause, ...] = ()
    is_excluding: bool = False

    def touches(self, kpi: Kpi) -> bool:
        """Whether any of these batches can have changed a figure of the KPI."""
        read = entities_of(kpi) | (ALL_EXCLUDED_BY if self.is_excluding else set())
        return any(self.entities[batch.number] & read for batch in self.batches)

    def of(self, kpi: Kpi, month: date) -> tuple[tuple[Cause, ...], tuple[int, ...]]:
        """The causes of a change of the KPI's figure of that month, and the batches that they came with."""
        read = entities_of(kpi)
        found: set[Cause] = set()
        batches = [batch for batch in self.batches if self.entities[batch.number] & read]
        by = set()
        for batch in batches:
            causes = self._causes(batch, month, read)
            found |= causes
            by |= {batch.number} if causes else set()
        found |= set(self.besides)
        if not found:
            # rows of another month: a later contact, a visit, a resolution
            found, by = {"late rows"}, {batch.number for batch in batches}
        return tuple(cause for cause in CAUSES if cause in found), tuple(sorted(by))

    def _causes(self, batch: Batch, month: date, read: Collection[str]) -> set[Cause]:
        if batch.reread_by is not None or (batch.withdraws and batch.mapping is not None):
            return {"remap"}
        if batch.withdraws:
            return {"undo"}
        causes = {cause for name in self.entities[batch.number] & set(read) if (cause := _by_entity(name))}
        about = (each for each in self.brought if each.batch == batch.number and each.first <= month <= each.last)
        return causes | {BY_MATTER[each.matter] for each in about}


def changes_since(home: Home, number: int, besides: tuple[Cause, ...]) -> Changes:
    """What was accepted after a batch and counts; a withdrawal touches what the batches that it names brought."""
    batches = home.ledger.batches()
    by_number = {batch.number: batch for batch in batches}
    live = live_numbers(batches)
    later = tuple(batch for batch in batches if batch.number > number and batch.number in live)
    entities = {batch.number: _entities(home, batch, by_number) for batch in later}
    brought: list[Brought] = []
    bringing = [batch.number for batch in later if not batch.withdraws]
    touched = frozenset(name for each in bringing for name in entities[each] if not _by_entity(name))
    brought += brought_by(home.warehouse, bringing, touched)
    return Changes(later, entities, brought, besides, is_excluding=has_exclusions(home.warehouse))


def entities_of(kpi: Kpi) -> frozenset[str]:
    """The entities whose rows can change the KPI's figures."""
    # a new contract makes a firm's figures worth publishing
    contracts = {"vendor_contract"} if the_catalogue().column(kpi, SCOPED_BY) else set()
    facts = [rows.fact for rows in kpi.row_sets] + (["fact_base"] if kpi.base else [])
    needed = {name.partition(".")[0] for group in kpi.needs for name in group}
    return frozenset().union(
        needed, contracts, {"exclusion", "row_correction"}, *(input_entities(fact) for fact in facts)
    )


def _by_entity(name: str) -> Cause | None:
    """What a change by rows of that entity is called; None for rows that are themselves counted."""
    return BY_ENTITY.get(name) or ("set-up" if vocabulary()[name].side == "setup" else None)


def _entities(home: Home, batch: Batch, by_number: Mapping[int, Batch]) -> frozenset[str]:
    """The entities that a batch has a part in; one that withdraws others has theirs."""
    found: set[str] = {*batch.reach, *batch.entities, *(file.path.rsplit("/", 1)[0] for file in batch.files)}
    found |= {listing.entity for listing in batch.listings}
    found |= set(sighted_entities(home.warehouse, home.landing.folder, batch))
    for each in _known(batch.withdraws, by_number):
        found |= _entities(home, each, by_number)
    return frozenset(found & set(vocabulary()))


def _known(numbers: Iterable[int], by_number: Mapping[int, Batch]) -> list[Batch]:
    return [by_number[number] for number in numbers if number in by_number]
