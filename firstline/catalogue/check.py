"""Check the catalogue: every rule runs and every problem is reported, each with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from firstline.catalogue.fragment import fragment_problems
from firstline.catalogue.kpi import NO_ACCOUNT, Kpi, Rows
from firstline.errors import nearest
from firstline.model.limits import limits
from firstline.model.vocabulary import vocabulary

if TYPE_CHECKING:
    from firstline.catalogue.read import Catalogue

Problem = tuple[tuple[str | int, ...], str]
"""Where in the KPI's declaration (a path of keys) and what is wrong."""

BASE = "fact_base"
"""The fact that says how many subscribers were active."""


def check_catalogue(catalogue: Catalogue) -> list[str]:
    """All problems of a catalogue, as `file:line: kpi: what is wrong`."""
    found = list(_fact_problems(catalogue))
    for kpi in catalogue.kpis.values():
        place = catalogue.places[kpi.id]
        for rule in CHECKS:
            for path, message in rule(catalogue, kpi):
                found.append(f"{place.at(*path)}: {kpi.id}: {message}")
    return found


def _fact_problems(catalogue: Catalogue) -> Iterator[str]:
    for fact in catalogue.facts.values():
        place = catalogue.places[fact.name]
        columns = catalogue.schema.get(fact.name)
        if columns is None:
            yield f"{place.at()}: there is no fact {fact.name}"
            continue
        times = (f"{fact.reaches}_at", f"{fact.reaches}_on") if fact.reaches else ()
        for name in (*fact.key, *fact.shows, *times):
            if name not in columns:
                yield f"{place.at()}: {fact.name} has no column '{name}'"
        for name in fact.views:
            if name not in catalogue.dimensions:
                yield f"{place.at('views')}: {fact.name}: there is no dimension '{name}'"
        for name, exclusion in fact.exclusions.items():
            for problem in fragment_problems(exclusion.when, columns):
                yield f"{place.at('exclusions', name)}: {fact.name}: exclusion {name} {problem}"


def facts_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """Every set of rows names a declared fact and a time that it has as instant and as local date."""
    for key, rows in _row_sets(kpi):
        if rows.fact not in catalogue.facts or rows.fact not in catalogue.schema:
            yield (key, "fact"), f"there is no fact '{rows.fact}'"
            continue
        for column in (f"{rows.at}_at", f"{rows.at}_on"):
            if column not in catalogue.schema[rows.fact]:
                yield (key, "at"), f"{rows.fact} has no column '{column}'"


