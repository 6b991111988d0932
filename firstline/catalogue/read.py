"""Read the catalogue: KPIs, facts and dimensions from TOML, with errors that name file and line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any, TypeVar

from pydantic import ValidationError

from firstline.catalogue.kpi import Declared, Dimension, Fact, Kpi, Modelled, Rows
from firstline.errors import MisuseError, unknown_name
from firstline.model.limits import limits
from firstline.toml_lines import line_of

Schema = Mapping[str, tuple[str, ...]]
"""The columns of every fact, by fact."""

Made = TypeVar("Made", bound=Declared)


@dataclass(frozen=True)
class Place:
    """Where something is declared: a file's name and text, and the path of keys to it."""

    file: str
    text: str = field(repr=False)
    path: tuple[str, ...] = ()

    def at(self, *path: str | int) -> str:
        """`file:line` of a key below this place."""
        names = [part for part in (*self.path, *path) if isinstance(part, str)]
        return f"{self.file}:{line_of(self.text, *names) or 1}"


@dataclass(frozen=True)
class Catalogue:
    """All declarations by id, in declared order; `places` says where each KPI, fact and dimension stands."""

    kpis: Mapping[str, Kpi]
    facts: Mapping[str, Fact]
    dimensions: Mapping[str, Dimension]
    schema: Schema
    places: Mapping[str, Place] = field(repr=False, default_factory=dict)

    def kpi(self, name: str) -> Kpi:
        """The KPI of that id, alias or K number, any case. Raises MisuseError naming the nearest one."""
        wanted = name.lower()
        if wanted[:1] == "k" and wanted[1:].isdigit():
            wanted = f"k{int(wanted[1:]):02d}"
        for kpi in self.kpis.values():
            if wanted in (kpi.id, (kpi.number or "").lower(), *(alias.lower() for alias in kpi.aliases)):
                return kpi
        raise unknown_name("KPI", name, self.kpis)

    @property
    def modelled(self) -> Modelled | None:
        """What a truck roll is valued at until its cost is stated: at most one KPI declares it."""
        return next((each.modelled for each in self.kpis.values() if each.modelled), None)

    def left_out(self, kpi: Kpi) -> dict[str, str]:
        """What does not count in a KPI's own rows: labels of the exclusions by name, in the order they are tried."""
        known = self.facts[kpi.rows.fact].exclusions
        found = {name: known[name].label for name in kpi.rows.exclusions}
        for name, each in known.items() if not kpi.is_volume else ():
            if each.views and name not in found:
                found[name] = f"{each.label} (in views by {', '.join(each.views)})"
        return found

    def variants(self, kpi: Kpi) -> tuple[Kpi, ...]:
        """The KPIs that count the same in other ways: a variant's are its original and the others of that."""
        original = kpi.variant_of or kpi.id
        family = [each for each in self.kpis.values() if original in (each.id, each.variant_of)]
        return tuple(each for each in family if each.id != kpi.id)

    def dimension(self, name: str) -> Dimension:
        """The dimension of that id or alias, any case. Raises MisuseError naming the nearest one."""
        wanted = name.lower()
        for dimension in self.dimensions.values():
            if wanted in (dimension.id, *dimension.aliases):
                return dimension
        raise unknown_name("dimension", name, self.dimensions)

    def column(self, kpi: Kpi, dimension: str) -> str | None:
        """The column of the KPI's numerator fact that holds a dimension; None where the fact has none."""
        return self.column_of(kpi.rows.fact, dimension, kpi.rows.dimensions)

    def column_of(self, fact: str, dimension: str, instead: Mapping[str, str] | None = None) -> str | None:
        """The column of a fact that holds a dimension; None where it has none."""
        column = (instead or {}).get(dimension, self.dimensions[dimension].column)
        return column if column in self.schema[fact] else None

    def dimensions_of(self, kpi: Kpi) -> tuple[Dimension, ...]:
        """The dimensions a KPI can be grouped and filtered by."""
        return tuple(each for each in self.dimensions.values() if self.column(kpi, each.id))


