"""`firstline serve`: the cockpit on loopback, and the home it shows."""

from __future__ import annotations

import io
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from firstline.cli.compared import import_compared
from firstline.cli.desk import Desk, desk_of, no_wait
from firstline.cli.neighbour import leave_note
from firstline.cli.watching import watching
from firstline.full_disk import naming_full_disk
from firstline.home import Home
from firstline.intake.gathering import gather
from firstline.intake.mending import RetryRequest
from firstline.intake.quarantine import QuarantinedRow, ReasonCount, Sought, quarantine_counts, quarantined_rows
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.waiting import SETTLED_BY_A_MAPPING, drop_expired, keep_waiting
from firstline.model.batch import Batch
from firstline.publishing.publish import try_publish
from firstline.refresh.backup import back_up
from firstline.refresh.imports import import_all
from firstline.refresh.retrying import retry_all
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from firstline.web.office import reading


class OpenOffice:
    """A home as the cockpit sees it; work that changes it is done one at a time."""

    def __init__(self, desk: Desk, home: Home) -> None:
        self._desk, self._home = desk, home
        self.step = ""
        drop_expired(home.path, desk.now())

    @property
    def settings(self) -> Settings:
        """The provider's settings."""
        return self._home.settings

    @contextmanager
    def connection(self) -> Iterator[Warehouse]:
        """A connection of the caller's own; it waits while the warehouse is made again."""
        with self._desk.turn.readers.reading():
            cursor = self._home.reader.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def now(self) -> datetime:
        """The instant of asking, aware."""
        return self._desk.now()

    def batches(self) -> Sequence[Batch]:
        """Every accepted batch, newest first."""
        return self._home.ledger.batches()[::-1]

    def quarantine(self, sought: Sought, first: int = 0, most: int | None = None) -> Sequence[QuarantinedRow]:
        """Quarantined rows, newest batch first."""
        folder, batches = self._home.landing.folder, self._home.ledger.batches()
        with reading(self) as warehouse:
            return quarantined_rows(folder, warehouse, batches, sought, first, most)

    def quarantine_counts(self, batch: int | None = None) -> Sequence[ReasonCount]:
        """Quarantined rows by source, entity and reason."""
        folder, batches = self._home.landing.folder, self._home.ledger.batches()
        with reading(self) as warehouse:
            return quarantine_counts(folder, warehouse, batches, batch)

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A folder for files that are being received: in the home, where there is room for data."""
        with tempfile.TemporaryDirectory(dir=self._home.path / "scratch", prefix="upload-") as folder:
            yield Path(folder)

    @property
    def home_path(self) -> Path:
        """The folder of the home."""
        return self._home.path

    def import_upload(self, request: ImportRequest) -> Sequence[Mapping[str, Any]]:
        """Import one file sent from the browser; returns the import records."""
        items = gather(request)
        requests = [item for item in items if isinstance(item, ImportRequest)]
        with self._desk.turn.taken(f"an import of {request.name}", self._desk.now()):
            try:
                imported = iter(import_all(self._home, requests, self._desk.now, progress=self._tell))
            finally:
                self.step = ""
        return [
            self._answered(item, next(imported)) if isinstance(item, ImportRequest) else item.as_json()
            for item in items
        ]

    def _answered(self, request: ImportRequest, record: ImportRecord) -> dict[str, Any]:
        """The record; where only a mapping is missing, the file is kept until it is made."""
        if request.asks_first and record.error and record.error["code"] in SETTLED_BY_A_MAPPING:
            kept = keep_waiting(self._home.path, request, record.error["message"], self._desk.now())
            return {**record.as_json(), "waiting": kept.id}
        return record.as_json()

    def _tell(self, step: str) -> None:
        self.step = step

    def retry_upload(self, path: Path, name: str) -> Mapping[str, Any]:
        """Bring a mended export back that was sent from the browser; returns its record."""
        with self._desk.turn.taken(f"mended rows of {name}", self._desk.now()):
            return retry_all(self._home, [RetryRequest(path, name)], self._desk.now)[0].as_json()

    @contextmanager
    def working(self) -> Iterator[Home]:
        """The home itself, for work that changes it: one piece of work at a time."""
        turn = self._desk.turn.taken("a change made in the cockpit", self._desk.now())
        with naming_full_disk(self._home.path), turn:
            yield self._home


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; there is no sign-in yet.")
@click.option("--port", default=8000, show_default=True, help="An occupied one takes the next and prints it.")
@no_wait
@click.pass_context
def serve_command(context: click.Context, host: str, port: int) -> None:
    """Serve the cockpit on this machine."""
    desk = desk_of(context)
    with desk.own_home("Use that one.") as home:
        serve_home(desk, home, host, port)


def serve_home(desk: Desk, home: Home, host: str, port: int) -> None:
    """Serve an opened home until interrupted; other commands find the server by its note."""
    # the web framework takes a second to load, which no other command should wait for
    from firstline.web.handover import Handover, handover_routes
    from firstline.web.serve import serve

    token = secrets.token_urlsafe(32)
    notes: list[Path] = []

    def listening(address: str, at_port: int) -> None:
        notes.append(leave_note(desk.home_path, at_port, token))
        desk.tell(f"Firstline is at {address}  (Ctrl-C ends it)")

    work = Handover(
        token,
        home.path / "scratch",
        work=lambda: desk.turn.work,
        run=lambda argv: _run(desk, home, argv),
        import_file=lambda path, asked: _import(desk, home, path, asked),
        retry_file=lambda path, asked: _retry(desk, home, path, asked),
        back_up=lambda target: _back_up(desk, home, target),
    )
    try_publish(home, desk.tell)
    desk.turn.afterwards = lambda: try_publish(home, desk.tell)
    try:
        with watching(desk, home):
            serve(OpenOffice(desk, home), host, port, listening, handover_routes(work))
    finally:
        for note in notes:
            note.unlink(missing_ok=True)


def _back_up(desk: Desk, home: Home, target: Path) -> int:
    with desk.turn.readers.reading():
        return back_up(home, target)


def _run(desk: Desk, home: Home, argv: list[str]) -> dict[str, Any]:
    from firstline.cli.main import run

    out, err = io.StringIO(), io.StringIO()
    code = run(Desk(argv, out=out, err=err, home_path=desk.home_path, served=home, turn=desk.turn))
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def _import(desk: Desk, home: Home, path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    request = ImportRequest(
        path=path,
        name=asked["name"],
        entity=asked["entity"],
        mapping_text=asked["mapping_text"],
        mapping_name=asked["mapping_name"],
        sheet=asked["sheet"],
        member=asked["member"],
        exported_at=_moment(asked["exported_at"]),
        complete_until=_moment(asked["complete_until"]),
    )
    with desk.turn.taken(f"'firstline import {request.name}'", desk.now(), is_followed=asked["is_followed"]):
        if asked["is_compared"]:
            records, moved = import_compared(home, request, desk, asked["dry_run"])
            told = {"moved": [each.as_json() for each in moved]}
        else:
            records, told = import_all(home, [request], desk.now, asked["dry_run"]), {}
    return {**records[0].as_json(), "exit_code": records[0].exit_code, **told}


def _retry(desk: Desk, home: Home, path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    request = RetryRequest(path, asked["name"], asked["mapping_text"], asked["mapping_name"])
    doing = f"'firstline quarantine retry {request.name}'"
    with desk.turn.taken(doing, desk.now(), is_followed=asked["is_followed"]):
        record = retry_all(home, [request], desk.now, asked["dry_run"])[0]
    return {**record.as_json(), "exit_code": record.exit_code}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
