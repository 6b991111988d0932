"""Run the cockpit on loopback: no other address, because there is no sign-in yet."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from threading import Thread

import uvicorn
from starlette.routing import Route

from firstline.errors import HomeError, MisuseError
from firstline.web.app import build_app
from firstline.web.assets import chart_bundle
from firstline.web.office import Office
from firstline.web.security import is_loopback

PORTS_TRIED = 20


def serve(
    office: Office,
    host: str,
    port: int,
    listening: Callable[[str, int], None],
    extra_routes: Sequence[Route] = (),
) -> None:
    """Serve until interrupted; `listening` is told the address and the port once the socket is open.

    An occupied port takes the next free one. Raises MisuseError for an address that is not loopback and
    HomeError when no port is free.
    """
    opened = open_socket(host, port)
    name = f"[{host}]" if ":" in host else host
    at_port: int = opened.getsockname()[1]
    listening(f"http://{name}:{at_port}/", at_port)
    Thread(target=chart_bundle, daemon=True).start()  # so that the first chart does not wait for it
    settings = uvicorn.Config(build_app(office, extra_routes), log_level="warning", ws="none", server_header=False)
    uvicorn.Server(settings).run(sockets=[opened])


def open_socket(host: str, port: int, tried: int = PORTS_TRIED) -> socket.socket:
    """A listening socket on a loopback address, at this port or the next free one of those `tried`."""
    if not is_loopback(host):
        raise MisuseError(
            "not_loopback",
            f"--host {host!r} would open the cockpit to the network, and it has no sign-in yet.",
            "Use 127.0.0.1, ::1 or localhost; reach it from elsewhere through an SSH tunnel to the same port.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + tried):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, candidate))
        except OSError as error:
            opened.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            continue
        opened.listen(128)
        return opened
    raise HomeError(
        "no_free_port",
        f"No port from {port} to {port + tried - 1} is free on {host}.",
        "Name another one with --port.",
    )
