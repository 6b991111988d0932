"""A file sent from the browser into a real home: rows counted, faults told, figures shown."""

from __future__ import annotations

import gzip
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.intake.gathering import gather
from firstline.intake.reading import unpacking
from firstline.intake.reading.kinds import READABLE
from firstline.intake.request import ImportRequest
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import IMPORT_PATH, build_app
from firstline.web.security import FIELD
from tests.intake.reading.given import workbook, zipped
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

TICKETS = b"""ticket_id,opened_at,reason_code
T-1,2026-05-02 09:00:00,wifi.coverage.room
T-2,2026-05-03 09:00:00,wifi.coverage.room
,2026-05-04 09:00:00,wifi.coverage.room
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Visitor]:
    desk = Desk([], home_path=tmp_path / "home")
    desk.home_path.mkdir()
    (desk.home_path / "firstline.toml").write_text("upload_limit_mb = 1\n")
    home = Home.open(desk.home_path)
    bring_up_to_date(home)
    yield Visitor(build_app(OpenOffice(desk, home)))
    home.close()


def token_of(client: Visitor) -> str:
    return get_page(client, "/sources").all("input", name=FIELD)[0].get("value") or ""


def left_in_scratch(folder: Path) -> list[Path]:
    return list((folder / "home" / "scratch").glob("upload-*"))


def send(client: Visitor, files: Any, status: int) -> Document:
    answer = client.post(IMPORT_PATH, data={FIELD: token_of(client)}, files=files)
    assert answer.status_code == status, answer.text[:500]
    return check_page(answer.text)


def test_an_uploaded_file_becomes_figures(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200)
    rows = {text_of(row[0]): text_of(row[1]) for row in page.one("tbody")}
    assert (rows["Read"], rows["Accepted"], rows["Unchanged"], rows["Quarantined"]) == ("3", "2", "0", "1")
    assert text_of(get_page(client, "/kpi/ticket_volume").one("p", class_="value")) == "2"
    assert get_page(client, "/").all("li", class_="tile")


def test_what_was_set_aside_can_be_read(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200)
    link = next(each for each in page.all("a") if text_of(each) == "See these rows")
    rows = get_page(client, link.get("href") or "").one("tbody")
    assert len(rows) == 1
    assert "2026-05-04 09:00:00" in text_of(rows[0])


def test_the_same_file_again_changes_nothing(client: Visitor) -> None:
    send(client, {"file": ("tickets.csv", TICKETS, "text/csv")}, 200)
    page = send(client, {"file": ("again.csv", TICKETS, "text/csv")}, 200)
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


def test_a_sheet_of_notes_beside_one_that_a_kept_mapping_reads_is_passed_over(client: Visitor) -> None:
    mapping = b"""source = "old"
