"""The small office and a browser for it, built once: pages only read."""

from __future__ import annotations

import pytest

from tests.web.small_office import SmallOffice, client_of, small_office
from tests.web.visitor import Visitor


@pytest.fixture(scope="session")
def office() -> SmallOffice:
    """The small provider."""
    return small_office()


@pytest.fixture
def client(office: SmallOffice) -> Visitor:
    """A browser without cookies."""
    return client_of(office)
