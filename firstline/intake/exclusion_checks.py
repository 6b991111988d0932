"""What is wrong with exclusions: no reason given, every row meant, or a number or address that is none."""

from __future__ import annotations

from firstline.intake.stage import Part

REASON = "bad_exclusion"
KEYS = {"phone": "phone_key", "email": "email_key"}
"""By field: the match key that is made from it, without which it fits nothing."""
NARROWING = ("row_id", "account_id", "phone_key", "email_key", "queue_id", "subject_pattern", "from_at", "until_at")


def exclusion_faults(part: Part, rank: int) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the faulty rows of a part; none for other entities."""
    if part.entity.name != "exclusion":
        return []
    there = {*part.plan.fields, *(key for field, key in KEYS.items() if field in part.plan.fields)}
    narrowed = " AND ".join(f"{name} IS NULL" for name in NARROWING if name in there) or "TRUE"
    faults = {
        "it gives no reason": "reason IS NULL" if "reason" in there else "TRUE",
        "it says of no row that it is to be left out": narrowed,
    }
    for field, key in KEYS.items():
        if key in there:
            faults[f"its {field} is none"] = f"{field} IS NOT NULL AND {key} IS NULL"
    return [
        f"SELECT row_number, '{REASON}' AS reason, '{detail}' AS detail, {rank} AS rank FROM {part.table} "
        f"WHERE NOT is_deleted AND ({when})"
        for detail, when in faults.items()
    ]
