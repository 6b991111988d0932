"""The canonical Parquet: rows in the vocabulary, accepted without a mapping, the ones that the truth counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet
import pytest

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.model.vocabulary import vocabulary
from firstline.refresh.imports import import_all
from firstline.simulate.canonical.parquet import OF_BLOCK, OF_PROVIDER
from firstline.simulate.run import FIGURES, Simulated, Wanted, simulate
from tests.simulate.conftest import END, ZONE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """A provider as canonical rows alone."""
    folder = tmp_path_factory.mktemp("canonical")
    return simulate(folder, 400, 3, 3, end=END, wanted=Wanted(canonical=True, exports=False))


def _folder(made: Simulated) -> Path:
    return made.truth.parent / "canonical"


def _rows(made: Simulated, entity: str) -> pd.DataFrame:
    frame: pd.DataFrame = pyarrow.parquet.read_table(_folder(made) / entity).to_pandas()
    return frame


def test_nothing_else_is_written(made: Simulated) -> None:
    assert {path.name for path in made.truth.parent.iterdir()} == {"canonical", "truth", "truth.json"}
    assert made.imports == ()
    assert {path.name for path in _folder(made).iterdir()} == {*OF_BLOCK, *OF_PROVIDER, FIGURES} == set(made.rows)


def test_fields_and_closed_lists_are_those_of_the_vocabulary(made: Simulated) -> None:
    for entity in sorted(made.rows):
        rows = _rows(made, entity)
        assert len(rows) == made.rows[entity] > 0
        for name in rows.columns:
            field = vocabulary()[entity].field(name)
            if field.type == "enum":
                assert set(rows[name].dropna()) <= set(field.values), f"{entity}.{name}"


def test_an_import_accepts_them_all_without_a_mapping(made: Simulated, home: Home) -> None:
    """Two dozen files, each with what an import costs, though no facts are built of them: two seconds."""
    requests = [
        ImportRequest(path=file, name=file.name, entity=file.parent.name, exported_at=made.exported_at)
        for file in sorted(_folder(made).rglob("*.parquet"))
    ]
    records = import_all(home, requests, lambda: datetime(2026, 4, 1, 12, tzinfo=UTC), dry_run=True)
    assert {str(record.entity): record.accepted for record in records} == made.rows
    assert {record.quarantined for record in records} == {0}
    assert [record.error for record in records if record.error] == []


def _by_month(truth: dict[str, Any], at: pd.Series, values: pd.Series | None = None) -> Sequence[int]:
    month = at.dt.tz_convert(ZONE).dt.strftime("%Y-%m")
    summed = (month.notna() * 1 if values is None else values).groupby(month).sum()
    return [int(summed.get(name, 0)) for name in truth["months"]]


def test_they_are_the_rows_that_the_truth_counts(made: Simulated) -> None:
    truth = json.loads(made.truth.read_text("utf-8"))
    totals, frames = truth["totals"], {entity: _rows(made, entity) for entity in made.rows}
    assert truth["rows"] == made.rows
    calls = frames["contact"][frames["contact"]["channel"] == "phone"]
    answered = calls[calls["disposition"].isin(["answered", "bot_escalated"])]
    assert _by_month(truth, calls["entered_at"]) == totals["calls_entered"]
    assert _by_month(truth, answered["entered_at"], answered["talk_s"]) == totals["calls_talk_s"]
    assert _by_month(truth, answered["entered_at"], answered["wait_s"]) == totals["calls_wait_answered_s"]
    by_bot = calls[calls["disposition"] == "bot_escalated"]
    assert _by_month(truth, by_bot["entered_at"]) == totals["calls_bot_handed_over"]
    app = frames["contact"][frames["contact"]["channel"] == "self_service_app"]
    assert _by_month(truth, app.loc[app["disposition"].isna(), "entered_at"]) == totals["app_sessions_left"]
    assert _by_month(truth, frames["ticket"]["opened_at"]) == totals["tickets_opened_with_excluded"]
    events = frames["ticket_event"].merge(frames["ticket"], on="ticket_id", suffixes=("", "_of_ticket"))
    counted = events[~events["is_test"] & ~events["is_spam"] & events["merged_into"].isna()]
    counted = counted[(counted["type_of_ticket"] != "internal") & (counted["origin"] != "proactive_outage")]
    first = counted[counted["type"] == "resolved"].groupby("ticket_id")["at"].min()
    assert _by_month(truth, first) == totals["tickets_first_solved"]
    trouble = frames["truck_roll"][frames["truck_roll"]["purpose"] == "trouble"]
    assert _by_month(truth, trouble["dispatched_at"]) == totals["truck_rolls"]
    assert _by_month(truth, frames["survey_invite"]["sent_at"]) == totals["surveys_sent"]
    left = frames["churn_event"][frames["churn_event"]["kind"].isin(["voluntary", "involuntary_nonpay"])]
    assert _by_month(truth, left["effective_at"]) == totals["subscribers_lost"]
    joined = frames["subscriber"]["activated_at"]
    assert _by_month(truth, joined[joined > pd.Timestamp("2026-01-01T07:00Z")]) == totals["subscribers_joined"]
