"""From a plan to SQL: the only place that writes KPI SQL.

Identifiers and fragments come from the checked catalogue, every value is bound. Each statement places
fact rows in periods, lets each row stand as excluded, too early, pending or judged, and sums per period,
group and standing; two facts are never joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from firstline.catalogue.kpi import Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.periods import Grain
from firstline.query.frame import Frame, Statement, bound

JUDGED, PENDING, TOO_EARLY = "judged", "pending", "too_early"
"""Standings of a row besides the names of exclusions."""

STEP: dict[Grain, str] = {
    "day": "INTERVAL 1 DAY",
    "week": "INTERVAL 7 DAY",
    "month": "INTERVAL 1 MONTH",
    "quarter": "INTERVAL 3 MONTH",
    "year": "INTERVAL 1 YEAR",
}

BASE_FACT = "fact_base"


def compile_sums(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> Statement:
    """Sums per period, group columns `g0, g1, ...` and standing.

    Columns: period_on, g*, standing, weight, n_rows, numerator, denominator, squares and cubes (of the numerator),
    n_aggregated (rows that stand for several observations), identified (weight of the rows that have what the KPI is
    chained by), c* (caveats), p*_low, p*_high (never pooled).
    """
    caveats = [f"sum(CASE WHEN {each.when} THEN weight ELSE 0 END) AS c{i}" for i, each in enumerate(kpi.caveats)]
    pools = []
    for i, each in enumerate(kpi.never_pooled):
        pools += [f"min({each.by}) AS p{i}_low", f"max({each.by}) AS p{i}_high"]
    selected = [
        "period_on",
        *_group_names(frame),
        "standing",
        "sum(weight) AS weight",
        "count(*) AS n_rows",
        "sum(numerator) AS numerator",
        "sum(denominator) AS denominator",
        "sum(numerator * numerator) AS squares",
        "sum(numerator * numerator * numerator) AS cubes",
        "sum(CASE WHEN denominator IN (0, 1) THEN 0 ELSE 1 END) AS n_aggregated",
        f"sum(CASE WHEN {kpi.chained_by or 'NULL'} IS NULL THEN 0 ELSE weight END) AS identified",
        *(caveats if rows is not kpi.against else []),
        *(pools if rows is not kpi.against else []),
    ]
    grouped = ["period_on", *_group_names(frame), "standing"]
    sql = (
        f"{_judged(catalogue, kpi, rows, frame)} SELECT {', '.join(selected)}"
        f" FROM standing_row GROUP BY {', '.join(grouped)}"
    )
    return bound(sql, frame.parameters)


def compile_ranks(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> Statement:
    """The order statistics around a quantile and around the ends of its interval, per period and group.

    Columns: period_on, g*, n, row_no (from 1), value. The interval's ranks lie within 2 of the normal ones.
    """
    grouped = ", ".join(["period_on", *_group_names(frame)])
    ordered = ", ".join(["numerator", *catalogue.facts[rows.fact].key])
    sql = (
        f"{_judged(catalogue, kpi, rows, frame)}, ranked AS ("
        f"SELECT {grouped}, numerator AS value,"
        f" row_number() OVER (PARTITION BY {grouped} ORDER BY {ordered}) AS row_no,"
        f" count(*) OVER (PARTITION BY {grouped}) AS n"
        f" FROM standing_row WHERE standing = '{JUDGED}' AND numerator IS NOT NULL"
        f") SELECT {grouped}, n, row_no, value FROM ranked"
        " WHERE (row_no >= floor($q * (n - 1)) + 1 AND row_no <= floor($q * (n - 1)) + 2)"
        " OR abs(row_no - ($q * n - 1.96 * sqrt(n * $q * (1 - $q)))) <= 3"
        " OR abs(row_no - ($q * n + 1.96 * sqrt(n * $q * (1 - $q)))) <= 3"
    )
    return bound(sql, {**frame.parameters, "q": kpi.quantile})


def compile_base(catalogue: Catalogue, frame: Frame, spans: Sequence[tuple[date, date, date]]) -> Statement:
    """Average subscribers per period and group: spans are (period_on, first day, day after the last).

    Columns: period_on, g*, told_by, subscriber_days, inferred_ends (subscribers that left by then because a full list
    lacks them), left_out (subscribers that an exclusion takes out on some of these days). Stated totals may not
    reach over all days: see `compile_base_days`.
    """
    grouped = ", ".join(["period_on", *_group_names(frame), "told_by"])
    columns = _group_columns(catalogue, BASE_FACT, {}, frame)
    named = "".join(f", {column} AS g{i}" for i, column in enumerate(columns))
    sql = (
        f"WITH span AS ({_spans(spans)}), overlap AS ("
        f"SELECT span.period_on, fact_base.told_by{named},"
        " CASE WHEN fact_base.is_excluded THEN 0 ELSE fact_base.weight END AS weight,"
        " CASE WHEN fact_base.is_excluded THEN fact_base.subscriber_id END AS left_out,"
        " CASE WHEN fact_base.is_end_inferred AND NOT fact_base.is_excluded AND fact_base.to_on <= span.to_on"
        " THEN 1 ELSE 0 END AS inferred_end,"
        " date_diff('day',"
        " CASE WHEN fact_base.from_on > span.from_on THEN fact_base.from_on ELSE span.from_on END,"
        " CASE WHEN fact_base.to_on < span.to_on THEN fact_base.to_on ELSE span.to_on END) AS days"
        " FROM span JOIN fact_base ON fact_base.from_on < span.to_on AND fact_base.to_on > span.from_on"
        f" WHERE {_filters(catalogue, BASE_FACT, {}, frame)}"
        f") SELECT {grouped}, sum(weight * days) AS subscriber_days, sum(inferred_end) AS inferred_ends,"
        " count(DISTINCT left_out) AS left_out"
        f" FROM overlap GROUP BY {grouped}"
    )
    return bound(sql, {**frame.parameters, **_span_parameters(spans)})


def compile_base_days(spans: Sequence[tuple[date, date, date]]) -> Statement:
    """The days of each span for which totals of subscribers are stated: period_on, days."""
    sql = (
        f"WITH span AS ({_spans(spans)}),"
        " stated AS (SELECT DISTINCT from_on, to_on FROM fact_base WHERE told_by = 'total')"
        " SELECT span.period_on, sum(date_diff('day',"
        " CASE WHEN stated.from_on > span.from_on THEN stated.from_on ELSE span.from_on END,"
        " CASE WHEN stated.to_on < span.to_on THEN stated.to_on ELSE span.to_on END)) AS days"
        " FROM span JOIN stated ON stated.from_on < span.to_on AND stated.to_on > span.from_on GROUP BY span.period_on"
    )
    return bound(sql, _span_parameters(spans))


def compile_rows(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> Statement:
    """The fact rows behind a figure: the fact's shown columns, standing, numerator, denominator, in time order."""
    fact = catalogue.facts[rows.fact]
    shown = dict.fromkeys((*fact.key, f"{rows.at}_at", *fact.shows, "standing", "numerator", "denominator"))
    ordered = ", ".join([f"{rows.at}_at", *fact.key])
    sql = (
        f"{_judged(catalogue, kpi, rows, frame)} SELECT {', '.join(shown)} FROM standing_row"
        f" ORDER BY {ordered} LIMIT $limit OFFSET $offset"
    )
    return bound(sql, frame.parameters)


