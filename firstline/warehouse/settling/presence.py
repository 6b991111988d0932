"""Who is there: what a full list no longer names has ended and what one did not yet name had not begun, though no row
says so. What rows state outranks it."""

from __future__ import annotations

from firstline.warehouse.settling.layer import Layer, Selecting

IN_INTERVALS: tuple[str, ...] = ("account", "service", "agent")
"""Entities whose rows are intervals: one that spans an absence becomes several, which never overlap."""

ALWAYS, EVER = "TIMESTAMP '1900-01-01 00:00:00'", "TIMESTAMP '9999-01-01 00:00:00'"
INFERRED_END = "is_end_inferred"
"""A further column of the settled rows: the end was not stated."""


def _lay(select: Selecting) -> None:
    if select.entity.name in IN_INTERVALS:
        _cut_intervals(select)
    elif select.entity.name == "subscriber":
        _end_subscribers(select)


def _cut_intervals(select: Selecting) -> None:
    table = select.entity.name
    from_at, to_at = f"coalesce({table}.valid_from, {ALWAYS})", f"coalesce({table}.valid_to, {EVER})"
    select.joins.append(
        f"LEFT JOIN presence_span AS there ON there.entity = '{table}' "
        f"AND there.thing_id = {table}.{select.entity.key[0]} "
        f"AND there.from_at < {to_at} AND there.to_at > {from_at}"
    )
    # a stated end later than the absence is believed, as is a stated start before the first list that names the thing;
    # an interval that lies in an absence altogether stands as stated
    is_late = f"there.from_at > {from_at} AND NOT (there.is_first AND {table}.valid_from IS NOT NULL)"
    is_cut = f"there.to_at < {to_at} AND NOT (there.is_last AND {table}.valid_to IS NOT NULL)"
    select.columns["valid_from"] = f"CASE WHEN {is_late} THEN there.from_at ELSE {table}.valid_from END"
    select.columns["valid_to"] = f"CASE WHEN {is_cut} THEN there.to_at ELSE {table}.valid_to END"
    select.columns[INFERRED_END] = f"coalesce({is_cut}, FALSE)"


def _end_subscribers(select: Selecting) -> None:
    """A subscriber is one row: its last end is inferred, absences before it are left to the facts."""
    select.joins.append(
        "LEFT JOIN (SELECT thing_id, max(to_at) AS ended_at FROM presence_span WHERE entity = 'subscriber' "
        f"GROUP BY thing_id HAVING max(to_at) < {EVER}) AS gone ON gone.thing_id = subscriber.subscriber_id"
    )
    select.joins.append(
        "LEFT JOIN (SELECT thing_id, min(as_of) AS first_at FROM presence WHERE entity = 'subscriber' "
        "GROUP BY thing_id) AS listed ON listed.thing_id = subscriber.subscriber_id"
    )
    # a list that says nothing of the activation shows that the subscriber was there at its date
    select.columns["activated_at"] = "coalesce(subscriber.activated_at, listed.first_at)"
    select.columns["disconnected_at"] = "coalesce(subscriber.disconnected_at, gone.ended_at)"
    select.columns[INFERRED_END] = "subscriber.disconnected_at IS NULL AND gone.ended_at IS NOT NULL"


PRESENCE = Layer(reads=("presence_span", "presence"), lay=_lay)
