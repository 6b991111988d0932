"""Rows that contradict themselves are quarantined with a reason of their own; what only seems to is not."""

from __future__ import annotations

import pytest

from firstline.home import Home
from tests.homes import bring, counts
from tests.mending import open_rows

CALL = "contact_id,entered_at,ended_at,channel,talk_s\n"
SURVEY = "response_id,responded_at,kind,score,scale_min,scale_max\n"
LIST = "Ticket ID,Created at,Resolved at,Closed at\n"


@pytest.mark.parametrize(
    ("text", "entity", "reason", "note"),
    [
        (CALL + "C1,2026-01-01 10:00,2026-01-01 10:05,phone,-5\n", "contact", "negative_duration", "talk_s -5"),
        (CALL + "C1,2026-01-01 10:00,,phone,-00:00:05\n", "contact", "negative_duration", "talk_s -5"),
        (
            CALL + "C1,2026-01-01 10:00,2026-01-01 09:59,phone,5\n",
            "contact",
            "end_before_start",
            "ended_at 2026-01-01 09:59:00, before entered_at 2026-01-01 10:00:00",
        ),
        (
            LIST + "T1,2026-01-02 10:00,2026-01-01 10:00,\n",
            "ticket",
            "end_before_start",
            "resolved at 2026-01-01 10:00:00, before opened_at 2026-01-02 10:00:00",
        ),
        (LIST + "T1,2026-01-03,,2026-01-02\n", "ticket", "end_before_start", "closed at"),
        (SURVEY + "R1,2026-01-01,csat,6,1,5\n", "survey_response", "score_outside_scale", "score 6.0 of 1 to 5"),
        (SURVEY + "R1,2026-01-01,csat,0,1,5\n", "survey_response", "score_outside_scale", "score 0.0 of 1 to 5"),
        (SURVEY + "R1,2026-01-01,csat,4,,5\n", "survey_response", "score_without_scale", "score 4.0"),
        (SURVEY + "R1,2026-01-01,csat,4,,\n", "survey_response", "score_without_scale", "of an unknown scale"),
    ],
)
def test_a_contradiction_has_its_own_reason(home: Home, text: str, entity: str, reason: str, note: str) -> None:
    record = bring(home, text, entity=entity)
    assert counts(record) == (1, 0, 0, 1)
    (row,) = open_rows(home)
    assert row.reason == reason
    assert note in row.note


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        # an end at the very instant of the start, a day without a clock part, an end that is not stated
        (CALL + "C1,2026-01-01 10:00,2026-01-01 10:00,phone,0\n", "contact"),
        (LIST + "T1,2026-01-02 10:00,2026-01-02,\nT2,2026-01-02 10:00,2026-01-02 11:00,2026-01-02\n", "ticket"),
        (LIST + "T1,2026-01-02 10:00,,\n", "ticket"),
        # no scale anywhere in the file: the KPIs that need one say so
        ("response_id,responded_at,kind,score\nR1,2026-01-01,csat,4\n", "survey_response"),
        (SURVEY + "R1,2026-01-01,csat,,,\n", "survey_response"),
        # what was deleted is not judged
        ("contact_id,entered_at,ended_at,is_deleted\nC1,2026-01-02,2026-01-01,true\n", "contact"),
    ],
)
def test_what_only_seems_a_contradiction_is_accepted(home: Home, text: str, entity: str) -> None:
    read, accepted, _, _ = counts(bring(home, text, entity=entity))
    assert read == accepted


def test_a_file_name_that_comes_again_with_other_content_is_another_file(home: Home) -> None:
    head = "ticket_id,opened_at,changed_at\n"
    first = bring(home, head + "T1,2026-01-01,2026-01-01\n", name="daily.csv")
    second = bring(home, head + "T1,2026-01-01,2026-01-01\nT2,2026-01-02,2026-01-02\n", name="daily.csv")
    assert (counts(first), counts(second)) == ((1, 1, 0, 0), (2, 1, 1, 0))
    assert [batch.file_name for batch in home.ledger.batches()] == ["daily.csv", "daily.csv"]
    assert len({batch.file_sha256 for batch in home.ledger.batches()}) == 2


def test_a_file_without_one_sound_row_is_read_and_says_so_loudly(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at\n,2026-01-01\nT2,\n")
    assert (counts(record), record.exit_code) == ((2, 0, 0, 2), 0)
    assert record.warnings[0].startswith(
        "Not one row could be used: all 2 are quarantined (missing_key 1, missing_time 1)"
    )
    partly = bring(home, "ticket_id,opened_at\n,2026-01-01\nT2,2026-01-01\n")
    assert not any("Not one row" in warning for warning in partly.warnings)
