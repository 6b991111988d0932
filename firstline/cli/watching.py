"""While the cockpit is served: files that arrive in the inbox are imported, and what was kept for its time goes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from firstline.cli.desk import Desk
from firstline.full_disk import DiskFullError, naming_full_disk
from firstline.home import INBOX, Home
from firstline.intake.waiting import drop_expired
from firstline.refresh.inbox import arrivals, take_in
from firstline.refresh.retention import let_go_while_serving

EVERY_S = 2.0
"""How often the inbox is looked into."""
DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


@contextmanager
def watching(desk: Desk, home: Home) -> Iterator[None]:
    """Look into the inbox from time to time and at the clock once a day, in a thread, for as long as the block runs."""
    (desk.home_path / INBOX).mkdir(exist_ok=True)
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(desk, home, ended), name="inbox", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        # an import that has begun is let finish
        watcher.join()


def _watch(desk: Desk, home: Home, ended: threading.Event) -> None:
    tidied_at, is_full = None, False
    while not ended.wait(EVERY_S):
        try:
            with naming_full_disk(desk.home_path):
                _look(desk, home, ended)
            if tidied_at is None or desk.now() >= tidied_at + DAY:
                tidied_at = desk.now()
                tidy(desk, home)
            is_full = False
        except DiskFullError as full:
            # told once; the files stay where they are until there is room
            if not is_full:
                desk.tell(f"The inbox waits: {full.message}")
            is_full = True
        except Exception:
            # whatever is wrong with one look, the next one may be better: a folder being renamed
            _log.exception("The inbox could not be worked off")


def tidy(desk: Desk, home: Home) -> None:
    """Let go of what was kept for its time."""
    with desk.turn.taken("what was kept for its time", desk.now(), is_aside=True):
        gone = let_go_while_serving(home, desk.now())
    if gone is not None:
        desk.tell("What was kept for its time is gone: see [retention] in firstline.toml.")


def _look(desk: Desk, home: Home, ended: threading.Event) -> None:
    drop_expired(desk.home_path, desk.now())
    for arrival in arrivals(desk.home_path, desk.now().timestamp()):
        if ended.is_set():
            return
        what = f"{INBOX}/{arrival.source}/{arrival.path.name}"
        with desk.turn.taken(f"an import of {what}", desk.now(), is_aside=True):
            records = take_in(home, arrival, desk.now())
        for record in records:
            how = record.error["message"] if record.error else f"{record.accepted:,} of {record.read:,} rows accepted"
            desk.tell(f"{what}: {how}")
