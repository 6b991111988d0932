"""A large provider is made block by block: the same rows with any number of threads, and one provider in the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from firstline.simulate import provider as cutting
from firstline.simulate.canonical.parquet import OF_BLOCK, OF_PROVIDER
from firstline.simulate.ids import ROWS_OF_BLOCK
from firstline.simulate.provider import found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.run import Simulated, Wanted, simulate
from firstline.simulate.scenario import Scenario
from firstline.simulate.world import build_world
from tests.simulate.conftest import END, ZONE
from tests.simulate.test_run import bytes_of

SUBSCRIBERS = 200
OF_TRUTH = ("causes", "impairments")
KEYS = {
    **{"subscriber": ("subscriber_id",), "account": ("account_id",), "service": ("service_id",)},
    **{
        "location": ("location_id",),
        "device": ("device_id", "valid_from"),
        "network_element": ("element_id",),
        "outage": ("outage_id",),
    },
    **{"outage_impact": ("outage_id", "subscriber_id"), "contact": ("contact_id",), "ticket": ("ticket_id",)},
    **{"ticket_text": ("ticket_id",)},
    **{"ticket_event": ("ticket_id", "seq"), "truck_roll": ("visit_id",), "survey_invite": ("invite_id",)},
    **{"survey_response": ("response_id",), "churn_event": ("subscriber_id",)},
}


@contextmanager
def small_blocks() -> Iterator[None]:
    """Blocks of at most 60 subscribers."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cutting, "LARGEST_BLOCK", 60)
        yield


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Simulated]:
    """The same provider of four blocks, made by one thread and by two."""
    with small_blocks():
        return {
            threads: simulate(
                *(tmp_path_factory.mktemp(f"threads-{threads}"), SUBSCRIBERS, 2, 6),
                end=END,
                scenario=Scenario(replace(RATES, outages=20.0, lacking_share=1.0)),
                wanted=Wanted(canonical=True, threads=threads),
            )
            for threads in (1, 2)
        }


def _folder(made: Simulated) -> Path:
    return made.truth.parent


def test_any_number_of_threads_gives_the_same_rows(by_threads: dict[int, Simulated]) -> None:
    one, two = (bytes_of(_folder(made)) for made in by_threads.values())
    parquet = [name for name in one if name.endswith(".parquet")]
    assert len(parquet) == len(OF_PROVIDER) + 1 + 4 * (len(OF_BLOCK) + len(OF_TRUTH))
    assert set(one) == set(two)
    # Parquet pads its pages with what lay in memory: of these files the rows are the same, of all others the bytes
    for name in one:
        if name in parquet:
            tables = [pyarrow.parquet.read_table(_folder(made) / name) for made in by_threads.values()]
            assert tables[0].equals(tables[1]), name
        else:
            assert one[name] == two[name], name


def test_blocks_share_no_key(by_threads: dict[int, Simulated]) -> None:
    canonical = _folder(by_threads[1]) / "canonical"
    assert set(KEYS) == set(OF_BLOCK)
    for entity, key in KEYS.items():
        rows = pyarrow.parquet.read_table(canonical / entity).select(key).to_pandas()
        assert len(rows) == by_threads[1].rows[entity] > 0
        assert not rows.duplicated().any(), entity
        assert rows.notna().all(axis=None), entity


def test_an_export_is_one_file_with_the_rows_of_all_blocks(by_threads: dict[int, Simulated]) -> None:
    exports = _folder(by_threads[1]) / "exports"
    lines = (exports / "subscribers.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + by_threads[1].rows["subscribers.csv"] > SUBSCRIBERS
    assert sum(line.startswith("Customer No,") for line in lines) == 1
    # A workbook cannot be added to: each block gives one, under the one mapping
    books = [(path.name, mapping.name) for path, mapping in by_threads[1].imports if path.suffix == ".xlsx"]
    assert books[:4] == [(f"chats{part}.xlsx", "chats.toml") for part in ("", "-2", "-3", "-4")]
    assert {path.name for path in exports.iterdir()} == {path.name for path, _ in by_threads[1].imports}


def test_the_truth_is_that_of_all_blocks(by_threads: dict[int, Simulated]) -> None:
    made = by_threads[1]
    truth = json.loads(made.truth.read_text("utf-8"))
    assert truth["totals"]["subscribers_at_start"][0] == SUBSCRIBERS
    assert sum(truth["totals"]["surveys_sent"]) == made.rows["survey_invite"]
    assert len(truth["outages"]) == made.rows["outage"]
    assert [outage["planted"] for outage in truth["outages"]].count(True) <= 1
    tickets = [ticket for matter in truth["planted"]["lacking_drivers"].values() for ticket in matter["tickets"]]
    assert len({int(ticket.removeprefix("T-")) // ROWS_OF_BLOCK for ticket in tickets}) > 1
    contacts, agents = (pyarrow.parquet.read_table(_folder(made) / "canonical" / name) for name in ("contact", "agent"))
    vendors = dict(zip(agents["agent_id"].to_pylist(), agents["vendor_id"].to_pylist(), strict=True))
    answered = Counter(vendors.get(agent) for agent in contacts["agent_id"].to_pylist())
    for vendor, counts in truth["vendor_work"].items():
        assert sum(counts["contacts_answered"]) == answered[vendor] > 0
    chats = truth["kept_without_help"]
    assert len({int(chat.removeprefix("CHAT-")) // ROWS_OF_BLOCK for chat in chats}) > 1


def test_a_block_does_not_depend_on_the_others() -> None:
    provider = found_provider(date(2026, 1, 1), END, ZONE, SUBSCRIBERS, 5, RATES)
    with small_blocks():
        assert provider.blocks == 4
        assert [provider.subscribers_of(block) for block in range(4)] == [50, 50, 50, 50]
        last = build_world(provider, 3)
        build_world(provider, 0)
        assert (build_world(provider, 3).contacts.entered == last.contacts.entered).all()
        assert not np.array_equal(build_world(provider, 2).contacts.entered, last.contacts.entered)


def test_long_spans_have_smaller_blocks() -> None:
    years = found_provider(date(2024, 4, 1), END, ZONE, 100_000, 1, RATES)
    month = found_provider(date(2026, 3, 1), END, ZONE, 100_000, 1, RATES)
    assert (month.blocks, years.blocks) == (2, 4)
