"""The editor's group on how the file is read, over a real home: what is found, said, wrong, and kept in the mapping."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from firstline.home import Home
from firstline.intake.mapping import read_mapping
from firstline.warehouse.engine import Warehouse
from firstline.web.pages.mapping_editor import ADDRESS
from tests.homes import bring
from tests.web.forms import form_of
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.test_mapping_editor import ACD, CALLS, CASES, changed, client, draft, editor, finish, home, place
from tests.web.visitor import Visitor

__all__ = ["client", "home"]

HOTLINE = (
    b"Bericht der Hotline\nErstellt;03.05.2026\n\n"
    b"Ticket Id;Er\xf6ffnet;Art\n1;13.02.2026 09:14;St\xf6rung\n2;14.04.2026 10:00;Umzug\n"
)
LIST = b"subscriber_id,account_id,Stand\nS1,A1,2026-05-01\nS2,A2,2026-05-01\n"


def wide(columns: int, rows: int = 3) -> bytes:
    heads = ["Ticket Id", "Created At", *(f"Custom {number}" for number in range(3, columns + 1))]
    lines = [[str(row), f"2026-03-{row + 1:02d} 09:14", *("x" * (columns - 2))] for row in range(rows)]
    return "\n".join(";".join(line) for line in [heads, *lines]).encode()


def said_of(page: Document, box: str) -> str:
    """What stands beside a box as its problem."""
    return " ".join(text_of(each) for each in page.all("p", id=f"file-{box}-problem"))


def is_open(page: Document) -> bool:
    return page.one("details", id="how-read").get("open") is not None


def test_it_is_folded_where_it_is_sure_and_says_why_where_it_is_not(client: Visitor) -> None:
    assert not is_open(editor(client, ("cases.csv", CASES)))
    page = editor(client, ("hotline.csv", HOTLINE))
    assert is_open(page)
    group = text_of(page.one("details", id="how-read"))
    assert "is a guess: are letters with accents right?" in group
    assert "The header was found in row 4" in group
    assert "Bericht der Hotline" in group
    assert page.one("input", id="file-delimiter").get("placeholder") == "Found: semicolon"


def test_what_is_said_is_read_again_kept_in_the_mapping_and_imported(client: Visitor, home: Home) -> None:
    page = changed(client, editor(client, ("hotline.csv", HOTLINE)), entity="ticket", source="hotline")
    page = changed(
        client,
        page,
        file__encoding="windows-1252",
        file__delimiter="semicolon",
        file__header_row="4",
        file__complete_until="Eröffnet",
        **{f"field__{place(page, 'Eröffnet')}": "opened_at"},
    )
    file = read_mapping(draft(page), "").file
    assert (file.encoding, file.delimiter, file.header_row) == ("windows-1252", ";", 4)
    assert file.complete_until == "Eröffnet"
    assert "Accepted as batch 1" in finish(client, page)
    (batch,) = home.ledger.batches()
    until = batch.reach["ticket"].stated_until
    assert until is not None
    assert until.isoformat() == "2026-04-14T10:00:00+00:00"


def test_what_cannot_be_is_told_beside_its_box_and_not_taken_over(client: Visitor, home: Home) -> None:
    page = changed(client, editor(client, ("hotline.csv", HOTLINE)), entity="ticket", source="hotline")
    before = draft(page)
    page = changed(client, page, file__encoding="latin-17", file__delimiter="ab", file__header_row="x")
    assert draft(page) == before
    # it stays until it is mended, also where the page is opened anew, and nothing is imported
    form = form_of(page, ADDRESS)
    assert client.post(f"{ADDRESS}/import", data=form).status_code == 303
    assert home.ledger.batches() == []
    page = get_page(client, f"{ADDRESS}?file={form['file']}")
    assert is_open(page)
    assert "'latin-17' is not an encoding" in said_of(page, "encoding")
    assert "choose comma, semicolon, tab" in said_of(page, "delimiter")
    assert "one of the first 60" in said_of(page, "header_row")
    assert page.one("input", id="file-header_row").get("value") == "x"
    # what only the file itself shows to be wrong
    page = changed(client, page, file__encoding="utf-8", file__delimiter="", file__header_row="40")
    assert "is not utf-8" in said_of(page, "encoding")
    assert "40: the file's top has no such row" in said_of(page, "header_row")
    assert draft(page) == before
    page = changed(client, page, file__encoding="", file__header_row="")
    assert not page.all("p", class_="error")


def test_fields_come_back_with_their_columns(client: Visitor) -> None:
    page = changed(client, editor(client, ("cases.csv", CASES)), entity="ticket", source="desk")
    page = changed(client, page, **{f"field__{place(page, 'Kind')}": "type"})
    fields = read_mapping(draft(page), "").fields
    assert "type" in fields
    form = form_of(page, ADDRESS)
    page = changed(client, page, file__delimiter="pipe")
    assert read_mapping(draft(page), "").fields == {}
    assert "Only one column was found" in text_of(page.one("details", id="how-read"))
    # a form that still shows the columns of before says nothing of those that are there now
    late = check_page(client.post(ADDRESS, data={**form, "file-delimiter": "pipe"}).text)
    assert read_mapping(draft(late), "").fields == {}
    page = changed(client, page, file__delimiter="")
    assert read_mapping(draft(page), "").fields == fields


def test_a_full_list_its_date_and_a_key_are_said(client: Visitor) -> None:
    page = changed(client, editor(client, ("list.csv", LIST)), entity="subscriber", source="crm")
    page = changed(client, page, **{"file__full": "on", "file__snapshot_at": "Stand", "file__key__1": "account_id"})
    page = changed(client, page, **{"file__key__2": "Stand"})
    file = read_mapping(draft(page), "").file
    assert (file.full, file.snapshot_at, file.key) == (True, "Stand", ("account_id", "Stand"))
    assert page.one("input", id="file-full").get("checked") is not None
    form = form_of(page, ADDRESS)
    form.pop("file-full")
    page = check_page(client.post(ADDRESS, data=form).text)
    assert not read_mapping(draft(page), "").file.full
    page = changed(client, page, file__full="on")
    page = changed(client, page, entity="ticket")
    assert "A file of ticket is no list of things. A full list can be one of" in said_of(page, "full")


def test_a_sheet_is_chosen_by_its_place_or_its_name(client: Visitor, home: Home) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Note", 0).append(["Only a note"])
    book.remove(book["Sheet"])
    for name in ("May", "June"):
        sheet = book.create_sheet(name)
        sheet.append(["Ticket Id", "Created At", name])
        sheet.append([name, "2026-05-13", "x"])
    sent = io.BytesIO()
    book.save(sent)
    page = editor(client, ("book.xlsx", sent.getvalue()), edits="0")
    assert "June" in text_of(page.one("main"))
    page = changed(client, page, file__sheet="name:May")
    assert read_mapping(draft(page), "").file.sheet == "May"
    assert "Field of May" in text_of(page.one("main"))
    book.remove(book["June"])
    sent = io.BytesIO()
    book.save(sent)
    bring(home, CALLS, mapping=ACD.replace("[file]", '[file]\nsheet = "April"'))
    page = editor(client, ("book.xlsx", sent.getvalue()), edits="1")
    # the kept mapping names a sheet that this workbook has not got: the rest is shown nevertheless
    assert "no sheet 'April'" in said_of(page, "sheet")
    page = changed(client, page, file__sheet="place:2")
    assert read_mapping(draft(page), "").file.sheet == 2
    assert not said_of(page, "sheet")


def test_offsets_that_are_wrong_can_be_ignored(client: Visitor) -> None:
    rows = b"Ticket Id,Created\n1,2026-02-03T09:14:00+01:00\n2,2026-02-04T09:14:00+01:00\n"
    page = changed(client, editor(client, ("off.csv", rows)), entity="ticket", source="desk")
    created = place(page, "Created")
    assert "2026-02-03 08:14" in text_of(page.one("main"))
    page = changed(client, page, **{f"offset__{created}": "ignore"})
    assert read_mapping(draft(page), "").fields["opened_at"].offset == "ignore"
    assert "2026-02-03 09:14" in text_of(page.one("main"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that the engine is asked."""
    met: list[str] = []
    execute = Warehouse.execute

    def noted(self: Warehouse, sql: str, *more: Any) -> None:
        met.append(sql)
        execute(self, sql, *more)

    monkeypatch.setattr(Warehouse, "execute", noted)
    return met


def test_of_a_wide_file_the_columns_left_out_are_folded_and_found(client: Visitor, asked: list[str]) -> None:
    counts = []
    for columns in (40, 120):
        page = changed(client, editor(client, (f"w{columns}.csv", wide(columns))), entity="ticket", source="desk")
        asked.clear()
        page = changed(client, page)
        counts.append(len(asked))
        folded = page.one("details", id="left-out")
        assert f"Left out: {columns - 2} columns" in text_of(folded)
        assert folded.get("open") is None
    # reading again costs by what is read, not by how many columns there are
    assert 0 < counts[0] == counts[1]
    page = changed(client, page, find="custom 77")
    assert page.one("details", id="left-out").get("open") is not None
    seen = [each for each in page.all("li") if "data-sought" in each.attrib and each.get("hidden") is None]
    assert [text_of(each).split(" x")[0][:9] for each in seen] == ["Custom 77"]
    # columns that are not shown keep their fields
    assert set(read_mapping(draft(page), "").fields) == {"ticket_id", "opened_at"}
