"""A template that is sent out says everything a provider needs, and comes back readable."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from firstline.errors import MisuseError
from firstline.model.entity import Entity
from firstline.model.template import field_help, template_rows, write_csv_template, write_template
from firstline.model.vocabulary import entity, vocabulary

OPENS = {"ticket.opened_at": ["Ticket volume", "Backlog"], "contact.talk_s": ["Talk time"]}


@pytest.mark.parametrize("one", vocabulary().values(), ids=lambda one: str(one.name))
def test_a_template_has_a_header_and_three_marked_rows_of_equal_width(one: Entity) -> None:
    header, *marked = template_rows(one, {})
    assert header == list(one.field_names)
    assert [row[0].split(" ")[0] for row in marked] == ["#help", "#example", "#unlocks"]
    assert {len(row) for row in marked} == {len(header)}
    assert marked[1] == ["#example " + one.fields[0].example, *[field.example for field in one.fields[1:]]]


def test_the_last_row_says_what_each_column_unlocks() -> None:
    header, _, _, unlocks = template_rows(entity("ticket"), OPENS)
    assert unlocks[header.index("opened_at")] == "Ticket volume; Backlog"
    assert unlocks[header.index("type")] == ""


def test_a_field_is_unlocked_by_its_own_entity_only() -> None:
    header, _, _, unlocks = template_rows(entity("contact"), {"contact_leg.talk_s": ["AHT"]})
    assert unlocks[header.index("talk_s")] == ""


def test_help_says_form_unit_need_and_privacy() -> None:
    ticket, device, visit = entity("ticket"), entity("device"), entity("truck_roll")
    assert "Required." in field_help(ticket, ticket.field("ticket_id"))
    assert "Required." in field_help(ticket, ticket.field("opened_at"))
    assert "Wanted." in field_help(ticket, ticket.field("origin"))
    assert "one of trouble, billing" in field_help(ticket, ticket.field("type"))
    assert "(s)" in field_help(visit, visit.field("labour_s"))
    assert "One of dispatched_at, scheduled_start, created_at is required." in field_help(
        visit, visit.field("created_at")
    )
    assert "Personal data." in field_help(device, device.field("serial"))
    assert "Required" not in field_help(device, device.field("valid_from"))


def test_csv_reads_back_as_the_rows(tmp_path: Path) -> None:
    out = StringIO()
    write_csv_template(entity("ticket"), OPENS, out)
    write_template([entity("ticket")], OPENS, tmp_path / "ticket.csv")
    assert (tmp_path / "ticket.csv").read_text("utf-8") == out.getvalue()
    assert list(csv.reader(StringIO(out.getvalue()))) == template_rows(entity("ticket"), OPENS)


def test_a_workbook_has_a_sheet_for_each_entity_with_text_cells(tmp_path: Path) -> None:
    write_template(list(vocabulary().values()), OPENS, tmp_path / "request.xlsx")
    book = load_workbook(tmp_path / "request.xlsx")
    assert book.sheetnames == list(vocabulary())
    for name in ("ticket", "business_calendar"):
        read = [[str(cell or "") for cell in row] for row in book[name].iter_rows(values_only=True)]
        assert read == template_rows(entity(name), OPENS)
        assert {cell.data_type for row in book[name].iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
        assert book[name].freeze_panes == "A2"


@pytest.mark.parametrize("file_name", ["request.pdf", "request", "both.csv", "no/such/folder/a.xlsx"])
def test_what_cannot_be_written_is_said(tmp_path: Path, file_name: str) -> None:
    with pytest.raises(MisuseError) as caught:
        write_template([entity("ticket"), entity("contact")], {}, tmp_path / file_name)
    assert caught.value.hint
    assert not (tmp_path / file_name).exists()
