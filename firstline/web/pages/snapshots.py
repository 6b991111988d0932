"""What was frozen for the contracts of outside firms, and what these figures are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from firstline.formats import format_period
from firstline.periods import midnight, next_start
from firstline.query.definitions import the_catalogue
from firstline.query.snapshots import Snapshot, snapshots
from firstline.web.addresses import PAGE_ROWS, Paging, address, kpi_path, page_number, paging
from firstline.web.office import Office, reading


@dataclass(frozen=True)
class Line:
    """One frozen figure with its texts; `path` leads to the KPI's page of that firm and month."""

    snapshot: Snapshot
    label: str
    path: str
    month: str
    frozen: str
    latest: str


@dataclass(frozen=True)
class SnapshotsPage:
    """A page of frozen figures, newest month first; `vendors` are addresses by firm."""

    title: str
    lines: Sequence[Line]
    vendor: str
    vendors: Mapping[str, str]
    is_empty: bool
    paging: Paging

    def as_json(self) -> Any:
        """The same figures."""
        return {
            "total": self.paging.total,
            "page": self.paging.number,
            "snapshots": [line.snapshot.as_json() for line in self.lines],
        }


def snapshots_page(office: Office, request: Request) -> SnapshotsPage:
    """The page that `?vendor=`, `?month=` and `?page=` ask for. Raises MisuseError for a wrong one."""
    catalogue = the_catalogue()
    vendor, month = request.query_params.get("vendor") or "", request.query_params.get("month") or ""
    with reading(office) as warehouse:
        every = snapshots(warehouse, catalogue)
        found = snapshots(warehouse, catalogue, vendor, month)
    first = (page_number(request) - 1) * PAGE_ROWS
    path = request.url.path.removesuffix(".json")
    firms = sorted({each.vendor for each in every})
    return SnapshotsPage(
        title="Frozen figures",
        lines=[_line(office, each) for each in found[first : first + PAGE_ROWS]],
        vendor=vendor,
        vendors={"All firms": address(path, [])} | {each: address(path, [("vendor", each)]) for each in firms},
        is_empty=not every,
        paging=paging(request, len(found)),
    )


def _line(office: Office, each: Snapshot) -> Line:
    catalogue = the_catalogue()
    kpi = catalogue.kpis.get(each.kpi)
    span = [("from", each.month.isoformat()), ("to", next_start(each.month, "month").isoformat()), ("by", "month")]
    return Line(
        snapshot=each,
        label=kpi.label if kpi else each.kpi,
        path=address(kpi_path(each.kpi), [*span, ("where", f"vendor={each.vendor}")]) if kpi else "",
        month=format_period(midnight(each.month, office.settings.zone), "month"),
        frozen=each.told(catalogue),
        latest=each.told_latest(catalogue),
    )
