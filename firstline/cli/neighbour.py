"""The server that has a home open: found by its note in the home, spoken to over loopback with its token.

The engine lets one process open a warehouse. While `serve` runs, every other command hands its work to it: it sends
the command's words and the files' bytes, never paths that the server would open for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from firstline.durable import write_durably
from firstline.errors import FirstlineError, HomeError
from firstline.intake.mending import RetryRequest
from firstline.intake.request import ImportRequest

NOTE = "serving.json"
PATIENCE = httpx.Timeout(5.0, read=None)
"""What is handed over may wait for its turn, and take as long as it takes."""
PROMPTLY = 10.0
"""Seconds in which a server says that it is there, however busy it is."""


@dataclass(frozen=True)
class Answer:
    """What a handed-over command printed, and its exit code."""

    code: int
    out: str
    err: str


class Neighbour:
    """A client of the running server; `work` is what it was busy with when it was asked, None for nothing."""

    work: str | None = None

    def __init__(self, port: int, token: str) -> None:
        self._address = f"http://127.0.0.1:{port}/handover"
        # one connection per question, closed after it; a proxy of the environment is no way to loopback
        self._options: dict[str, Any] = {
            "headers": {"X-Firstline-Token": token},
            "timeout": PATIENCE,
            "trust_env": False,
        }

    def is_alive(self) -> bool:
        """True if the server that wrote the note answers to its token; then it has said what it is busy with."""
        try:
            answer = httpx.get(f"{self._address}/ping", **self._options | {"timeout": PROMPTLY})
        except httpx.HTTPError:
            return False
        if answer.status_code != 200:
            return False
        self.work = answer.json()["work"]
        return True

    def run(self, argv: list[str]) -> Answer:
        """Let the server run a command of this command line."""
        found = self._post("run", json={"argv": argv}).json()
        return Answer(found["code"], found["out"], found["err"])

    def import_file(
        self, request: ImportRequest, dry_run: bool, is_compared: bool = False, is_followed: bool = False
    ) -> dict[str, Any]:
        """Let the server import a file; its bytes are sent. Returns the import record and its exit code.

        Where figures are to be compared, the record has the ones that moved, too. After a file that is followed by
        others of the same command the figures are not published yet.
        """
        asked = {
            "name": request.name,
            "entity": request.entity,
            "mapping_text": request.mapping_text,
            "mapping_name": request.mapping_name,
            "sheet": request.sheet,
            "member": request.member,
            "exported_at": _text(request.exported_at),
            "complete_until": _text(request.complete_until),
            "dry_run": dry_run,
            "is_compared": is_compared,
            "is_followed": is_followed,
        }
        return self._send("import", request.path, asked)

    def retry_file(self, request: RetryRequest, dry_run: bool, is_followed: bool = False) -> dict[str, Any]:
        """Let the server bring a mended export back, as `import_file`. Returns the record and its exit code."""
        asked = {
            "name": request.name,
            "mapping_text": request.mapping_text,
            "mapping_name": request.mapping_name,
            "dry_run": dry_run,
            "is_followed": is_followed,
        }
        return self._send("retry", request.path, asked)

    def _send(self, path: str, file: Path, asked: dict[str, Any]) -> dict[str, Any]:
        with file.open("rb") as stream:
            answer = self._post(path, data={"request": json.dumps(asked)}, files={"file": stream})
        found: dict[str, Any] = answer.json()
        return found

    def back_up(self, target: Path) -> None:
        """Let the server make a backup and write what it sends to `target`."""
        with _named_errors(), httpx.stream("POST", f"{self._address}/backup", **self._options) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _as_error(answer)
            write_durably(target, lambda unfinished: _save(answer, unfinished))

    def _post(self, path: str, **content: Any) -> httpx.Response:
        with _named_errors():
            answer = httpx.post(f"{self._address}/{path}", **content, **self._options)
        if answer.status_code != 200:
            raise _as_error(answer)
        return answer


def find_neighbour(home: Path) -> Neighbour | None:
    """The running server of a home, or None where there is none, or none that answers."""
    note = home / NOTE
    try:
        stated = json.loads(note.read_text("utf-8"))
        neighbour = Neighbour(int(stated["port"]), str(stated["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return neighbour if neighbour.is_alive() else None


def forget_note(home: Path) -> None:
    """Remove the note that a dead server left; only who has the home open knows that it is dead, not slow."""
    (home / NOTE).unlink(missing_ok=True)


def leave_note(home: Path, port: int, token: str) -> Path:
    """Write the note that lets other commands find this server; only its owner can read it, and never half of it."""
    note = home / NOTE
    unfinished = note.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"port": port, "token": token, "pid": os.getpid()}, stream)
    unfinished.replace(note)
    return note


def _save(answer: httpx.Response, path: Path) -> None:
    with path.open("wb") as stream:
        for piece in answer.iter_bytes():
            stream.write(piece)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        problem = f"The running server did not answer to the end: {str(error).rstrip('.') or type(error).__name__}."
        raise HomeError("server_gone", problem, "Run it again: what was accepted is kept and counts once.") from None


def _as_error(answer: httpx.Response) -> FirstlineError:
    try:
        told = answer.json()["error"]
        return HomeError(told["code"], told["message"], told["hint"])
    except (ValueError, KeyError, TypeError):
        return HomeError("server_failed", f"The running server answered {answer.status_code}.", "See its terminal.")


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
