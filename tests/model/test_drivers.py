"""The driver taxonomy as shipped: three levels, at most 60 leaves, every family that providers ask for."""

from __future__ import annotations

import pytest

from firstline.model.codes import FREE_FIELDS, code_fields
from firstline.model.drivers import LEVELS, MOST_LEAVES, UNMAPPED, _nodes, parent_of, shipped_drivers
from firstline.simulate.drivers import CODES

DRIVERS = shipped_drivers()
LEAVES = [each for each in DRIVERS.values() if each.is_leaf]

FAMILIES = (
    "connectivity.no_service connectivity.intermittent connectivity.slow connectivity.area_outage "
    "wifi.coverage wifi.device wifi.setup wifi.mesh "
    "equipment.gateway equipment.ont equipment.modem equipment.power equipment.exchange "
    "billing.explain_bill billing.payment billing.suspension billing.dispute billing.price_change "
    "account.move account.plan_change account.cancel account.details "
    "order.install_status order.install_date order.install_quality order.activation "
    "field.visit_status field.reschedule field.missed_appointment field.damage "
    "complaint.agent complaint.company complaint.regulator other.wrong_number other.unknown "
)


def test_it_has_three_levels_and_at_most_60_leaves() -> None:
    assert 30 < len(LEAVES) <= MOST_LEAVES == 60
    assert {each.level for each in DRIVERS.values()} == {1, 2, 3}
    assert max(each.level for each in DRIVERS.values()) == LEVELS
    parents = {parent_of(each.id) for each in DRIVERS.values()} - {None}
    assert parents == {each.id for each in DRIVERS.values() if not each.is_leaf}


def test_every_family_that_was_asked_for_is_there() -> None:
    assert set(FAMILIES.split()) <= set(DRIVERS)
    tops = [each for each in DRIVERS if "." not in each]
    assert tops == [
        "connectivity", "wifi", "equipment", "voice", "video", "apps", "billing", "account", "order", "field",
        "complaint", "other",
    ]  # fmt: skip


def test_nothing_is_called_unmapped() -> None:
    assert not [each for each in DRIVERS if UNMAPPED in each.split(".")]


def test_labels_tell_the_leaves_apart_and_hints_are_plain() -> None:
    labels = [each.label for each in LEAVES]
    assert len(set(labels)) == len(labels)
    for leaf in LEAVES:
        assert leaf.covers.endswith("."), leaf.id
        assert leaf.hints, leaf.id
        assert all(hint == hint.strip().lower() for hint in leaf.hints), leaf.id


def test_the_simulated_provider_uses_leaves_of_it() -> None:
    assert set(CODES) <= {each.id for each in LEAVES}


@pytest.mark.parametrize(
    "declared",
    [
        {"label": "A"},
        {"label": "A", "b": {"label": "B"}},
        {"label": "A", "b": {"label": "B", "c": {"label": "C"}}},
        {"label": "A", "b": {"label": "B", "covers": "x", "c": {"label": "C", "covers": "x."}}},
        {"label": "A", "b": {"label": "B", "c": {"label": "C", "covers": "x.", "d": {"label": "D"}}}},
        {"label": "A", "B": {"label": "B", "c": {"label": "C", "covers": "x."}}},
    ],
)
def test_a_faulty_declaration_is_refused(declared: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"drivers\.toml: a"):
        list(_nodes("a", declared))


def test_code_fields_hold_reasons_free_codes_and_closed_lists() -> None:
    fields = code_fields()
    assert set(FREE_FIELDS) <= set(fields)
    for name in ("contact.disposition", "ticket.current_status", "truck_roll.outcome", "truck_roll.purpose"):
        assert fields[name].kind == "list"
        assert fields[name].values
    assert "identity_link.kind" not in fields, "a part of a key cannot be read later"
    assert "goal.direction" not in fields, "what the provider states about itself is no code"
