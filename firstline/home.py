"""A home: the folder that holds one provider's landing, ledger, warehouse and settings."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import DatabaseError

from sqlalchemy import Engine

from firstline.durable import make_folder
from firstline.errors import HomeError
from firstline.full_disk import DiskFullError, is_full_disk
from firstline.landing.files import BATCH
from firstline.landing.folder import Landing
from firstline.landing.retained import check_retained
from firstline.settings import FILE_NAME as SETTINGS_FILE
from firstline.settings import Settings, read_settings
from firstline.state.claim import Claim
from firstline.state.generation import check_generation, mark_generation
from firstline.state.ledger import Ledger
from firstline.state.publications import Publications
from firstline.state.store import FILE_NAME as STORE_FILE
from firstline.state.store import open_store
from firstline.warehouse.engine import IN_USE, Warehouse
from firstline.warehouse.tables import create_tables, is_outdated

WAREHOUSE_FILE = "warehouse.duckdb"
WAREHOUSE_FILES = (f"{WAREHOUSE_FILE}.wal", WAREHOUSE_FILE)
"""In the order in which they are deleted: a log that outlives its file would be taken for the next one's."""
RESTORING = "restoring"
"""While this folder is in a home, the home is what a restore had made of it when it was cut off."""
AS_OF = "as-of"
"""The folder of past states that were asked for."""
WAITING = "waiting"
"""The folder of files that wait for their mapping."""
INBOX = "inbox"
INBOX_DONE = "done"
"""The folder of files that systems drop off, and in each source's the one of those that were imported."""


class Home:
    """The opened stores of a home. The landing and the ledger are the truth; the warehouse can be rebuilt.

    `publications` remembers what was told; no figure is computed from it.
    """

    def __init__(self, path: Path, settings: Settings, store: Engine, warehouse: Warehouse, claim: Claim) -> None:
        self.path, self.settings, self.warehouse, self._claim = path, settings, warehouse, claim
        self.ledger, self.publications = Ledger(store), Publications(store)
        self.landing = Landing(path / "landing")
        self._reader: Warehouse | None = None

    @classmethod
    def open(cls, path: Path, for_rebuild: bool = False, command: str = "firstline") -> Home:
        """Open a home, making it on first use; others that want to open it are told that `command` has it.

        Raises HomeError when a newer version made it (nothing is written then), it cannot be written, another process
        has it open, or its ledger is gone (only a rebuild may go on from there); MisuseError when its settings are
        wrong.
        """
        check_generation(path)
        settings = read_settings(path)
        check_retained(settings.retention, str(path / SETTINGS_FILE))
        try:
            make_folder(path / "scratch")
            claim = Claim(path, command)
        except OSError as error:
            if is_full_disk(error):
                raise DiskFullError(path) from None
            reason = error.strerror or str(error)
            hint = "Name another folder with --home or FIRSTLINE_HOME."
            raise HomeError("home_unusable", f"The home {path} cannot be used: {reason}.", hint) from None
        try:
            return cls._opened(path, settings, for_rebuild, claim)
        except BaseException:
            claim.release()
            raise

    @classmethod
    def _opened(cls, path: Path, settings: Settings, for_rebuild: bool, claim: Claim) -> Home:
        """The rest of `open`, by whoever holds the home."""
        if (path / RESTORING).exists():
            hint = "Give that command again, or remove the folder and restore into an empty one."
            raise HomeError("half_restored", f"A 'firstline restore' into {path} was cut off.", hint)
        if not for_rebuild and not (path / STORE_FILE).exists() and (path / "landing" / BATCH).exists():
            raise ledger_lost(path)
        warehouse = _open_warehouse(path, for_rebuild)
        try:
            home = cls(path, settings, open_store(path), warehouse, claim)
            mark_generation(path)
            return home
        except DatabaseError as error:
            warehouse.close()
            if is_full_disk(error):
                raise DiskFullError(path) from None
            hint = f"Move {STORE_FILE} away and run 'firstline rebuild': it reads the ledger back from the landing."
            problem = f"The ledger {path / STORE_FILE} cannot be read: {str(error).splitlines()[0]}."
            raise HomeError("ledger_damaged", problem, hint) from None

    @property
    def reader(self) -> Warehouse:
        """A connection for those who read while something is written on that of the home."""
        if self._reader is None:
            self._reader = self.warehouse.cursor()
        return self._reader

    def close(self) -> None:
        """Release every file."""
        self._close_warehouse()
        self.ledger.close()
        self._claim.release()

    def forget_warehouse(self) -> None:
        """Delete the warehouse and open an empty one in its place (before a rebuild). Nobody may be reading it."""
        self._close_warehouse()
        for name in WAREHOUSE_FILES:
            (self.path / name).unlink(missing_ok=True)
        self.warehouse = Warehouse.open(self.path / WAREHOUSE_FILE, temp_folder=self.path / "scratch")
        create_tables(self.warehouse)

    def _close_warehouse(self) -> None:
        # the engine keeps a file open, and would open the deleted one again, until its last connection is closed
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self.warehouse.close()


def _open_warehouse(path: Path, for_rebuild: bool) -> Warehouse:
    """Open the warehouse of a home with its tables; before a rebuild a broken one is thrown away."""
    try:
        warehouse = Warehouse.open(path / WAREHOUSE_FILE, temp_folder=path / "scratch")
    except HomeError as error:
        if not for_rebuild or error.code == IN_USE:
            raise
        for name in WAREHOUSE_FILES:
            (path / name).unlink(missing_ok=True)
        warehouse = Warehouse.open(path / WAREHOUSE_FILE, temp_folder=path / "scratch")
    if is_outdated(warehouse):
        # made by another version: the landing holds all of it, and bringing the home up to date applies it again
        warehouse.close()
        for name in WAREHOUSE_FILES:
            (path / name).unlink(missing_ok=True)
        warehouse = Warehouse.open(path / WAREHOUSE_FILE, temp_folder=path / "scratch")
    create_tables(warehouse)
    return warehouse


def ledger_lost(path: Path) -> HomeError:
    """The error of a home whose landing holds batches that no ledger lists."""
    hint = "Run 'firstline rebuild': it reads the ledger back from the landing."
    return HomeError("ledger_lost", f"The home {path} holds batches, but its ledger is gone.", hint)
