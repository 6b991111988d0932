"""Rows of the code table and of the taxonomy are checked as they come: what is wrong names the nearest right word."""

from __future__ import annotations

import pytest

from firstline.home import Home
from firstline.intake.quarantine import quarantined_rows
from tests.homes import bring, counts, moment

CODES = "code_source,field,value,meaning\n"
DRIVERS = "driver_id,label,is_retired\n"


def notes(home: Home) -> list[tuple[str, str]]:
    rows = quarantined_rows(home.landing.folder, home.warehouse, home.ledger.batches())
    return [(row.reason, row.note) for row in rows]


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        ("desk,tickets.reason_code,X,billing.payment.late", "unknown_code_field", "Did you mean 'ticket.reason_code'?"),
        ("desk,ticket.reason_code,X,billing.payment.lat", "unknown_meaning", "Did you mean 'billing.payment.late'?"),
        ("desk,ticket.reason_code,X,Late paiment", "unknown_meaning", "Did you mean 'billing.payment.late'?"),
        ("desk,ticket.reason_code,X,", "missing_meaning", "meaning is empty"),
        ("desk,ticket.current_status,X,In Progress", "unknown_meaning", "Did you mean 'inProgress'?"),
        ("desk,ticket.type,X,zzz", "unknown_meaning", "Allowed: trouble, billing"),
        ("desk,ticket.reason_code,,billing.payment.late", "missing_key", "value is empty"),
    ],
)
def test_a_wrong_row_of_the_code_table_is_quarantined_and_the_others_are_not(
    home: Home, row: str, reason: str, said: str
) -> None:
    good = "desk,ticket.reason_code,A,wifi.mesh\ndesk,ticket.resolution_code,B,anything\ndesk,ticket.type,C,order\n"
    record = bring(home, f"{CODES}{good}{row}\n", entity="code_meaning")
    assert counts(record) == (4, 3, 0, 1)
    assert record.reasons == {reason: 1}
    (found,) = notes(home)
    assert said in found[1]


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        ("Connectivity/Slow,x,", "bad_driver_id", "connectivity.slow.evening"),
        ("a.b.c.d,x,", "bad_driver_id", "a.b.c.d"),
        ("wifi.unmapped,x,", "bad_driver_id", "wifi.unmapped"),
        ("wify.mesh.pods,x,", "unknown_parent", "Did you mean 'wifi.mesh'?"),
        ("roof.ypqz.k,x,", "unknown_parent", "above 'roof.ypqz.k'. Add it in the same file."),
    ],
)
def test_a_driver_without_a_place_in_the_taxonomy_is_quarantined(home: Home, row: str, reason: str, said: str) -> None:
    record = bring(home, f"{DRIVERS}roof.leak.rain,Rain,\nroof,Roof,\nroof.leak,Leak,\n{row}\n", entity="driver")
    assert counts(record) == (4, 3, 0, 1)
    assert record.reasons == {reason: 1}
    assert said in notes(home)[0][1]


def test_a_code_may_mean_a_driver_that_the_provider_added_and_no_retired_one(home: Home) -> None:
    bring(home, f"{DRIVERS}field.damage.rodents,Rats,\nwifi.mesh.node,Pods,yes\n", entity="driver")
    rows = "desk,ticket.reason_code,A,field.damage.rodents\ndesk,ticket.reason_code,B,wifi.mesh.node\n"
    record = bring(home, CODES + rows, entity="code_meaning")
    assert (record.accepted, record.reasons) == (1, {"unknown_meaning": 1})


def test_a_row_that_takes_a_meaning_away_is_not_checked(home: Home) -> None:
    bring(home, CODES + "desk,ticket.reason_code,A,wifi.mesh\n", entity="code_meaning", at=moment("2026-05-01"))
    record = bring(home, "code_source,field,value,is_deleted\ndesk,ticket.reason_code,A,true\n", entity="code_meaning")
    assert counts(record) == (1, 1, 0, 0)
    assert home.warehouse.value("SELECT count(*) FROM code_span") == 0
