"""`firstline explain`: a KPI's definition, formula, SQL, exclusions, benchmarks, version and worked example."""

from __future__ import annotations

import json
from typing import Any

import click

from firstline.cli.desk import desk_of
from firstline.model.limits import Limit
from firstline.query.definitions import the_catalogue
from firstline.query.explain import explained


@click.command("explain")
@click.argument("name", metavar="ID")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def explain_command(context: click.Context, name: str, style: str) -> None:
    """Say what a KPI is: by id, alias or K number."""
    desk, catalogue = desk_of(context), the_catalogue()
    told = explained(catalogue, catalogue.kpi(name), desk.settings())
    desk.print(json.dumps(told, indent=2) if style == "json" else as_text(told))


def as_text(told: dict[str, Any]) -> str:
    """An explanation to read in a terminal."""
    names = ", ".join(filter(None, [told["number"], *told["aliases"]]))
    lines = [
        f"{told['label']}  ({told['id']}{', also ' + names if names else ''}; version {told['version']})",
        told["question"],
        "",
        f"Formula    {told['formula']}",
        f"Time       {told['time']}",
        f"Unit       {told['unit']}; better: {told['direction']}; {told['additivity']}",
        f"Sample     {_sample(told)}",
        f"Interval   {told['interval']}",
        f"Dimensions {', '.join(told['dimensions'])}",
        f"Example    {told['example_text']}",
    ]
    lines += [f"Note       {told['note']}"] if told["note"] else []
    lines += [f"Setting    {name} = {value}" for name, value in told["settings"].items()]
    lines += _listed("Rules", told["rules"])
    lines += _listed("Limits", [str(Limit.model_validate(each)) for each in told["limits"]])
    lines += _listed("Left out and counted", told["exclusions"].values())
    lines += _listed("Common mistakes", told["mistakes"])
    lines += _listed("Read beside it", told["guards"])
    lines += _listed("Benchmarks", [_benchmark(each) for each in told["benchmarks"]])
    lines += _listed("Needs one of", [", ".join(group) for group in told["needs"]])
    for purpose, sql in told["sql"].items():
        lines += ["", f"SQL: {purpose}", sql]
    return "\n".join(lines)


def _sample(told: dict[str, Any]) -> str:
    least = told["min_n"]
    if not least["suppress"]:
        return "any"
    return f"none below {least['suppress']}" + (f", marked below {least['flag']}" if least["flag"] else "")


def _benchmark(each: dict[str, Any]) -> str:
    year = f" {each['year']}" if each["year"] else ""
    verdict = "comparable" if each["comparable"] else "not comparable"
    return f"{each['value']} ({each['source']}{year}; {each['method']}): {verdict}"


def _listed(title: str, items: Any) -> list[str]:
    return ["", title, *(f"  - {item}" for item in items)] if items else []
