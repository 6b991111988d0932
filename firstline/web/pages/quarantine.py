"""The rows that were not accepted, each with its reason and what it held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request

from firstline.errors import MisuseError, unknown_name
from firstline.intake.quarantine import QuarantinedRow
from firstline.web.addresses import Paging, address, paging
from firstline.web.office import Office


@dataclass(frozen=True)
class Quarantine:
    """A page of quarantined rows; `counts` are by reason over all rows of the batch (or of all batches)."""

    title: str
    batch: int | None
    reason: str | None
    counts: Mapping[str, int]
    rows: Sequence[QuarantinedRow]
    paging: Paging
    reason_links: Mapping[str, str]
    all_link: str

    def as_json(self) -> Any:
        """The same rows and counts."""
        return {
            "batch": self.batch,
            "reason": self.reason,
            "counts": dict(self.counts),
            "total": self.paging.total,
            "page": self.paging.number,
            "rows": [{**asdict(row), "values": {k: _plain(v) for k, v in row.values.items()}} for row in self.rows],
        }


def quarantine(office: Office, request: Request) -> Quarantine:
    """The page that `?batch=`, `?reason=` and `?page=` ask for. Raises MisuseError for a wrong one."""
    batch = _batch(request.query_params.get("batch"))
    rows = office.quarantine(batch)
    counts = Counter(row.reason for row in rows)
    reason = request.query_params.get("reason") or None
    if reason is not None and reason not in counts:
        raise (
            unknown_name("reason", reason, counts)
            if counts
            else MisuseError("unknown_reason", f"No row is quarantined for {reason!r}.", "Nothing is quarantined here.")
        )
    chosen = [row for row in rows if reason in (None, row.reason)]
    where = paging(request, len(chosen))
    text = "" if batch is None else str(batch)
    return Quarantine(
        title="Quarantined rows" if batch is None else f"Quarantined rows of batch {batch}",
        batch=batch,
        reason=reason,
        counts=dict(counts.most_common()),
        rows=chosen[where.offset : where.last],
        paging=where,
        reason_links={each: address(request.url.path, [("batch", text), ("reason", each)]) for each in counts},
        all_link=address(request.url.path, [("batch", text)]),
    )


def _batch(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise MisuseError("bad_batch", f"{text!r} is not a batch number.", "The sources page lists them.")
    return int(text)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
