"""What holds for the file as a whole: its zone, how far it is complete, and the instant of a snapshot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from firstline.errors import nearest
from firstline.intake.date_styles import find_style
from firstline.intake.mapping import Mapping, mapping_error
from firstline.intake.moments import moment, zone_problem
from firstline.intake.parts import FieldPlan, PartPlan, Reader
from firstline.intake.request import ImportRequest
from firstline.intake.stage import Part, Stamp
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

SPAN = re.compile(r"^(\d+)\s*(s|min|h|d)$")
SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def zone_of(mapping: Mapping, settings: Settings, request: ImportRequest) -> str:
    """The zone of the file's local times: the mapping's, else the provider's. Raises MisuseError."""
    zone = mapping.file.timezone
    if zone is None:
        return settings.zone_name
    if wrong := zone_problem(zone):
        raise mapping_error(request.mapping_text or "", request.mapping_name, ["file", "timezone"], *wrong)
    return zone


def lateness_seconds(mapping: Mapping, request: ImportRequest) -> int:
    """How late the source's rows usually come, from `[file] lateness` such as "2d" or "90min"; 0 if not stated."""
    text = mapping.file.lateness
    if text is None:
        return 0
    found = SPAN.match(text.strip())
    if not found:
        hint = "Write a number and s, min, h or d, such as '2d'."
        path = ["file", "lateness"]
        raise mapping_error(
            request.mapping_text or "",
            request.mapping_name,
            path,
            f"lateness = '{text}' is not a span.",
            hint,
        )
    return int(found[1]) * SECONDS[found[2]]


def complete_until(
    warehouse: Warehouse, reader: Reader, part: Part, mapping: Mapping, request: ImportRequest
) -> datetime | None:
    """Until when the import says its rows are complete (aware UTC), or None when it says nothing.

    In this order: --complete-until; the mapping's `complete_until` ("exported_at", "last_event" or a column); the
    export date.
    """
    if request.complete_until:
        return request.complete_until.astimezone(UTC)
    stated = mapping.file.complete_until
    exported = request.exported_at.astimezone(UTC) if request.exported_at else None
    if stated is None or stated == "exported_at":
        return exported
    if stated == "last_event":
        times = [quoted(name) for name in part.entity.placed_by if name in part.plan.fields]
        time = f"coalesce({', '.join(times)})" if times else "changed_at"
        found = warehouse.value(f"SELECT CAST(max({time}) AS TIMESTAMP) FROM {part.table}")
    elif stated in reader.cells.raw.headers:
        raw = reader.cells.of(stated)
        style = find_style(warehouse, reader.cells.table, raw, f"{reader.place}: {stated}")
        sql = moment("ts", raw, style, reader.zone, "use").value
        found = warehouse.value(f"SELECT max({sql}) FROM {reader.cells.table}")
    else:
        near = nearest(stated, ["exported_at", "last_event", *reader.cells.raw.headers])
        hint = f"Did you mean '{near}'?" if near else "Allowed: exported_at, last_event, or a column of the file."
        problem = f"complete_until = '{stated}' is not one of the file's columns."
        raise mapping_error(reader.text, reader.place, ["file", "complete_until"], problem, hint)
    return found.replace(tzinfo=UTC) if found else None


def snapshot_at(
    reader: Reader, plan: PartPlan, mapping: Mapping, stamp: Stamp, first_import: Callable[[], datetime | None]
) -> None:
    """Fill `as_of` of a snapshot file from `[file] snapshot_at`, in place.

    A file that states no date was true when it was exported, or at the latest when it was first imported (UTC; None
    for a file not seen before): so the same file brought again says nothing new.
    """
    if "as_of" not in plan.entity.field_names or "as_of" in plan.fields:
        return
    value, raw, told = list_moment(reader, mapping, stamp, first_import)
    plan.fields["as_of"] = FieldPlan(plan.entity.field("as_of"), value, raw, told)


def list_moment(
    reader: Reader, mapping: Mapping, stamp: Stamp, first_import: Callable[[], datetime | None]
) -> tuple[str, str | None, str]:
    """When a file that describes a state was true: SQL, the text it is read from (None: the whole file's) and words."""
    stated = mapping.file.snapshot_at
    if stated is not None and stated != "exported_at":
        raw = reader.cells.of(stated) if stated in reader.cells.raw.headers else None
        if raw is None:
            problem = f"snapshot_at = '{stated}' is not one of the file's columns."
            hint = "Allowed: exported_at, or a column of the file."
            raise mapping_error(reader.text, reader.place, ["file", "snapshot_at"], problem, hint)
        style = find_style(reader.warehouse, reader.cells.table, raw, f"{reader.place}: {stated}")
        return moment("ts", raw, style, reader.zone, "use").value, raw, stated
    instant, told = stamp.exported_at, "the export date"
    if instant is None:
        instant, told = first_import(), "the time of the file's first import, for lack of a date"
    if instant is None:
        instant, told = stamp.accepted_at, "the time of the import, for lack of a date"
    return f"TIMESTAMP '{instant:%Y-%m-%d %H:%M:%S}'", None, told
