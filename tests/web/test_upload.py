"""A file sent from the browser into a real home: rows counted, faults told, figures shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.intake.reading.kinds import READABLE
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import IMPORT_PATH, build_app
from firstline.web.pages.upload import MAX_BYTES, check_size
from firstline.web.security import FIELD, RefusedError
from tests.intake.reading.given import zipped
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

TICKETS = b"""Ticket Id,Created,Reason Code
T-1,2026-05-02 09:00:00,wifi.coverage.room
T-2,2026-05-03 09:00:00,wifi.coverage.room
,2026-05-04 09:00:00,wifi.coverage.room
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Visitor]:
    desk = Desk([], home_path=tmp_path / "home")
    home = Home.open(desk.home_path)
    bring_up_to_date(home)
    yield Visitor(build_app(OpenOffice(desk, home)))
    home.close()


def send(client: Visitor, files: dict[str, Any], status: int, **data: str) -> Document:
    token = get_page(client, "/sources").all("input", name=FIELD)[0].get("value") or ""
    answer = client.post(IMPORT_PATH, data={FIELD: token, **data}, files=files)
    assert answer.status_code == status, answer.text[:500]
    return check_page(answer.text)


def test_an_uploaded_file_becomes_figures(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200, entity="ticket")
    rows = {text_of(row[0]): text_of(row[1]) for row in page.one("tbody")}
    assert (rows["Read"], rows["Accepted"], rows["Unchanged"], rows["Quarantined"]) == ("3", "2", "0", "1")
    assert text_of(get_page(client, "/kpi/ticket_volume").one("p", class_="value")) == "2"
    assert get_page(client, "/").all("li", class_="tile")


def test_what_was_set_aside_can_be_read(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200, entity="ticket")
    link = next(each for each in page.all("a") if text_of(each) == "See these rows")
    rows = get_page(client, link.get("href") or "").one("tbody")
    assert len(rows) == 1
    assert "2026-05-04 09:00:00" in text_of(rows[0])


def test_the_same_file_again_changes_nothing(client: Visitor) -> None:
    send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200, entity="ticket")
    page = send(client, {"file": ("again.csv", TICKETS, "text/csv")}, 200, entity="ticket")
    rows = {text_of(row[0]): text_of(row[1]) for row in page.one("tbody")}
    assert (rows["Accepted"], rows["Unchanged"]) == ("0", "2")


def test_a_mapping_file_goes_with_it(client: Visitor) -> None:
    data = b"nr;when\n7;02/05/2026\n8;13/05/2026\n"
    mapping = b"""source = "old"
[file]
entity = "ticket"
[fields]
ticket_id = { column = "nr" }
opened_at = { column = "when", format = "%d/%m/%Y" }
"""
    files = {"file": ("old.csv", data, "text/csv"), "mapping": ("old.toml", mapping, "application/toml")}
    rows = {text_of(row[0]): text_of(row[1]) for row in send(client, files, 200).one("tbody")}
    assert rows["Accepted"] == "2"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [(b'source = "a"\n[file]\nentity = "tiket"\n', "Did you mean 'ticket'?"), (b"= =", "mapping")],
)
def test_a_wrong_mapping_is_told_on_the_page(client: Visitor, mapping: bytes, words: str) -> None:
    files = {"file": ("tickets.csv", TICKETS, "text/csv"), "mapping": ("m.toml", mapping, "application/toml")}
    page = send(client, files, 422)
    assert words in text_of(page.one("section", class_="error"))


def test_a_file_that_cannot_be_read_is_told_on_the_page(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.parquet", b"no parquet", "application/octet-stream")}, 422, entity="ticket")
    assert text_of(page.one("section", class_="error"))
    assert not page.all("table")


def test_no_file_at_all_is_told(client: Visitor) -> None:
    assert "No file was chosen." in text_of(send(client, {"file": ("", b"", "")}, 400).one("main"))


def test_an_unknown_kind_of_rows_is_told(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 400, entity="tiket")
    assert "Did you mean 'ticket'?" in text_of(page.one("main"))


def test_a_mapping_that_is_no_text_is_told(client: Visitor) -> None:
    files = {"file": ("tickets.csv", TICKETS, "text/csv"), "mapping": ("m.toml", b"\xff\xfe\x00", "application/toml")}
    assert "is not a text file" in text_of(send(client, files, 400).one("main"))


def test_new_values_are_told_with_their_counts_and_stay_in_the_history(client: Visitor) -> None:
    rows = b"Ticket Id,Created,Channel\nT-1,2026-05-02,Fax\nT-2,2026-05-02,fax\nT-3,2026-05-02,phone\n"
    page = send(client, {"file": ("tickets.csv", rows, "text/csv")}, 200, entity="ticket")
    section = next(each for each in page.all("section") if text_of(each).startswith("New values"))
    assert "Faxticket.channel2" in text_of(section)
    assert "ticket.channel: Fax (2)" in text_of(get_page(client, "/sources").one("main"))
    (batch,) = client.get("/sources.json").json()["imports"]
    assert batch["new_values"] == [{"entity": "ticket", "field": "channel", "value": "Fax", "rows": 2}]


def test_reloading_the_result_leads_to_the_imports(client: Visitor) -> None:
    answer = client.get(IMPORT_PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    headers = [(b"content-length", str(MAX_BYTES + 1).encode())]
    with pytest.raises(RefusedError, match="firstline import PATH") as caught:
        check_size(Request({"type": "http", "headers": headers}))
    assert caught.value.status == 413


def test_each_file_of_an_archive_is_told_on_the_page(client: Visitor) -> None:
    archive = zipped({"tickets.csv": TICKETS, "calls/calls.csv": "call,when\n", "plan.pdf": b"%PDF"})
    page = send(client, {"file": ("exports.zip", archive, "application/zip")}, 422)
    told = [text_of(heading) for heading in page.all("h2")]
    assert any("of exports.zip/tickets.csv" in heading for heading in told)
    assert any("exports.zip/calls/calls.csv" in heading for heading in told)
    assert any("exports.zip/plan.pdf" in heading for heading in told)


def test_the_form_offers_every_kind_that_is_read(client: Visitor) -> None:
    offered = get_page(client, "/sources").one("input", id="import-file").get("accept") or ""
    assert offered.split(",") == list(READABLE)
