"""Losses as facts: what is one, whose it is, and which of them is only told again."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.query.answer import Record
from tests.query.provider import Provider

MARCH: dict[str, Any] = {"from": "2026-03-01", "to": "2026-04-01"}


@pytest.fixture
def provider() -> Provider:
    provider = Provider()
    for number in range(250):
        provider.add("subscriber", "crm", subscriber_id=f"s{number}", activated_at="2026-01-01")
    return provider


def loss(provider: Provider, subscriber: str, day: str, kind: str | None = "voluntary") -> None:
    provider.add("churn_event", "crm", subscriber_id=subscriber, effective_at=f"{day} 12:00:00", kind=kind)


def churn(provider: Provider) -> Record:
    return provider.one("subscriber_churn_rate", **MARCH)


@pytest.mark.parametrize("before", ["move_transfer", "product_downgrade", None])
def test_a_loss_after_what_was_none_counts(provider: Provider, before: str | None) -> None:
    loss(provider, "s1", "2026-02-11", before)
    loss(provider, "s1", "2026-03-15")
    assert churn(provider).numerator == 1


@pytest.mark.parametrize("before", ["voluntary", "involuntary_nonpay", "move_out_of_area", "deceased"])
def test_a_loss_after_a_loss_without_a_return_is_the_same_one_told_again(provider: Provider, before: str) -> None:
    loss(provider, "s1", "2026-02-11", before)
    loss(provider, "s1", "2026-02-20", "product_downgrade")
    loss(provider, "s1", "2026-03-15")
    record = churn(provider)
    assert (record.numerator, record.exclusions) == (0, {"The same loss, reported again": 1})


def test_a_subscriber_whose_record_was_deleted_counts_on_neither_side(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="gone", activated_at="2026-01-01", is_deleted=True)
    loss(provider, "gone", "2026-03-15")
    record = churn(provider)
    assert (record.numerator, record.denominator) == (0, 250)
    assert record.exclusions == {"Subscribers whose record was deleted": 1}


def test_a_loss_of_somebody_who_never_had_a_record_counts(provider: Provider) -> None:
    loss(provider, "nobody knows", "2026-03-15")
    assert churn(provider).numerator == 1


def test_a_loss_has_the_region_of_what_was_had_last_active_or_not(provider: Provider) -> None:
    provider.add("location", "crm", location_id="L", region_id="west", tz="UTC")
    begun = {"account_id": "A", "valid_from": "2026-01-01"}
    provider.add("account", "crm", subscriber_id="s1", status="suspended_nonpay", **begun)
    ended = "2026-03-15 12:00:00"
    provider.add("service", "crm", service_id="V", location_id="L", access_tech="dsl", valid_to=ended, **begun)
    loss(provider, "s1", "2026-03-15")
    provider.build()
    row = provider.warehouse.row("SELECT region, access_tech FROM fact_churn")
    assert (row["region"], row["access_tech"]) == ("west", "dsl")
