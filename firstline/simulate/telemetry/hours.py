"""Telemetry by the hour: one wide row per service and hour, with the median and the 95th percentile of each metric."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from firstline.simulate.canonical.moments import INSTANT
from firstline.simulate.cells import Column
from firstline.simulate.columns import HOUR, Flags
from firstline.simulate.drivers import ACCESS_TECHS
from firstline.simulate.telemetry.homes import PARTIAL_LOSS, Levels, Values, down_seconds, measured, shifts
from firstline.simulate.telemetry.metrics import METRICS, POLL_S, POLLS, Metric
from firstline.simulate.world import World

SCHEMA = pa.schema(
    [
        ("service_id", pa.string()),
        ("hour", INSTANT),
        ("n", pa.int8()),
        ("downtime_min", pa.float32()),
        *((f"{metric.name}_{quantile}", pa.float32()) for metric in METRICS for quantile in ("p50", "p95")),
    ]
)
"""`n` is how many polls of the hour were answered; without one, the metrics are null. p95 lies on the bad side."""
MEASURED = [field.name for field in SCHEMA if pa.types.is_floating(field.type)]

P95 = 1.645
GROUP_ROWS = 250_000
"""Rows that are written together: each group of them has the list of services again."""
FOUR_DIGITS = np.uint32(0xFFFFF000)
"""The bits of a value that are kept. A gateway measures no finer, and the rest is noise that takes half of the disk."""


def write_hours(folder: Path, world: World, bases: Levels, rng: np.random.Generator, days: int) -> int:
    """Write the last `days` of a block, a file of it; gives the number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    services = world.ids.services(np.arange(world.subscribers.count))
    rows = 0
    waiting: list[pa.Table] = []
    path = folder / f"{world.block + 1:05d}.parquet"
    options = {"use_dictionary": ["service_id"], "use_byte_stream_split": MEASURED, "compression": "zstd"}
    with pa.parquet.ParquetWriter(path, SCHEMA, **options) as writer:
        for at in range(world.clock.end - days * 24 * HOUR, world.clock.end, HOUR):
            there = (world.subscribers.active_from <= at) & (world.until > at)
            down, impaired = down_seconds(world, at)
            for tech in range(len(ACCESS_TECHS)):
                homes = np.flatnonzero(there & (world.subscribers.tech == tech))
                polls = (POLLS - down[homes] // POLL_S).astype(np.int8)
                columns: dict[str, Column] = {
                    "service_id": services.take(pa.array(homes)),
                    "hour": pa.array(np.full(len(homes), at), INSTANT),
                    "n": pa.array(polls),
                    "downtime_min": pa.array((down[homes] / 60).astype(np.float32)),
                }
                for metric in measured(tech):
                    values = bases[metric.name][homes] + shifts(world, metric, homes, at)
                    if metric.name == "packet_loss":
                        values = values + np.float32(PARTIAL_LOSS) * impaired[homes]
                    columns.update(_quantiles(rng, metric, values, polls == 0))
                waiting.append(_table(columns, len(homes)))
                rows += len(homes)
            if sum(map(len, waiting)) >= GROUP_ROWS:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        writer.write_table(pa.concat_tables([SCHEMA.empty_table(), *waiting]))
    return rows


def _quantiles(rng: np.random.Generator, metric: Metric, values: Values, silent: Flags) -> dict[str, Column]:
    """The median and the bad end of an hour; null where nothing was polled."""
    drawn = rng.standard_normal(len(values), dtype=np.float32)
    middle = values + np.float32(metric.within * 0.4) * drawn
    end = middle + np.float32(metric.worse * metric.within * P95) * (1 + np.float32(0.15) * np.roll(drawn, 1))
    least, most = np.float32(metric.least), np.float32(metric.most)
    return {
        f"{metric.name}_{name}": pa.array(_to_four_digits(np.clip(each, least, most)), mask=silent)
        for name, each in (("p50", middle), ("p95", end))
    }


def _to_four_digits(values: Values) -> Values:
    return (values.view(np.uint32) & FOUR_DIGITS).view(np.float32)


def _table(columns: dict[str, Column], rows: int) -> pa.Table:
    """All columns in their order, null where the technology has none."""
    return pa.table(
        [columns[field.name] if field.name in columns else pa.nulls(rows, field.type) for field in SCHEMA],
        schema=SCHEMA,
    )
