"""What became of published figures, copied beside the facts: a figure's record says so in the same snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from firstline.home import Home
from firstline.model.publication import Series
from firstline.state.publications import current
from firstline.warehouse.engine import Warehouse


def mirror_restatements(home: Home) -> None:
    """Bring the warehouse's copies up to the store's record; without a difference in number nothing is written."""
    if _counts(home) == home.publications.counts():
        return
    published, restatements = home.publications.published(), home.publications.restatements()
    latest = current(published, restatements)
    with home.warehouse.transaction():
        home.warehouse.execute("DELETE FROM restatement")
        for number, each in enumerate(restatements, start=1):
            values = [number, *_of(each.series), each.old, each.new, each.unit, each.n_old, each.n_new]
            values += [", ".join(each.causes), ", ".join(map(str, each.batches)), each.batch, _stored(each.at)]
            _insert(home.warehouse, "restatement", values)
        home.warehouse.execute("DELETE FROM frozen_figure")
        for figure in published:
            if figure.contract is not None:
                values = [*_of(figure.series), figure.contract, figure.value, figure.unit, figure.n, figure.pending]
                values += [figure.state, figure.reason, figure.batch, _stored(figure.at), *latest[figure.series]]
                _insert(home.warehouse, "frozen_figure", values)


def _counts(home: Home) -> tuple[int, int]:
    row = home.warehouse.row(
        "SELECT (SELECT count(*) FROM restatement) AS one, (SELECT count(*) FROM frozen_figure) AS two"
    )
    return row["one"], row["two"]


def _of(series: Series) -> list[Any]:
    return [series.kpi, series.version, series.scope, series.month]


def _stored(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _insert(warehouse: Warehouse, table: str, values: list[Any]) -> None:
    warehouse.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
