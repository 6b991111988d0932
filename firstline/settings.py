"""The provider's settings: `firstline.toml` in the home, each with a type, a default and a meaning."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from firstline.errors import MisuseError, nearest, unknown_name

FILE_NAME = "firstline.toml"
LEAST_MEMORY_MB = 256


def _setting(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """What a provider states about itself. Field metadata `about` is the help text of the file."""

    provider: str = _setting("", "The provider's name, shown at the top of every page.")
    timezone: str = _setting("", "The one reporting time zone (IANA name); days and months begin at its midnight.")
    currency: str = _setting("USD", "The currency of costs that do not state one (ISO 4217).")
    country: str = _setting(
        "", "The country of phone numbers that do not say theirs (ISO 3166, such as CH); without it they match nothing."
    )
    truck_roll_cost: float | None = _setting(
        None,
        "What one truck roll costs you (140 is an example). Until it is stated, a cost is modelled, and labelled so.",
    )
    short_abandon_s: int = _setting(10, "A caller who hangs up within this many seconds is a short abandon.")
    service_level_s: int = _setting(20, "The T of 'answered within T seconds'.")
    import_memory_mb: int = _setting(
        480,
        "Memory in MB that the engine may take while it imports; the program needs about 200 more, for files of "
        "gigabytes about 400. At least 256.",
    )
    upload_limit_mb: int = _setting(
        1000, "How many MB the browser may send at once; larger files are imported on the command line."
    )
    retention: dict[str, int] = field(
        default_factory=dict,
        hash=False,
        metadata={
            "about": "Days for which personal data are kept: by entity, and leftover, quarantine, received (files). "
            "What is not named is kept."
        },
    )
    simulated: bool = _setting(False, "True when the data are generated; every page then says so.")

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone; UTC while none is set."""
        return ZoneInfo(self.timezone or "UTC")

    @property
    def zone_name(self) -> str:
        """The IANA name of the reporting zone."""
        return self.timezone or "UTC"


DEFAULTS = Settings()


def read_settings(home: Path) -> Settings:
    """The settings of a home; defaults where the file or a line is absent.

    Raises MisuseError naming the file, the line's key, the wrong value and what is allowed.
    """
    path = home / FILE_NAME
    if not path.exists():
        return DEFAULTS
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MisuseError("bad_settings", f"{path}: {error}.", "Mend the file or remove it.") from None
    known = {item.name: item for item in fields(Settings)}
    for name in stated:
        if name not in known:
            raise unknown_name("setting", name, known, where=str(path))
    return Settings(**{name: _checked(path, name, value) for name, value in stated.items()})


def _checked(path: Path, name: str, value: Any) -> Any:
    if name == "timezone" and value and value not in available_timezones():
        near = nearest(str(value), available_timezones())
        hint = f"Did you mean '{near}'?" if near else "Use an IANA name such as 'America/Denver'."
        raise MisuseError("bad_settings", f"{path}: timezone = {value!r} is not a time zone.", hint)
    if name == "country" and value:
        # the library of phone numbers takes a moment to load, which only a home that states a country has to wait for
        from phonenumbers import SUPPORTED_REGIONS

        if value not in SUPPORTED_REGIONS:
            near = nearest(str(value), SUPPORTED_REGIONS)
            hint = f"Did you mean '{near}'?" if near else "Use the two letters of ISO 3166, such as 'CH'."
            raise MisuseError("bad_settings", f"{path}: country = {value!r} is not a country.", hint)
    if name == "retention":
        _check_days(path, value)
        return value
    wanted: tuple[type, ...] = {
        "truck_roll_cost": (int, float),
        "short_abandon_s": (int,),
        "service_level_s": (int,),
        "import_memory_mb": (int,),
        "upload_limit_mb": (int,),
        "simulated": (bool,),
    }.get(name, (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        kind = " or ".join(kind.__name__ for kind in wanted)
        raise MisuseError("bad_settings", f"{path}: {name} = {value!r} is not a {kind}.", "Mend that line.")
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        raise MisuseError("bad_settings", f"{path}: {name} = {value!r} is below zero.", "Mend that line.")
    if name == "import_memory_mb" and isinstance(value, int) and value < LEAST_MEMORY_MB:
        hint = f"At least {LEAST_MEMORY_MB} are needed."
        raise MisuseError("bad_settings", f"{path}: {name} = {value!r} is too little to import with.", hint)
    return float(value) if name == "truck_roll_cost" and isinstance(value, int | float) else value


def _check_days(path: Path, value: Any) -> None:
    hint = "Write a table of whole days, such as [retention] and ticket_text = 365."
    if not isinstance(value, dict):
        raise MisuseError("bad_settings", f"{path}: retention = {value!r} is not a table.", hint)
    for name, days in value.items():
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            raise MisuseError("bad_settings", f"{path}: retention of {name} = {days!r} is not a number of days.", hint)


def settings_template() -> str:
    """A commented `firstline.toml` that states nothing yet: every setting with its meaning and default."""
    lines = ["# Firstline settings of this provider. Remove the '#' before a line to state it.", ""]
    for item in fields(Settings):
        lines.append(f"# {item.metadata['about']}")
        lines.append(f"# {item.name} = {_toml({} if item.default is MISSING else item.default)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "140.0"
    return str(value) if isinstance(value, int | float | Decimal) else f'"{value}"'