def compile_open_things(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> Statement:
    """The things open at the end of a snapshot: those whose changes add up to more than nothing.

    Columns as `compile_rows`, the time being the latest change.
    """
    fact = catalogue.facts[rows.fact]
    described = ", ".join(f"max({name}) AS {name}" for name in fact.shows)
    key = ", ".join(fact.thing)
    sql = (
        f"{_judged(catalogue, kpi, rows, frame)} SELECT {key}, max({rows.at}_at) AS {rows.at}_at, {described},"
        f" standing, sum(numerator) AS numerator, 1 AS denominator FROM standing_row"
        f" GROUP BY {key}, standing HAVING sum(numerator) > 0 ORDER BY max({rows.at}_at), {key}"
        " LIMIT $limit OFFSET $offset"
    )
    return bound(sql, frame.parameters)


def compile_watched(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> Statement:
    """How long the members of a look-ahead were watched: period_on, g*, watched_s, window_s, is_event, weight.

    A member is watched until its event, or until it is judged or the watermark, whichever comes first.
    """
    if rows.ahead is None or rows.judged_at is None:
        raise ValueError(f"{kpi.id} waits for nothing that is declared")
    events = [each for each in rows.ahead.event_at if each != "NULL"]
    earliest = f"least({', '.join(events)})" if len(events) > 1 else events[0]
    grouped = ", ".join(["period_on", *_group_names(frame)])
    reached = f"CASE WHEN {rows.judged_at} <= $watermark THEN {rows.judged_at} ELSE CAST($watermark AS TIMESTAMP) END"
    sql = (
        f"{_judged(catalogue, kpi, rows, frame)}, member AS ("
        f"SELECT {grouped}, weight, {rows.ahead.since} AS since_at, {rows.judged_at} AS due_at,"
        f" {earliest} AS event_at, {reached} AS until_at FROM standing_row"
        f" WHERE standing IN ('{JUDGED}', '{PENDING}') AND {rows.ahead.since} <= $watermark"
        f"), watched AS (SELECT {grouped}, weight,"
        " CASE WHEN event_at <= until_at THEN 1 ELSE 0 END AS is_event,"
        " date_diff('second', since_at, CASE WHEN event_at <= until_at THEN event_at ELSE until_at END) AS watched_s,"
        " date_diff('second', since_at, due_at) AS window_s FROM member"
        f") SELECT {grouped}, watched_s, window_s, is_event, sum(weight) AS weight FROM watched"
        f" GROUP BY {grouped}, watched_s, window_s, is_event"
    )
    return bound(sql, frame.parameters)


def compile_count(statement: Statement) -> Statement:
    """How many rows a statement of rows has, without its limit."""
    sql = statement.sql.removesuffix(" LIMIT $limit OFFSET $offset")
    return Statement(f"SELECT count(*) AS n FROM ({sql}) AS behind", statement.parameters)


def _judged(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> str:
    """WITH placed (rows in their periods), standing_row (each with its standing and what it adds)."""
    at = f"{rows.at}_at"
    floor = "" if kpi.additivity == "semi" else f" AND {at} >= $start"
    groups = "".join(
        f", CAST({column} AS VARCHAR) AS g{i}"
        for i, column in enumerate(_group_columns(catalogue, rows.fact, rows.dimensions, frame))
    )
    return (
        f"WITH placed AS (SELECT *, {_period_on(rows, frame)} AS period_on,"
        f" {_period_next_on(rows, frame)} AS period_next_on"
        f" FROM {rows.fact} WHERE {at} < $end{floor} AND {_filters(catalogue, rows.fact, rows.dimensions, frame)}"
        f"), standing_row AS (SELECT *{groups}, {_standing(catalogue, kpi, rows, frame)} AS standing,"
        f" CAST({rows.numerator} AS DOUBLE) AS numerator,"
        f" CAST({rows.denominator} AS DOUBLE) AS denominator,"
        f" CAST({rows.weight} AS DOUBLE) AS weight"
        f" FROM placed WHERE {rows.where})"
    )


def _standing(catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> str:
    exclusions = catalogue.facts[rows.fact].exclusions
    viewed = set() if kpi.is_volume else {*frame.group, *(name for name, _ in frame.where)}
    in_view = (name for name, each in exclusions.items() if viewed.intersection(each.views))
    cases = [f"WHEN {exclusions[name].when} THEN '{name}'" for name in dict.fromkeys((*rows.exclusions, *in_view))]
    if rows.history_days and frame.history_start:
        cases.append(f"WHEN {rows.at}_at < $history_start + INTERVAL {rows.history_days} DAY THEN '{TOO_EARLY}'")
    if rows.judged_at:
        known = f"{rows.judged_at} <= $watermark" if frame.watermark else "FALSE"
        cases.append(f"WHEN NOT coalesce({known}, FALSE) THEN '{PENDING}'")
    if rows.pending_when:
        cases.append(f"WHEN {rows.pending_when} THEN '{PENDING}'")
    return f"CASE {' '.join(cases)} ELSE '{JUDGED}' END" if cases else f"'{JUDGED}'"


def _period_on(rows: Rows, frame: Frame) -> str:
    if frame.by is None:
        return "CAST($start_on AS DATE)"
    first = f"CAST(date_trunc('{frame.by}', {rows.at}_on) AS DATE)"
    return f"CASE WHEN {first} < CAST($start_on AS DATE) THEN CAST($start_on AS DATE) ELSE {first} END"


def _period_next_on(rows: Rows, frame: Frame) -> str:
    if frame.by is None:
        return "CAST($end_on AS DATE)"
    following = f"CAST(date_trunc('{frame.by}', {rows.at}_on) + {STEP[frame.by]} AS DATE)"
    return f"CASE WHEN {following} > CAST($end_on AS DATE) THEN CAST($end_on AS DATE) ELSE {following} END"


def _group_names(frame: Frame) -> list[str]:
    return [f"g{i}" for i in range(len(frame.group))]


def _group_columns(catalogue: Catalogue, fact: str, instead: Mapping[str, str], frame: Frame) -> list[str]:
    return [_column(catalogue, fact, instead, name) for name in frame.group]


def _column(catalogue: Catalogue, fact: str, instead: Mapping[str, str], dimension: str) -> str:
    column = catalogue.column_of(fact, dimension, instead)
    if column is None:
        raise ValueError(f"{fact} has no dimension {dimension}: the plan let it through")
    return column


def _filters(catalogue: Catalogue, fact: str, instead: Mapping[str, str], frame: Frame) -> str:
    clauses = []
    for i, (dimension, values) in enumerate(frame.where):
        column = _column(catalogue, fact, instead, dimension)
        named = [f"$f{i}_{j}" for j, value in enumerate(values) if value is not None]
        either = [f"CAST({column} AS VARCHAR) IN ({', '.join(named)})"] if named else []
        either += [f"{column} IS NULL"] if None in values else []
        clauses.append(f"({' OR '.join(either)})")
    return " AND ".join(clauses) or "TRUE"


def _spans(spans: Sequence[tuple[date, date, date]]) -> str:
    return " UNION ALL ".join(
        f"SELECT CAST($s{i} AS DATE) AS period_on, CAST($a{i} AS DATE) AS from_on, CAST($b{i} AS DATE) AS to_on"
        for i in range(len(spans))
    )


def _span_parameters(spans: Sequence[tuple[date, date, date]]) -> dict[str, Any]:
    return {f"{name}{i}": day for i, span in enumerate(spans) for name, day in zip("sab", span, strict=True)}
