"""What is wrong with exclusions: no reason given, every row meant, or a number or address that is none."""

from __future__ import annotations

from firstline.intake.stage import Part
from firstline.model.erasure import ERASED
from firstline.warehouse.text import text_literal

REASON = "bad_exclusion"
KEYS = {"phone": "phone_key", "email": "email_key"}
"""By field: the match key that is made from it, without which it fits nothing."""
ALLOWED = {
    "phone": "a number has its country code, or is one of the country in the settings",
    "email": "an address is written as in alerts@example.org",
}
"""By field: what it may be."""
NARROWING = ("row_id", "account_id", *KEYS, "queue_id", "subject_pattern", "from_at", "until_at")
"""What says which rows are meant; one of them is needed."""


def exclusion_faults(part: Part, rank: int) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the faulty rows of a part; none for other entities."""
    if part.entity.name != "exclusion":
        return []
    there = part.plan.fields
    narrowed = [f"{KEYS.get(name, name)} IS NULL" for name in NARROWING if name in there]
    faults = [
        ("reason is empty: say why these rows are left out", "reason IS NULL" if "reason" in there else "TRUE"),
        (
            f"it says of no row that it is to be left out; one of these does: {', '.join(NARROWING)}",
            " AND ".join(narrowed) or "TRUE",
        ),
    ]
    selects = [(text_literal(detail), when) for detail, when in faults]
    for field, key in KEYS.items():
        if field in there:
            # what is none is told before that nothing is left which says what rows are meant
            selects.insert(0, (_unread(field), f"{field} IS NOT NULL AND {key} IS NULL"))
    return [
        f"SELECT row_number, '{REASON}' AS reason, {detail} AS detail, {rank + index / 10} AS rank FROM {part.table} "
        f"WHERE NOT is_deleted AND ({when})"
        for index, (detail, when) in enumerate(selects)
    ]


def _unread(field: str) -> str:
    """SQL for what is said of a number or address that is none."""
    erased = text_literal(f"{field} was erased: state it again, or take the exclusion away")
    before, after = text_literal(f"{field} is '"), text_literal(f"', which is none; {ALLOWED[field]}")
    return f"CASE WHEN {field} = {text_literal(ERASED)} THEN {erased} ELSE {before} || {field} || {after} END"
