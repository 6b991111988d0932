"""Forgiving matching of a file's headers to an entity's fields, and the guess which entity a file holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from firstline.model.entity import Entity, EntityField
from firstline.model.vocabulary import vocabulary

BY_NAME, BY_ALIAS = 1.0, 0.8
"""What a matched header weighs in a guess: a field's own name is stronger evidence than an alias."""

PLAUSIBLE = 0.3
"""The least score of a guess (our own choice). A thing has no time of its own to be known by, so it needs this to be a
candidate at all; of the others a file that fits no better is asked about."""

UNIT_WORDS: Mapping[str, frozenset[str]] = {
    "s": frozenset({"s", "sec", "secs", "second", "seconds"}),
    "ms": frozenset({"ms", "msec", "millisecond", "milliseconds"}),
    "Mbit/s": frozenset({"mbps", "mbits", "mbitps", "mbit"}),
    "months": frozenset({"month", "months"}),
    "km": frozenset({"km"}),
}
"""Ways to write a stored unit in the brackets of a header, normalised."""


@dataclass(frozen=True)
class HeaderMatch:
    """What the headers of one file mean to one entity.

    `fields` maps field name to the header it is read from; `unmatched` are headers no field takes, in
    file order; `missing` are wanted, key or time fields without a header, in declared order. `weight`
    adds up the matched headers (a name counts 1, an alias 0.8).
    """

    fields: Mapping[str, str]
    unmatched: tuple[str, ...]
    missing: tuple[str, ...]
    weight: float


def match_header(headers: Sequence[str], entity: Entity) -> HeaderMatch:
    """Match headers to fields: each by its name, else by an alias.

    Case, spaces, punctuation and accents are ignored. Each header is used once, and each field takes one
    header: the first of its wordings that the file has. A unit in brackets is passed over only where it
    is the field's own, so "Talk time (min)" is left unmatched rather than misread as seconds.
    """
    free = {index: header for index, header in enumerate(headers) if normalised(header)}
    taken: dict[str, str] = {}
    weight = 0.0
    for field, wording, value in _wordings(entity):
        if field.name in taken:
            continue
        found = next((index for index, header in free.items() if _says(header, wording, field)), None)
        if found is not None:
            taken[field.name] = free.pop(found)
            weight += value
    unmatched = tuple(header for index, header in enumerate(headers) if index in free or not normalised(header))
    return HeaderMatch(taken, unmatched, _missing(entity, taken), weight)


def rank_entities(headers: Sequence[str]) -> list[tuple[Entity, float]]:
    """Entities that a file with these headers could hold, best first, each with a score of 0 to 1.

    A candidate has all of its key (open fields aside) and, if rows of it are placed in time, one of
    its times, else a score of at least `PLAUSIBLE`: one column called "Agent" makes no list of agents.
    The score is the share of the headers that it explains (aliases at 0.8); of equal
    scores the entity with fewer wanted fields missing comes first. Empty when nothing fits.
    """
    ranked: list[tuple[float, int, Entity]] = []
    for entity in vocabulary().values():
        match = match_header(headers, entity)
        score = match.weight / len(headers) if headers else 0.0
        if can_hold(entity, match.fields) and (entity.placed_by or score >= PLAUSIBLE):
            ranked.append((score, len(match.missing), entity))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    return [(entity, score) for score, _, entity in ranked]


def can_hold(entity: Entity, fields: Container[str]) -> bool:
    """Whether these fields say which row of the entity it is (open fields of the key aside), and when it happened."""
    if not all(name in fields for name in entity.stated_key if name not in entity.open_key):
        return False
    return not entity.placed_by or any(name in fields for name in entity.placed_by)


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """A header or name without case, accents, spaces and punctuation.

    >>> normalised("Date d'arrivée"), normalised("openedAt"), normalised("Ticket #")
    ('datedarrivee', 'openedat', 'ticket')
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _wordings(entity: Entity) -> Iterator[tuple[EntityField, str, float]]:
    # a wording means one field of its entity (tested), so only the order within a field matters
    for field in entity.fields:
        yield field, normalised(field.name), BY_NAME
        for alias in field.aliases:
            yield field, normalised(alias), BY_ALIAS


def _says(header: str, wording: str, field: EntityField) -> bool:
    if normalised(header) == wording:
        return True
    bracketed = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]\s*", header)
    if bracketed is None or normalised(bracketed[1]) != wording:
        return False
    return normalised(bracketed[2]) in UNIT_WORDS.get(field.unit or "", ())


def _missing(entity: Entity, taken: Mapping[str, str]) -> tuple[str, ...]:
    timed = any(name in taken for name in entity.placed_by)
    required = set(entity.stated_key) - set(entity.open_key)
    if not timed:
        required.update(entity.placed_by)
    return tuple(
        field.name for field in entity.fields if field.name not in taken and (field.wanted or field.name in required)
    )
