"""Forms as they are received: files go piece by piece into the home's scratch folder, and no more than the limit."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from firstline.web.office import Office
from firstline.web.security import RefusedError

MOST_FILES = 200
MOST_FIELDS = 20_000
LONGEST_LABEL = 120
MB = 1_000_000


@asynccontextmanager
async def received(request: Request, office: Office) -> AsyncIterator[FormData]:
    """The form of a request, its files on disk until the block ends.

    Raises RefusedError (413) for one that is larger than the limit, before or as soon as that is known.
    """
    limit_mb = office.settings.upload_limit_mb
    if int(request.headers.get("content-length") or 0) > limit_mb * MB:
        raise too_large(limit_mb)
    with office.spool() as folder:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            parser = _ToDisk(request.headers, _limited(request, limit_mb), folder)
            try:
                form = await parser.parse()
            except MultiPartException as error:
                raise HTTPException(400, error.message) from None
        else:
            form = await request.form(max_fields=MOST_FIELDS)
        try:
            yield form
        finally:
            await form.close()


def path_of(upload: UploadFile) -> Path:
    """Where a received file lies: under a name of ours, whatever it is called."""
    return Path(str(upload.file.name))


def label_of(upload: UploadFile) -> str:
    """What a received file is called, for people to read: never a path."""
    last = re.split(r"[/\\]", upload.filename or "")[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    return plain[-LONGEST_LABEL:] or "file"


def too_large(limit_mb: int) -> RefusedError:
    """The answer to a request that is larger than the limit."""
    return RefusedError(
        413,
        "file_too_large",
        f"Up to {limit_mb:,} MB are taken from the browser at once; this is more.",
        "Send the files one by one, set upload_limit_mb in firstline.toml, or import on the command line: "
        "firstline import PATH",
    )


async def _limited(request: Request, limit_mb: int) -> AsyncGenerator[bytes, None]:
    """The body in pieces; one that does not say how long it is may turn out too long."""
    met = 0
    async for piece in request.stream():
        met += len(piece)
        if met > limit_mb * MB:
            raise too_large(limit_mb)
        yield piece


class _ToDisk(MultiPartParser):
    """Writes every file to a folder of ours: the framework would use the machine's, which may be small or in memory."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], folder: Path) -> None:
        super().__init__(headers, stream, max_files=MOST_FILES, max_fields=MOST_FIELDS)
        self._folder = folder

    def on_headers_finished(self) -> None:
        """A part begins: if it is a file, its content goes to disk."""
        super().on_headers_finished()
        given = self._current_part.file
        if given is not None:
            given.file.close()
            on_disk = (self._folder / str(self._current_files)).open("w+b")
            given.file = on_disk
            # so that what was written is let go of where the rest cannot be read
            self._files_to_close_on_error[-1] = on_disk  # type: ignore[call-overload]
