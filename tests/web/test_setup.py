"""The set-up in the browser, without scripts: the checklist, stating, changing from a day on, trying, taking away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import build_app
from tests.homes import bring, moment
from tests.web.forms import form_of
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

WAITS = [("C1", "2026-03-02", 15), ("C2", "2026-03-03", 25), ("C3", "2026-04-02", 15), ("C4", "2026-04-03", 25)]
CALLS = "contact_id,channel,direction,entered_at,queue_id,disposition,wait_s\n" + "".join(
    f"{name}-{n},phone,inbound,{day} 09:{n:02d}:00,support,answered,{wait}\n"
    for name, day, wait in WAITS
    for n in range(20)
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home.open(tmp_path_factory.mktemp("filled") / "home")
    bring(home, CALLS, at=moment("2026-05-01"), entity="contact")
    home.close()
    return home.path


@pytest.fixture
def client(filled: Path, tmp_path: Path) -> Visitor:
    shutil.copytree(filled, tmp_path / "home")
    home = Home.open(tmp_path / "home")
    bring_up_to_date(home)
    return Visitor(build_app(OpenOffice(Desk([], home_path=home.path, served=home), home)))


def send(client: Visitor, entity: str, /, do: str = "save", row: str = "", **said: str) -> Document:
    """The answer to the form of an entity, some of it filled in."""
    form = form_of(get_page(client, f"/setup/{entity}{row}"), "/setup")
    answer = client.post("/setup", data={**form, **said, "do": do})
    assert answer.status_code == 200, answer.text
    return check_page(answer.text)


def service_level(client: Visitor) -> list[float]:
    records = client.get("/kpi/service_level_a.json?by=month").json()["records"]
    return [record["value"] for record in records]


def test_the_checklist_says_what_is_set_up_and_what_the_rest_unlocks(client: Visitor) -> None:
    parts = {each["part"]: each for each in client.get("/setup.json").json()["parts"]}
    assert not any(each["is_set_up"] for each in parts.values())
    assert "No KPI is made of hourly rates" in text_of(get_page(client, "/setup").one("main"))
    send(client, "queue", queue_id="support", service_level_s="30")
    after = {each["part"]: each for each in client.get("/setup.json").json()["parts"]}
    assert after["organisation"]["rows"]["queue"] == 1
    assert "1 row" in text_of(get_page(client, "/setup").one("main"))


def test_a_part_of_which_one_thing_is_stated_is_set_up_in_part(client: Visitor) -> None:
    send(client, "agent_alias", alias_source="phonenow", alias="x104", agent_id="ann")
    parts = {each["part"]: each for each in client.get("/setup.json").json()["parts"]}
    assert not parts["organisation"]["is_set_up"]
    assert parts["organisation"]["not_stated"] == ["agent", "team", "queue"]
    told = text_of(get_page(client, "/setup").one("main"))
    assert "Set up in part" in told
    assert "Not stated so far: Agents; Teams; Queues." in told
    send(client, "business_calendar", calendar_id="hours", weekday="1", opens="08:00", closes="17:00")
    parts = {each["part"]: each for each in client.get("/setup.json").json()["parts"]}
    assert parts["opening"]["is_set_up"]


def test_a_change_says_from_when_it_holds_and_which_months_it_moves(client: Visitor) -> None:
    assert service_level(client) == [0.5, 0.5]
    tried = send(client, "queue", do="try", queue_id="support", service_level_s="30", valid_from="2026-04-01")
    assert "Nothing is saved yet." in text_of(tried.one("main"))
    assert "2026-04" in text_of(tried.one("table"))
    assert "2026-03" not in text_of(tried.one("table"))
    assert service_level(client) == [0.5, 0.5]
    saved = client.post("/setup", data={**form_of(tried, "/setup"), "do": "save"})
    assert saved.status_code == 200
    assert service_level(client) == [0.5, 1.0]


def test_a_later_day_begins_a_new_interval_and_the_same_day_mends(client: Visitor) -> None:
    send(client, "queue", queue_id="support", service_level_s="30")
    assert service_level(client) == [1.0, 1.0]
    row = "?row=%5B%22support%22%2C%20null%5D"
    send(client, "queue", row=row, service_level_s="20", valid_from="2026-04-01")
    assert service_level(client) == [1.0, 0.5]
    assert [each["service_level_s"] for each in client.get("/setup/queue.json").json()["rows"]] == [30, 20]
    send(client, "queue", row=row, service_level_s="20")
    assert service_level(client) == [0.5, 0.5]
    assert [each["service_level_s"] for each in client.get("/setup/queue.json").json()["rows"]] == [20, 20]


def test_a_row_is_taken_away_and_it_can_be_undone(client: Visitor) -> None:
    send(client, "queue", queue_id="support", service_level_s="30")
    answer = send(client, "queue", do="take away", row="?row=%5B%22support%22%2C%20null%5D")
    assert service_level(client) == [0.5, 0.5]
    assert "Nothing is stated yet." in text_of(get_page(client, "/setup/queue").one("main"))
    (undo,) = [each.get("href") or "" for each in answer.all("a") if text_of(each) == "Undo it"]
    client.post("/sources/undo", data=form_of(get_page(client, undo), "/sources/undo"))
    assert service_level(client) == [1.0, 1.0]


def test_the_rows_go_out_and_come_in_as_csv(client: Visitor) -> None:
    send(client, "queue", queue_id="support", service_level_s="30", valid_from="2026-04-01")
    exported = client.get("/setup/queue.csv").text
    form = form_of(get_page(client, "/setup/queue"), "/setup/import")
    for text, counts in (
        (exported, "0 rows of queues.csv accepted"),
        ("queue_id,team\nsales,b\n", "1 rows of queues.csv"),
    ):
        answer = client.post("/setup/import", data=form, files={"file": ("queues.csv", text)})
        assert counts in text_of(check_page(answer.text).one("h1")), answer.text
    assert [each["queue_id"] for each in client.get("/setup/queue.json").json()["rows"]] == ["sales", "support"]


def test_a_file_is_tried_first_and_changes_nothing(client: Visitor) -> None:
    form = form_of(get_page(client, "/setup/queue"), "/setup/import")
    files = {"file": ("queues.csv", "queue_id,service_level_s\nsupport,30\n")}
    tried = check_page(client.post("/setup/import", data={**form, "do": "try"}, files=files).text)
    assert text_of(tried.one("h1")) == "1 rows of queues.csv would be accepted, 0 would be quarantined"
    assert "Nothing is saved yet. Send the file again with Import to save it." in text_of(tried.one("main"))
    moving = {text_of(row) for row in tried.all("tr") if "Service level" in text_of(row)}
    assert moving
    assert client.get("/setup/queue.json").json()["rows"] == []
    saved = check_page(client.post("/setup/import", data={**form, "do": "save"}, files=files).text)
    assert text_of(saved.one("h1")) == "1 rows of queues.csv accepted, 0 quarantined"
    assert {text_of(row) for row in saved.all("tr") if "Service level" in text_of(row)} == moving


@pytest.mark.parametrize(
    ("entity", "said", "problem"),
    [
        ("queue", {}, "Queue id is not stated."),
        ("queue", {"queue_id": "a", "service_level_s": "soon"}, "'soon' is not a number"),
        ("queue", {"queue_id": "a", "service_level_s": "1.5"}, "'1.5' is not a whole number"),
        ("queue", {"queue_id": "a", "channel": "fone"}, "Did you mean 'phone'?"),
        ("queue", {"queue_id": "a", "valid_from": "31.12.2026"}, "'31.12.2026' is not a date"),
        ("agent", {"agent_id": "a", "hire_date": "2026-02-30"}, "'2026-02-30' is not a d"),
        ("labour_rate", {"role": "agent", "hourly_cost": "31", "is_loaded": "perhaps"}, "'perhaps' is not yes or no"),
        ("unit_cost", {"item": "truck_roll", "amount": "-500"}, "amount is '-500'; 0 or more is allowed"),
        (
            "business_calendar",
            {"calendar_id": "a", "weekday": "1", "opens": "25:00", "closes": "17:00"},
            "'25:00' is no time of day; 00:00 to 24:00 are",
        ),
    ],
)
def test_what_cannot_be_stated_is_refused_with_the_field_and_what_is_allowed(
    client: Visitor, entity: str, said: dict[str, str], problem: str
) -> None:
    form = form_of(get_page(client, f"/setup/{entity}"), "/setup")
    answer = client.post("/setup", data={**form, **said, "do": "save"})
    assert answer.status_code == 400
    assert problem in text_of(check_page(answer.text).one("main"))
    assert client.get(f"/setup/{entity}.json").json()["rows"] == []


@pytest.mark.parametrize("path", ["/setup/contact", "/setup/queue?row=nonsense", "/setup/queue?row=%5B%22none%22%5D"])
def test_an_address_of_nothing_is_misuse(client: Visitor, path: str) -> None:
    assert client.get(path).status_code == 400
