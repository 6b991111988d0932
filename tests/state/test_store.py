"""The store of a home: made by migrations, durable on commit, copied whole while others write."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from firstline.model.batch import Batch
from firstline.state.ledger import Base, Ledger
from firstline.state.store import HEAD, MIGRATIONS, copy_store, open_store


def batch(number: int) -> Batch:
    """A batch of nothing."""
    return Batch(
        number=number,
        accepted_at=datetime(2026, 6, 1, tzinfo=UTC),
        source="desk",
        file_name="x.csv",
        file_sha256="0",
        entity="ticket",
        model_version=1,
    )


def test_the_newest_migration_is_the_one_a_home_is_brought_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_store(tmp_path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    engine = open_store(tmp_path)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_a_store_opened_again_keeps_what_was_accepted(tmp_path: Path) -> None:
    ledger = Ledger(open_store(tmp_path))
    assert ledger.last_number() == 0
    ledger.accept(batch(1))
    ledger.close()
    again = Ledger(open_store(tmp_path))
    assert again.batches() == [batch(1)]
    again.close()


def test_a_copy_made_while_the_store_is_open_is_whole(tmp_path: Path) -> None:
    ledger = Ledger(open_store(tmp_path))
    ledger.accept(batch(1))
    (tmp_path / "copy").mkdir()
    copy_store(tmp_path, tmp_path / "copy" / "state.db")
    ledger.accept(batch(2))
    engine = open_store(tmp_path / "copy")
    assert Ledger(engine).last_number() == 1
    assert "batch" in inspect(engine).get_table_names()
    engine.dispose()
    ledger.close()
