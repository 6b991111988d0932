"""A mapping for a file that came without one: its header names matched forgivingly to an entity's fields."""

from __future__ import annotations

from firstline.errors import MisuseError
from firstline.intake.mapping import Also, FieldSource, FilePart, Mapping
from firstline.intake.parts import ROW_FIELDS
from firstline.model.entity import Entity, EntityField
from firstline.model.matching import PLAUSIBLE, can_hold, match_header, normalised, rank_entities
from firstline.model.vocabulary import entity as entity_named

UNKNOWN_CONTENT = "unknown_content"
OWN_SOURCE = "canonical"
"""The source of files that came without a mapping: they are all taken to speak of the same ids."""

STEP_COLUMNS: dict[str, str] = {
    normalised(name): step
    for step, names in {
        "first_response": ("first response at", "first response", "first reply at", "first responded at"),
        "resolved": ("resolved at", "resolved", "solved at", "resolution time at", "date resolved"),
        "closed": ("closed at", "closed", "close date", "date closed"),
        "cancelled": ("cancelled at", "canceled at"),
    }.items()
    for name in names
}
"""Column names under which ticket lists give the time of a step, to the type of ticket event it is."""

CUSTOMER_LIST = ("subscriber", "account", "service", "location", "subscriber_pii")
"""What one list of customers may tell of at once, each under its own key."""

WHOLE = 0.999
CLEARLY_BETTER = 1.25
"""A guessed entity must beat the next one by this factor; else the file's owner is asked."""


def suggest_mapping(headers: tuple[str, ...], entity_name: str | None, file_name: str) -> Mapping:
    """The mapping that the header names suggest. Raises MisuseError when no entity, or more than one, fits."""
    entity = entity_named(entity_name) if entity_name else _guess(headers, file_name)
    found = match_header(headers, entity)
    fields = {name: FieldSource(column=header) for name, header in found.fields.items()}
    taken = set(found.fields.values())
    for row_field in ROW_FIELDS:
        header = next((h for h in headers if h not in taken and _names_row_field(h, row_field)), None)
        if header is not None:
            fields[row_field.name] = FieldSource(column=header)
    if not fields:
        hint = f"'firstline template {entity.name}' shows the names; a mapping file names your own columns."
        problem = f"{file_name}: no column name is known for {entity.name}: {', '.join(headers)}."
        raise MisuseError("no_column_known", problem, hint)
    also = _events_of_columns(headers, fields) if entity.name == "ticket" else _rest_of_the_list(headers, entity)
    return Mapping(source=OWN_SOURCE, file=FilePart(entity=entity.name), fields=fields, also=also)


def is_whole(headers: tuple[str, ...]) -> bool:
    """Whether a header is some entity's own names to the last one, so that no mapping is needed."""
    ranked = rank_entities([h for h in headers if not any(_names_row_field(h, known) for known in ROW_FIELDS)])
    return bool(ranked) and ranked[0][1] >= WHOLE


def _events_of_columns(headers: tuple[str, ...], fields: dict[str, FieldSource]) -> tuple[Also, ...]:
    """A ticket list that has a column for each step's time: each of them becomes an event of the ticket."""
    taken = {source.column for source in fields.values()}
    events = []
    for header in headers:
        step = STEP_COLUMNS.get(normalised(header))
        if step is None or header in taken or "ticket_id" not in fields:
            continue
        event = {"ticket_id": fields["ticket_id"], "at": FieldSource(column=header), "type": FieldSource(constant=step)}
        if "changed_at" in fields:
            event["changed_at"] = fields["changed_at"]
        quoted_header = '"' + header.replace('"', '""') + '"'
        events.append(Also(entity="ticket_event", when=f"{quoted_header} is not null", fields=event))
    return tuple(events)


def _rest_of_the_list(headers: tuple[str, ...], entity: Entity) -> tuple[Also, ...]:
    """What a list of customers tells beside its main entity: each other one whose key and more it has."""
    if entity.name not in CUSTOMER_LIST:
        return ()
    taken = set(match_header(headers, entity).fields.values())
    found = []
    for name in CUSTOMER_LIST:
        fields = match_header(headers, entity_named(name)).fields
        if name == entity.name or not can_hold(entity_named(name), fields) or taken.issuperset(fields.values()):
            continue
        taken.update(fields.values())
        quoted_header = '"' + fields[entity_named(name).stated_key[0]].replace('"', '""') + '"'
        sources = {field: FieldSource(column=header) for field, header in fields.items()}
        found.append(Also(entity=name, when=f"{quoted_header} is not null", fields=sources))
    return tuple(found)


def _names_row_field(header: str, row_field: EntityField) -> bool:
    return normalised(header) in {normalised(name) for name in (row_field.name, *row_field.aliases)}


def _guess(headers: tuple[str, ...], file_name: str) -> Entity:
    # a change time may stand beside any entity's fields, so it tells nothing about which one it is
    ranked = rank_entities([h for h in headers if not any(_names_row_field(h, known) for known in ROW_FIELDS)])
    if any(normalised(header) in STEP_COLUMNS for header in headers):
        # a column for each step's time makes it a list of tickets, not of their events
        ranked = [(entity, score) for entity, score in ranked if entity.name != "ticket_event"]
    if not ranked:
        hint = "Say it with --as ENTITY, or write a mapping file."
        problem = f"{file_name}: its columns fit no entity: {', '.join(headers)}."
        raise MisuseError(UNKNOWN_CONTENT, problem, hint)
    best, score = ranked[0]
    known = len(match_header(headers, best).fields)
    # one name among others tells nothing: every list has a column "Name"
    if score < PLAUSIBLE or known == 1 < len(headers):
        hint = f"Say it with --as {best.name} if it is that, or write a mapping file."
        columns = f"only {known} of its {len(headers)} columns {'is' if known == 1 else 'are'} known for {best.name}"
        problem = f"{file_name}: {columns}, too few to guess by."
        raise MisuseError(UNKNOWN_CONTENT, problem, hint)
    # a header that is an entity's own names to the last one leaves no doubt, however near another comes
    is_whole = ranked[0][1] >= WHOLE > ranked[1][1] if len(ranked) > 1 else True
    is_list = all(entity.name in CUSTOMER_LIST for entity, _ in ranked[:2])
    if not is_whole and not is_list and ranked[0][1] < ranked[1][1] * CLEARLY_BETTER:
        names = " or ".join(entity.name for entity, _ in ranked[:2])
        hint = f"Say which with --as {ranked[0][0].name} or --as {ranked[1][0].name}."
        raise MisuseError("ambiguous_content", f"{file_name}: its columns fit {names}.", hint)
    return ranked[0][0]
