"""The forms of the set-up: every kind of row is stated, tried, changed and taken away as its page lets one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.model.setup import setup_parts
from firstline.model.vocabulary import vocabulary
from firstline.query import moving
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import build_app
from firstline.web.pages import setup
from firstline.web.pages.setup_change import PART
from tests.web.forms import form_of
from tests.web.markup import check_page, get_page, text_of
from tests.web.test_setup import client, filled, send
from tests.web.visitor import Visitor

__all__ = ["client", "filled"]

ROWS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "agent": ({"agent_id": "ann", "team": "tier1"}, {"team": "tier2"}),
    "agent_alias": ({"alias_source": "phonenow", "alias": "x104", "agent_id": "ann"}, {"agent_id": "bob"}),
    "team": ({"team": "tier1", "tier": "1"}, {"tier": "2"}),
    "queue": ({"queue_id": "support", "team": "tier1"}, {"team": "tier2"}),
    "business_calendar": (
        {"calendar_id": "support-hours", "weekday": "1", "opens": "08:00", "closes": "17:00", "tz": "America/Denver"},
        {"closes": "18:00"},
    ),
    "sla_policy": ({"policy_id": "high", "clock": "resolution", "target_s": "28800"}, {"target_s": "14400"}),
    "unit_cost": ({"item": "truck_roll", "amount": "140.00", "currency": "USD"}, {"amount": "150.00"}),
    "labour_rate": ({"role": "agent", "hourly_cost": "31.50", "currency": "USD"}, {"hourly_cost": "32.50"}),
    "vendor_contract": (
        {"contract_id": "north", "vendor_id": "bpo", "pays_per": "contact", "unit_price": "0.62", "currency": "USD"},
        {"unit_price": "0.70"},
    ),
    "exclusion": (
        {"exclusion_id": "X-1", "reason": "tests", "entity": "contact", "phone": "+1 303 555 0142", "email": "a@b.org"},
        {"reason": "office"},
    ),
    "source_end": ({"ended_source": "olddesk", "ended_at": "2026-02-15"}, {"ended_at": "2026-02-16"}),
    "code_meaning": (
        {"code_source": "desk", "field": "ticket.reason_code", "value": "WIFI", "meaning": "wifi.coverage.room"},
        {"meaning": "connectivity.slow.evening"},
    ),
}
"""By entity: a row as the form states it, and what of it is changed afterwards."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """A home without events, in which no figure is compared."""
    return _visitor(Home.open(tmp_path_factory.mktemp("empty") / "home"))


@pytest.fixture
def fresh(tmp_path: Path) -> Visitor:
    """One of its own, for a test that leaves rows behind."""
    return _visitor(Home.open(tmp_path / "home"))


def test_no_kind_of_row_is_left_out() -> None:
    assert set(ROWS) == {name for part in setup_parts() for name in part.entities}


def test_no_field_has_the_name_by_which_forms_say_what_they_are_about() -> None:
    for part in setup_parts():
        for name in part.entities:
            assert not {PART, "do"} & set(vocabulary()[name].field_names)


@pytest.mark.parametrize("entity", ROWS)
def test_a_row_is_tried_stated_changed_and_taken_away(
    empty: Visitor, entity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # which figures move is looked at elsewhere, and there are none
    monkeypatch.setattr(moving, "monthly_figures", lambda *asked: {})
    row, change = ROWS[entity]
    tried = send(empty, entity, do="try", **row)
    assert text_of(tried.one("h1")) == "This would be stated"
    saved = empty.post("/setup", data={**form_of(tried, "/setup"), "do": "save"})
    assert saved.status_code == 200, saved.text
    assert _holds(empty, entity, row)
    key = f"?row={quote(_key(empty, entity))}"
    assert text_of(send(empty, entity, row=key, **change).one("h1")) == "1 row stated"
    assert _holds(empty, entity, {**row, **change})
    send(empty, entity, do="take away", row=key)
    assert empty.get(f"/setup/{entity}.json").json()["rows"] == []


def test_an_exclusion_takes_rows_out_and_they_come_back_when_it_is_taken_away(client: Visitor) -> None:
    send(client, "exclusion", exclusion_id="X-1", reason="tests", entity="contact", queue_id="support")
    assert client.get("/setup/exclusion.json").json()["taken_out"] == {"X-1": 80}
    assert _contacts(client) == []
    send(client, "exclusion", do="take away", row=f"?row={quote(_key(client, 'exclusion'))}")
    assert client.get("/setup/exclusion.json").json()["taken_out"] == {}
    assert _contacts(client) == [40, 40]


def _visitor(home: Home) -> Visitor:
    bring_up_to_date(home)
    return Visitor(build_app(OpenOffice(Desk([], home_path=home.path, served=home), home)))


def _contacts(client: Visitor) -> list[int]:
    records = client.get("/kpi/service_level_a.json?by=month").json()["records"]
    return [record["n"] for record in records if record["n"]]


def _holds(client: Visitor, entity: str, said: dict[str, str]) -> bool:
    """Whether just that row is stated, as its page fills it in again."""
    form = form_of(get_page(client, f"/setup/{entity}?row={quote(_key(client, entity))}"), "/setup")
    return {name: _plain(form[name]) for name in said} == {name: _plain(text) for name, text in said.items()}


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _key(client: Visitor, entity: str) -> str:
    """The key of the one row, from the address that its page gives to change it."""
    links = [each.get("href") or "" for each in get_page(client, f"/setup/{entity}").all("a")]
    (link,) = [each for each in links if "?row=" in each]
    return unquote(link.partition("?row=")[2].partition("#")[0])


@pytest.mark.parametrize("do", ["try", "save"])
def test_a_file_of_holidays_is_taken_or_it_is_said_why_not(
    fresh: Visitor, do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "monthly_figures", lambda *asked: {})
    page = get_page(fresh, "/setup/business_calendar")
    assert any(".ics" in (each.get("accept") or "") for each in page.all("input"))
    form = form_of(page, "/setup/import")
    day = "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\n"
    for name, said in (("", "0 rows"), ("X-WR-CALNAME:hours\r\n", "1 rows")):
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{name}{day}END:VCALENDAR\r\n"
        sent = fresh.post("/setup/import", data={**form, "do": do}, files={"file": ("holidays.ics", text)})
        answer = check_page(sent.text)
        assert text_of(answer.one("h1")).startswith(said), sent.text
        assert ("business_calendar.calendar_id is empty" in text_of(answer.one("main"))) == (not name)
        links = [each.get("href") or "" for each in answer.all("a")]
        assert any(each.startswith("/sources/quarantine?batch=") for each in links) == (not name and do == "save")


def test_a_form_offers_what_is_known_where_that_is_not_too_much(
    fresh: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "monthly_figures", lambda *asked: {})
    known = ["support", "sales"]
    form = form_of(get_page(fresh, "/setup/queue"), "/setup")
    for name in known:
        fresh.post("/setup", data={**form, "queue_id": name, "do": "save"})
    lists = get_page(fresh, "/setup/exclusion").all("datalist", id="queue_id-known")
    assert [each.get("value") for each in lists[0].iter("option")] == sorted(known)
    monkeypatch.setattr(setup, "MOST_OFFERED", 1)
    assert not get_page(fresh, "/setup/exclusion").all("datalist", id="queue_id-known")
