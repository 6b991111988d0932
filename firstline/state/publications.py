"""The record of published figures: rows are added and never changed. No figure is computed from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Engine, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from firstline.model.publication import WHOLE_PROVIDER, Mark, Published, Restatement, Series
from firstline.state.ledger import Base

Told = tuple[float | None, int | None]
"""The value of a figure and its sample; null where it had none."""


class PublishedRow(Base):
    """A figure as it was published first; `record` is the whole `Published` as JSON."""

    __tablename__ = "published_figure"

    kpi: Mapped[str] = mapped_column(String, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String, primary_key=True)
    month: Mapped[str] = mapped_column(String, primary_key=True)
    batch: Mapped[int] = mapped_column()
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class RestatementRow(Base):
    """A published figure that became another one; `record` is the whole `Restatement` as JSON."""

    __tablename__ = "restatement"

    number: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column()
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class MarkRow(Base):
    """How far the record goes: one row."""

    __tablename__ = "publication_mark"

    number: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class Publications:
    """Published figures and restatements, in the order in which they were recorded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def published(self, upto: int | None = None) -> list[Published]:
        """The figures as they were first published, those of batches up to a number (None: all)."""
        asked = select(PublishedRow.record).order_by(PublishedRow.batch, PublishedRow.kpi, PublishedRow.month)
        with self._engine.connect() as connection:
            found = connection.execute(asked if upto is None else asked.where(PublishedRow.batch <= upto)).scalars()
            return [Published.model_validate(record) for record in found]

    def restatements(self, upto: int | None = None) -> list[Restatement]:
        """What became of them, oldest first, as noticed with batches up to a number (None: all)."""
        asked = select(RestatementRow.record).order_by(RestatementRow.number)
        with self._engine.connect() as connection:
            found = connection.execute(asked if upto is None else asked.where(RestatementRow.batch <= upto)).scalars()
            return [Restatement.model_validate(record) for record in found]

    def counts(self) -> tuple[int, int]:
        """How many restatements there are, and how many figures that were published for a contract."""
        frozen = select(func.count()).select_from(PublishedRow).where(PublishedRow.scope != WHOLE_PROVIDER)
        with self._engine.connect() as connection:
            restated = connection.execute(select(func.count()).select_from(RestatementRow)).scalar() or 0
            return restated, connection.execute(frozen).scalar() or 0

    def mark(self) -> Mark | None:
        """How far the record goes; None where nothing was ever published."""
        with self._engine.connect() as connection:
            record = connection.execute(select(MarkRow.record)).scalar()
            return Mark.model_validate(record) if record else None

    def add(self, published: Iterable[Published], restatements: Iterable[Restatement], mark: Mark) -> None:
        """Add to the record: one durable commit, after which it goes as far as `mark` says."""
        with self._engine.begin() as connection:
            _insert(connection, published, restatements)
            connection.execute(delete(MarkRow))
            connection.execute(insert(MarkRow).values(number=1, record=mark.model_dump(mode="json")))

    def replace_all(self, published: Iterable[Published], restatements: Iterable[Restatement]) -> None:
        """Put these in place of what is there (in a copy of a home as it was)."""
        with self._engine.begin() as connection:
            for table in (PublishedRow, RestatementRow, MarkRow):
                connection.execute(delete(table))
            _insert(connection, published, restatements)


def current(published: Sequence[Published], restatements: Sequence[Restatement]) -> dict[Series, Told]:
    """What each series was last told to be."""
    found: dict[Series, Told] = {each.series: (each.value, each.n) for each in published}
    return found | {each.series: (each.new, each.n_new) for each in restatements}


def _insert(connection: Connection, published: Iterable[Published], restatements: Iterable[Restatement]) -> None:
    figures: list[dict[str, Any]] = [
        {**each.series.model_dump(mode="json"), "batch": each.batch, "record": each.model_dump(mode="json")}
        for each in published
    ]
    changes: list[dict[str, Any]] = [
        {"batch": each.batch, "record": each.model_dump(mode="json")} for each in restatements
    ]
    if figures:
        connection.execute(insert(PublishedRow), figures)
    if changes:
        connection.execute(insert(RestatementRow), changes)
