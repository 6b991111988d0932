"""The page of codes, on a real home and without scripts: listed, mapped many at once, tried first, as a file."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import build_app
from tests.homes import bring, moment
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "id"
opened_at = "opened"
reason_code = "why"
resolution_code = "how"
type = "kind"
"""
SLOW, ODD, KIND = ('code:["desk", "{}", "{}"]'.format(*each) for each in (
    ("ticket.reason_code", "INET_SLOW"), ("ticket.reason_code", "<b>odd</b>"), ("ticket.type", "Störung"),
))  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home.open(tmp_path_factory.mktemp("filled") / "home")
    rows = "".join(f"{n},2026-01-{n + 1:02},{'<b>odd</b>' if n > 11 else 'INET_SLOW'},Störung,RB\n" for n in range(14))
    bring(home, "id,opened,why,kind,how\n" + rows, mapping=MAPPING, at=moment("2026-06-01"))
    home.close()
    return home.path


@pytest.fixture
def visitor(filled: Path, tmp_path: Path) -> Visitor:
    home = Home.open(Path(shutil.copytree(filled, tmp_path / "home")))
    bring_up_to_date(home)
    return Visitor(build_app(OpenOffice(Desk([], home_path=home.path, served=home), home)))


def send(visitor: Visitor, fields: dict[str, str], status: int = 200, do: str = "save") -> Document:
    """Send the form of codes and check the page that answers."""
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get("/sources/codes").text)
    assert token
    answer = visitor.post("/sources/codes", data={"form_token": token[1], "do": do, **fields})
    assert answer.status_code == status, answer.text
    return check_page(answer.text)


def chosen(page: Document) -> dict[str, str]:
    """What each choice of the form stands at."""
    found = {}
    for select in page.all("select"):
        name = select.get("name") or ""
        values = [each.get("value") or "" for each in select.iter() if each.get("selected") is not None]
        if name.startswith("code:"):
            found[name] = values[0] if values else ""
    return found


def test_codes_without_a_meaning_are_listed_with_their_suggestions(visitor: Visitor) -> None:
    page = get_page(visitor, "/sources/codes")
    assert chosen(page) == {KIND: "trouble", SLOW: "connectivity.slow.always", ODD: ""}
    assert "count under their own names" in text_of(page.one("main"))
    told = visitor.get("/sources/codes.json").json()
    assert (told["unmapped"], told["mapped"]) == (3, 0)
    assert [each["rows"] for each in told["codes"]] == [14, 12, 2]


def test_many_are_mapped_at_once_and_the_months_that_move_are_told(visitor: Visitor) -> None:
    page = send(visitor, {SLOW: "connectivity.slow.always", ODD: "", KIND: "trouble"})
    assert text_of(page.one("h1")) == "2 codes mapped"
    assert "Slow at all hours" in text_of(page.one("main"))
    assert "Driver share" in text_of(page.one("main"))
    assert any(link.get("href") == "/sources/undo?batch=2" for link in page.all("a"))
    told = visitor.get("/sources/codes.json").json()
    assert [each["value"] for each in told["codes"]] == ["<b>odd</b>"]
    imports = visitor.get("/sources.json").json()
    assert imports["imports"][0]["file_name"] == "code table, cockpit.csv"
    assert [(each["field"], each["codes"], each["rows"]) for each in imports["unmapped"]] == [
        ("ticket.reason_code", 1, 2)
    ]
    assert "driver_share" in imports["unmapped"][0]["kpis"]


def test_it_can_be_tried_first_and_saved_from_the_answer(visitor: Visitor) -> None:
    page = send(visitor, {SLOW: "connectivity.slow.always", KIND: ""}, do="try")
    assert text_of(page.one("h1")) == "1 code would be mapped"
    assert "Driver share" in text_of(page.one("main"))
    assert visitor.get("/sources/codes.json").json()["mapped"] == 0
    again = {each.get("name") or "": each.get("value") or "" for each in page.all("input", type="hidden")}
    answer = visitor.post("/sources/codes", data={**again, "do": "save"})
    assert answer.status_code == 200
    assert visitor.get("/sources/codes.json").json()["mapped"] == 1


def test_a_meaning_is_changed_and_taken_away(visitor: Visitor) -> None:
    send(visitor, {SLOW: "connectivity.slow.always", "valid_from": "2026-01-03"})
    page = get_page(visitor, "/sources/codes?mapped=1")
    assert chosen(page)[SLOW] == "connectivity.slow.always"
    # what is changed begins when the one that it replaces began
    send(visitor, {SLOW: "wifi.device.slow", "mapped": "1"})
    told = visitor.get("/sources/codes.json?mapped=1").json()["codes"]
    assert [(each["meaning"], each["rows"]) for each in told] == [("wifi.device.slow", 10)]
    send(visitor, {SLOW: "", "mapped": "1"})
    assert visitor.get("/sources/codes.json").json()["mapped"] == 0


