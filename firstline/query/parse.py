"""The one grammar of questions: command-line options and URL parameters become a Query, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError, unknown_name
from firstline.periods import parse_grain, parse_moment
from firstline.query.question import Query, Values

PARAMETERS: tuple[str, ...] = ("kpi", "from", "to", "by", "group", "where", "now")
"""Names of the parameters; `kpi`, `group` and `where` may be given several times."""


def parse_question(
    catalogue: Catalogue, zone: ZoneInfo, now: datetime, parameters: Mapping[str, Sequence[str]]
) -> Query:
    """The Query that the parameters ask, with KPIs and dimensions by their ids.

    `kpi` and `group` hold names separated by commas, `where` is DIM=VALUE[,VALUE] (a comma inside a value
    is written `\\,`; `DIM=` selects rows without a value). `now` is used unless the parameter `now` is given.
    Raises MisuseError naming the option, the value and the nearest right one.
    """
    for name in parameters:
        if name not in PARAMETERS:
            raise unknown_name("parameter", name, PARAMETERS)
    start = _moment(parameters, "from", zone)
    end = _moment(parameters, "to", zone)
    if start and end and start >= end:
        raise MisuseError(
            "bad_span", f"from {start.isoformat()} is not before to {end.isoformat()}.", "The end is exclusive."
        )
    by = _last(parameters, "by")
    return Query(
        kpis=_unique(catalogue.kpi(name).id for name in _listed(parameters, "kpi")),
        now=_moment(parameters, "now", zone) or now,
        start=start,
        end=end,
        by=parse_grain(by) if by else None,
        group=_unique(catalogue.dimension(name).id for name in _listed(parameters, "group")),
        where=_filters(catalogue, parameters.get("where", ())),
    )


def question_parameters(query: Query) -> list[tuple[str, str]]:
    """The parameters that ask this Query again, in a fixed order (for links); `now` is left to the reader."""
    pairs = [("kpi", ",".join(query.kpis))] if query.kpis else []
    pairs += [("from", query.start.isoformat())] if query.start else []
    pairs += [("to", query.end.isoformat())] if query.end else []
    pairs += [("by", query.by)] if query.by else []
    pairs += [("group", ",".join(query.group))] if query.group else []
    for dimension, values in query.where:
        listed = ",".join("" if value is None else _escaped(value) for value in values)
        pairs.append(("where", f"{dimension}={listed}"))
    return pairs


def _filters(catalogue: Catalogue, texts: Sequence[str]) -> tuple[tuple[str, Values], ...]:
    found: dict[str, list[str | None]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals:
            raise MisuseError("bad_filter", f"where {text!r} is not DIM=VALUE.", "Write for example region=north.")
        chosen = found.setdefault(catalogue.dimension(name.strip()).id, [])
        chosen += [value for value in _split(values) if value not in chosen]
    return tuple((name, tuple(values)) for name, values in found.items())


def _split(values: str) -> list[str | None]:
    parts, part, escaped = [], "", False
    for letter in values:
        if escaped or letter not in "\\,":
            part, escaped = part + letter, False
        elif letter == "\\":
            escaped = True
        else:
            parts.append(part)
            part = ""
    return [each or None for each in (*parts, part)]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


def _listed(parameters: Mapping[str, Sequence[str]], name: str) -> list[str]:
    return [part.strip() for text in parameters.get(name, ()) for part in text.split(",") if part.strip()]


def _unique(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]


def _last(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    given = [text for text in parameters.get(name, ()) if text]
    return given[-1] if given else None


def _moment(parameters: Mapping[str, Sequence[str]], name: str, zone: ZoneInfo) -> datetime | None:
    text = _last(parameters, name)
    return parse_moment(text, zone, name) if text else None
