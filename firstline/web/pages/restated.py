"""What was restated: figures that were told as final and are others now, by how much and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from firstline.formats import format_period
from firstline.periods import midnight, next_start
from firstline.query.definitions import the_catalogue
from firstline.query.restatements import Listed, restatements
from firstline.web.addresses import PAGE_ROWS, Paging, address, kpi_path, page_number, paging
from firstline.web.office import Office, reading


@dataclass(frozen=True)
class Line:
    """One restatement with its texts; `path` leads to the KPI's page of that month."""

    listed: Listed
    label: str
    path: str
    month: str
    old: str
    new: str
    difference: str


@dataclass(frozen=True)
class RestatedPage:
    """A page of restatements, newest first; `counts` are those of every cause, `kpis` those that can be chosen."""

    title: str
    lines: Sequence[Line]
    kpi: str
    cause: str
    kpis: Mapping[str, str]
    counts: Mapping[str, int]
    links: Mapping[str, str]
    all_link: str
    is_empty: bool
    paging: Paging

    def as_json(self) -> Any:
        """The same restatements."""
        return {
            "total": self.paging.total,
            "page": self.paging.number,
            "causes": dict(self.counts),
            "restatements": [line.listed.as_json() for line in self.lines],
        }


def restated_page(office: Office, request: Request) -> RestatedPage:
    """The page that `?kpi=`, `?cause=` and `?page=` ask for. Raises MisuseError for a wrong one."""
    catalogue = the_catalogue()
    kpi, cause = request.query_params.get("kpi") or "", request.query_params.get("cause") or ""
    with reading(office) as warehouse:
        every = restatements(warehouse, catalogue)
        of_kpi = restatements(warehouse, catalogue, kpi)
        found = restatements(warehouse, catalogue, kpi, cause)
    where = paging(request, len(found))
    first = (page_number(request) - 1) * PAGE_ROWS
    counts = Counter(name for each in of_kpi for name in each.causes)
    path = request.url.path.removesuffix(".json")
    known = {each.kpi for each in every}
    return RestatedPage(
        title="Restated figures",
        lines=[_line(office, each) for each in found[first : first + PAGE_ROWS]],
        kpi=catalogue.kpi(kpi).id if kpi else "",
        cause=cause,
        kpis={name: each.label for name, each in catalogue.kpis.items() if name in known},
        counts=dict(counts.most_common()),
        links={name: address(path, [("kpi", kpi), ("cause", name)]) for name in counts},
        all_link=address(path, [("kpi", kpi)]),
        is_empty=not every,
        paging=where,
    )


def _line(office: Office, each: Listed) -> Line:
    catalogue, zone = the_catalogue(), office.settings.zone
    kpi = catalogue.kpis.get(each.kpi)
    span = [("from", each.month.isoformat()), ("to", next_start(each.month, "month").isoformat()), ("by", "month")]
    return Line(
        listed=each,
        label=kpi.label if kpi else each.kpi,
        path=address(kpi_path(each.kpi), [*span, *([("where", each.scope)] if each.scope else [])]) if kpi else "",
        month=format_period(midnight(each.month, zone), "month"),
        old=each.told(catalogue, each.old),
        new=each.told(catalogue, each.new),
        difference=each.told_difference(catalogue),
    )
