"""What other commands ask of the running server: they cannot open the warehouse while it has it open.

Only a caller that knows the token of this server's note in the home (readable by its owner alone) is answered.
"""

from __future__ import annotations

import hmac
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from firstline.errors import FirstlineError
from firstline.full_disk import naming_full_disk

HEADER = "x-firstline-token"
MAX_FILE_BYTES = 20 * 1024**3


TakeFile = Callable[[Path, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Handover:
    """The work that is done for other commands of this home; each function may take long and is run in a thread.

    `work` says what is being done (None for nothing), so that a caller can say what it waits for; `run` takes a
    command's words and gives {code, out, err}; `import_file` and `retry_file` a file and what was asked, and give the
    record of it; `back_up` writes an archive. In `scratch` lie the files that came until they are worked off; it is
    cleared when the home is opened.
    """

    token: str
    scratch: Path
    work: Callable[[], str | None]
    run: Callable[[list[str]], dict[str, Any]]
    import_file: TakeFile
    retry_file: TakeFile
    back_up: Callable[[Path], int]


def handover_routes(work: Handover) -> list[Route]:
    """The routes of the hand-over."""

    async def ping(_request: Request) -> Response:
        return JSONResponse({"work": work.work()})

    async def run(request: Request) -> Response:
        argv = [str(word) for word in (await request.json())["argv"]]
        return JSONResponse(await run_in_threadpool(work.run, argv))

    async def back_up(_request: Request) -> Response:
        folder = tempfile.TemporaryDirectory(dir=work.scratch)
        target = Path(folder.name) / "backup.tar.gz"
        await run_in_threadpool(work.back_up, target)
        return FileResponse(target, background=BackgroundTask(folder.cleanup))

    offered = (
        ("ping", ping, "GET"),
        ("run", run, "POST"),
        ("import", _taking(work.import_file, work.scratch), "POST"),
        ("retry", _taking(work.retry_file, work.scratch), "POST"),
        ("backup", back_up, "POST"),
    )
    return [Route(f"/handover/{name}", _for_token(work, answer), methods=[method]) for name, answer, method in offered]


def _for_token(work: Handover, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def guarded(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, ""), work.token):
            return JSONResponse({"error": {"code": "foreign_token", "message": "Not for you.", "hint": ""}}, 403)
        try:
            with naming_full_disk(work.scratch):
                response: Response = await answer(request)
        except FirstlineError as error:
            return JSONResponse({"error": error.as_dict()}, 409)
        return response

    return guarded


def _taking(work: TakeFile, scratch: Path) -> Callable[[Request], Any]:
    async def take(request: Request) -> Response:
        async with request.form(max_part_size=MAX_FILE_BYTES) as form:
            upload, asked = form["file"], json.loads(str(form["request"]))
            assert isinstance(upload, UploadFile)
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                path = Path(folder) / (Path(asked["name"]).name or "file")
                await run_in_threadpool(_save, upload, path)
                return JSONResponse(await run_in_threadpool(work, path, asked))

    return take


def _save(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as stream:
        while piece := upload.file.read(1 << 20):
            stream.write(piece)