def test_a_code_whose_meaning_changes_in_time_is_left_to_the_table(visitor: Visitor) -> None:
    send(visitor, {SLOW: "connectivity.slow.always"})
    send(visitor, {SLOW: "wifi.device.slow", "valid_from": "2026-01-05"})
    page = get_page(visitor, "/sources/codes?mapped=1")
    assert SLOW not in chosen(page)
    assert "change it in the table" in text_of(page.one("main"))


def test_free_codes_take_any_name_once_one_of_them_is_mapped(visitor: Visitor) -> None:
    send(visitor, {'code:["desk", "ticket.resolution_code", "rb"]': "remote.reboot"})
    page = get_page(visitor, "/sources/codes?mapped=1")
    (field,) = page.all("input", type="text")
    assert field.get("value") == "remote.reboot"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({SLOW: "conectivity.slow.always"}, "Did you mean 'connectivity.slow.always'?"),
        ({SLOW: ""}, "No code was given another meaning."),
        ({SLOW: "wifi.mesh", "valid_from": "soon"}, "From when on"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_saved(visitor: Visitor, fields: dict[str, str], said: str) -> None:
    page = send(visitor, fields, status=400)
    assert said in text_of(page.one("main"))
    assert visitor.get("/sources/codes.json").json()["mapped"] == 0


def test_a_form_that_this_server_did_not_serve_is_refused(visitor: Visitor) -> None:
    assert visitor.post("/sources/codes", data={SLOW: "wifi.mesh", "do": "save"}).status_code == 403


def test_the_table_goes_out_and_in_as_csv(visitor: Visitor) -> None:
    answer = visitor.get("/sources/codes.csv?unmapped=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="codes-to-map.csv"'
    waiting = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["value"] for row in waiting] == ["INET_SLOW", "<b>odd</b>", "Störung"]
    table = "code_source,field,value,meaning\ndesk,ticket.reason_code,<b>odd</b>,wifi.mesh.node\ndesk,x.y,a,b\n"
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get("/sources/codes").text)
    assert token
    said = {"form_token": token[1], "entity": "code_meaning"}
    files = {"file": ("table.csv", table.encode(), "text/csv")}
    tried = check_page(visitor.post("/sources/codes/import", data={**said, "do": "try"}, files=files).text)
    assert text_of(tried.one("h1")) == "1 rows of table.csv would be accepted, 1 would be quarantined"
    assert "Nothing is saved yet." in text_of(tried.one("main"))
    assert "Why rows would be quarantined" in text_of(tried.one("section", aria_labelledby="faults"))
    assert "wifi.mesh.node" not in visitor.get("/sources/codes.csv").text
    sent = visitor.post("/sources/codes/import", data=said, files=files)
    assert sent.status_code == 200
    page = check_page(sent.text)
    assert text_of(page.one("h1")) == "1 rows of table.csv accepted, 1 quarantined"
    why = page.one("section", aria_labelledby="faults")
    assert "Why rows were quarantined" in text_of(why)
    assert "x.y" in text_of(why)
    assert any("/sources/quarantine?batch=" in (each.get("href") or "") for each in page.all("a"))
    assert "wifi.mesh.node" in visitor.get("/sources/codes.csv").text


def test_drivers_of_the_provider_can_be_meant_and_are_listed(visitor: Visitor) -> None:
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get("/sources/codes").text)
    assert token
    visitor.post(
        "/sources/codes/import",
        data={"form_token": token[1], "entity": "driver"},
        files={"file": ("d.csv", b"driver_id,label\nfield.damage.rodents,Rats at the cable\n", "text/csv")},
    )
    page = get_page(visitor, "/sources/codes")
    assert "Rats at the cable" in {text_of(option) for option in page.all("option")}


def test_the_sources_page_leads_to_the_codes_of_a_source(visitor: Visitor) -> None:
    links = [unquote(link.get("href") or "") for link in get_page(visitor, "/sources").all("a")]
    assert "/sources/codes?source=desk&field=ticket.reason_code" in links
    page = get_page(visitor, "/sources/codes?source=desk&field=ticket.type")
    assert "Only ticket.type of desk." in text_of(page.one("main"))
    told = visitor.get("/sources/codes.json?source=desk&field=ticket.type").json()
    assert [each["value"] for each in told["codes"]] == ["Störung"]
    assert visitor.get("/sources/codes.json?source=dask").status_code == 400
