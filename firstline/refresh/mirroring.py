"""What became of published figures, copied beside the facts: a figure's record says so in the same snapshot."""

from __future__ import annotations

from datetime import UTC

from firstline.home import Home


def mirror_restatements(home: Home) -> None:
    """Bring the warehouse's copy up to the store's record; without a difference in number nothing is written."""
    if home.warehouse.value("SELECT count(*) FROM restatement") == home.publications.restatement_count():
        return
    with home.warehouse.transaction():
        home.warehouse.execute("DELETE FROM restatement")
        for number, each in enumerate(home.publications.restatements(), start=1):
            series = each.series
            values = [number, series.kpi, series.version, series.scope, series.month, each.old, each.new, each.unit]
            values += [each.n_old, each.n_new, ", ".join(each.causes), ", ".join(map(str, each.batches)), each.batch]
            values.append(each.at.astimezone(UTC).replace(tzinfo=None))
            home.warehouse.execute(f"INSERT INTO restatement VALUES ({', '.join('?' * len(values))})", values)
