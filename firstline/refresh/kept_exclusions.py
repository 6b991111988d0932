"""Exclusions that know tickets by their subject keep hold of them when the subject goes."""

from __future__ import annotations

from datetime import datetime

from firstline.home import Home
from firstline.intake.own_rows import import_own_rows
from firstline.refresh.refreshing import refresh
from firstline.warehouse.engine import Row

NOTE = "tickets known by a subject that goes"


def tickets_to_keep(home: Home) -> list[Row]:
    """The exclusions that `keep_exclusions` would land."""
    return home.warehouse.rows(
        "SELECT * FROM (SELECT hit.exclusion_id || ': ' || hit.row_source || ' ' || hit.row_id AS exclusion_id, "
        "hit.entity, hit.row_source, hit.row_id, said.reason, said.approved_by FROM exclusion_hit hit "
        "JOIN exclusion said ON said.exclusion_id = hit.exclusion_id WHERE said.subject_pattern IS NOT NULL) AS known "
        "WHERE exclusion_id NOT IN (SELECT exclusion_id FROM exclusion)"
    )


def keep_exclusions(home: Home, now: datetime) -> None:
    """Land an exclusion of its own for each ticket that one knows by its subject, so that an erasure moves no figure.

    To be called before texts are erased; once it is done for a ticket, nothing is landed for it again.
    """
    rows = tickets_to_keep(home)
    if rows:
        import_own_rows(home, "exclusion", rows, now, NOTE)
        refresh(home)
