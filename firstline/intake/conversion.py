"""Turn text cells into typed values: one SQL expression per field type; what cannot be read becomes null."""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from firstline.errors import nearest
from firstline.intake.moments import moment
from firstline.intake.numbers import number_sql
from firstline.model.entity import EntityField
from firstline.warehouse.text import text_literal

TRUE_WORDS = ("true", "t", "yes", "y", "1", "x", "on")
FALSE_WORDS = ("false", "f", "no", "n", "0", "off")
SECONDS_PER: dict[str, float] = {"s": 1, "ms": 0.001, "min": 60, "h": 3600, "d": 86_400}
MBITS_PER: dict[str, float] = {
    "bit/s": 1e-6,
    "kbit/s": 1e-3,
    "Mbit/s": 1,
    "Gbit/s": 1e3,
    "byte/s": 8e-6,
    "kB/s": 8e-3,
    "MB/s": 8,
}
UNIT_FAMILIES: tuple[MappingType[str, float], ...] = (SECONDS_PER, MBITS_PER)
CLOCK = r"^-?\d+:\d{1,2}(:\d{1,2}(\.\d+)?)?$"


def units_for(field: EntityField) -> tuple[str, ...]:
    """The units a mapping may state for a field's cells; empty when the field has no unit that can be converted."""
    for family in UNIT_FAMILIES:
        if field.unit in family:
            return (*family, "hms") if family is SECONDS_PER else tuple(family)
    return ()


def value_sql(field: EntityField, raw: str, zone: str, style: str, unit: str | None, offset: str) -> str:
    """SQL that reads text `raw` as the field's type. `style` is the format of times and dates, the decimal sign of
    numbers.

    Raises KeyError for a unit that the field's own unit cannot be computed from.
    """
    if field.type in ("ts", "date"):
        return moment(field.type, raw, style, zone, offset).value
    if field.type == "bool":
        words = f"lower({raw})"
        return (
            f"CASE WHEN {words} IN {_words(TRUE_WORDS)} THEN true WHEN {words} IN {_words(FALSE_WORDS)} THEN false END"
        )
    if field.type == "enum":
        plain = f"lower(regexp_replace({raw}, '[^A-Za-z0-9]+', '_', 'g'))"
        named = " ".join(f"WHEN '{value.replace('_', '').lower()}' THEN '{value}'" for value in field.values)
        return f"CASE replace({plain}, '_', '') {named} END"
    if field.type in ("int", "dec", "money"):
        return _number_sql(field, raw, style, unit)
    return raw


def translated(raw: str, values: MappingType[str, object], passes: bool) -> str:
    """SQL that translates cells by a table (case ignored); other cells pass as they are, or become null."""
    cases = " ".join(
        f"WHEN {text_literal(word.strip().lower())} THEN {text_literal(_plain(value))}"
        for word, value in values.items()
    )
    return f"CASE lower({raw}) {cases} ELSE {raw if passes else 'NULL'} END"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def _number_sql(field: EntityField, raw: str, sign: str, unit: str | None) -> str:
    number = number_sql(raw, sign)
    if field.unit in SECONDS_PER:
        clock = (
            f"CASE WHEN regexp_matches({raw}, '{CLOCK}') THEN "
            # the sign is that of the whole: -00:00:05 is five seconds below nothing
            f"CASE WHEN starts_with({raw}, '-') THEN -1 ELSE 1 END * "
            f"(abs(TRY_CAST(split_part({raw}, ':', 1) AS DOUBLE)) * 3600 "
            f"+ TRY_CAST(split_part({raw}, ':', 2) AS DOUBLE) * 60 "
            f"+ coalesce(TRY_CAST(nullif(split_part({raw}, ':', 3), '') AS DOUBLE), 0))"
        )
        number = f"{clock} END" if unit == "hms" else f"{clock} ELSE {number}{_factor(field, unit)} END"
    elif unit is not None:
        number = f"{number}{_factor(field, unit)}"
    if field.type == "money":
        return f"TRY_CAST({number} AS DECIMAL(18,4))"
    if field.type == "int":
        # 12.0 is a whole number, 12.5 seconds are rounded to the stored second; a count of 12.5 is unreadable
        if field.unit in SECONDS_PER:
            return f"TRY_CAST(round({number}) AS BIGINT)"
        whole = f"TRY_CAST(CASE WHEN {number} = floor({number}) THEN {number} END AS BIGINT)"
        # a long one has more digits than a floating-point number can hold
        return (
            f"CASE WHEN regexp_full_match({raw}, '[-+]?\\d{{16,19}}') THEN TRY_CAST({raw} AS BIGINT) ELSE {whole} END"
        )
    return number


def _factor(field: EntityField, unit: str | None) -> str:
    if unit is None or unit == field.unit:
        return ""
    family = next(family for family in UNIT_FAMILIES if field.unit in family)
    return f" * {family[unit] / family[str(field.unit)]!r}"


def not_allowed(known: EntityField, value: str) -> tuple[str, str]:
    """What is wrong with a value that the field's list has not got, and what to do."""
    near = nearest(value, known.values)
    hint = f"Did you mean '{near}'?" if near else f"Allowed: {', '.join(known.values)}."
    return f"'{value}' is not a value of {known.name}.", hint
