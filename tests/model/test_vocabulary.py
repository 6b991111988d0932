"""The declarations hold together: types, units, keys, references, aliases, personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from firstline.errors import MisuseError
from firstline.model.entity import SQL_TYPES, Entity
from firstline.model.matching import normalised
from firstline.model.vocabulary import entity, vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import META_COLUMNS, create_tables

ENTITIES = list(vocabulary().values())
FIELDS = [(one, field) for one in ENTITIES for field in one.fields]

CUSTOMER = {"phone", "email", "name", "address"}
EQUIPMENT = {"device_serial", "device_mac"}
PERSONAL = {
    "account": {"phone", "email"},
    "exclusion": {"phone", "email"},
    "contact": CUSTOMER | EQUIPMENT,
    "ticket": CUSTOMER | EQUIPMENT,
    "truck_roll": CUSTOMER | EQUIPMENT,
    "survey_invite": {"phone", "email"},
    "subscriber_pii": {"name", "phone", "email", "street_address", "city", "postal_code"},
    "client_pii": {"mac", "host_name"},
    "identity_link": {"value"},
    "device": {"serial", "mac"},
    "ticket_text": {"subject", "body"},
    "survey_response": {"comment", "phone", "email"},
    "quality_review": {"comment"},
}

UNIT_OF_ENDING = {
    "_s": "s",
    "_mbps": "Mbit/s",
    "_dbm": "dBm",
    "_db": "dB",
    "_km": "km",
    "_months": "months",
    "_ratio": "fraction",
}


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


PARSERS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "enum": str,
    "int": int,
    "dec": float,
    "money": Decimal,
    "bool": _truth,
    "date": date.fromisoformat,
    "ts": datetime.fromisoformat,
}


def _label(value: object) -> str:
    return value.name if isinstance(value, Entity) else ""


@pytest.mark.parametrize("one", ENTITIES, ids=_label)
def test_every_example_is_a_value_of_its_field(one: Entity) -> None:
    for field in one.fields:
        assert field.example, f"{field.name} has no example"
        PARSERS[field.type](field.example)
        assert not field.values or field.example in field.values, field.name
        assert field.example[0] not in "=+@", f"{field.name}: a spreadsheet would read a formula"


def test_every_quantity_has_a_unit_and_the_one_its_name_promises() -> None:
    for one, field in FIELDS:
        where = f"{one.name}.{field.name}"
        if field.type in ("int", "dec", "money"):
            assert field.unit, f"{where} has no unit"
        for ending, unit in UNIT_OF_ENDING.items():
            if field.name.endswith(ending) and field.type in ("int", "dec"):
                assert field.unit == unit, where


def test_every_amount_has_a_currency_beside_it() -> None:
    for one, field in FIELDS:
        if field.type == "money":
            assert "currency" in one.field_names, f"{one.name}.{field.name}"
            assert str(field.unit).startswith("currency"), f"{one.name}.{field.name}"


def test_names_that_promise_a_type_keep_it() -> None:
    for one, field in FIELDS:
        for ending, kind in (("_at", "ts"), ("_date", "date"), ("_id", "str"), ("_code", "str")):
            if field.name.endswith(ending):
                assert field.type == kind, f"{one.name}.{field.name}"
        if field.name.startswith("is_"):
            assert field.type == "bool", f"{one.name}.{field.name}"


def test_an_id_refers_to_the_entity_that_it_identifies() -> None:
    owners = {}
    for one in ENTITIES:
        closed = [name for name in one.key if name not in one.open_key]
        if len(closed) == 1 and closed[0].endswith("_id") and not one.field(closed[0]).refers_to:
            owners[closed[0]] = one.name
    assert owners["account_id"] == "account"
    assert owners["visit_id"] == "truck_roll"
    for one, field in FIELDS:
        for key, owner in owners.items():
            if field.name.endswith(key) and (one.name, field.name) != (owner, key):
                assert field.refers_to == owner, f"{one.name}.{field.name}"


def test_examples_of_one_thing_are_the_same_everywhere_so_that_templates_join() -> None:
    for one, field in FIELDS:
        if field.refers_to and field.refers_to in vocabulary():
            target = vocabulary()[field.refers_to]
            if field.name == target.key[0]:
                assert field.example == target.field(field.name).example, f"{one.name}.{field.name}"


@pytest.mark.parametrize("one", ENTITIES, ids=_label)
def test_every_wording_means_one_field_of_its_entity(one: Entity) -> None:
    meaning: dict[str, str] = {}
    for field in one.fields:
        for wording in (field.name, *field.aliases):
            key = normalised(wording)
            assert key, f"{field.name}: {wording!r} says nothing"
            assert key not in meaning, f"{wording!r} means {meaning[key]} and {field.name}"
            meaning[key] = field.name


def test_aliases_are_written_in_lower_case() -> None:
    for one, field in FIELDS:
        for alias in field.aliases:
            assert alias == alias.lower().strip(), f"{one.name}.{field.name}: {alias!r}"


def test_personal_data_stand_only_where_they_are_known_to_stand() -> None:
    found: dict[str, set[str]] = {}
    for one, field in FIELDS:
        if field.personal:
            found.setdefault(one.name, set()).add(field.name)
    assert found == PERSONAL


def test_only_things_are_without_a_time() -> None:
    timeless = {one.name for one in ENTITIES if not one.placed_by}
    intervals = {one.name for one in ENTITIES if "valid_from" in one.key}
    assert timeless - intervals == {
        "subscriber_pii", "client_pii", "wifi_client", "ticket_text", "goal", "initiative", "exclusion",
        "row_correction", "driver", "source_end",
    }  # fmt: skip
    assert not intervals - timeless


def test_times_that_place_a_row_are_instants_or_dates() -> None:
    for one in ENTITIES:
        for name in one.placed_by:
            assert one.field(name).type in ("ts", "date"), f"{one.name}.{name}"


def test_intervals_may_begin_in_the_unknown_past() -> None:
    for one in ENTITIES:
        if "valid_from" in one.field_names:
            assert "valid_from" in one.open_key, one.name
            # a meaning ends where the next one of its code begins
            assert ("valid_to" in one.field_names) != (one.name == "code_meaning"), one.name


def test_only_rows_without_an_id_of_their_own_are_known_by_content() -> None:
    assert {one.name for one in ENTITIES if one.known_by_content} == {
        "contact_leg", "ticket_event", "truck_roll_event",
    }  # fmt: skip
    assert all(one.open_key for one in ENTITIES if one.known_by_content)


def test_no_field_has_the_name_of_a_column_that_every_row_has() -> None:
    meta = {name for name, _ in META_COLUMNS}
    assert not [(one.name, field.name) for one, field in FIELDS if field.name in meta]


def test_the_engine_takes_every_declaration() -> None:
    warehouse = Warehouse.open()
    create_tables(warehouse)
    for one in ENTITIES:
        columns = {row["column_name"] for row in warehouse.rows(f"DESCRIBE {one.name}")}
        assert {field.name for field in one.analytic_fields} <= columns


def test_no_name_but_at_needs_quotes_in_sql() -> None:
    warehouse = Warehouse.open()
    names = {one.name for one in ENTITIES} | {field.name for _, field in FIELDS}
    for name in names - {"at"}:
        warehouse.execute(f"CREATE TABLE probe_{name} ({name} BIGINT)")
        warehouse.execute(f"DROP TABLE probe_{name}")


def test_every_type_has_a_column_type_and_an_example_that_parses() -> None:
    assert set(PARSERS) == set(SQL_TYPES)


def test_an_unknown_entity_names_the_nearest() -> None:
    with pytest.raises(MisuseError, match="ticket_event") as caught:
        entity("ticket_evnt")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": ["id", "nothing"]}, "nothing"),
        ({"placed_by": ["when"]}, "when"),
        ({"open_key": ["size"]}, "open_key"),
        ({"match_keys": [{"name": "mail_key", "kind": "email", "of": ["mail"]}]}, "mail"),
        ({"fields": [{"name": "id", "type": "str", "about": "", "personal": True}]}, "personal"),
        (
            {
                "fields": [
                    {"name": "id", "type": "str", "about": ""},
                    {"name": "id", "type": "str", "about": ""},
                ]
            },
            "twice",
        ),
        ({"fields": [{"name": "id", "type": "enum", "about": ""}]}, "enum"),
        ({"fields": [{"name": "id", "type": "str", "about": "", "values": ["a"]}]}, "enum"),
    ],
)
def test_a_faulty_declaration_is_refused(change: dict[str, object], said: str) -> None:
    sound: dict[str, object] = {
        "name": "thing", "about": "", "side": "setup", "key": ["id"],
        "fields": [{"name": "id", "type": "str", "about": ""}, {"name": "size", "type": "dec", "about": ""}],
    }  # fmt: skip
    Entity.model_validate(sound)
    with pytest.raises(ValueError, match=said):
        Entity.model_validate(sound | change)


def test_entities_come_in_the_order_of_the_reference() -> None:
    order = {"customer": 0, "network": 1, "support": 2, "setup": 3}
    assert all(order[a.side] <= order[b.side] for a, b in pairwise(ENTITIES))
