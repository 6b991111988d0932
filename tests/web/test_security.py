"""Who may talk to the cockpit: own pages only, with a strict policy on every answer."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from firstline.web.app import CHANGES, IMPORT_PATH, RETRY_PATH, build_app
from firstline.web.security import CONTENT_SECURITY_POLICY, COOKIE, FIELD, is_loopback, is_own_host
from tests.web.markup import get_page
from tests.web.small_office import SmallOffice, client_of
from tests.web.visitor import Visitor

FILE = {"file": ("tickets.csv", b"Id\n1\n", "text/csv")}


@pytest.mark.parametrize("path", ["/", "/overview.json", "/nowhere", "/static/page.css", "/kpi/ticket_volume/rows.csv"])
def test_every_answer_carries_the_policy(client: Visitor, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_allows_nothing_unsafe() -> None:
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000", "127.9.9.9:8000"])
def test_a_loopback_host_with_our_port_is_served(client: Visitor, host: str) -> None:
    assert client.get("/sources", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8000",
        "127.0.0.1:9000",
        "127.0.0.1",
        "localhost.evil.example:8000",
        "10.0.0.5:8000",
        "127.0.0.1:8000@evil",
        "",
    ],
)
def test_a_foreign_host_is_refused(client: Visitor, host: str) -> None:
    answer = client.get("/sources", headers={"host": host})
    assert answer.status_code == 421
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:8000", "http://127.0.0.1:9000", "null"])
@pytest.mark.parametrize("path", ["/", "/overview.json", "/static/page.css"])
def test_a_foreign_origin_is_refused_on_any_request(client: Visitor, path: str, origin: str) -> None:
    assert client.get(path, headers={"origin": origin}).status_code == 403


def test_our_own_origin_is_served(client: Visitor) -> None:
    assert client.get("/sources", headers={"origin": "http://127.0.0.1:8000"}).status_code == 200


def test_a_refused_request_does_nothing(office: SmallOffice) -> None:
    client = client_of(office)
    token = token_of(client)
    client.post(IMPORT_PATH, data={FIELD: token}, files=FILE, headers={"origin": "http://evil.example"})
    assert office.uploads == []


@pytest.mark.parametrize(
    ("host", "port", "own"), [("localhost", 80, True), ("localhost", 8000, False), ("[::1]", 80, True)]
)
def test_a_host_without_a_port_means_80(host: str, port: int, own: bool) -> None:
    assert is_own_host(host, port) is own


@pytest.mark.parametrize("name", ["0.0.0.0", "192.168.1.4", "example.com", "::", ""])
def test_other_addresses_are_not_loopback(name: str) -> None:
    assert not is_loopback(name)


def token_of(client: Visitor) -> str:
    fields = get_page(client, "/sources").all("input", name=FIELD)
    return fields[0].get("value") or ""


def test_a_form_with_its_token_is_taken(office: SmallOffice) -> None:
    client = client_of(office)
    answer = client.post(IMPORT_PATH, data={FIELD: token_of(client)}, files=FILE)
    assert answer.status_code == 200
    assert office.uploads.pop() == ("tickets.csv", b"Id\n1\n", None, None)


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_its_token_is_refused(office: SmallOffice, token: str) -> None:
    client = client_of(office)
    token_of(client)
    assert client.post(IMPORT_PATH, data={FIELD: token}, files=FILE).status_code == 403
    assert office.uploads == []


def test_a_token_without_its_cookie_is_refused(office: SmallOffice) -> None:
    token = token_of(client_of(office))
    assert client_of(office).post(IMPORT_PATH, data={FIELD: token}, files=FILE).status_code == 403
    assert office.uploads == []


def test_a_token_of_another_visitor_is_refused(office: SmallOffice) -> None:
    mine, theirs = client_of(office), client_of(office)
    token_of(mine)
    assert mine.post(IMPORT_PATH, data={FIELD: token_of(theirs)}, files=FILE).status_code == 403


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: Visitor) -> None:
    cookie = client.get("/sources").headers["set-cookie"]
    assert cookie.startswith(COOKIE)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_every_address_that_changes_something_wants_a_token(office: SmallOffice) -> None:
    app, client = build_app(office), client_of(office)
    changing = [
        route.path for route in app.routes if isinstance(route, Route) and (route.methods or set()) - {"GET", "HEAD"}
    ]
    assert changing == [IMPORT_PATH, RETRY_PATH, *(path for path, _change, _template in CHANGES)]
    for path in changing:
        assert client.post(path, files=FILE).status_code == 403
