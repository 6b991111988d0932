"""The mapping editor over a real home: unknown files wait, are mapped, imported, and recognised the next time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.intake.mapping import read_mapping
from firstline.intake.waiting import KEPT_DAYS, drop_expired, waiting_files
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import IMPORT_PATH, build_app
from firstline.web.pages.mapping_editor import ADDRESS
from firstline.web.security import FIELD
from tests.contracts.project import ROOT, fenced
from tests.homes import bring
from tests.web.forms import form_of
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

CASES = b"""Case No;Created;Kind;Way;Wait
1;01/02/2026 09:14;Fault;Hotline;5
2;03/04/2026 10:00;Umzug;E-Mail;7
3;05/06/2026 11:00;Fault;Chat;9
"""
PAGE = (ROOT / "docs" / "reference" / "mapping.md").read_text("utf-8")
ACD, CALLS = fenced(PAGE, "toml")[0], fenced(PAGE, "csv")[0].encode()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home")
    bring_up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture
def client(home: Home) -> Visitor:
    return Visitor(build_app(OpenOffice(Desk([], home_path=home.path), home)))


def send(client: Visitor, *files: tuple[str, bytes], **data: str) -> Document:
    data[FIELD] = get_page(client, "/sources").all("input", name=FIELD)[0].get("value") or ""
    sent: Any = [("file", (name, content, "text/csv")) for name, content in files]
    return check_page(client.post(IMPORT_PATH, data=data, files=sent).text)


def editor(client: Visitor, *files: tuple[str, bytes], **data: str) -> Document:
    """The editor of the (last) file that waits."""
    page = send(client, *files, **data)
    return get_page(client, [each for each in page.all("a") if "data-waits" in each.attrib][-1].get("href") or "")


def changed(client: Visitor, page: Document, **said: str) -> Document:
    """The editor read again, some of its form changed; names with a dash are written with a double underscore."""
    form = form_of(page, ADDRESS)
    form.update({name.replace("__", "-"): value for name, value in said.items()})
    return check_page(client.post(ADDRESS, data=form).text)


def finish(client: Visitor, page: Document) -> str:
    """What is told when the file is imported as the editor stands."""
    answer = client.post(f"{ADDRESS}/import", data=form_of(page, ADDRESS))
    assert answer.status_code == 200, answer.text
    return text_of(check_page(answer.text).one("main"))


def place(page: Document, header: str) -> str:
    """The number of a column."""
    label = next(each for each in page.all("label") if text_of(each) == f"Field of {header}")
    return (label.get("for") or "").removeprefix("field-")


def draft(page: Document) -> str:
    return "".join(page.one("pre").itertext())


def test_a_file_that_nothing_knows_waits_and_can_be_discarded(client: Visitor, home: Home) -> None:
    assert "Nothing is imported yet." in text_of(send(client, ("cases.csv", CASES)).one("main"))
    assert home.ledger.batches() == []
    assert [each["name"] for each in client.get("/sources.json").json()["waiting"]] == ["cases.csv"]
    form = form_of(get_page(client, "/sources"), f"{ADDRESS}/discard")
    assert client.post(f"{ADDRESS}/discard", data=form).headers["location"] == "/sources"
    assert waiting_files(home.path) == []
    assert not list((home.path / "waiting").iterdir())
    assert client.get(f"{ADDRESS}?file={form['file']}").status_code == 400
    assert client.get(f"{ADDRESS}?file=../../landing").status_code == 400


def test_a_file_that_waited_too_long_is_deleted(client: Visitor, home: Home) -> None:
    send(client, ("cases.csv", CASES))
    (waiting,) = waiting_files(home.path)
    drop_expired(home.path, waiting.received_at + timedelta(days=KEPT_DAYS))
    assert waiting_files(home.path) == [waiting]
    drop_expired(home.path, waiting.received_at + timedelta(days=KEPT_DAYS, seconds=1))
    assert waiting_files(home.path) == []


def test_a_file_is_mapped_imported_and_recognised_the_next_time(client: Visitor, home: Home) -> None:
    page = editor(client, ("cases.csv", CASES))
    told = text_of(page.one("main"))
    assert "Chosen because it is another name of the field." in told
    page = changed(client, page, entity="ticket", source="desk")
    created, kind = place(page, "Created"), place(page, "Kind")
    error = " ".join(text_of(each) for each in page.all("p", class_="error"))
    assert "the dates can be read in two ways" in error
    options = [text_of(each) for each in page.one("select", id=f"format-{created}")]
    assert any(each.startswith("month first") and "to 2026-05-06" in each for each in options)
    # without an answer nothing is imported
    assert client.post(f"{ADDRESS}/import", data=form_of(page, ADDRESS)).status_code == 303
    assert home.ledger.batches() == []
    page = changed(client, page, **{f"format__{created}": "%m/%d/%Y %H:%M", f"field__{kind}": "type"})
    page = changed(client, page, **{f"timezone__{created}": "Europe/Zurich", f"means__{kind}__0": "trouble"})
    assert not page.all("p", class_="error")
    assert "2026-01-02 08:14" in text_of(page.one("main"))
    assert "Left out: Way, Wait." in text_of(page.one("main"))
    text = draft(page)
    wanted = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "Case No"
opened_at = { column = "Created", format = "%m/%d/%Y %H:%M", timezone = "Europe/Zurich" }
type = { column = "Kind", values = { Fault = "trouble" } }
"""
    form = client.get(f"{ADDRESS}.toml?file={form_of(page, ADDRESS)['file']}")
    assert form.text == text
    assert read_mapping(text, "") == read_mapping(wanted, "").model_copy(
        update={"fields": {**read_mapping(wanted, "").fields, **ways(text)}}
    )
    assert "Accepted as batch 1, read by the mapping of 'desk'" in finish(client, page)
    (batch,) = home.ledger.batches()
    assert (batch.source, batch.mapping, batch.is_mapping_stated) == ("desk", text, True)
    assert waiting_files(home.path) == []
    later = CASES.replace(b"1;01/02/2026 09:14", b"4;01/07/2026 09:14")
    assert "Accepted as batch 2, read by the kept mapping of 'desk'" in text_of(
        send(client, ("july.csv", later)).one("main")
    )
    assert [each["source"] for each in client.get("/sources.json").json()["mappings"]] == ["desk"]