def fragments_are_expressions(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """Every SQL fragment is one expression over the columns of its fact."""
    for key, rows in _row_sets(kpi):
        columns = catalogue.schema.get(rows.fact, ())
        for name in ("where", "judged_at", "pending_when", "numerator", "denominator", "weight"):
            fragment = getattr(rows, name)
            for problem in fragment_problems(fragment, columns) if fragment is not None else ():
                yield (key, name), f"{name} {problem}"
        for fragment in (rows.ahead.since, *rows.ahead.event_at) if rows.ahead else ():
            for problem in fragment_problems(fragment, columns):
                yield (key, "ahead"), f"ahead {problem}"
    columns = catalogue.schema.get(kpi.rows.fact, ())
    others: list[tuple[tuple[str, ...], str]] = []
    others += [(("fallback", "numerator"), kpi.fallback.numerator)] if kpi.fallback else []
    others += [(("requires",), part) for each in kpi.requires for part in (each.among, each.known)]
    others += [(("caveats",), each.when) for each in kpi.caveats]
    for path, fragment in others:
        for problem in fragment_problems(fragment, columns):
            yield path, f"{path[0]} {problem}"


def exclusions_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """Every exclusion is declared for the fact it is used on."""
    for key, rows in _row_sets(kpi):
        known = catalogue.facts[rows.fact].exclusions if rows.fact in catalogue.facts else {}
        named = rows.exclusions + (kpi.fallback.exclusions if kpi.fallback and key == "rows" else ())
        for name in named:
            if name not in known:
                near = nearest(name, known)
                hint = f"; did you mean '{near}'?" if near else ""
                yield (key, "exclusions"), f"{rows.fact} has no exclusion '{name}'{hint}"


def fields_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """Every needed or missing field is ENTITY.FIELD of the vocabulary."""
    named = [("needs", name) for group in kpi.needs for name in group]
    named += [("requires", each.missing) for each in kpi.requires]
    named += [("never_pooled", each.missing) for each in kpi.never_pooled]
    if kpi.fallback:
        named += [("fallback", name) for group in kpi.fallback.needs for name in group]
    for key, name in named:
        entity, _, field = name.partition(".")
        if entity not in vocabulary() or field not in vocabulary()[entity].field_names:
            yield (key,), f"{key} names the unknown field '{name}'"


def dimensions_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """Dimensions are declared, and the columns named for them exist."""
    named = [*kpi.share_over, *((kpi.default_group,) if kpi.default_group else ())]
    for name in named:
        if name not in catalogue.dimensions:
            yield ("share_over",), f"there is no dimension '{name}'"
    for key, rows in _row_sets(kpi):
        for name, column in rows.dimensions.items():
            if name not in catalogue.dimensions:
                yield (key, "dimensions"), f"there is no dimension '{name}'"
            if column not in catalogue.schema.get(rows.fact, ()):
                yield (key, "dimensions"), f"{rows.fact} has no column '{column}'"
    for each in kpi.never_pooled:
        if each.by not in catalogue.schema.get(kpi.rows.fact, ()):
            yield ("never_pooled",), f"{kpi.rows.fact} has no column '{each.by}'"


def names_are_one_to_one(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """No id, alias or number stands for two KPIs."""
    mine = _names(kpi)
    for other in catalogue.kpis.values():
        if other.id != kpi.id:
            for name in sorted(mine & _names(other)):
                yield ("aliases",), f"the name '{name}' also stands for {other.id}"


def guards_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """The KPIs to be read beside this one exist, and those that it is weighted or warned by."""
    for name in kpi.guards:
        if name not in catalogue.kpis:
            yield ("guards",), f"there is no KPI '{name}' to guard it"
    if kpi.alarm and kpi.alarm.kpi not in catalogue.kpis:
        yield ("alarm",), f"there is no KPI '{kpi.alarm.kpi}' to warn of it"
    if kpi.weighting:
        rate = catalogue.kpis.get(kpi.weighting.rate)
        if rate is None:
            yield ("weighting",), f"there is no KPI '{kpi.weighting.rate}' to weight it by"
        else:
            for column in (kpi.weighting.column, f"{kpi.weighting.at}_at", f"{kpi.weighting.at}_on"):
                if column not in catalogue.schema.get(rate.rows.fact, ()):
                    yield ("weighting",), f"{rate.rows.fact} has no column '{column}'"


def limits_exist(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """The spans and lists that it rests on are declared."""
    for name in kpi.limits:
        if name not in limits():
            near = nearest(name, limits())
            yield ("limits",), f"there is no limit '{name}'" + (f"; did you mean '{near}'?" if near else "")


def variants_have_an_original(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """A variant is one of a KPI that exists and is none itself."""
    if kpi.variant_of is not None:
        original = catalogue.kpis.get(kpi.variant_of)
        if original is None or original.variant_of is not None:
            yield ("variant_of",), f"'{kpi.variant_of}' is no KPI that can have variants"


def samples_are_stated(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """A share, mean, rate or quantile says how many observations it takes; a share is a fraction."""
    if kpi.additivity in ("ratio", "mean", "quantile") and kpi.min_n.suppress == 0:
        yield ("min_n",), "says no minimum sample"
    if kpi.interval == "wilson" and kpi.unit != "fraction":
        yield ("interval",), "wilson is the interval of a fraction"
    if kpi.min_n.flag and kpi.min_n.flag < kpi.min_n.suppress:
        yield ("min_n",), "flags below the line where it suppresses"


def chains_leave_out_the_unidentified(catalogue: Catalogue, kpi: Kpi) -> Iterator[Problem]:
    """A KPI that follows accounts leaves out the rows without one, by name, so that their share can be stated."""
    sets = [kpi.rows.exclusions, *([kpi.fallback.exclusions] if kpi.fallback else [])]
    if kpi.chained_by and not all(NO_ACCOUNT in exclusions for exclusions in sets):
        yield ("chained_by",), f"follows accounts, so '{NO_ACCOUNT}' must be among its exclusions"


CHECKS: tuple[Callable[[Catalogue, Kpi], Iterator[Problem]], ...] = (
    facts_exist,
    fragments_are_expressions,
    exclusions_exist,
    fields_exist,
    dimensions_exist,
    names_are_one_to_one,
    guards_exist,
    limits_exist,
    variants_have_an_original,
    samples_are_stated,
    chains_leave_out_the_unidentified,
)
"""Every rule, in the order of its reports."""


def _row_sets(kpi: Kpi) -> list[tuple[str, Rows]]:
    found = [("rows", kpi.rows)]
    if kpi.rows.in_views:
        found.append(("rows", kpi.rows.model_copy(update={"fact": kpi.rows.in_views})))
    return [*found, *([("against", kpi.against)] if kpi.against else [])]


def _names(kpi: Kpi) -> set[str]:
    return {kpi.id, *(alias.lower() for alias in kpi.aliases), *([kpi.number.lower()] if kpi.number else [])}
