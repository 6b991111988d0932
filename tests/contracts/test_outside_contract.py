"""What outside programs rely on and may never be renamed: KPI ids, numbers, keys of records, commands."""

from __future__ import annotations

from dataclasses import fields

import pytest

from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from tests.contracts.project import commands, options_of

KPIS = {
    "ticket_volume": "K01", "tickets_per_1000": "K02", "driver_share": "K04", "backlog": "K06", "closure_ratio": "K08",
    "resolution_rate_1d": "", "resolution_rate_3d": "", "resolution_rate_7d": "K09", "resolution_rate_30d": "",
    "reopen_rate": "K11", "repeat_ticket_rate_7d": "K12", "repeat_ticket_rate_30d": "", "truck_rolls": "K13",
    "truck_rolls_per_1000": "K14", "truck_roll_cost": "K15", "escalation_rate": "K23",
    "first_response_time_median": "K26", "first_response_time_p90": "", "resolution_time_median": "K27",
    "resolution_time_p90": "", "resolution_time_mean": "", "average_talk_time": "K29", "average_hold_time": "K30",
    "average_wrap_time": "K31", "aht": "K32", "asa": "K33", "abandonment_rate": "K34", "abandonment_rate_raw": "",
    "missed_call_rate": "K35", "service_level_a": "", "service_level_b": "K36", "service_level_c": "",
    "service_level_d": "", "service_level_e": "", "csat_t2b": "K39", "csat_mean": "K40", "csat_normalised": "",
    "nps": "K41", "subscriber_churn_rate": "K49", "resolved_flag_share": "",
    "fcr_single": "K19", "fcr_window": "K20", "fcr_window_1d": "", "fcr_window_3d": "", "fcr_window_14d": "",
    "fcr_window_30d": "", "fcr_survey": "K21", "fcr_net": "K22", "interactions_to_resolution": "K25",
    "first_response_time_median_business": "", "first_response_time_p90_business": "",
    "resolution_time_median_business": "", "resolution_time_p90_business": "", "resolution_time_mean_business": "",
    "first_response_within_target": "", "sla_attainment": "K28",
}  # fmt: skip

SLUGS = ("resolution_rate", "repeat_ticket_rate", "first_response_time", "resolution_time", "service_level")
"""Names of the domain reference that stand for one of several variants."""

RECORD = [
    "kpi", "version", "period_start", "period_end", "partial", "group", "value", "unit", "low", "high", "n",
    "numerator", "denominator", "pending", "excluded", "completeness", "state", "reason", "note",
]  # fmt: skip

OPTIONS = {
    "demo": {"--once", "--port"},
    "init": set[str](),
    "template": set[str](),
    "import": {"--as", "--mapping", "--exported-at", "--complete-until", "--dry-run", "--format"},
    "imports": set[str](),
    "kpi": {"--from", "--to", "--by", "--group", "--where", "--now", "--format"},
    "explain": set[str](),
    "serve": set[str](),
    "rebuild": set[str](),
    "backup": set[str](),
    "restore": set[str](),
    "forget": set[str](),
}


@pytest.mark.parametrize("kpi", KPIS)
def test_every_id_and_number_stands_for_its_kpi(kpi: str) -> None:
    assert kpi in the_catalogue().kpis
    if KPIS[kpi]:
        assert the_catalogue().kpi(KPIS[kpi].lower()).id == kpi


@pytest.mark.parametrize("slug", SLUGS)
def test_a_name_without_its_variant_stands_for_the_usual_one(slug: str) -> None:
    assert the_catalogue().kpi(slug).id.startswith(slug)


def test_a_record_begins_with_the_keys_of_the_contract() -> None:
    assert [field.name for field in fields(Record)][: len(RECORD)] == RECORD


@pytest.mark.parametrize("name", OPTIONS)
def test_every_command_keeps_its_options(name: str) -> None:
    assert OPTIONS[name] <= set(options_of(commands()[name]))
