"""Bring a data set into a home of its own with its example mapping, and ask figures of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.home import Home
from firstline.intake.request import ImportRecord
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from firstline.query.run import answer
from tests.homes import ARRIVAL, bring, moment

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class DataSet:
    """The file an example mapping is for (`folder`/`file` below the shared data), and how its rows are to be counted:
    read, accepted, unchanged, quarantined."""

    folder: str
    file: str
    counts: tuple[int, int, int, int]


DATA_SETS: dict[str, DataSet] = {
    "helpdesk_italy": DataSet("helpdesk_italy", "Helpdesk.csv", (21_348, 21_221, 127, 0)),
    "bpi2013_closed_problems": DataSet(
        "bpi2013_closed_problems", "BPI_Challenge_2013_closed_problems.csv", (6_660, 6_660, 0, 0)
    ),
    "phonenow_calls": DataSet("phonenow_calls", "Call-Center-Dataset.xlsx", (5_000, 5_000, 0, 0)),
    "daily_acd_report": DataSet("daily_acd_report", "Call Center Data.csv", (1_251, 1_251, 0, 0)),
    "ibm_telco_churn": DataSet("ibm_telco_churn", "Telco-Customer-Churn.csv", (7_043, 7_043, 0, 0)),
    "ibm_telco_churn_full": DataSet("ibm_telco_churn_full", "Telco_customer_churn.xlsx", (7_043, 7_043, 0, 0)),
    "ibm_telco_churn_full_status": DataSet(
        "ibm_telco_churn_full", "Telco_customer_churn_status.xlsx", (7_043, 7_043, 0, 0)
    ),
    "speedtest_uk_home": DataSet("speedtest_uk_home", "speedtest.csv", (987, 952, 0, 35)),
    "speedtest_uk_home_latency": DataSet("speedtest_uk_home", "latency.csv", (988, 988, 0, 0)),
}
"""Every example mapping by name, with its file and counts."""


def mapping_text(example: str) -> str:
    """The text of an example mapping."""
    return (EXAMPLES / f"{example}.toml").read_text("utf-8")


def data_file(shared_data: Path, example: str) -> Path:
    """The file an example mapping is for."""
    found = DATA_SETS[example]
    return shared_data / found.folder / found.file


@contextmanager
def home_in(folder: Path, **settings: str | float) -> Iterator[Home]:
    """An empty home below `folder` with these settings in its firstline.toml."""
    path = folder / "home"
    path.mkdir()
    lines = [f"{name} = {value!r}".replace("'", '"') for name, value in settings.items()]
    (path / "firstline.toml").write_text("\n".join(lines) + "\n")
    home = Home.open(path)
    try:
        yield home
    finally:
        home.close()


def bring_example(
    home: Home, shared_data: Path, example: str, mapping: str | None = None, **asked: Any
) -> ImportRecord:
    """Import an example's file with its mapping, or with another text in its place."""
    path = data_file(shared_data, example)
    text = mapping if mapping is not None else mapping_text(example)
    return bring(home, path.read_bytes(), name=path.name, mapping=text, mapping_name=f"{example}.toml", **asked)


def figures(home: Home, *kpis: str, **options: Any) -> tuple[Record, ...]:
    """The records of a question put as on the command line: `by="month"`, `group="agent"`, `from_=...`, `now=...`."""
    given = {name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in options.items()}
    now = moment(given.pop("now")[0]) if "now" in given else ARRIVAL
    question = parse_question(the_catalogue(), home.settings.zone, now, {"kpi": list(kpis), **given})
    return answer(home.warehouse, the_catalogue(), home.settings, question).records


def figure(home: Home, kpi: str, **options: Any) -> Record:
    """The single record of such a question."""
    records = figures(home, kpi, **options)
    assert len(records) == 1, records
    return records[0]


def by_start(records: tuple[Record, ...], length: int = 7) -> dict[str, Record]:
    """Records by the start of their period, written as the first letters of an ISO date (7: the month)."""
    return {record.period_start.isoformat()[:length]: record for record in records}


def by_group(records: tuple[Record, ...]) -> dict[str | None, Record]:
    """Records by their one dimension's value."""
    return {next(iter(record.group.values())): record for record in records}


def missing(home: Home, *kpis: str) -> dict[str, str | None]:
    """Why each KPI has no value; fails when one has a value, 0 included."""
    records = figures(home, *kpis)
    assert all(record.value is None and record.state == "unavailable" for record in records), records
    return {record.kpi: record.reason for record in records}
