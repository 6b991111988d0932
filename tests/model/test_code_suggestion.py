"""Suggestions: the words of a code, in the languages of providers, lead to a driver or a value of a list."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from firstline.model.code_suggestion import suggested_meaning
from firstline.model.codes import code_fields
from firstline.model.drivers import Driver, shipped_drivers

DRIVERS = shipped_drivers()


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("INET_SLOW", "connectivity.slow.always"),
        ("Slow speed - evening", "connectivity.slow.evening"),
        ("No Internet", "connectivity.no_service.line_down"),
        ("noService", "connectivity.no_service.line_down"),
        ("Kein Internet", "connectivity.no_service.line_down"),
        ("Störung: Verbindungsabbrüche", "connectivity.intermittent.drops"),
        ("WLAN-Reichweite", "wifi.coverage.room"),
        ("Wi-Fi password", "wifi.setup.password"),
        ("Rechnungsfrage", "billing.explain_bill.charge"),
        ("Kündigung", "account.cancel.request"),
        ("Umzug", "account.move.new_address"),
        ("Sin servicio", "connectivity.no_service.line_down"),
        ("Cortes / intermitente", "connectivity.intermittent.drops"),
        ("Contraseña WiFi", "wifi.setup.password"),
        ("Navigazione lenta", "connectivity.slow.always"),
        ("Fatturazione", "billing.explain_bill.charge"),
        ("Disdetta", "account.cancel.request"),
        ("Guasto di zona", "connectivity.area_outage.known"),
        ("Débit faible", "connectivity.slow.always"),
        ("Résiliation", "account.cancel.request"),
        ("Déménagement", "account.move.new_address"),
        ("Missed appointment", "field.missed_appointment.technician"),
        ("Cable bury", "field.damage.drop_burial"),
        ("Price Increase", "billing.price_change.increase"),
        ("ONT red light", "equipment.ont.alarm"),
        ("Sonstiges", "other.unknown.none"),
        ("connectivity.slow", "connectivity.slow.evening"),
        ("QX-17", None),
        ("", None),
    ],
)
def test_the_words_of_a_reason_lead_to_a_driver(code: str, meaning: str | None) -> None:
    assert suggested_meaning(code_fields()["ticket.reason_code"], code, DRIVERS) == meaning


@pytest.mark.parametrize(
    ("field", "code", "meaning"),
    [
        ("ticket.current_status", "Gelöst", "resolved"),
        ("ticket.current_status", "In Bearbeitung", "inProgress"),
        ("ticket.current_status", "CERRADO", "closed"),
        ("ticket.type", "Störungsmeldung", "trouble"),
        ("ticket.channel", "Telefonanruf", "phone"),
        ("truck_roll.outcome", "NFF", "completed_no_fault"),
        ("truck_roll.outcome", "Customer not home", "no_access"),
        ("truck_roll.purpose", "New install", "install"),
        ("contact.disposition", "ABAN", "abandoned_queue"),
        ("contact.disposition", "Abbandonata", "abandoned_queue"),
        ("contact.direction", "IN", "inbound"),
        ("ticket_event.type", "Risolto", "resolved"),
        ("ticket_event.type", "Take in charge", None),
        ("ticket.resolution_code", "Reboot", None),
    ],
)
def test_the_words_of_a_code_lead_to_a_value_of_its_list(field: str, code: str, meaning: str | None) -> None:
    assert suggested_meaning(code_fields()[field], code, DRIVERS) == meaning


def test_a_retired_driver_is_not_suggested_and_an_own_one_is() -> None:
    field = code_fields()["ticket.reason_code"]
    own = {"field.damage.rodents": Driver("field.damage.rodents", "Rodents", "Bites.")}
    assert suggested_meaning(field, "RODENT bite", {**DRIVERS, **own}) == "field.damage.rodents"
    retired = {"account.move.new_address": Driver("account.move.new_address", "Move", "", ("umzug",), is_retired=True)}
    assert suggested_meaning(field, "Umzug", {**DRIVERS, **retired}) != "account.move.new_address"


def test_words_are_kept_for_values_of_lists_alone() -> None:
    words = tomllib.loads(files("firstline.model").joinpath("code_words.toml").read_text("utf-8"))
    values = {value for field in code_fields().values() for value in field.values}
    assert set(words) <= values
    assert all(word == word.strip() for each in words.values() for word in each)
