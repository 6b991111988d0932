"""The server's socket: loopback only, and an occupied port is no obstacle."""

from __future__ import annotations

import pytest

from firstline.errors import HomeError, MisuseError
from firstline.web.serve import open_socket


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.com"])
def test_any_other_address_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(MisuseError, match="no sign-in yet") as caught:
        open_socket(host, 8000)
    assert caught.value.exit_code == 2


def test_an_occupied_port_takes_the_next_one() -> None:
    first = open_socket("127.0.0.1", 0)
    port = first.getsockname()[1]
    with first, open_socket("127.0.0.1", port) as second:
        assert port < second.getsockname()[1] < port + 20


def test_no_free_port_at_all_is_said() -> None:
    with open_socket("127.0.0.1", 0) as taken, pytest.raises(HomeError, match="--port"):
        open_socket("127.0.0.1", taken.getsockname()[1], tried=1)
