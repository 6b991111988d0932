"""`firstline explain`: how a figure is made, in full, for every KPI and under every name it has."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from firstline.query.definitions import the_catalogue
from tests.cli.commands import firstline

KPIS = the_catalogue().kpis


@pytest.mark.parametrize("kpi", KPIS)
def test_every_kpi_is_told_whole(tmp_path: Path, kpi: str) -> None:
    declared = KPIS[kpi]
    told = firstline(tmp_path / "home", "explain", kpi, "--format", "json").json()
    for key in ("label", "question", "formula", "time", "unit", "version", "rules", "mistakes", "guards", "benchmarks"):
        assert key in told
    assert list(told["exclusions"]) == list(the_catalogue().left_out(declared))
    assert declared.example.given in told["example_text"]
    for statement in told["sql"].values():
        assert sqlglot.parse_one(statement, dialect="duckdb")
    text = firstline(tmp_path / "home", "explain", kpi).out
    for part in (declared.label, declared.formula, *declared.rules, *told["exclusions"].values(), "SQL: rows"):
        assert part in text
    for benchmark in declared.benchmarks:
        assert benchmark.source in text
        assert ("comparable" if benchmark.comparable else "not comparable") in text


def test_any_name_of_a_kpi_will_do(tmp_path: Path) -> None:
    answers = {firstline(tmp_path, "explain", name).out for name in ("resolution_rate_7d", "resolution_rate", "k09")}
    assert len(answers) == 1


def test_settings_that_the_rule_uses_are_told_as_the_home_states_them(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_text("service_level_s = 30\n", "utf-8")
    told = firstline(tmp_path, "explain", "service_level_b", "--format", "json").json()
    assert told["settings"]["service_level_s"] == 30


def test_explaining_makes_no_home(tmp_path: Path) -> None:
    assert firstline(tmp_path / "none", "explain", "ticket_volume").code == 0
    assert not (tmp_path / "none").exists()
