"""The page of restated figures, its twin and its filters; a KPI's page and chart mark the months."""

from __future__ import annotations

import pytest

from firstline.query.definitions import the_catalogue
from tests.web.small_office import RESTATED, client_of, empty_office
from tests.web.visitor import Visitor


def test_it_lists_old_new_difference_cause_batch_and_time_newest_first(client: Visitor) -> None:
    page = client.get("/restated").text
    assert page.index("CSAT") < page.index("Truck rolls</a>")
    for said in ("February 2026", "late rows, merging", "no value", "90.0 %", "-1", "+2", "2026-06-15"):
        assert said in page, said
    assert 'href="/kpi/truck_rolls?from=2026-02-01&amp;to=2026-03-01&amp;by=month"' in page
    twin = client.get("/restated.json").json()
    assert twin["total"] == len(RESTATED)
    assert twin["causes"] == {"late rows": 2, "merging": 1, "undo": 1}
    assert [each["difference"] for each in twin["restatements"]] == [None, -1, 2]
    assert twin["restatements"][1]["batches"] == [2]


@pytest.mark.parametrize(
    ("asked", "kpis"),
    [
        ("kpi=truck_rolls", ["truck_rolls", "truck_rolls"]),
        ("cause=merging", ["csat_t2b"]),
        ("kpi=K13&cause=undo", ["truck_rolls"]),
        ("kpi=aht", []),
    ],
)
def test_it_is_narrowed_to_a_kpi_and_a_cause(client: Visitor, asked: str, kpis: list[str]) -> None:
    found = client.get(f"/restated.json?{asked}").json()["restatements"]
    assert [each["kpi"] for each in found] == kpis
    assert ("Nothing was restated for this choice" in client.get(f"/restated?{asked}").text) == (not kpis)


def test_a_wrong_choice_is_told_with_the_nearest(client: Visitor) -> None:
    assert "late rows" in client.get("/restated?cause=late+row").text
    assert client.get("/restated?cause=late+row").status_code == 400
    assert client.get("/restated?kpi=truckrolls").status_code == 400


def test_an_empty_home_says_that_nothing_was_restated() -> None:
    client = client_of(empty_office())
    assert "Nothing was restated" in client.get("/restated").text
    assert client.get("/restated.json").json()["restatements"] == []


def test_a_kpi_marks_the_month_in_chart_and_table_and_says_what_it_was(client: Visitor) -> None:
    address = "/kpi/truck_rolls?from=2026-01-01&to=2026-04-01&by=month"
    page = client.get(address).text
    assert "Published as 2; restated because of late rows, undo (batch 1, 2)." in page
    assert '<a href="/restated?kpi=truck_rolls">restated</a>' in page
    assert "Diamonds are others than were published." in page
    assert '"shape": "diamond"' in page
    states = [each["state"] for each in client.get(address.replace("?", ".json?")).json()["records"]]
    assert states == ["final", "restated", "final"]
    assert the_catalogue().kpis["truck_rolls"].version == RESTATED[0][2]


def test_what_was_frozen_stands_beside_the_latest(client: Visitor) -> None:
    page = client.get("/restated/frozen").text
    for said in ("April 2026", "bpo-north", "N1", "10.0 %", "12.5 %", "provisional, 2 pending", "too few", "the same"):
        assert said in page, said
    twin = client.get("/restated/frozen.json?vendor=bpo-north").json()
    (told,) = twin["snapshots"]
    assert (told["value"], told["latest"], told["month"], told["contract"]) == (0.1, 0.125, "2026-04-01", "N1")
    assert client.get("/restated/frozen?vendor=nobody").status_code == 400
    assert client.get("/restated/frozen?month=2025-01").status_code == 400
    assert "Nothing is frozen" in client_of(empty_office()).get("/restated/frozen").text
