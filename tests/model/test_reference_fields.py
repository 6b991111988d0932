"""Every entity and field that the domain reference names is declared (its sections 1.1 to 1.3 and 1.5)."""

from __future__ import annotations

import pytest

from firstline.model.vocabulary import entity, vocabulary

# subscriber_day, issue, qoe_hour, qoe_day and issue_detection are made here, never imported.
HEADINGS = [
    "subscriber", "account", "service", "location", "network_element", "device", "wifi_client",
    "telemetry_sample", "diagnostic_test", "outage", "outage_impact", "contact", "contact_leg", "ticket",
    "ticket_event", "truck_roll", "survey_invite", "survey_response", "agent", "agent_state_interval",
    "queue_interval", "churn_event", "cost_ledger", "business_calendar", "goal", "initiative",
]  # fmt: skip

ADDITIONS = [
    "truck_roll_event", "ticket_text", "sla_policy", "labour_rate", "vendor_contract",
    "vendor_reported_figure", "quality_review", "exclusion", "row_correction", "agent_alias", "identity_link",
    "active_subscribers", "subscriber_pii", "client_pii", "subscriber_snapshot", "driver", "code_meaning", "queue",
    "team", "unit_cost", "source_end",
]  # fmt: skip

NEEDED_BY_KPIS = {
    "K01": "ticket.opened_at ticket.type ticket.merged_into ticket.is_test",
    "K02": "truck_roll.dispatched_at active_subscribers.active_subscribers",
    "K03": "contact.entered_at contact.direction contact.channel",
    "K04": "ticket.reason_code",
    "K05": "ticket.origin ticket.opened_at ticket.issue_id contact.entered_at contact.issue_id",
    "K06": "ticket_event.type ticket_event.at",
    "K10": "ticket_event.to_tier ticket_event.to_team truck_roll.ticket_id",
    "K11": "ticket_event.actor_kind ticket_event.reopens",
    "K12": "ticket.account_id ticket.reason_code ticket.parent_ticket_id",
    "K13": "truck_roll.purpose truck_roll.outcome truck_roll.dispatched_at truck_roll.arrived_at",
    "K15": "truck_roll.cost truck_roll.currency",
    "K16": "truck_roll.avoidable truck_roll.fault_found outage.onset_at",
    "K17": "truck_roll.service_id truck_roll.account_id truck_roll.completed_at truck_roll.outcome",
    "K19": "contact.account_id contact.resolved_flag contact.ended_at contact.answered_at contact.issue_id",
    "K20": "contact.reason_code contact.entered_at contact.channel contact.direction",
    "K21": "survey_response.kind survey_response.score survey_response.contact_id",
    "K22": "ticket.resolution_code",
    "K23": "ticket_event.from_tier ticket_event.to_tier agent.tier",
    "K28": "sla_policy.target_s sla_policy.calendar_id ticket.priority",
    "K29": "contact.talk_s contact.hold_s contact.wrap_s contact.disposition",
    "K32": "contact.agent_active_s contact_leg.talk_s contact_leg.hold_s contact_leg.wrap_s",
    "K33": "queue_interval.short_s contact.wait_s queue_interval.wait_answered_s queue_interval.answered",
    "K34": "queue_interval.offered queue_interval.abandoned queue_interval.abandoned_within_short",
    "K36": "queue_interval.answered_within_t queue_interval.t_s queue_interval.interval_start queue.service_level_s",
    "K37": "agent_state_interval.state agent_state_interval.from_at agent_state_interval.to_at",
    "K38": "contact.transfers",
    "K39": "survey_response.responded_at survey_response.scale_min survey_response.scale_max",
    "K43": "survey_invite.sent_at survey_invite.delivered survey_response.invite_id",
    "K44": "cost_ledger.month cost_ledger.cost_type cost_ledger.amount cost_ledger.currency",
    "K47": "contact.account_id contact.entered_at contact.ended_at",
    "K48": "agent.hire_date agent.exit_date agent.exit_reason agent.employer",
    "K49": "churn_event.effective_at churn_event.kind",
    "K50": "outage.restored_at outage.planned outage_impact.lost_at outage_impact.restored_at",
}

EVENT_TYPES = [
    "opened", "assigned", "first_response", "public_reply", "internal_note", "customer_reply",
    "status_change", "priority_change", "reassigned", "escalated", "deescalated", "pending_customer",
    "held", "resolved", "reopened", "closed", "cancelled", "rejected", "merged", "split", "linked_visit",
    "linked_outage",
]  # fmt: skip


def test_the_vocabulary_is_what_the_reference_names_and_the_additions() -> None:
    assert sorted(vocabulary()) == sorted(HEADINGS + ADDITIONS)


@pytest.mark.parametrize("kpi", sorted(NEEDED_BY_KPIS))
def test_every_field_that_a_kpi_needs_exists(kpi: str) -> None:
    for name in NEEDED_BY_KPIS[kpi].split():
        table, _, field = name.partition(".")
        assert field in entity(table).field_names, name


def test_ticket_events_are_the_types_of_the_reference() -> None:
    assert list(entity("ticket_event").field("type").values) == EVENT_TYPES


def test_a_visit_is_placed_by_the_dispatch_it_is_counted_on_else_by_its_plan() -> None:
    assert entity("truck_roll").placed_by == ("dispatched_at", "scheduled_start", "created_at")


def test_ids_of_people_and_places_are_the_providers_and_of_cases_the_sources() -> None:
    assert sorted(name for name in vocabulary() if entity(name).owner == "source") == [
        "contact", "contact_leg", "diagnostic_test", "quality_review", "queue_interval", "survey_invite",
        "survey_response", "telemetry_sample", "ticket", "ticket_event", "ticket_text", "truck_roll",
        "truck_roll_event", "vendor_reported_figure",
    ]  # fmt: skip
