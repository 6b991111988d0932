"""What a person may set a field to by hand: what the model allows, drivers of the taxonomy, rows that are there."""

from __future__ import annotations

from firstline.errors import MisuseError, nearest, unknown_name
from firstline.model.codes import DRIVER_FIELDS
from firstline.model.drivers import UNMAPPED, parent_of
from firstline.model.entity import Entity
from firstline.warehouse.attachment import knows_account
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.corrections import correctable
from firstline.warehouse.taxonomy import taxonomy

EXCLUDED = "excluded"
"""The field that takes a row out of every figure when it is `true`."""
ELSEWHERE = {
    "tier": "The tier that a ticket went to is corrected in its event: 'firstline correct ticket_event ROW --set "
    "to_tier=2'.",
    "outage": "A ticket is linked to an outage by its master ticket: 'firstline correct ticket ROW --set "
    "parent_ticket_id=TICKET'.",
}
"""By what people call it: where something is corrected that is no field of the rows in question."""


def check_change(warehouse: Warehouse, entity: Entity, name: str, value: str | None) -> None:
    """Raise MisuseError where a field of the entity (or `excluded`) cannot be set to this text; None takes it away."""
    if name == EXCLUDED:
        if value not in ("true", None):
            hint = "excluded=true takes the row out, excluded= takes it in again."
            raise MisuseError("bad_value", f"excluded = '{value}' is not allowed.", hint)
        return
    if name not in correctable(entity):
        _refuse_field(entity, name)
    if value is None:
        return
    field = entity.field(name)
    if field.values and value not in field.values:
        raise unknown_name(f"value of {entity.name}.{name}", value, field.values)
    if warehouse.value(f"SELECT TRY_CAST($value AS {field.sql_type})", {"value": value}) is None:
        hint = f"{entity.name}.{name} looks like {field.example!r}."
        raise MisuseError("bad_value", f"{name} = '{value}' cannot be read as {field.type}.", hint)
    if f"{entity.name}.{name}" in DRIVER_FIELDS:
        _check_driver(warehouse, entity, name, value)
    elif field.refers_to == "account":
        _check_account(warehouse, value)
    elif field.refers_to == "ticket":
        _check_ticket(warehouse, value)


def _refuse_field(entity: Entity, name: str) -> None:
    called = name.removesuffix("_id")
    if called in ELSEWHERE:
        raise MisuseError("unknown_field", f"There is no field of {entity.name} '{name}'.", ELSEWHERE[called])
    raise unknown_name(f"field of {entity.name}", name, (*correctable(entity), EXCLUDED))


def _check_driver(warehouse: Warehouse, entity: Entity, name: str, value: str) -> None:
    """A driver in use, or a reason that rows already count under: any other would become a driver of its own."""
    nodes = taxonomy(warehouse)
    if value in nodes and not nodes[value].is_retired:
        return
    if value not in nodes and value != UNMAPPED:
        counted = f"SELECT count(*) FROM settled_{entity.name} WHERE {name} = $value"
        if warehouse.value(counted, {"value": value}):
            return
    drivers = [node.id for node in nodes.values() if not node.is_retired]
    near = nearest(value, drivers)
    hint = f"Did you mean '{near}'?" if near else f"Drivers begin with {', '.join(_families(drivers))}."
    raise MisuseError("unknown_driver", f"There is no driver '{value}' in use.", hint)


def _families(drivers: list[str]) -> list[str]:
    return [driver for driver in drivers if parent_of(driver) is None]


def _check_account(warehouse: Warehouse, value: str) -> None:
    """Where no list of accounts came yet, any id may be right."""
    if not knows_account(warehouse, value) and (
        warehouse.value("SELECT count(*) FROM account") or warehouse.value("SELECT count(*) FROM service")
    ):
        hint = "Check it, or import the list of accounts that names it first."
        raise MisuseError("unknown_account", f"No list names the account '{value}'.", hint)


def _check_ticket(warehouse: Warehouse, value: str) -> None:
    if not warehouse.value("SELECT count(*) FROM ticket WHERE ticket_id = $id AND NOT is_deleted", {"id": value}):
        raise MisuseError("unknown_ticket", f"There is no ticket '{value}'.", "Check it, or import the ticket first.")
