"""The one family of errors a user can meet; each says what was wrong, the value, and where to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class FirstlineError(Exception):
    """Something the user can mend. `code` is a stable slug, `hint` says what to do next.

    `exit_code` is the command line's: 1 an input could not be read whole or the home cannot be
    used, 2 misuse (an unknown name, a bad date, a bad mapping, a question the mapping must settle).
    """

    exit_code = 1

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, str]:
        """The JSON form used by every door: {code, message, hint}."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class MisuseError(FirstlineError):
    """The question was wrong: an unknown id, dimension or option, a bad date, a bad mapping."""

    exit_code = 2


class UnreadableError(FirstlineError):
    """An input could not be read whole."""


class HomeError(FirstlineError):
    """The home cannot be used."""


def unknown_name(kind: str, value: str, allowed: Iterable[str], where: str = "") -> MisuseError:
    """A `MisuseError` for a name that is not in a closed list; names the nearest one that is.

    >>> print(unknown_name("KPI", "tiket_volume", ["ticket_volume", "backlog"]))
    There is no KPI 'tiket_volume'. Did you mean 'ticket_volume'?
    """
    names = sorted(allowed)
    near = nearest(value, names)
    hint = f"Did you mean '{near}'?" if near else f"Allowed: {', '.join(names)}."
    place = f"{where}: there" if where else "There"
    return MisuseError("unknown_" + kind.lower().replace(" ", "_"), f"{place} is no {kind} '{value}'.", hint)


def nearest(value: str, allowed: Iterable[str]) -> str | None:
    """The most similar of the allowed names (case ignored), or None when nothing is close."""
    by_lower = {name.lower(): name for name in allowed}
    found = get_close_matches(value.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
