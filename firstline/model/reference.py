"""The reference page of all entities and fields, rendered from their one declaration."""

from __future__ import annotations

from collections.abc import Mapping

from firstline.model.entity import Entity, EntityField
from firstline.model.template import Unlocks
from firstline.model.vocabulary import SIDES, vocabulary

SIDE_TITLES: Mapping[str, str] = {
    "customer": "Customer side",
    "network": "Network side",
    "support": "Support side",
    "setup": "Set-up",
}

INTRODUCTION = """\
# Entities and fields

This page is made from `firstline/model/entities/*.toml` by `python -m tests.write_docs`. Do not edit it.

- **\\*** a wanted field: without it the row still counts, but the KPIs in the last column say it is missing.
- **Key** what identifies a row. A key field in brackets may be empty. A row without its key, or without the
  time that places it in a period, is quarantined.
- **Ids** are the provider's (the same in every system) or a source's (two helpdesks may have a ticket 1001).
- `ts` is an instant, stored in UTC. `money` is in the row's `currency`. Shares are fractions from 0 to 1.
- Personal data that are not part of a key are kept in landing files and tables of their own.
- Match keys are what a row is attached to an account by: personal ones are kept as a keyed hash.
- Headers are matched without regard to case, spaces and punctuation, by name or by one of the aliases.
"""


def render_reference(unlocks: Unlocks) -> str:
    """The page as Markdown. `unlocks` gives KPI labels per "entity.field" (see `template.Unlocks`)."""
    parts = [INTRODUCTION]
    for side in SIDES:
        parts.append(f"## {SIDE_TITLES[side]}\n")
        parts.extend(_section(one, unlocks) for one in vocabulary().values() if one.side == side)
    return "\n".join(parts)


def _section(entity: Entity, unlocks: Unlocks) -> str:
    lines = [f"### {entity.name}", "", entity.about, ""]
    lines.append(f"Key: {', '.join(_key_name(entity, name) for name in entity.stated_key)}.")
    if entity.placed_by:
        lines.append(f"Time: {', else '.join(f'`{name}`' for name in entity.placed_by)}.")
    if entity.known_by_content:
        lines.append("A row whose open key is empty is known by its content: identical rows are one.")
    lines.append(f"Ids: the {entity.owner}'s.")
    if entity.match_keys:
        made = ", ".join(
            f"`{each.name}` from {' and '.join(f'`{name}`' for name in each.of)}" for each in entity.match_keys
        )
        lines.append(f"Match keys made at intake: {made}.")
    lines += [
        "",
        "| Field | Type | Unit | Meaning | Also known as | KPIs that need it |",
        "|---|---|---|---|---|---|",
    ]
    lines.extend(_row(entity, field, unlocks) for field in entity.fields)
    return "\n".join(lines) + "\n"


def _key_name(entity: Entity, name: str) -> str:
    return f"(`{name}`)" if name in entity.open_key else f"`{name}`"


def _row(entity: Entity, field: EntityField, unlocks: Unlocks) -> str:
    meaning = [field.about]
    if field.values:
        meaning.append(f"One of {', '.join(f'`{value}`' for value in field.values)}.")
    if field.refers_to:
        meaning.append(f"Refers to [{field.refers_to}](#{field.refers_to}).")
    if field.personal:
        meaning.append("Personal data.")
    star = r" \*" if field.wanted else ""
    cells = [
        f"`{field.name}`{star}",
        field.type,
        field.unit or "",
        " ".join(meaning),
        ", ".join(field.aliases),
        # labels have commas of their own
        "; ".join(unlocks.get(f"{entity.name}.{field.name}", ())),
    ]
    return "| " + " | ".join(cells) + " |"
