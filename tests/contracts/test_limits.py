"""Spans of time and closed lists by which facts judge stand in one file, and are shown where they count."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from firstline.catalogue.kpi import Kpi
from firstline.cli.explain import as_text
from firstline.model.limits import Limit, limit, limits
from firstline.query.definitions import the_catalogue
from firstline.query.explain import explained
from firstline.settings import DEFAULTS
from firstline.warehouse.facts import MODELS, inputs_of, model

KPIS = tuple(the_catalogue().kpis.values())


@pytest.mark.parametrize("name", MODELS)
def test_no_model_contains_a_span_of_time_or_a_list_that_a_limit_holds(name: str) -> None:
    tree = sqlglot.parse_one(model(name).sql, dialect="duckdb")
    spans = {each.sql("duckdb") for each in tree.find_all(exp.Interval) if each.this.name != "1"}
    assert spans == set(), "a day or a second is a step of the clock; a longer span is a limit"
    held = [set(each.list) for each in limits().values() if each.list]
    assert [words for words in word_lists(tree) if words in held] == []


def test_no_two_models_share_a_list() -> None:
    lists = Counter(
        frozenset(words)
        for name in MODELS
        for words in {frozenset(found) for found in word_lists(sqlglot.parse_one(model(name).sql, dialect="duckdb"))}
        if len(words) > 1
    )
    assert [sorted(words) for words, count in lists.items() if count > 1] == []


@pytest.mark.parametrize("name", limits())
def test_every_limit_is_named_by_a_model_and_cited_by_a_kpi(name: str) -> None:
    assert [each for each in MODELS if name in model(each).limits]
    assert [kpi.id for kpi in KPIS if name in kpi.limits]


def test_a_kpi_cites_only_what_its_rows_were_judged_by() -> None:
    behind = {kpi.id: {name for fact in facts_of(kpi) for name in limits_behind(fact)} for kpi in KPIS}
    assert [(kpi.id, name) for kpi in KPIS for name in kpi.limits if name not in behind[kpi.id]] == []


def test_no_window_and_no_chain_looks_further_than_issues_do() -> None:
    """Or the linker would keep figures that a later row changes."""
    ahead = limit("look_ahead").duration
    assert limit("same_issue").duration <= ahead
    for kpi in the_catalogue().kpis.values():
        if kpi.rows.fact == "fact_issue":
            days = re.findall(r"index_ended_at \+ INTERVAL (\d+) DAY", kpi.rows.numerator)
            assert all(timedelta(days=int(each)) <= ahead for each in days), kpi.id


def test_texts_name_limits_in_braces_and_cite_them() -> None:
    for name, declared in raw_kpis():
        cited = declared.get("limits", [])
        for text in texts_of({key: value for key, value in declared.items() if key != "limits"}):
            assert {word for word in re.findall(r"\{(\w+)\}", text) if word in limits()} <= set(cited), name
            short = [limit(each).span for each in cited if limit(each).span and "day" not in str(limit(each).span)]
            assert [span for span in short if str(span) in text] == [], f"{name} says again how long that is: {text}"


def test_nothing_is_left_in_braces() -> None:
    filled_later = {"n", "of", "was", "now", "days", "unit_cost"}
    for kpi in the_catalogue().kpis.values():
        for text in texts_of(kpi.model_dump()):
            assert set(re.findall(r"\{(\w+)\}", text)) <= filled_later, kpi.id


def test_a_limit_is_a_span_or_a_list() -> None:
    said = {"name": "x", "label": "X", "says": "So.", "source": "K01"}
    assert Limit(span="30 minutes", **said).duration == timedelta(minutes=30)
    assert str(Limit(list=("a", ""), **said)) == "X: a, (empty). So. (K01)"
    for wrong in ({}, {"span": "1 day", "list": ("a",)}, {"span": "a while"}, {"span": "0 days"}):
        with pytest.raises(ValueError, match="span"):
            Limit(**{**said, **wrong})


@pytest.mark.parametrize(("kpi", "name"), [("reopen_rate", "thank_you"), ("fcr_net", "not_resolvable_resolutions")])
def test_explain_shows_the_limits(kpi: str, name: str) -> None:
    told = explained(the_catalogue(), the_catalogue().kpi(kpi), DEFAULTS)
    assert name in [each["name"] for each in json.loads(json.dumps(told["limits"]))]
    assert f"  - {limit(name)}" in as_text(told).splitlines()


@cache
def limits_behind(name: str) -> frozenset[str]:
    """The limits that a model and those it is made of name."""
    return frozenset(model(name).limits).union(*(limits_behind(each) for each in inputs_of(name) if each in MODELS))


def facts_of(kpi: Kpi) -> set[str]:
    """The facts that a KPI is made of, that of subscribers included."""
    return {rows.fact for rows in kpi.row_sets} | ({"fact_base"} if kpi.base else set())


def word_lists(tree: exp.Expr) -> Iterator[set[str]]:
    """The words of each IN (...) that lists nothing else."""
    for each in tree.find_all(exp.In):
        words = each.expressions
        if words and all(isinstance(word, exp.Literal) and word.is_string for word in words):
            yield {word.name for word in words}


def raw_kpis() -> Iterator[tuple[str, dict[str, Any]]]:
    """The declarations as they are written."""
    for file in files("firstline.catalogue").joinpath("kpis").iterdir():
        yield from tomllib.loads(file.read_text("utf-8")).items()


def texts_of(value: Any) -> Iterator[str]:
    """Every text in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)
