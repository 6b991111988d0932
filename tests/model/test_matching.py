"""Headers of real exports find their fields, and files without a stated entity find theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from firstline.model.matching import match_header, normalised, rank_entities
from firstline.model.vocabulary import entity, vocabulary


@pytest.mark.parametrize("header", ["opened_at", "Opened At", "openedAt", "OPENED-AT", " opened.at ", "Opened_At:"])
def test_spelling_of_a_name_does_not_matter(header: str) -> None:
    assert match_header([header], entity("ticket")).fields == {"opened_at": header}


def test_an_alias_is_enough() -> None:
    headers = ["Ticket #", "Created Time", "Category", "Assigned To", "Status"]
    assert match_header(headers, entity("ticket")).fields == {
        "ticket_id": "Ticket #",
        "opened_at": "Created Time",
        "reason_code": "Category",
        "assigned_agent_id": "Assigned To",
        "current_status": "Status",
    }


def test_a_name_goes_before_an_alias_of_the_same_field() -> None:
    match = match_header(["agent", "actor_id"], entity("ticket_event"))
    assert match.fields == {"actor_id": "actor_id"}
    assert match.unmatched == ("agent",)


def test_a_header_is_used_once_and_the_rest_is_reported() -> None:
    match = match_header(["id", "ticket_id", "Created", "created at", "Colour"], entity("ticket"))
    assert match.fields == {"ticket_id": "ticket_id", "opened_at": "created at"}
    assert match.unmatched == ("id", "Created", "Colour")
    assert {"origin", "channel", "reason_code"} <= set(match.missing)
    assert "account_id" not in match.missing


def test_two_equal_headers_are_one_field_and_one_left_over() -> None:
    match = match_header(["ticket_id", "ticket_id"], entity("ticket"))
    assert match.fields == {"ticket_id": "ticket_id"}
    assert match.unmatched == ("ticket_id",)


def test_empty_headers_match_nothing() -> None:
    match = match_header(["", "  ", "--"], entity("ticket"))
    assert match.fields == {}
    assert match.unmatched == ("", "  ", "--")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Talk time (sec)", "talk_s"), ("Talk Time [seconds]", "talk_s"), ("Talk time (min)", None),
        ("Talk Duration (AVG)", None), ("Talk Duration (Seconds)", "talk_s"), ("hold_s", "hold_s"),
    ],
)  # fmt: skip
def test_a_unit_in_brackets_is_passed_over_only_if_it_is_the_fields_own(header: str, field: str | None) -> None:
    assert match_header([header], entity("contact")).fields == ({field: header} if field else {})


def test_one_of_several_times_is_enough_for_a_visit() -> None:
    with_dispatch = match_header(["job id", "dispatched"], entity("truck_roll"))
    assert "scheduled_start" not in with_dispatch.missing
    without_any = match_header(["job id"], entity("truck_roll"))
    assert {"dispatched_at", "scheduled_start", "created_at"} <= set(without_any.missing)


@pytest.mark.parametrize("name", sorted(vocabulary()))
def test_the_header_of_a_template_is_matched_whole_and_ranks_its_entity_first(name: str) -> None:
    headers = list(entity(name).field_names)
    match = match_header(headers, entity(name))
    assert match.fields == {field: field for field in headers}
    assert (match.unmatched, match.missing) == ((), ())
    best, score = rank_entities(headers)[0]
    assert (best.name, score) == (name, 1.0)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            [
                "Ticket ID",
                "Subject",
                "Status",
                "Priority",
                "Source",
                "Type",
                "Created time",
                "Group",
                "Agent",
            ],
            "ticket",
        ),
        (["id", "created_at", "via", "status", "priority", "assignee", "subject"], "ticket"),
        (
            ["Call Id", "Agent", "Call Date", "Topic", "Answered (Y/N)", "Resolved", "Talk Duration"],
            "contact",
        ),
        (["Case ID", "Activity", "Resource", "Complete Timestamp"], "ticket_event"),
        (["Job ID", "Job Type", "Account", "Scheduled Date", "Technician", "Completion Code"], "truck_roll"),
        (["Response ID", "Ticket ID", "Rating", "Comments", "Submitted At"], "survey_response"),
        (["customer_id", "effective_date", "churn_reason", "churn_type"], "churn_event"),
        (["Customer Number", "Customer Since", "Region", "Segment"], "subscriber"),
        (["Employee ID", "Hired", "Level", "Team", "FTE"], "agent"),
        (["month", "category", "cost center", "amount", "currency"], "cost_ledger"),
        (["period_start", "period_end", "region", "subscribers"], "active_subscribers"),
        (["Queue", "Interval", "Interval Length", "Offered", "Answered", "Abandoned"], "queue_interval"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_common_exports_are_recognised(headers: list[str], expected: str) -> None:
    assert rank_entities(headers)[0][0].name == expected


def test_no_entity_without_its_key_or_its_time() -> None:
    names = {one.name for one, _ in rank_entities(["opened_at", "reason_code", "channel"])}
    assert "ticket" not in names
    names = {one.name for one, _ in rank_entities(["ticket_id", "reason_code", "channel"])}
    assert "ticket" not in names
    assert rank_entities(["Colour", "Shape"]) == []
    assert rank_entities([]) == []


def test_one_column_named_like_a_thing_makes_no_list_of_it() -> None:
    headers = ["Call Id", "Agent", "Topic", "Resolved", "Speed of answer in seconds", "AvgTalkDuration"]
    assert rank_entities(headers) == []
    assert rank_entities(["Agent", "Team", "Level"])[0][0].name == "agent"


def test_a_closed_part_of_the_key_is_needed_and_an_open_part_is_not() -> None:
    assert "queue_interval" not in {one.name for one, _ in rank_entities(["interval_start", "offered"])}
    assert "queue_interval" in {one.name for one, _ in rank_entities(["interval_start", "interval_s", "offered"])}
    assert "account" in {one.name for one, _ in rank_entities(["account_id", "status"])}


@given(some.lists(some.text(max_size=12), max_size=8))
def test_headers_are_never_lost_or_used_twice(headers: list[str]) -> None:
    for one in (entity("ticket"), entity("contact")):
        match = match_header(headers, one)
        assert sorted([*match.fields.values(), *match.unmatched]) == sorted(headers)
    assert all(0 < score <= 1 for _, score in rank_entities(headers))


@given(some.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
