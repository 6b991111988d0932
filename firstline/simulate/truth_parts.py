"""The truth of a provider from the truths of its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SUMMED = ("totals", "ticket_types", "drivers")


def merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One record: totals add up, outages follow each other; what is planted once lies in the first block."""
    whole = dict(parts[0])
    for name in SUMMED:
        whole[name] = _sum([part[name] for part in parts])
    whole["vendor_work"] = {name: _sum([part["vendor_work"][name] for part in parts]) for name in whole["vendor_work"]}
    planted = [part["planted"] for part in parts]
    whole["planted"] = {**planted[0], "repeat_team": _team(planted), "lacking_drivers": _lacking(planted)}
    if whole["mistakes"]["missing_calls"]:
        lost = sum(part["mistakes"]["missing_calls"]["calls"] for part in parts)
        missing = {**whole["mistakes"]["missing_calls"], "calls": lost}
        whole["mistakes"] = {**whole["mistakes"], "missing_calls": missing}
    whole["kept_without_help"] = [chat for part in parts for chat in part["kept_without_help"]]
    whole["outages"] = [outage for part in parts for outage in part["outages"]]
    return whole


def _team(planted: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The team whose fixes fail, with the solutions of all blocks."""
    counted = "solved_and_failed_by_team"
    team = planted[0]["repeat_team"]
    return team and {**team, counted: _sum([part["repeat_team"][counted] for part in planted])}


def _lacking(planted: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The reasons that the taxonomy lacks, each with the tickets of all blocks."""
    return planted[0]["lacking_drivers"] and {
        name: {**matter, "tickets": [ticket for part in planted for ticket in part["lacking_drivers"][name]["tickets"]]}
        for name, matter in planted[0]["lacking_drivers"].items()
    }


def _sum(tables: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    """Lists under the same name, added up place by place."""
    return {
        name: [sum(values) for values in zip(*(table[name] for table in tables), strict=True)] for name in tables[0]
    }
