"""Whose row it is: rows that state no account have the one that their keys lead to."""

from __future__ import annotations

from firstline.warehouse.settling.layer import Layer, Selecting
from firstline.warehouse.settling.matching import MATCHED, match_name


def _layer(entity: str) -> Layer:
    """A layer of its own for each entity, so that new rows of one settle no other again."""

    def lay(select: Selecting) -> None:
        if select.entity.name != entity:
            return
        select.joins.append(
            f"LEFT JOIN {match_name(entity)} AS matched ON matched.source_system = {entity}.source_system "
            f"AND matched.source_id = {entity}.source_id"
        )
        select.columns["account_id"] = f"coalesce({entity}.account_id, matched.account_id)"

    return Layer(reads=(match_name(entity),), lay=lay)


ACCOUNTS: tuple[Layer, ...] = tuple(_layer(entity) for entity in MATCHED)
