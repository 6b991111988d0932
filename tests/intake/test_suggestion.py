"""What a file means that came without a mapping: all that it tells of, and a question where too little is known."""

from __future__ import annotations

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.mapping import read_mapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.suggestion import suggest_mapping
from tests.homes import bring, counts

CALLS = ("Call ID", "Start", "End", "Direction", "Caller", "Agent", "Reason", "Result", "Talk")
ONE_MORE = "ticket_id,opened_at,Odd\nT1,2026-01-02,x\n"
LIST = "Customer number,Account,Name,Phone,Status,Activated,Balance,Branch\n"


def test_calls_are_not_taken_for_what_their_agents_did() -> None:
    found = suggest_mapping(CALLS, None, "calls.csv")
    assert found.file.entity == "contact"
    assert {source.column for source in found.fields.values()} == set(CALLS)


def test_a_file_of_which_little_is_known_is_asked_about() -> None:
    headers, best = ("Agent", "Start", "End", *(f"Column {number}" for number in range(6))), "agent_state_interval"
    with pytest.raises(MisuseError) as caught:
        suggest_mapping(headers, None, "odd.csv")
    assert (caught.value.code, caught.value.exit_code) == ("unknown_content", 2)
    assert f"3 of its 9 columns are known for {best}" in str(caught.value)
    assert f"--as {best}" in str(caught.value.hint)
    assert suggest_mapping(headers, best, "odd.csv").file.entity == best


def test_one_name_that_any_list_has_is_no_evidence() -> None:
    with pytest.raises(MisuseError) as caught:
        suggest_mapping(("MSISDN", "Name", "City"), None, "active.csv")
    assert (caught.value.code, caught.value.exit_code) == ("unknown_content", 2)
    assert "only 1 of its 3 columns is known" in str(caught.value)


def test_a_list_of_customers_tells_of_accounts_subscribers_and_their_names(home: Home) -> None:
    text = LIST + "S1,A1,Ann Bee,0791234567,active,2024-01-02,3,x\n,A2,Cy Dee,0445550001,active,2024-02-03,4,y\n"
    record = bring(home, text)
    assert counts(record) == (2, 2, 0, 0)
    assert record.entities == {"account": 2, "subscriber": 1, "subscriber_pii": 1}
    found = home.warehouse.rows("SELECT account_id, subscriber_id FROM account ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("A1", "S1"), ("A2", None)]
    assert home.warehouse.value("SELECT count(*) FROM subscriber WHERE activated_at IS NOT NULL") == 1


def test_columns_of_which_nothing_is_known_are_named(home: Home) -> None:
    text = LIST + "S1,A1,Ann Bee,0791234567,active,2024-01-02,3,x\n"
    (told,) = (warning for warning in bring(home, text).warnings if "no name that is known" in warning)
    assert told.startswith("2 columns have no name that is known for account")
    assert "'Balance', 'Branch'" in told
    (told,) = (warning for warning in bring(home, ONE_MORE).warnings if "no name that is known" in warning)
    assert told.startswith("1 column has no name that is known for ticket, so it is kept beside the rows and counts")
    stated = mapping_as_toml(suggest_mapping(tuple(LIST.strip().split(",")), None, "list.csv"))
    assert not any("no name" in warning for warning in bring(home, text, mapping=stated).warnings)


def test_a_suggestion_is_a_mapping_that_can_be_read_again() -> None:
    found = suggest_mapping(tuple(LIST.strip().split(",")), None, "list.csv")
    assert read_mapping(mapping_as_toml(found), "again.toml") == found


def test_a_column_that_filled_a_field_and_is_gone_is_warned_of(home: Home) -> None:
    first = "Ticket Number,Created Date,Ticket Reason,Priority\nT1,2026-01-10 10:00,wifi.slow,1\n"
    assert not any("since batch" in warning for warning in bring(home, first).warnings)
    again = bring(home, first.replace("T1", "T2"))
    assert not any("since batch" in warning for warning in again.warnings)
    changed = bring(home, first.replace("T1", "T3").replace("Ticket Reason", "Motive"))
    (told,) = (warning for warning in changed.warnings if "since batch" in warning)
    assert f"since batch {again.batch}: gone Ticket Reason (filled reason_code); new Motive." in told
    # a name that is known for the same field loses nothing
    renamed = bring(home, first.replace("T1", "T4").replace("Ticket Number", "Ticket ID"))
    assert not any("Ticket Number" in warning for warning in renamed.warnings)
