"""Put the reporting zone and the limits where a model names them: `:zone`, and `:<limit>` for a span or in a list."""

from __future__ import annotations

from sqlglot import exp

from firstline.model.limits import Limit, limits

ZONE = "zone"


def bind(tree: exp.Expr, zone_name: str) -> None:
    """Replace every placeholder of a model's tree by what it stands for. ValueError where it stands for nothing."""
    for placeholder in list(tree.find_all(exp.Placeholder)):
        if placeholder.name == ZONE:
            placeholder.replace(exp.Literal.string(zone_name))
        elif placeholder.name not in limits():
            raise ValueError(f"there is no :{placeholder.name}; known are :{ZONE} and :{', :'.join(limits())}")
        else:
            _bind_limit(placeholder, limits()[placeholder.name])


def limits_named(tree: exp.Expr) -> tuple[str, ...]:
    """The limits that a model names, in alphabetical order."""
    return tuple(sorted({each.name for each in tree.find_all(exp.Placeholder)} - {ZONE}))


def _bind_limit(placeholder: exp.Placeholder, limit: Limit) -> None:
    if limit.list:
        if not isinstance(placeholder.parent, exp.In):
            raise ValueError(f":{limit.name} is a list: it can only stand in IN (:{limit.name})")
        placeholder.parent.set("expressions", [exp.Literal.string(word) for word in limit.list])
        return
    number, unit = limit.number_and_unit
    placeholder.replace(exp.Interval(this=exp.Literal.string(str(number)), unit=exp.var(unit.upper())))
