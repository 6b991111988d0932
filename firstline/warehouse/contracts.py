"""The contracts of outside firms, for which figures are frozen: the settled rows of `vendor_contract`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.view import settled_name

ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Contract:
    """Terms that held in [start, end) (aware). `lag` is how long after a month's end its figures are frozen; None where
    the contract does not say: then each figure is when it is final."""

    contract_id: str
    vendor: str
    lag: timedelta | None
    start: datetime
    end: datetime


def read_contracts(warehouse: Warehouse) -> list[Contract]:
    """Every stated contract that names its firm, by firm and beginning."""
    rows = warehouse.rows(
        "SELECT contract_id, vendor_id, max(maturity_lag_s) AS lag_s, valid_from, valid_to"
        f" FROM {settled_name('vendor_contract')} WHERE NOT coalesce(is_deleted, FALSE) AND vendor_id IS NOT NULL"
        " GROUP BY contract_id, vendor_id, valid_from, valid_to ORDER BY vendor_id, valid_from NULLS FIRST, contract_id"
    )
    return [
        Contract(
            contract_id=row["contract_id"],
            vendor=row["vendor_id"],
            lag=None if row["lag_s"] is None else timedelta(seconds=row["lag_s"]),
            start=ALWAYS[0] if row["valid_from"] is None else row["valid_from"].replace(tzinfo=UTC),
            end=ALWAYS[1] if row["valid_to"] is None else row["valid_to"].replace(tzinfo=UTC),
        )
        for row in rows
    ]


def contract_in_force(contracts: Iterable[Contract], vendor: str, at: datetime) -> Contract | None:
    """The firm's contract at an instant; of several the one that freezes last."""
    held = [each for each in contracts if each.vendor == vendor and each.start <= at < each.end]
    return max(held, key=lambda each: (each.lag is not None, each.lag or timedelta(0), each.contract_id), default=None)
