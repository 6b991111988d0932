"""`firstline template` writes what was asked for, or says why it cannot."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from firstline.cli.desk import Desk
from firstline.cli.template import template, unlocks
from firstline.errors import MisuseError
from firstline.model.vocabulary import entity, vocabulary


def _run(*arguments: str) -> str:
    desk = Desk(list(arguments), out=StringIO(), err=StringIO())
    template.main(list(arguments), standalone_mode=False, obj=desk)
    assert isinstance(desk.out, StringIO)
    return desk.out.getvalue()


def test_one_entity_goes_to_stdout_as_csv() -> None:
    header, help_, example, opened = csv.reader(StringIO(_run("ticket")))
    assert header == list(entity("ticket").field_names)
    assert [row[0].split(" ")[0] for row in (help_, example, opened)] == ["#help", "#example", "#unlocks"]


def test_columns_of_a_template_name_the_kpis_of_the_catalogue() -> None:
    header, _, _, opened = csv.reader(StringIO(_run("ticket")))
    assert opened[header.index("opened_at")] != ""


def test_several_entities_go_into_one_workbook(tmp_path: Path) -> None:
    assert _run("ticket", "contact", "ticket", "--out", str(tmp_path / "request.xlsx")) == ""
    assert load_workbook(tmp_path / "request.xlsx", read_only=True).sheetnames == ["ticket", "contact"]


def test_without_an_entity_a_folder_gets_a_csv_for_each(tmp_path: Path) -> None:
    _run("--out", str(tmp_path / "new" / "request"))
    written = {path.name for path in (tmp_path / "new" / "request").iterdir()}
    assert written == {f"{name}.csv" for name in vocabulary()}


def test_one_entity_can_go_into_a_named_csv(tmp_path: Path) -> None:
    _run("ticket", "--out", str(tmp_path / "t.csv"), "--format", "csv")
    assert (tmp_path / "t.csv").read_text("utf-8") == _run("ticket")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tickt"], "Did you mean 'ticket'"),
        ([], "--out"),
        (["ticket", "contact"], "--out"),
        (["ticket", "--format", "xlsx"], "--out FILE.xlsx"),
        (["ticket", "--format", "xlsx", "--out", "{folder}/request"], ".xlsx"),
        (["ticket", "--format", "xlsx", "--out", "{folder}/request.csv"], "does not fit"),
        (["ticket", "contact", "--out", "{folder}/both.csv"], "one CSV"),
        (["ticket", "--out", "{folder}/file/inside"], "not a folder"),
    ],
)
def test_what_cannot_be_done_is_misuse_and_writes_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    asked = [argument.format(folder=tmp_path) for argument in arguments]
    with pytest.raises(MisuseError) as caught:
        _run(*asked)
    assert said in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_field_of_any_alternative_unlocks_a_kpi_once() -> None:
    needs = {
        "Handle time": (("contact.talk_s", "contact.hold_s"), ("queue_interval.talk_s",)),
        "Talk time": (("contact.talk_s",), ("contact.talk_s", "contact_leg.talk_s")),
    }
    assert unlocks(needs) == {
        "contact.talk_s": ["Handle time", "Talk time"],
        "contact.hold_s": ["Handle time"],
        "queue_interval.talk_s": ["Handle time"],
        "contact_leg.talk_s": ["Talk time"],
    }