[file]
entity = "ticket"
sheet = "Data"
[fields]
ticket_id = "nr"
opened_at = "when"
"""
    books = [
        workbook(
            {"Legend": [["Word", "Of what"], ["a", "b"]], "Data": [["nr", "when"], [f"T{day}", f"2026-05-0{day}"]]}
        )
        for day in (1, 2)
    ]
    files = {"file": ("may.xlsx", books[0], "x/x"), "mapping": ("old.toml", mapping, "application/toml")}
    send(client, files, 200)
    page = send(client, {"file": ("june.xlsx", books[1], "x/x")}, 200)
    assert "Sheet 'Legend' was not read: nothing is known of its columns" in text_of(page.root)
    assert text_of(get_page(client, "/kpi/ticket_volume").one("p", class_="value")) == "2"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [(b'source = "a"\n[file]\nentity = "tiket"\n', "Did you mean 'ticket'?"), (b"= =", "mapping")],
)
def test_a_wrong_mapping_is_told_on_the_page(client: Visitor, mapping: bytes, words: str) -> None:
    files = {"file": ("tickets.csv", TICKETS, "text/csv"), "mapping": ("m.toml", mapping, "application/toml")}
    page = send(client, files, 422)
    assert words in text_of(page.one("section", class_="error"))


def test_a_file_that_cannot_be_read_is_told_on_the_page(client: Visitor) -> None:
    page = send(client, {"file": ("tickets.parquet", b"no parquet", "application/octet-stream")}, 422)
    assert text_of(page.one("section", class_="error"))
    assert not page.all("table")


def test_no_file_at_all_is_told(client: Visitor) -> None:
    assert "No file was chosen." in text_of(send(client, {"file": ("", b"", "")}, 400).one("main"))


def test_a_mapping_that_is_no_text_is_told(client: Visitor) -> None:
    files = {"file": ("tickets.csv", TICKETS, "text/csv"), "mapping": ("m.toml", b"\xff\xfe\x00", "application/toml")}
    assert "is not a text file" in text_of(send(client, files, 400).one("main"))


def test_new_values_are_told_with_their_counts_and_stay_in_the_history(client: Visitor) -> None:
    rows = b"ticket_id,opened_at,channel\nT-1,2026-05-02,Fax\nT-2,2026-05-02,fax\nT-3,2026-05-02,phone\n"
    page = send(client, {"file": ("tickets.csv", rows, "text/csv")}, 200)
    assert "Faxticket.channel2" in text_of(page.one("article"))
    assert "ticket.channel: Fax (2)" in text_of(get_page(client, "/sources").one("main"))
    (batch,) = client.get("/sources.json").json()["imports"]
    assert batch["new_values"] == [{"entity": "ticket", "field": "channel", "value": "Fax", "rows": 2}]


def test_reloading_the_result_leads_to_the_imports(client: Visitor) -> None:
    answer = client.get(IMPORT_PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")


def test_more_than_the_limit_is_refused_before_it_is_read(client: Visitor, tmp_path: Path) -> None:
    token = token_of(client)
    for headers in ({"content-length": "1000001"}, {}):
        read: list[bytes] = []

        async def body(taken: list[bytes] = read) -> AsyncIterator[bytes]:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            for _ in range(50):
                taken.append(b"x" * 100_000)
                yield taken[-1]

        kind = {"content-type": "multipart/form-data; boundary=b", **headers}
        answer = client.post(IMPORT_PATH, content=body(), headers=kind)
        assert answer.status_code == 413
        told = text_of(check_page(answer.text).one("main"))
        assert "Up to 1 MB" in told
        assert "upload_limit_mb" in told
        # told its length it is not read at all, else no further than the limit
        assert len(read) <= (0 if headers else 11)
    assert token
    assert left_in_scratch(tmp_path) == []


def test_a_file_goes_to_the_home_and_nowhere_else(
    client: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    # larger than what the framework would keep in memory
    rows = TICKETS + b"".join(b"T-%d,2026-05-02,x\n" % number for number in range(60_000))[:980_000]
    page = send(client, {"file": ("tickets.csv", rows, "text/csv")}, 200)
    assert "Accepted as batch 1" in text_of(page.one("main"))
    assert left_in_scratch(tmp_path) == []


@pytest.mark.parametrize("name", ["../../tickets.csv", "C:\\data\\tickets.csv", "/etc/tickets.csv", "tick\x7fets.csv"])
def test_a_name_is_a_label_and_never_a_path(client: Visitor, tmp_path: Path, name: str) -> None:
    before = {each for each in tmp_path.iterdir()}
    send(client, {"file": (name, TICKETS, "text/csv")}, 200)
    (batch,) = client.get("/sources.json").json()["imports"]
    assert batch["file_name"] == "tickets.csv"
    assert {each for each in tmp_path.iterdir()} == before


def test_one_result_for_each_file_and_a_bad_one_stops_no_other(
    client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "HARMLESS_BYTES", 100_000)
    bomb = zipped({f"{number}.csv": b"a\n" * 45_000 for number in range(5)})
    sent = {
        "photo.png": b"\x89PNG\r\n\x1a\n\x00\x00",
        "photo.csv": b"\x89PNG\r\n\x1a\n\x00\x00",
        "empty.csv": b"",
        "bomb.zip": bomb,
        "bomb.csv.gz": gzip.compress(b"a\n" * 1_000_000),
        "tickets.csv": TICKETS,
    }
    files = [("file", (name, content, "text/csv")) for name, content in sent.items()]
    page = send(client, files, 422)
    told = {text_of(each[0]): text_of(each) for each in page.all("article")}
    assert list(told) == list(sent)
    assert "are not read" in told["photo.png"]
    assert "is not a text file" in told["photo.csv"]
    assert "is empty" in told["empty.csv"]
    assert "says to hold 5 files" in told["bomb.zip"]
    assert "unpacks to more than" in told["bomb.csv.gz"]
    assert "Accepted as batch 1" in told["tickets.csv"]


def test_a_fault_of_ours_in_one_file_stops_no_other(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(request: ImportRequest) -> Any:
        if request.name == "first.csv":
            raise RuntimeError("a fault")
        return gather(request)

    monkeypatch.setattr("firstline.cli.serving.gather", fail)
    files = [("file", (name, TICKETS, "text/csv")) for name in ("first.csv", "second.csv")]
    first, second = send(client, files, 422).all("article")
    assert "Something failed inside Firstline" in text_of(first)
    assert "Accepted as batch 1" in text_of(second)


def test_a_workbook_is_read_by_its_content_under_a_name_of_ours(client: Visitor) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (("ticket_id", "opened_at"), ("T-1", "2026-05-02 09:00:00")):
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    page = send(client, {"file": ("tickets.xlsx", written.getvalue(), "")}, 200)
    assert "Accepted as batch 1" in text_of(page.one("main"))


def test_each_file_of_an_archive_is_told_on_the_page(client: Visitor) -> None:
    archive = zipped({"tickets.csv": TICKETS, "calls/calls.csv": "call,when\n1,2026-01-01\n", "plan.pdf": b"%PDF"})
    page = send(client, {"file": ("exports.zip", archive, "application/zip")}, 422)
    told = [text_of(heading) for heading in page.all("h2")]
    assert told == ["exports.zip/tickets.csv", "exports.zip/calls/calls.csv", "exports.zip/plan.pdf"]


def test_the_form_offers_every_kind_that_is_read(client: Visitor) -> None:
    offered = get_page(client, "/sources").one("input", id="import-file").get("accept") or ""
    assert offered.split(",") == list(READABLE)
