"""The mapping reference says all that a mapping can, and its samples are read and do what it says."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel

from firstline.home import Home
from firstline.intake.conversion import FALSE_WORDS, TRUE_WORDS, UNIT_FAMILIES
from firstline.intake.expression import NUMBER_FUNCTIONS, TEXT_FUNCTIONS
from firstline.intake.mapping import Also, Events, FieldSource, FilePart, Mapping, read_mapping
from firstline.intake.parts import ROW_FIELDS
from tests.contracts.project import ROOT, fenced
from tests.homes import bring, counts

PAGE = (ROOT / "docs" / "reference" / "mapping.md").read_text("utf-8")
SECTIONS: dict[str, type[BaseModel]] = {
    "Top level": Mapping,
    "`[file]`": FilePart,
    "`[fields]`": FieldSource,
    "`[[also]]`": Also,
    "`[events]`": Events,
}


def section(title: str) -> str:
    """The text below a heading of the page."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("title", SECTIONS)
def test_each_table_lists_the_keys_of_its_part_and_no_other(title: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)
    assert rows == list(SECTIONS[title].model_fields)


def test_all_functions_units_and_words_are_listed() -> None:
    functions = set(re.findall(r"`(\w+)\(", section("Expressions")))
    assert functions == {*TEXT_FUNCTIONS, *NUMBER_FUNCTIONS, "coalesce"}
    units = {unit for family in UNIT_FAMILIES for unit in family} | {"hms"}
    assert {unit for unit in units if f"`{unit}`" not in section("`[fields]`")} == set()
    assert {word for word in (*TRUE_WORDS, *FALSE_WORDS) if f"`{word}`" not in section("`[fields]`")} == set()
    assert {field.name for field in ROW_FIELDS if f"`{field.name}`" not in section("`[fields]`")} == set()


@pytest.mark.parametrize("sample", fenced(PAGE, "toml"))
def test_every_sample_is_a_mapping(sample: str) -> None:
    assert read_mapping(sample, "mapping.md").source


def test_the_first_sample_does_what_the_page_says(home: Home) -> None:
    record = bring(home, fenced(PAGE, "csv")[0], mapping=fenced(PAGE, "toml")[0])
    assert counts(record) == (3, 2, 0, 1)
    assert record.entities == {"contact": 2, "survey_response": 1}
    assert home.warehouse.value("SELECT talk_s FROM contact WHERE contact_id = 'C17'") == 143


def test_the_event_log_does_what_the_page_says(home: Home) -> None:
    log = (
        "Case ID,Activity,Complete Timestamp,Resource,Support Section,Severity\n"
        "A,Resolve ticket,2026/02/02 10:00:00,x,Net,high\nA,Take in charge ticket,2026/02/01 10:00:00,y,Net,high\n"
        "A,Wait - reopened,2026/02/03 10:00:00,y,Net,high\n"
    )
    record = bring(home, log, mapping=fenced(PAGE, "toml")[1])
    assert record.entities == {"ticket_event": 3, "ticket": 1}
    found = home.warehouse.rows('SELECT type, reopens, to_team FROM ticket_event ORDER BY "at"')
    assert [(row["type"], row["reopens"], row["to_team"]) for row in found] == [
        ("assigned", False, "Net"),
        ("resolved", False, "Net"),
        (None, True, "Net"),
    ]


def test_clock_times_are_read_as_the_page_says(home: Home) -> None:
    calls = 'contact_id,entered_at,talk_s,hold_s\nC1,2026-02-01,00:02:23,2:23\nC2,2026-02-01,90,"1,200.0"\n'
    counts(bring(home, calls, entity="contact"))
    found = home.warehouse.rows("SELECT talk_s, hold_s FROM contact ORDER BY contact_id")
    assert found == [{"talk_s": 143, "hold_s": 2 * 3600 + 23 * 60}, {"talk_s": 90, "hold_s": 1200}]
