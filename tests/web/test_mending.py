"""Quarantined rows taken away from the browser and brought back there, in a real home."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import RETRY_PATH, build_app
from firstline.web.security import FIELD
from tests.homes import bring
from tests.mending import mended
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

PAGE = "/sources/quarantine"
TICKETS = "ticket_id,opened_at,type\nT1,2026-01-01,trouble\n,2026-01-02,order\nT3,,billing\n"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Visitor]:
    """A browser before a home with two quarantined tickets and one call."""
    desk = Desk([], home_path=tmp_path / "home")
    home = Home.open(desk.home_path)
    bring_up_to_date(home)
    bring(home, TICKETS)
    bring(home, "contact_id,entered_at,channel\nC1,2026-01-01 10:00,phone\nC2,soon,phone\n", name="calls.csv")
    yield Visitor(build_app(OpenOffice(desk, home)))
    home.close()


def send_back(client: Visitor, name: str, content: bytes, status: int = 200) -> Document:
    token = get_page(client, PAGE).all("input", name=FIELD)[0].get("value") or ""
    answer = client.post(RETRY_PATH, data={FIELD: token}, files={"file": (name, content, "text/csv")})
    assert answer.status_code == status, answer.text[:500]
    return check_page(answer.text)


def links(page: Document) -> dict[str, str]:
    return {text_of(each): each.get("href") or "" for each in page.all("a", class_="button")}


def test_the_rows_are_taken_away_mended_and_brought_back(client: Visitor) -> None:
    found = links(get_page(client, PAGE))
    assert list(found) == [
        "XLSX workbook: all of them (3)",
        "CSV: contact of canonical (1)",
        "CSV: ticket of canonical (2)",
    ]
    answer = client.get(found["CSV: ticket of canonical (2)"])
    assert answer.headers["content-disposition"] == 'attachment; filename="quarantine-canonical-ticket.csv"'
    page = send_back(client, "mended.csv", mended(answer.text, (2, "ticket_id", "T2")).encode())
    assert "1 entry of the quarantine closed." in text_of(page.one("main"))
    rows = {text_of(row[0]): text_of(row[1]) for row in page.one("tbody")}
    assert (rows["Read"], rows["Accepted"], rows["Quarantined"]) == ("2", "1", "1")
    link = next(each for each in page.all("a") if text_of(each) == "See these rows")
    assert text_of(get_page(client, link.get("href") or "").one("tbody")[0][2]) == "3"
    told = client.get(f"{PAGE}.json").json()
    assert (told["open"], told["closed"]) == (2, 1)
    assert [row["row"] for row in client.get(f"{PAGE}.json?state=closed").json()["rows"]] == [2]
    assert text_of(get_page(client, "/kpi/ticket_volume").one("p", class_="value")) == "2"
    assert client.get("/sources.json").json()["quarantined"] == {"missing_time": 1, "unreadable_time": 1}


def test_filters_hold_for_what_is_taken_away(client: Visitor) -> None:
    found = links(get_page(client, f"{PAGE}?reason=missing_time"))
    assert list(found) == ["XLSX workbook: all of them (1)", "CSV: ticket of canonical (1)"]
    text = client.get(found["CSV: ticket of canonical (1)"]).text
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["3"]
    assert list(links(get_page(client, f"{PAGE}?batch=2"))) == [
        "XLSX workbook: all of them (1)",
        "CSV: contact of canonical (1)",
    ]
    assert not links(get_page(client, f"{PAGE}?state=closed"))


def test_the_workbook_holds_all_of_them(client: Visitor) -> None:
    answer = client.get(f"{PAGE}.xlsx")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["canonical-contact", "canonical-ticket"]
    page = send_back(client, "quarantine.xlsx", answer.content)
    assert "0 entries of the quarantine closed." in text_of(page.one("main"))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{PAGE}.csv", "these are of 2: canonical-contact, canonical-ticket"),
        (f"{PAGE}.csv?source=none", "No such row waits to be mended."),
        (f"{PAGE}.csv?reason=mising_time", "Did you mean 'missing_time'?"),
        (f"{PAGE}?state=opn", "Did you mean 'open'?"),
        (f"{PAGE}?batch=99999999999999999999", "is not a batch number"),
    ],
)
def test_a_wrong_address_is_answered_with_what_is_right(client: Visitor, path: str, told: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert told in text_of(check_page(answer.text).one("main"))


def test_a_file_that_is_no_export_is_told_on_the_page(client: Visitor) -> None:
    page = send_back(client, "tickets.csv", TICKETS.encode(), 422)
    assert "tickets.csv has no column 'quarantine_batch'" in text_of(page.one("section", class_="error"))


def test_reloading_the_result_leads_to_the_quarantine(client: Visitor) -> None:
    answer = client.get(RETRY_PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


def test_a_line_that_could_not_be_split_is_shown_whole(client: Visitor, tmp_path: Path) -> None:
    page = get_page(client, "/sources")
    token = page.all("input", name=FIELD)[0].get("value") or ""
    split = b"ticket_id,opened_at\nT8,2026-01-01,x\n"
    client.post("/sources/import", data={FIELD: token}, files={"file": ("split.csv", split, "text/csv")})
    assert "T8,2026-01-01,x" in text_of(get_page(client, f"{PAGE}?batch=3").one("tbody"))
