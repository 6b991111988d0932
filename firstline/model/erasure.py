"""An erasure: what it takes out of the files of earlier batches, and whom it keeps from coming back."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

ERASED = "(erased)"
"""Stands where a text was that had to go while its row stays."""


class LandedFile(BaseModel):
    """One landed Parquet file: its path below the landing folder, its rows and its SHA-256."""

    model_config = ConfigDict(frozen=True)

    path: str
    rows: int
    sha256: str


class Mark(BaseModel):
    """What rows of a forgotten person are known by: the keyed hash of an id or match key (hex), and between which
    instants (UTC) it was theirs; None where that is not bounded."""

    model_config = ConfigDict(frozen=True)

    kind: str
    hash: str
    since: datetime | None = None
    until: datetime | None = None


class Replacement(BaseModel):
    """A file of an earlier batch that gave way to another one, or to nothing.

    `was` is a landed file's path, or `received/` and the name of a kept one; `file` is told in the same way.
    """

    model_config = ConfigDict(frozen=True)

    batch: int
    was: str
    file: LandedFile | None
