"""The reference pages that are made from the code: commands, settings, KPIs. `tests/write_docs.py` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import Field, fields
from inspect import cleandoc
from typing import Any

import click

from firstline.catalogue.kpi import Benchmark, Kpi
from firstline.catalogue.read import Catalogue
from firstline.cli.main import firstline
from firstline.formats import format_value
from firstline.model.codes import code_fields
from firstline.model.drivers import MOST_LEAVES, shipped_drivers
from firstline.model.limits import limit, limits
from firstline.query.definitions import the_catalogue
from firstline.settings import FILE_NAME, Settings, settings_template

DO_NOT_EDIT = "This page is made from {source} by `python -m tests.write_docs`. Do not edit it."


def render_commands() -> str:
    """Every command with its arguments and options."""
    parts = [
        "# The command line",
        DO_NOT_EDIT.format(source="`firstline/cli/`"),
        "*stdout* holds the answer and nothing else; progress and warnings go to *stderr*. Exit codes: 0 answered "
        "(figures without a value and quarantined rows included); 1 an input could not be read whole, or the home "
        "cannot be used; 2 misuse: an unknown name, a bad date, a bad mapping, or a question that the mapping must "
        "settle. While `firstline serve` has the home open, other commands hand their work to it. While another "
        "command has it, they wait and say for whom; with `--no-wait` they end with 1. Ctrl-C ends one with 130.",
        "## firstline",
        *_command("firstline", firstline),
    ]
    for words, command in _listed("firstline", firstline):
        parts += [f"## {words}", *_command(words, command)]
    return _page(parts)


def _listed(words: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{words} {name}", command
        if isinstance(command, click.Group):
            yield from _listed(f"{words} {name}", command)


def _command(words: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=words, help_option_names=["-h", "--help"])
    usage = " ".join([words, *command.collect_usage_pieces(context)])
    yield f"    {usage}"
    yield cleandoc(command.help or "")
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        rows = ([f"`{_typed(option)}`", option.help or "", _default(option)] for option in options)
        yield _table(("Option", "Meaning", "Default"), rows)


def _typed(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.metavar or _kind(option.type)}"
    return ", ".join(option.opts) + value


def _kind(kind: click.ParamType[Any]) -> str:
    # a bar would end the cell of a Markdown table
    return "/".join(kind.choices) if isinstance(kind, click.Choice) else kind.name.upper()


def _default(option: click.Option) -> str:
    if option.is_flag or option.default in (None, ()) or not isinstance(option.default, str | int | float):
        return ""
    return f"`{option.default}`"


def render_settings() -> str:
    """Every setting of `firstline.toml`."""
    rows = ([f"`{item.name}`", _toml_type(str(item.type)), _without_it(item), item.metadata["about"]]
            for item in fields(Settings))  # fmt: skip
    return _page(
        [
            "# Settings",
            DO_NOT_EDIT.format(source="`firstline/settings.py`"),
            f"`firstline init` writes a commented `{FILE_NAME}` into the home. A line that is absent has its default; "
            "a wrong name or value is refused with the nearest right one.",
            _table(("Setting", "Type", "Default", "Meaning"), rows),
        ]
    )


def _without_it(item: Field[Any]) -> str:
    """What holds without the setting: its line of the template, unless that is an example of what has no default."""
    found = re.search(rf"^# {item.name} = (.*)$", settings_template(), re.MULTILINE)
    assert found, item.name
    return "none" if item.default is None else f"`{found[1]}`"


def _toml_type(annotation: str) -> str:
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "dict[str,": "table"}
    return words[annotation.partition(" ")[0]]


def render_kpis() -> str:
    """Every KPI of the catalogue, by theme, and the dimensions."""
    catalogue = the_catalogue()
    parts = [
        "# KPIs",
        DO_NOT_EDIT.format(source="`firstline/catalogue/`"),
        "A KPI is asked for by its id, an alias or its K number. Below its least sample it has no value; below the "
        "second line its value is marked as a low sample. `firstline explain ID` also shows the SQL.",
    ]
    themes = dict.fromkeys(kpi.theme for kpi in catalogue.kpis.values())
    for theme in themes:
        parts.append(f"## {theme.capitalize()}")
        for kpi in catalogue.kpis.values():
            if kpi.theme == theme:
                parts += _kpi(catalogue, kpi)
    parts += [
        "## Limits",
        "Spans of time and closed lists by which the facts judge, whichever KPI is asked. They stand in "
        "`firstline/model/limits.toml` and nowhere else.",
        _table(
            ("Limit", "Value", "Meaning", "Source"),
            ([f"{each.label}", f"{each.text}", each.says, each.source] for each in limits().values()),
        ),
        "## Dimensions",
        "What figures are grouped and filtered by, where the data have it.",
        _dimensions(catalogue),
    ]
    return _page(parts)


def _kpi(catalogue: Catalogue, kpi: Kpi) -> Iterator[str]:
    yield f"### {kpi.id}"
    yield f"**{kpi.label}.** {kpi.question}"
    left_out = [*catalogue.left_out(kpi).values()]
    for rows in kpi.row_sets[1:]:
        left_out += [catalogue.facts[rows.fact].exclusions[name].label for name in rows.exclusions]
    stated = {
        "Also known as": ", ".join(f"`{name}`" for name in (*((kpi.number,) if kpi.number else ()), *kpi.aliases)),
        "Formula": kpi.formula,
        "Time": kpi.time,
        "Unit": f"{kpi.unit}; better: {kpi.direction}; version {kpi.version}",
        "Least sample": _sample(kpi),
        "Interval": "" if kpi.interval == "none" else kpi.interval.replace("_", " "),
        "Final": f"{kpi.maturity_days} days after the period" if kpi.maturity_days else "once the data reach its end",
        "Needs": " **or** ".join(", ".join(f"`{name}`" for name in group) for group in kpi.needs),
        "Rests on": ", ".join(f"[{limit(name).label.lower()}](#limits)" for name in kpi.limits),
        "Left out and counted": "; ".join(dict.fromkeys(left_out)),
        "Note": kpi.note,
        "Read beside it": ", ".join(f"[{name}](#{name})" for name in kpi.guards),
        "Benchmarks": "; ".join(_benchmark(each) for each in kpi.benchmarks),
        "Example": f"{kpi.example.given} Gives {format_value(kpi.example.value, kpi.unit)}.",
    }
    yield "\n".join(f"- {name}: {text}" for name, text in stated.items() if text)


def _sample(kpi: Kpi) -> str:
    least, flag = kpi.min_n.suppress, kpi.min_n.flag
    return (f"{least}" + (f", marked below {flag}" if flag else "")) if least else ""


def _benchmark(each: Benchmark) -> str:
    year = f" {each.year}" if each.year else ""
    verdict = "comparable" if each.comparable else "not comparable"
    return f"{each.value} ({each.source}{year}; {each.method}; {verdict})"


def _dimensions(catalogue: Catalogue) -> str:
    rows = (
        [f"`{each.id}`", ", ".join(f"`{name}`" for name in each.aliases), each.label, each.about]
        for each in catalogue.dimensions.values()
    )
    return _table(("Dimension", "Aliases", "Label", "Meaning"), rows)


def render_drivers() -> str:
    """The driver taxonomy as shipped, and the fields whose codes can be mapped."""
    drivers = shipped_drivers().values()
    parts = [
        "# Drivers and codes",
        DO_NOT_EDIT.format(source="`firstline/model/drivers.toml` and the vocabulary"),
        f"Why customers get in touch, on three levels: driver, family, leaf, at most {MOST_LEAVES} leaves. Two tickets "
        "of one family are about the same matter. [Map the codes of your systems](../how-to/map-codes.md) says how "
        "your own codes come to mean these, and how the taxonomy is changed.",
    ]
    for driver in drivers:
        if driver.level == 1:
            families = {each.id: each.label for each in drivers if each.level == 2}
            leaves = [each for each in drivers if each.is_leaf and each.id.startswith(f"{driver.id}.")]
            rows = ([f"`{each.id}`", families[each.id.rpartition(".")[0]], each.label, each.covers] for each in leaves)
            parts += [f"## {driver.label}", _table(("Leaf", "Family", "Label", "Covers"), rows)]
    means = {"driver": "a driver, family or leaf of the taxonomy", "free": "a name of your own"}
    fields = (
        [f"`{each.name}`", means.get(each.kind) or ", ".join(f"`{value}`" for value in each.values)]
        for each in code_fields().values()
    )
    parts += ["## Fields that hold codes", _table(("Field", "A code of it can mean"), fields)]
    return _page(parts)


def _table(headings: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
