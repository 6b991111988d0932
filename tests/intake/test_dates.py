"""Dates are never guessed silently, and what a clock did not show, or showed twice, is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.clock_changes import clock_changes
from firstline.intake.date_styles import find_style
from firstline.intake.moments import moment
from firstline.warehouse.engine import Warehouse
from tests.homes import bring, counts


@pytest.fixture(scope="module")
def engine() -> Iterator[Warehouse]:
    warehouse = Warehouse.open()
    yield warehouse
    warehouse.close()


def style_of(engine: Warehouse, *cells: str | None) -> str:
    engine.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT unnest($cells) AS c1", {"cells": list(cells)})
    return find_style(engine, "raw", "c1", "the place")


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["2026-03-04", "2026-03-04T10:00:00Z", None], "iso"),
        (["13/04/2026", "05/04/2026"], "%d/%m/%Y"),
        (["04/13/2026", "04/05/2026"], "%m/%d/%Y"),
        (["13.4.2026 10:00", "5.4.2026"], "%d.%m.%Y|%d.%m.%Y %H:%M"),
        (["04-13-2026 10:00:00 PM"], "%m-%d-%Y %I:%M:%S %p"),
        (["13/04/26"], "%d/%m/%y"),
        (["4/13/2026, 10:00:00 AM"], "%m/%d/%Y, %I:%M:%S %p"),
        (["2026/03/04 10:00"], "%Y/%m/%d %H:%M"),
        (["4 Mar 2026"], "%d %b %Y"),
        (["05/05/2026", "07/07/2026"], "%d/%m/%Y"),
        (["00/00/0000", "00/00/0000", "13/04/2026"], "%d/%m/%Y"),
    ],
)
def test_the_writing_is_what_the_cells_settle(engine: Warehouse, cells: list[str | None], style: str) -> None:
    assert style_of(engine, *cells) == style


@pytest.mark.parametrize("sign", ["/", ".", "-"])
@pytest.mark.parametrize("clock", ["", " 10:00"])
def test_dates_that_fit_both_ways_are_shown_with_both_spans(engine: Warehouse, sign: str, clock: str) -> None:
    cells = [f"03{sign}04{sign}2026{clock}", f"05{sign}04{sign}2026{clock}"]
    with pytest.raises(MisuseError, match="in two ways") as caught:
        style_of(engine, *cells)
    message = caught.value.message
    assert caught.value.code == "ambiguous_dates"
    assert "day first" in message
    assert "2 cells, 0 of them only so, from 2026-04-03 to 2026-04-05" in message
    assert "2 cells, 0 of them only so, from 2026-03-04 to 2026-05-04" in message
    assert f'format = "%d{sign}%m{sign}%Y' in caught.value.hint


def test_what_says_never_is_not_in_the_span(engine: Warehouse) -> None:
    with pytest.raises(MisuseError, match="in two ways") as caught:
        style_of(engine, "03.04.2026", "01.01.1970")
    assert "2 cells, 0 of them only so, from 2026-04-03 to 2026-04-03" in caught.value.message


def test_dates_that_mix_both_ways_are_shown_with_their_counts(engine: Warehouse) -> None:
    with pytest.raises(MisuseError, match="mix two ways") as caught:
        style_of(engine, "13/04/2026", "14/04/2026", "04/15/2026", "01/02/2026")
    assert "3 cells, 2 of them only so, from 2026-02-01 to 2026-04-14" in caught.value.message
    assert "2 cells, 1 of them only so, from 2026-01-02 to 2026-04-15" in caught.value.message


def test_what_is_no_known_writing_is_shown(engine: Warehouse) -> None:
    with pytest.raises(MisuseError, match="'soon'"):
        style_of(engine, "soon")
    with pytest.raises(MisuseError, match="epoch_s"):
        style_of(engine, "1767225600")
    with pytest.raises(MisuseError, match="epoch_ms"):
        style_of(engine, "1767225600000")


FILE = """\
source = "s"
[file]
entity = "ticket"
timezone = "Europe/Zurich"
[fields]
ticket_id = "id"
opened_at = {}
changed_at = "changed"
"""


def rows(*cells: str) -> str:
    return "id,at,changed\n" + "".join(f"T{n},{cell},2026-05-01\n" for n, cell in enumerate(cells))


MARCH = [f"{day:02d}/03/2026" if day > 12 else f"03/{day:02d}/2026" for day in range(1, 32)]
"""What a spreadsheet makes of the days of March: those it can, it reads with day and month swapped."""


def warned(home: Home, text: str, told: str, style: str = "") -> bool:
    column = f'{{ column = "at", format = "{style}" }}' if style else '"at"'
    record = bring(home, text, mapping=FILE.format(column))
    assert record.error is None, record.error
    return any(told in warning for warning in record.warnings)


def test_days_and_months_swapped_in_part_of_the_rows_are_told(home: Home) -> None:
    assert warned(home, rows(*MARCH), "of 12 dates with a day of 12 or less 11 lie in other months", "%d/%m/%Y")
    assert warned(home, rows(*MARCH), "day and month swapped")


def test_days_that_go_on_into_the_next_month_are_not_taken_for_swapped(home: Home) -> None:
    days = [f"{day:02d}/01/2026" for day in range(13, 32)] + [f"{day:02d}/02/2026" for day in range(1, 9)]
    assert not warned(home, rows(*days), "swapped", "%d/%m/%Y")


def test_local_times_that_are_skipped_or_occur_twice_are_told_with_the_rule(home: Home) -> None:
    text = rows("2025-03-30 02:30", "2025-03-30 03:30", "2025-10-26 02:30", "2025-10-26 03:00", "2025-10-26T02:30:00Z")
    record = bring(home, text, mapping=FILE.format('"at"'))
    assert counts(record) == (5, 5, 0, 0)
    skipped, twice = (warning for warning in record.warnings if "local times" in warning)
    assert "1 cells" in skipped
    assert "offset in force before it, first in row 1: '2025-03-30 02:30'" in skipped
    assert "1 cells" in twice
    assert "later of the two, first in row 3: '2025-10-26 02:30'" in twice
    found = home.warehouse.rows("SELECT opened_at FROM ticket ORDER BY ticket_id")
    assert [row["opened_at"] for row in found] == [
        datetime(2025, 3, 30, 1, 30),
        datetime(2025, 3, 30, 1, 30),
        datetime(2025, 10, 26, 1, 30),
        datetime(2025, 10, 26, 2, 0),
        datetime(2025, 10, 26, 2, 30),
    ]


def test_clocks_change_when_the_zone_says() -> None:
    year = datetime(2026, 1, 1), datetime(2027, 1, 1)
    spring, autumn = clock_changes("Europe/Zurich", *year)
    assert (spring.instant, spring.first, spring.end, spring.is_skipped) == (
        datetime(2026, 3, 29, 1),
        datetime(2026, 3, 29, 2),
        datetime(2026, 3, 29, 3),
        True,
    )
    assert (autumn.instant, autumn.first, autumn.is_skipped) == (
        datetime(2026, 10, 25, 1),
        datetime(2026, 10, 25, 2),
        False,
    )
    assert [change.length.seconds for change in clock_changes("Australia/Lord_Howe", *year)] == [1800, 1800]
    assert clock_changes("UTC", *year) == []


@pytest.mark.parametrize("cell", ["1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z", "1970-01-01 01:00:00"])
def test_the_beginning_of_1970_says_never(home: Home, cell: str) -> None:
    text = f"id,at,changed\nT1,2026-01-01,{cell}\nT2,2026-01-01,2026-02-01\n"
    record = bring(home, text, mapping=FILE.format('"at"'))
    assert counts(record) == (2, 2, 0, 0)
    assert "ticket.changed_at: 1 cells say 1970-01-01, read as never (null), first in row 1." in record.warnings
    assert not any("could not be read" in warning for warning in record.warnings)
    assert home.warehouse.value("SELECT changed_at FROM ticket WHERE ticket_id = 'T1'") is None


@pytest.mark.parametrize(
    ("kind", "style", "cell"),
    [
        ("ts", "epoch_s", "0"),
        ("ts", "epoch_ms", "0"),
        ("ts", "%d/%m/%Y", "01/01/1970"),
        ("date", "iso", "1970-01-01"),
        ("date", "epoch_s", "0"),
        ("ts", "%Y-%m-%dT%H:%M:%S%z", "1970-01-01T02:00:00+0200"),
    ],
)
def test_never_is_known_in_every_writing(engine: Warehouse, kind: str, style: str, cell: str) -> None:
    read = moment(kind, "cell", style, "America/New_York", "use")
    found = engine.row(
        f"SELECT {read.value} AS value, {read.is_never} AS never FROM (SELECT $cell AS cell)", {"cell": cell}
    )
    assert found == {"value": None, "never": True}


def test_a_row_placed_by_never_has_no_time(home: Home) -> None:
    record = bring(home, rows("1970-01-01", "2026-01-01"), mapping=FILE.format('"at"'))
    assert record.reasons == {"missing_time": 1}


def test_a_list_that_says_never_of_a_resolution_has_open_tickets(home: Home) -> None:
    text = (
        "ticket_id,opened_at,resolved_at\nT1,2026-01-02,1970-01-01 00:00:00\nT2,2026-01-03,2026-01-04\n"
        "T3,2026-01-05,some day\n"
    )
    record = bring(home, text)
    assert counts(record) == (3, 2, 0, 1)
    assert record.reasons == {"unreadable_time": 1}
    assert "ticket_event.at: 1 cells say 1970-01-01, read as never (null), first in row 1." in record.warnings
    assert home.warehouse.rows("SELECT ticket_id FROM ticket ORDER BY ticket_id") == [
        {"ticket_id": "T1"},
        {"ticket_id": "T2"},
    ]
    assert home.warehouse.rows("SELECT ticket_id, type FROM ticket_event") == [{"ticket_id": "T2", "type": "resolved"}]
