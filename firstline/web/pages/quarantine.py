"""The rows that were not accepted, each with its reason and what it held; and the way to mend them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from firstline.errors import MisuseError, unknown_name
from firstline.intake.quarantine import QuarantinedRow, ReasonCount, Sought
from firstline.web.addresses import PAGE_ROWS, Paging, address, page_number, paging
from firstline.web.office import Office

STATES = {"open": True, "closed": False}


@dataclass(frozen=True)
class Export:
    """A file to take away: what it holds, and its address."""

    label: str
    path: str


@dataclass(frozen=True)
class Quarantine:
    """A page of quarantined rows.

    `counts` are those of the shown state by reason, `totals` by state, over all rows of the batch (or of all batches).
    """

    title: str
    batch: int | None
    reason: str | None
    state: str
    counts: Mapping[str, int]
    totals: Mapping[str, int]
    rows: Sequence[QuarantinedRow]
    paging: Paging
    reason_links: Mapping[str, str]
    state_links: Mapping[str, str]
    all_link: str
    exports: Sequence[Export]

    def as_json(self) -> Any:
        """The same rows and counts."""
        return {
            "batch": self.batch,
            "reason": self.reason,
            "state": self.state,
            "counts": dict(self.counts),
            "open": self.totals["open"],
            "closed": self.totals["closed"],
            "total": self.paging.total,
            "page": self.paging.number,
            "rows": [row.as_json() for row in self.rows],
        }


def quarantine(office: Office, request: Request) -> Quarantine:
    """The page that `?batch=`, `?reason=`, `?state=` and `?page=` ask for. Raises MisuseError for a wrong one."""
    sought = sought_by(office, request)
    state = "open" if sought.is_open else "closed"
    found = office.quarantine_counts(sought.batch)
    counts = _by_reason(found, state)
    where = paging(request, counts[sought.reason] if sought.reason else counts.total())
    path, batch = request.url.path, "" if sought.batch is None else str(sought.batch)
    shown = "" if state == "open" else state
    reason = sought.reason or ""
    return Quarantine(
        title="Quarantined rows" if sought.batch is None else f"Quarantined rows of batch {batch}",
        batch=sought.batch,
        reason=sought.reason,
        state=state,
        counts=dict(counts.most_common()),
        totals={name: _by_reason(found, name).total() for name in STATES},
        rows=office.quarantine(sought, (page_number(request) - 1) * PAGE_ROWS, PAGE_ROWS),
        paging=where,
        reason_links={each: address(path, [("batch", batch), ("reason", each), ("state", shown)]) for each in counts},
        state_links={
            "open": address(path, [("batch", batch)]),
            "closed": address(path, [("batch", batch), ("state", "closed")]),
        },
        all_link=address(path, [("batch", batch), ("state", shown)]),
        exports=_exports(path, found, batch, reason) if state == "open" else (),
    )


def sought_by(office: Office, request: Request) -> Sought:
    """Which entries the address asks for; open ones unless it says `state=closed`. Raises MisuseError."""
    batch = _batch(request.query_params.get("batch"))
    state = request.query_params.get("state") or "open"
    if state not in STATES:
        raise unknown_name("state", state, STATES)
    reason = request.query_params.get("reason") or None
    if reason is not None:
        known = {each.reason for each in office.quarantine_counts(batch)}
        if not known:
            message = f"No row is quarantined for {reason!r}."
            raise MisuseError("unknown_reason", message, "Nothing is quarantined here.")
        if reason not in known:
            raise unknown_name("reason", reason, known)
    return Sought(batch, reason, STATES[state])


def _by_reason(found: Sequence[ReasonCount], state: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for each in found:
        counts[each.reason] += each.open if state == "open" else each.closed
    return +counts


def _exports(path: str, found: Sequence[ReasonCount], batch: str, reason: str) -> Sequence[Export]:
    """A CSV for each source and entity, and one workbook for all."""
    kinds: Counter[tuple[str, str]] = Counter()
    for each in found:
        if reason in ("", each.reason):
            kinds[each.source, each.entity] += each.open
    asked = [("batch", batch), ("reason", reason)]
    tables = [
        Export(
            f"CSV: {kind.replace('_', ' ')} of {source} ({rows:,})",
            address(f"{path}.csv", [*asked, ("source", source), ("entity", kind)]),
        )
        for (source, kind), rows in sorted((+kinds).items())
    ]
    return (
        [Export(f"XLSX workbook: all of them ({kinds.total():,})", address(f"{path}.xlsx", asked)), *tables]
        if tables
        else []
    )


def _batch(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise MisuseError("bad_batch", f"{text!r} is not a batch number.", "The sources page lists them.")
    return int(text)
