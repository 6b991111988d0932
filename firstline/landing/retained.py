"""What a provider may state a time for, after which it is kept no longer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from firstline.errors import unknown_name
from firstline.landing.files import LEFTOVER, PERSONAL, QUARANTINE
from firstline.model.batch import RECEIVED
from firstline.model.vocabulary import vocabulary


@cache
def retained() -> dict[str, str]:
    """By name in `[retention]`: the kind of landed files that it is about, or `received` for files as they came."""
    personal = {name: f"{PERSONAL}/{name}" for name, entity in vocabulary().items() if entity.personal_fields}
    return {**personal, "leftover": LEFTOVER, "quarantine": QUARANTINE, RECEIVED: RECEIVED}


def check_retained(names: Iterable[str], place: str) -> None:
    """Raise MisuseError for a name that nothing is kept under, with the nearest right one."""
    for name in names:
        if name not in retained():
            raise unknown_name("retention", name, retained(), where=f"{place}, [retention]")
