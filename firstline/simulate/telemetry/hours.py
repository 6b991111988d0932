"""Telemetry by the hour: one wide row per service and hour, with the median and the 95th percentile of each metric."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from firstline.simulate.canonical.moments import INSTANT
from firstline.simulate.cells import Column
from firstline.simulate.columns import HOUR, Flags, Ints
from firstline.simulate.drivers import ACCESS_TECHS
from firstline.simulate.telemetry.counts import Expected, counted, in_hour
from firstline.simulate.telemetry.homes import (
    PARTIAL_LOSS,
    Levels,
    Values,
    down_seconds,
    measured,
    now,
    polls,
    shifts,
)
from firstline.simulate.telemetry.metrics import COUNTS, GROUPS, MESH, METRICS, Metric
from firstline.simulate.world import World

SERVICE = pa.field("service_id", pa.string())
SCHEMA = pa.schema(
    [
        SERVICE,
        ("hour", INSTANT),
        *((f"n_{group.name}", pa.int16()) for group in GROUPS),
        ("downtime_min", pa.float32()),
        *((f"{metric.name}_{quantile}", pa.float32()) for metric in METRICS for quantile in ("p50", "p95")),
        *((count.name, pa.float32() if count.is_share else pa.int16()) for count in COUNTS),
    ]
)
"""`n_` is how many measurements of a group of metrics there were in the hour; without one, its metrics are null.

p95 lies on the bad side. Counts are those of the hour."""
QUANTILES = [field.name for field in SCHEMA if field.name.endswith(("_p50", "_p95"))]
FEW_VALUES = [field.name for field in SCHEMA if field.name not in (*QUANTILES, "hour")]

P95 = 1.645
"""The 95th percentile of a normal distribution, in standard deviations."""
OF_MEDIAN, OF_P95 = 0.4, 0.15
"""How much the median and the 95th percentile differ between hours, of the spread within one; judgement."""
GROUP_ROWS = 250_000
"""Rows that are written together: each group of them has the list of services again."""
FOUR_DIGITS = np.uint32(0xFFFFF000)
"""The bits of a value that are kept. A gateway measures no finer, and the rest is noise that takes half of the disk."""


def write_hours(folder: Path, world: World, bases: Levels, usual: Expected, rng: np.random.Generator, days: int) -> int:
    """Write the last `days` of a block, a file of it; gives the number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{world.block + 1:05d}.parquet"
    options = {"use_dictionary": FEW_VALUES, "use_byte_stream_split": QUANTILES, "compression": "zstd"}
    rows = 0
    # writing takes as long as making: while one group of rows is written, the next is made
    with pa.parquet.ParquetWriter(path, SCHEMA, **options) as writer, ThreadPoolExecutor(1) as clerk:
        writing = clerk.submit(writer.write_table, SCHEMA.empty_table())
        for table in _groups(world, bases, usual, rng, days):
            writing.result()
            writing = clerk.submit(writer.write_table, table)
            rows += len(table)
        writing.result()
    return rows


def _groups(world: World, bases: Levels, usual: Expected, rng: np.random.Generator, days: int) -> Iterator[pa.Table]:
    """The rows hour by hour, GROUP_ROWS or some more at a time."""
    services = world.ids.services(np.arange(world.subscribers.count))
    made: list[pa.Table] = []
    for at in range(world.clock.end - days * 24 * HOUR, world.clock.end, HOUR):
        there = (world.subscribers.active_from <= at) & (world.until > at)
        down, impaired = down_seconds(world, at)
        for tech in range(len(ACCESS_TECHS)):
            homes = np.flatnonzero(there & (world.subscribers.tech == tech))
            table = _hour(world, bases, usual, rng, tech, homes, at, down[homes], impaired[homes])
            made.append(table.add_column(0, SERVICE, services.take(pa.array(homes))))
        if sum(map(len, made)) >= GROUP_ROWS:
            # many small pieces would be written at half the speed
            yield pa.concat_tables(made).combine_chunks()
            made.clear()
    yield pa.concat_tables([SCHEMA.empty_table(), *made]).combine_chunks()


def _hour(
    world: World,
    bases: Levels,
    usual: Expected,
    rng: np.random.Generator,
    tech: int,
    homes: Ints,
    at: int,
    down: Ints,
    impaired: Flags,
) -> pa.Table:
    """The rows of one hour of the homes of a technology, but for their service; `down` and `impaired` are theirs."""
    n = {group: polls(group, homes, down, at) * group.measurements for group in GROUPS}
    columns: dict[str, Column] = {
        "hour": pa.array(np.full(len(homes), at), INSTANT),
        **{f"n_{group.name}": pa.array(n[group].astype(np.int16)) for group in GROUPS},
        "downtime_min": pa.array((down / 60).astype(np.float32)),
    }
    polled = {group: np.flatnonzero(n[group]) for group in GROUPS}
    for metric in measured(tech):
        there = polled[metric.group]
        if metric.name == MESH:
            there = there[~np.isnan(bases[MESH].home[homes[there]])]
        mine = homes[there]
        values = now(world, bases[metric.name], mine, at) + shifts(world, metric, mine, at)
        if metric.name == "packet_loss":
            values = values + np.float32(PARTIAL_LOSS) * impaired[there]
        columns.update(_quantiles(rng, metric, values, bases[metric.name].worse[mine], there, len(homes)))
    for count in COUNTS:
        if tech in count.techs:
            many = in_hour(world, usual, count, homes, at, down)
            found = counted(rng, count, many, n[count.group]).astype(SCHEMA.field(count.name).type.to_pandas_dtype())
            columns[count.name] = pa.array(found, mask=n[count.group] == 0)
    own = SCHEMA.remove(0)
    nothing = {kind: pa.nulls(len(homes), kind) for kind in {*own.types}}
    return pa.table([columns.get(field.name, nothing[field.type]) for field in own], schema=own)


def _quantiles(
    rng: np.random.Generator, metric: Metric, values: Values, worse: Values, there: Ints, rows: int
) -> dict[str, Column]:
    """The median and the bad end of an hour for the rows that are `there`; null for the others."""
    drawn = rng.standard_normal(len(values), dtype=np.float32)
    middle = values + np.float32(metric.within * OF_MEDIAN) * drawn
    end = middle + worse * np.float32(metric.within * P95) * (1 + np.float32(OF_P95) * np.roll(drawn, 1))
    least, most = np.float32(metric.least), np.float32(metric.most)
    return {
        f"{metric.name}_{name}": _spread(_to_four_digits(np.clip(each, least, most)), there, rows)
        for name, each in (("p50", middle), ("p95", end))
    }


def _spread(values: Values, there: Ints, rows: int) -> Column:
    """A column with these values in these rows and nothing in the others."""
    if len(there) == rows:
        return pa.array(values)
    whole, silent = np.zeros(rows, dtype=np.float32), np.ones(rows, dtype=np.bool_)
    whole[there], silent[there] = values, False
    return pa.array(whole, mask=silent)


def _to_four_digits(values: Values) -> Values:
    return (values.view(np.uint32) & FOUR_DIGITS).view(np.float32)
