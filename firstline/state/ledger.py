"""The ledger: which batches are accepted. Its commit is the moment of acceptance."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import JSON, Engine, String, delete, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from firstline.model.batch import Batch, as_erased


class Base(DeclarativeBase):
    """The tables of the store."""


class BatchRow(Base):
    """One accepted batch; `record` is the whole `Batch` as JSON."""

    __tablename__ = "batch"

    number: Mapped[int] = mapped_column(primary_key=True)
    accepted_at: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)
    record: Mapped[dict[str, object]] = mapped_column(JSON)


class Ledger:
    """Accepted batches in number order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self) -> list[Batch]:
        """All accepted batches, oldest first, with the files that later erasures have left them."""
        with self._engine.connect() as connection:
            found = connection.execute(select(BatchRow.record).order_by(BatchRow.number)).scalars()
            return as_erased(Batch.model_validate(record) for record in found)

    def last_number(self) -> int:
        """The highest accepted batch number; 0 before the first."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(BatchRow.number))).scalar() or 0

    def accept(self, batch: Batch) -> None:
        """Accept a batch: one durable commit for all its entities together."""
        with self._engine.begin() as connection:
            connection.execute(insert(BatchRow).values(_values(batch)))

    def replace_all(self, batches: Iterable[Batch]) -> None:
        """Put these batches in place of what is there (used when the ledger was lost)."""
        with self._engine.begin() as connection:
            connection.execute(delete(BatchRow))
            for batch in batches:
                connection.execute(insert(BatchRow).values(_values(batch)))

    def reword(self, batches: Iterable[Batch]) -> None:
        """Put the records of these batches in place of their earlier ones, of which no byte is left in the file."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for batch in batches:
                connection.execute(update(BatchRow).where(BatchRow.number == batch.number).values(_values(batch)))
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()


def _values(batch: Batch) -> dict[str, object]:
    return {
        "number": batch.number,
        "accepted_at": batch.accepted_at.isoformat(),
        "source": batch.source,
        "record": batch.model_dump(mode="json"),
    }
