"""What was published: figures that were final when they were told, and what became of them since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Cause = Literal[
    "late rows",
    "reopening",
    "merging",
    "maturing",
    "recoding",
    "correction",
    "exclusion",
    "identity",
    "set-up",
    "undo",
    "remap",
    "settings",
    "new release",
]
"""Why a published figure is another one now. `late rows` came or changed after the figure was published; `identity` are
rows that were laid to another account or agent. `maturing` is what could not be judged yet when a contract froze it."""
CAUSES: tuple[Cause, ...] = get_args(Cause)

WHOLE_PROVIDER = ""
"""The scope of figures that are not filtered; other scopes are written as a filter, `vendor=bpo-north`."""


class Series(BaseModel):
    """What a published figure is told of: a KPI under one version of its definition, a scope, a month (its first day).

    A new version of a definition is a series of its own.
    """

    model_config = ConfigDict(frozen=True)

    kpi: str
    version: int
    scope: str
    month: date


class Published(BaseModel):
    """A figure as it was published first, and never changed since.

    `batch` is the newest batch that it was made of and `at` (UTC) when that was accepted. `reason` says why there is no
    value. `contract` is the contract for which it was frozen (null for the whole provider), `state` what it was then.
    """

    model_config = ConfigDict(frozen=True)

    series: Series
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    pending: int | None = None
    reason: str | None = None
    contract: str | None = None
    state: str | None = None
    batch: int
    at: datetime


class Restatement(BaseModel):
    """A published figure that became another one: from `old` to `new`, because of what `batches` brought.

    `batch` is the newest batch that counted when it was noticed and `at` (UTC) when that was accepted.
    """

    model_config = ConfigDict(frozen=True)

    series: Series
    old: float | None
    new: float | None
    unit: str
    n_old: int | None = None
    n_new: int | None = None
    causes: tuple[Cause, ...]
    batches: tuple[int, ...] = ()
    batch: int
    at: datetime


class Mark(BaseModel):
    """How far the record of published figures goes: to which batch, under which settings, release and definitions."""

    model_config = ConfigDict(frozen=True)

    batch: int
    settings: str
    release: str