def ways(text: str) -> dict[str, Any]:
    """The fields that the draft has by suggestion alone."""
    return {name: each for name, each in read_mapping(text, "").fields.items() if name in ("channel", "origin")}


def test_the_editor_changes_nothing_that_it_does_not_show(client: Visitor, home: Home) -> None:
    text = "# our own words\n" + ACD
    bring(home, CALLS, mapping=text)
    page = editor(client, ("calls.csv", CALLS), edits="1")
    assert "ended_at: entered_at + wait_s + talk_s" in text_of(page.one("main"))
    assert "a further survey response from each row, where Rating is not null" in text_of(page.one("main"))
    assert draft(page) == text
    page = changed(client, page)
    assert draft(page) == text
    page = changed(client, page, source="acd2")
    assert read_mapping(draft(page), "") == read_mapping(text.replace('source = "acd"', 'source = "acd2"'), "")
    page = changed(client, page, **{"drop__ended_at": "on", "drop__also__0": "on"})
    left = read_mapping(draft(page), "")
    assert ("ended_at" in left.fields, left.also) == (False, ())


def test_a_changed_header_stops_that_file_alone_and_shows_the_difference(client: Visitor, home: Home) -> None:
    bring(home, CALLS, mapping=ACD)
    renamed = CALLS.replace(b"Talk;", b"Spoken;")
    page = editor(client, ("calls.csv", CALLS), ("june.csv", renamed))
    assert len(home.ledger.batches()) == 2
    told = text_of(page.one("main"))
    assert "Gone: Talk." in told
    assert "New: Spoken" in told
    assert "talk_s" not in read_mapping(draft(page), "").fields
    page = changed(client, page, **{f"field__{place(page, 'Spoken')}": "talk_s"})
    # how it was read goes with the field to its new column
    assert read_mapping(draft(page), "").fields["talk_s"].unit == "hms"


def test_units_constants_and_joined_columns_are_said(client: Visitor) -> None:
    rows = b"nr;Day;Clock;Talk\n1;03.02.2026;09:14;2\n2;13.02.2026;10:14;3\n"
    page = changed(client, editor(client, ("calls.csv", rows)), entity="contact", source="acd")
    chosen = {"nr": "contact_id", "Day": "entered_at", "Clock": "entered_at", "Talk": "talk_s"}
    page = changed(client, page, **{f"field__{place(page, name)}": field for name, field in chosen.items()})
    page = changed(
        client,
        page,
        **{f"unit__{place(page, 'Talk')}": "min", "constant__field__1": "channel", "constant__value__1": "phone"},
    )
    fields = read_mapping(draft(page), "").fields
    assert fields["entered_at"].columns == ("Day", "Clock")
    assert (fields["talk_s"].unit, fields["channel"].constant) == ("min", "phone")
    preview = text_of(next(each for each in page.all("table") if "The first rows" in text_of(each)))
    assert "2026-02-03 09:14" in preview
    assert "120" in preview


def test_a_wrong_pattern_and_a_wrong_zone_are_told_beside_their_column(client: Visitor) -> None:
    page = changed(client, editor(client, ("cases.csv", CASES)), entity="ticket", source="desk")
    created = place(page, "Created")
    page = changed(
        client, page, **{f"own__format__{created}": "%d/%m/%Y %H:%M", f"timezone__{created}": "Europe/Zurick"}
    )
    (column,) = page.all("li", class_="wrong")
    assert "Did you mean 'Europe/Zurich'?" in text_of(column)
    assert re.search(r"Created", text_of(column))
