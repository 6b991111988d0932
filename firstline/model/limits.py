"""The spans of time and closed lists by which facts judge, declared in `limits.toml`: each stands there alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, model_validator

SPAN = r"^[1-9][0-9]* (minute|hour|day)s?$"


class Limit(BaseModel):
    """One limit: either a `span` such as `30 minutes` or a closed `list` of words; what it decides, and its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str
    span: str | None = Field(default=None, pattern=SPAN)
    list: tuple[str, ...] = ()
    says: str
    source: str

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Limit:
        if bool(self.span) == bool(self.list):
            raise ValueError("span, list: a limit is one of both")
        return self

    @property
    def number_and_unit(self) -> tuple[int, str]:
        """The span as number and unit in the singular: (30, 'minute'). ValueError for a list."""
        if self.span is None:
            raise ValueError(f"{self.name} is a list")
        number, unit = self.span.split()
        return int(number), unit.removesuffix("s")

    @property
    def duration(self) -> timedelta:
        """The span as a duration. ValueError for a list."""
        number, unit = self.number_and_unit
        return timedelta(**{f"{unit}s": number})

    @property
    def text(self) -> str:
        """The span, or the words of the list."""
        return self.span or ", ".join(word or "(empty)" for word in self.list)

    def __str__(self) -> str:
        return f"{self.label}: {self.text}. {self.says} ({self.source})"


@cache
def limits() -> Mapping[str, Limit]:
    """Every limit by its name."""
    declared = tomllib.loads(files("firstline.model").joinpath("limits.toml").read_text("utf-8"))
    return {name: Limit(name=name, **said) for name, said in declared.items()}


def limit(name: str) -> Limit:
    """The limit of that name. KeyError if there is none."""
    return limits()[name]
