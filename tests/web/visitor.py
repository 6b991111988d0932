"""A browser on the same machine, without scripts: sends requests straight to the application and keeps cookies."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from starlette.types import ASGIApp

ADDRESS = "http://127.0.0.1:8000"


class Visitor:
    """Requests to an application that believes to listen at ADDRESS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """The answer to a GET; redirections are not followed."""
        return _finished(self._send("GET", path, headers=headers))

    def post(self, path: str, **content: Any) -> httpx.Response:
        """The answer to a POST of a form: `data`, `files` and `headers` as httpx takes them."""
        return _finished(self._send("POST", path, **content))

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=self.cookies) as client:
            answer = await client.request(method, path, **content)
            self.cookies.update(client.cookies)
        return answer


def _finished(work: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """The answer, waited for in a thread of its own: in this one a browser test may keep an event loop running."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
