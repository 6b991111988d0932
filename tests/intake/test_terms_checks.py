"""Prices, promises and limits are checked as they come: the note names the field, its value and what is allowed."""

from __future__ import annotations

import pytest

from firstline.home import Home
from tests.homes import bring, counts


@pytest.mark.parametrize(
    ("entity", "rows", "said"),
    [
        ("unit_cost", "item,amount,currency\ntruck_roll,-500,USD\n", "amount is '-500'; 0 or more is allowed"),
        ("unit_cost", "item,amount,currency\ntruck_roll,140,usdollars\n", "currency is 'usdollars'; a code of three"),
        ("unit_cost", "item,currency\ntruck_roll,USD\n", "amount is empty; a number, such as 140.00 is needed"),
        ("unit_cost", "item,amount,currency\ntruck_roll,lots,USD\n", "amount cannot be read; a number"),
        ("labour_rate", "role,hourly_cost,currency\nagent,,USD\n", "hourly_cost is empty; a number, such as 31.50"),
        ("sla_policy", "policy_id,clock,target_s\nhigh,resolution,\n", "target_s is empty; a number, such as 28800"),
        ("sla_policy", "policy_id,clock,target_s\nhigh,resolution,0\n", "target_s is '0'; 1 or more is allowed"),
        ("sla_policy", "policy_id,target_s\nhigh,60\n", "clock is empty; one of first_response, resolution is needed"),
        ("vendor_contract", "contract_id,unit_price,currency\nn,-1,USD\n", "unit_price is '-1'; 0 or more"),
    ],
)
def test_what_no_figure_can_rest_on_is_quarantined(home: Home, entity: str, rows: str, said: str) -> None:
    record = bring(home, rows, entity=entity)
    assert (counts(record), record.reasons) == ((1, 0, 0, 1), {"bad_terms": 1})
    (told,) = record.faults
    assert said in told


def test_a_sound_row_is_taken_and_one_that_takes_another_away_needs_no_amount(home: Home) -> None:
    assert bring(home, "item,amount,currency\ntruck_roll,140.00,USD\n", entity="unit_cost").accepted == 1
    assert bring(home, "item,is_deleted\ntruck_roll,true\n", entity="unit_cost").accepted == 1


def test_a_calendar_that_nobody_states_so_far_is_named_and_refuses_nothing(home: Home) -> None:
    policy = "policy_id,clock,target_s,calendar_id\nhigh,resolution,28800,hours\n"
    record = bring(home, policy, entity="sla_policy")
    assert counts(record) == (1, 1, 0, 0)
    assert [each for each in record.warnings if "a calendar 'hours'" in each]
    bring(home, "calendar_id,weekday,opens,closes\nhours,1,08:00,17:00\n", entity="business_calendar")
    again = bring(home, policy.replace("28800", "14400"), entity="sla_policy")
    assert not [each for each in again.warnings if "calendar" in each]
