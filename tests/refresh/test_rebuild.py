"""The landing is the truth: whatever else is lost can be made again from it, with the same figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from firstline.errors import HomeError, MisuseError
from firstline.home import Home
from firstline.landing.folder import columns_of, copy_to_parquet, file_header
from firstline.landing.lift import Lift, lifted_columns
from firstline.model.vocabulary import vocabulary
from firstline.refresh.apply import apply_batch
from firstline.refresh.backup import back_up, restore
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import bring_up_to_date
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.tables import create_tables
from tests.homes import bring, counts, landed_files, moment

TICKETS = "ticket_id,opened_at,type,changed_at\n"


def filled(home: Home) -> Home:
    """Three batches: new rows, a change with a correction, a sighting; one quarantined row; personal data."""
    bring(home, TICKETS + "T1,2026-01-01,trouble,2026-01-02\nT2,2026-01-05,order,2026-01-05\n,2026-01-05,order,\n")
    bring(home, TICKETS + "T1,2026-01-01,billing,2026-01-03\n", at=moment("2026-06-02"))
    bring(home, TICKETS + "T1,2026-01-01,billing,2026-01-09\n", at=moment("2026-06-03"))
    bring(home, "ticket_id,subject,body\nT1,a,b\n", entity="ticket_text", at=moment("2026-06-04"))
    return home


def everything(warehouse: Warehouse) -> dict[str, list[Row]]:
    """Every row of every table but the time at which batches were applied."""
    names = [
        row["name"] for row in warehouse.rows("SELECT table_name AS name FROM duckdb_tables() WHERE NOT temporary")
    ]
    found = {}
    for name in sorted(names):
        columns = "batch, is_live" if name == "applied_batch" else "*"
        found[name] = warehouse.rows(f"SELECT {columns} FROM {name} ORDER BY ALL")
    return found


def test_a_rebuilt_warehouse_is_the_same(home: Home) -> None:
    before = everything(filled(home).warehouse)
    assert rebuild(home) == 4
    assert everything(home.warehouse) == before
    assert home.warehouse.value("SELECT type FROM ticket WHERE ticket_id = 'T1'") == "billing"


def test_a_lost_ledger_is_read_back_from_the_landing(home: Home) -> None:
    before, batches = everything(filled(home).warehouse), home.ledger.batches()
    path = home.path
    home.close()
    for name in ("state.db", "state.db-wal", "state.db-shm", "warehouse.duckdb", "warehouse.duckdb.wal"):
        (path / name).unlink(missing_ok=True)
    again = Home.open(path, for_rebuild=True)
    assert rebuild(again) == 4
    assert everything(again.warehouse) == before
    assert [batch.model_copy(update={"files": ()}) for batch in again.ledger.batches()] == [
        batch.model_copy(update={"files": ()}) for batch in batches
    ]
    again.close()


def test_opening_a_home_whose_ledger_is_lost_throws_nothing_away(home: Home) -> None:
    path, files = filled(home).path, landed_files(home)
    home.close()
    for file in path.glob("state.db*"):
        file.unlink()
    for _attempt in range(2):
        with pytest.raises(HomeError, match="ledger is gone"):
            Home.open(path)
    again = Home.open(path, for_rebuild=True)
    assert landed_files(again) == files
    assert rebuild(again) == 4
    again.close()


def test_a_ledger_that_lost_its_tail_is_noticed_and_read_back(home: Home) -> None:
    before = everything(filled(home).warehouse)
    home.ledger.replace_all(home.ledger.batches()[:2])
    with pytest.raises(HomeError, match="ledger is gone"):
        bring_up_to_date(home)
    assert rebuild(home) == 4
    assert everything(home.warehouse) == before


def test_a_damaged_landing_file_is_named_and_nothing_is_deleted(home: Home) -> None:
    before = everything(filled(home).warehouse)
    victim = home.path / "landing/ticket/00000002.parquet"
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    with pytest.raises(HomeError, match=r"ticket/00000002\.parquet"):
        rebuild(home)
    assert everything(home.warehouse) == before


def test_a_warehouse_of_another_version_is_made_again_by_itself(home: Home) -> None:
    before = everything(filled(home).warehouse)
    path = home.path
    home.warehouse.execute("ALTER TABLE ticket DROP COLUMN channel")
    home.warehouse.execute("UPDATE warehouse_shape SET fingerprint = 'older'")
    home.close()
    again = Home.open(path)
    bring_up_to_date(again)
    assert everything(again.warehouse) == before
    again.close()


def test_every_landed_file_says_what_it_is(home: Home) -> None:
    filled(home)
    for path in landed_files(home):
        header = file_header(home.warehouse, path)
        assert header["batch"] == int(path.stem)
        assert header["accepted_at"].startswith("2026-06-0")
        if header["kind"] != "batch":
            assert header["model_version"] == 1
            assert len(header["content_hash"]) == 32


def test_files_of_an_older_model_are_read_in_todays_shape(home: Home, tmp_path: Path) -> None:
    """A column added, one renamed, one retyped since the file was landed."""
    filled(home)
    batch = home.ledger.batches()[0]
    path = home.landing.folder / "ticket/00000001.parquet"
    old = tmp_path / "old.parquet"
    # as an older version would have written it: no `channel`, `kind` for today's `type`, test flag as text
    copy_to_parquet(
        home.warehouse,
        f"SELECT * EXCLUDE (channel, type, is_test) REPLACE ('T-' || ticket_id AS ticket_id), type AS kind, "
        f"'yes' AS test FROM read_parquet('{path}')",
        old,
        {**file_header(home.warehouse, path), "model_version": 0},
    )
    shutil.copy(old, path)
    lifts = (
        Lift(before=0, entity="ticket", field="type", was="kind"),
        Lift(before=0, entity="ticket", field="is_test", value="test = 'yes'"),
    )
    warehouse = Warehouse.open()
    create_tables(warehouse)
    apply_batch(warehouse, home.landing.folder, batch, lifts)
    rows = warehouse.rows("SELECT ticket_id, type, is_test, channel FROM ticket ORDER BY ticket_id")
    assert rows == [
        {"ticket_id": "T-T1", "type": "trouble", "is_test": True, "channel": None},
        {"ticket_id": "T-T2", "type": "order", "is_test": True, "channel": None},
    ]


def test_lifts_chain_over_several_versions() -> None:
    lifts = (Lift(1, "ticket", "b", was="a"), Lift(2, "ticket", "c", was="b"))
    assert lifted_columns("ticket", [("c", "VARCHAR")], ["a"], 1, lifts) == ['TRY_CAST("a" AS VARCHAR) AS "c"']
    assert lifted_columns("ticket", [("c", "VARCHAR")], ["b"], 2, lifts) == ['TRY_CAST("b" AS VARCHAR) AS "c"']
    assert lifted_columns("ticket", [("c", "VARCHAR")], ["c"], 3, lifts) == ['TRY_CAST("c" AS VARCHAR) AS "c"']


def test_no_landed_column_is_missing_from_the_vocabulary(home: Home) -> None:
    filled(home)
    own = {field.name for field in vocabulary()["ticket"].analytic_fields}
    found = set(columns_of(home.warehouse, home.path / "landing/ticket/00000001.parquet"))
    assert own < found


def test_a_backup_made_while_open_restores_every_figure(home: Home, tmp_path: Path) -> None:
    before = everything(filled(home).warehouse)
    (home.path / "firstline.toml").write_text('currency = "EUR"\n')
    archive = tmp_path / "b.tar.gz"
    assert back_up(home, archive) == 4
    with pytest.raises(MisuseError, match="exists"):
        back_up(home, archive)
    target = tmp_path / "elsewhere"
    assert restore(archive, target) == 4
    again = Home.open(target)
    assert everything(again.warehouse) == before
    assert again.settings.currency == "EUR"
    assert counts(bring(again, TICKETS + "T2,2026-01-05,order,2026-01-05\n")) == (1, 0, 1, 0)
    again.close()
    with pytest.raises(MisuseError, match="already"):
        restore(archive, target)


def test_something_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "x.tar.gz"
    wrong.write_text("no")
    with pytest.raises(HomeError, match="not a readable backup"):
        restore(wrong, tmp_path / "h")