def read_catalogue(schema: Schema, folder: Traversable | None = None) -> Catalogue:
    """The catalogue of a folder (the product's own by default).

    Raises MisuseError that lists every problem found, each with file and line.
    """
    from firstline.catalogue.check import check_catalogue

    root = folder or files("firstline.catalogue")
    problems: list[str] = []
    places: dict[str, Place] = {}
    facts = _declared(root.joinpath("facts.toml"), Fact, "name", places, problems)
    dimensions = _declared(root.joinpath("dimensions.toml"), Dimension, "id", places, problems)
    kpis: dict[str, Kpi] = {}
    for file in sorted(root.joinpath("kpis").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for name, kpi in _declared(file, Kpi, "id", places, problems).items():
                if name in kpis:
                    problems.append(f"{places[name].at()}: the KPI {name} is declared twice")
                kpis[name] = _with_exclusions_of_all(kpi, facts)
    catalogue = Catalogue(kpis, facts, dimensions, schema, places)
    problems += check_catalogue(catalogue)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise MisuseError("bad_catalogue", f"The catalogue has {len(problems)} problem(s):\n{listed}", "")
    return catalogue


def _with_exclusions_of_all(kpi: Kpi, facts: Mapping[str, Fact]) -> Kpi:
    """The KPI with the exclusions that every KPI of its facts applies, before its own."""

    def among(fact: str, own: tuple[str, ...]) -> tuple[str, ...]:
        known = facts[fact].exclusions if fact in facts else {}
        return tuple(name for name, each in known.items() if each.always) + own

    changed: dict[str, Any] = {"rows": _excluding(kpi.rows, among(kpi.rows.fact, kpi.rows.exclusions))}
    if kpi.against:
        changed["against"] = _excluding(kpi.against, among(kpi.against.fact, kpi.against.exclusions))
    if kpi.fallback:
        own = among(kpi.rows.fact, kpi.fallback.exclusions)
        changed["fallback"] = kpi.fallback.model_copy(update={"exclusions": own})
    return kpi.model_copy(update=changed)


def _excluding(rows: Rows, exclusions: tuple[str, ...]) -> Rows:
    return rows.model_copy(update={"exclusions": exclusions})


def _declared(
    file: Traversable, kind: type[Made], name_field: str, places: dict[str, Place], problems: list[str]
) -> dict[str, Made]:
    text = file.read_text("utf-8")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{file.name}: {error}")
        return {}
    made = {}
    for name, declared in tables.items():
        place = Place(file.name, text, (name,))
        for each in _variants(name_field, name, declared if isinstance(declared, dict) else {}):
            found = _made(kind, each, place, problems)
            if found is not None:
                made[each[name_field]] = found
                places[each[name_field]] = place
    return made


def _variants(name_field: str, name: str, declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One declaration for each combination of the words that a table lists under `each`; else the table's own.

    Limits stand where their names are in braces. The number and the aliases are those of the one that has the table's
    name; the others are variants of it.
    """
    words_of_all = {name: limit.text for name, limit in limits().items()}
    said = {key: _filled(value, words_of_all) for key, value in declared.items() if key != "each"}
    for combined in product(*declared.get("each", {}).values()):
        words = {key: word for part in combined for key, word in part.items()}
        each = {name_field: name, **_filled(said, words)}
        if each[name_field] != name:
            each = {"variant_of": name, **each, "number": None, "aliases": ()}
        yield each


def _filled(declared: Any, words: Mapping[str, str]) -> Any:
    """A declaration with the words of one of its variants put where it has their names in braces."""
    if isinstance(declared, dict):
        return {key: _filled(value, words) for key, value in declared.items()}
    if isinstance(declared, list):
        return [_filled(value, words) for value in declared]
    for name, word in words.items() if isinstance(declared, str) else ():
        declared = declared.replace(f"{{{name}}}", word)
    return declared


def _made(kind: type[Made], declared: dict[str, Any], place: Place, problems: list[str]) -> Made | None:
    try:
        return kind.model_validate(declared)
    except ValidationError as error:
        problems += _said(error, place)
        return None


def _said(error: ValidationError, place: Place) -> Iterable[str]:
    for item in error.errors():
        path = [part for part in item["loc"]]
        dotted = ".".join(str(part) for part in (*place.path, *path))
        yield f"{place.at(*path)}: {dotted}: {item['msg']}"
