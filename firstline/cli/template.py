"""`firstline template`: empty CSV or XLSX to send out as a data request."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import click

from firstline.catalogue.read import read_catalogue
from firstline.cli.desk import desk_of
from firstline.errors import MisuseError
from firstline.model.entity import Entity
from firstline.model.template import write_csv_template, write_template
from firstline.model.vocabulary import entity, vocabulary
from firstline.warehouse.facts import fact_columns

Needs = Mapping[str, tuple[tuple[str, ...], ...]]
"""Per KPI label the alternatives that will do, each a tuple of "entity.field"."""


@click.command("template")
@click.argument("names", metavar="[ENTITY]...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="A .csv or .xlsx file, or a folder for one CSV each.")
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), help="Default: what --out ends in, else csv.")
@click.pass_context
def template(context: click.Context, names: tuple[str, ...], out: Path | None, kind: str | None) -> None:
    """Write empty tables to send out as a data request (without ENTITY: all of them).

    Each has a header, a help line, an example row and a line that says which KPIs each column unlocks.
    One entity goes to stdout as CSV unless --out says otherwise.
    """
    entities = [entity(name) for name in dict.fromkeys(names)] or list(vocabulary().values())
    desk, opened = desk_of(context), unlocks(kpi_needs())
    if out is None:
        text = StringIO()
        write_csv_template(_one_csv(entities, kind), opened, text)
        desk.print(text.getvalue())
        return
    for chosen, path in _files(entities, out, kind):
        write_template(chosen, opened, path)
        desk.tell(f"Wrote {path}.")


def kpi_needs() -> Needs:
    """What each KPI of the catalogue needs, the fields of its fallback among the alternatives."""
    kpis = read_catalogue(fact_columns()).kpis.values()
    return {kpi.label: kpi.needs + (kpi.fallback.needs if kpi.fallback else ()) for kpi in kpis}


def unlocks(needs: Needs) -> dict[str, list[str]]:
    """KPI labels by "entity.field", in the order of `needs`; a field of any alternative unlocks the KPI."""
    found: dict[str, list[str]] = {}
    for label, alternatives in needs.items():
        for field in dict.fromkeys(field for alternative in alternatives for field in alternative):
            found.setdefault(field, []).append(label)
    return found


def _one_csv(entities: list[Entity], kind: str | None) -> Entity:
    if kind == "xlsx":
        raise MisuseError("bad_out", "An XLSX file is not written to stdout.", "Add --out FILE.xlsx.")
    if len(entities) != 1:
        raise MisuseError(
            "bad_out",
            f"{len(entities)} entities do not fit into one CSV on stdout.",
            "Name one entity, or add --out FILE.xlsx, or --out FOLDER for a CSV each.",
        )
    return entities[0]


def _files(entities: list[Entity], out: Path, kind: str | None) -> list[tuple[list[Entity], Path]]:
    ending = out.suffix.lower().removeprefix(".")
    if ending in ("csv", "xlsx"):
        if kind not in (None, ending):
            raise MisuseError("bad_out", f"--format {kind} does not fit --out {out}.", "Leave one of them out.")
        return [(entities, out)]
    if kind == "xlsx":
        raise MisuseError("bad_out", f"--out {out} does not end in .xlsx.", "Name a file, such as request.xlsx.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MisuseError("bad_out", f"--out {out} is not a folder: {error.strerror}.", "Choose another.") from None
    return [([one], out / f"{one.name}.csv") for one in entities]
