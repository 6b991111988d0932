"""`firstline codes`: the codes of two systems become one list of drivers, and history is recoded without being lost."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Printed, firstline

MAPPING = """source = "{source}"
[file]
entity = "ticket"
timezone = "UTC"
[fields]
ticket_id = "id"
opened_at = "opened"
reason_code = "why"
type = {{ column = "kind", values = {{ {values} }} }}
"""
REASONS = {"desk": ("INET_SLOW", "BILL", "ODD"), "legacy": ("inet langsam", "Rechnung", "sonst")}
KINDS = {"desk": ("Fault", "Invoice"), "legacy": ("Störung", "Rechnung")}
TABLE = """code_source,field,value,meaning
desk,ticket.reason_code,INET_SLOW,connectivity.slow.always
desk,ticket.reason_code,BILL,billing.explain_bill.charge
legacy,ticket.reason_code,Inet langsam,connectivity.slow.always
legacy,ticket.reason_code,RECHNUNG,billing.explain_bill.charge
legacy,ticket.reason_code,sonst,other.unknown.none
"""
KIND_TABLE = """code_source,field,value,meaning
desk,ticket.type,fault,trouble
desk,ticket.type,invoice,billing
legacy,ticket.type,störung,trouble
legacy,ticket.type,rechnung,billing
"""
SHARES = ("kpi", "driver_share", "--group", "reason", "--format", "json", "--now", "2026-05-01")


def rows(source: str, month: int) -> str:
    """Ten tickets: five slow, four about bills, one odd; every other one a fault."""
    lines = ["id,opened,why,kind"]
    for number in range(10):
        why = REASONS[source][0 if number < 5 else 1 if number < 9 else 2]
        lines.append(f"{month}-{number},2026-{month:02}-{number + 1:02},{why},{KINDS[source][number % 2]}")
    return "\n".join(lines) + "\n"


def bring(home: Path, source: str, month: int, values: str = "") -> None:
    data, mapping = home.parent / f"{source}{month}.csv", home.parent / f"{source}{month}.toml"
    data.write_text(rows(source, month))
    mapping.write_text(MAPPING.format(source=source, values=values))
    assert firstline(home, "import", data, "--mapping", mapping).code == 0


def give(home: Path, table: str, *words: str) -> Printed:
    path = home.parent / "codes.csv"
    path.write_text(table)
    printed = firstline(home, "codes", "import", path, "--format", "json", *words)
    assert printed.code == 0, printed.err
    return printed


def shares(home: Path, *words: str) -> dict[str, tuple[float, int]]:
    """Share and count by reason."""
    told = firstline(home, *SHARES, *words)
    assert told.code == 0, told.err
    return {each["group"]["reason"]: (each["value"], each["numerator"]) for each in told.json()}


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten tickets of each of two systems in March, and ten of the first in April."""
    found = tmp_path_factory.mktemp("filled") / "home"
    for source, month in (("desk", 3), ("legacy", 3), ("desk", 4)):
        bring(found, source, month)
    return found


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(filled_home, tmp_path / "home"))


def test_codes_of_two_systems_become_one_share_and_what_is_left_is_unmapped(home: Path) -> None:
    give(home, TABLE)
    # slow 5 + 5 + 5 of 30, bills 4 + 4 + 4, one said to be unknown, and one ODD in each of two months
    assert shares(home) == {
        "connectivity.slow.always": (0.5, 15),
        "billing.explain_bill.charge": (0.4, 12),
        "other.unknown.none": (1 / 30, 1),
        "unmapped": (2 / 30, 2),
    }
    (families,) = (
        {each["group"]["family"]: each["numerator"] for each in firstline(home, *SHARES, "--group", "family").json()
         if each["group"]["reason"] == "unmapped"},
    )  # fmt: skip
    assert families == {"unmapped": 2}


def test_recoding_moves_past_months_says_so_and_the_old_figure_can_still_be_asked(home: Path) -> None:
    give(home, TABLE)
    assert shares(home, "--to", "2026-04-01")["unmapped"] == (1 / 20, 1)
    known = firstline(home, "imports", "--format", "json").json()[0]["number"]
    tried = firstline(
        home, "codes", "map", "desk", "ticket.reason_code", "odd=wifi.mesh", "--dry-run", "--format", "json"
    )
    assert shares(home, "--to", "2026-04-01")["unmapped"] == (1 / 20, 1)
    done = firstline(home, "codes", "map", "desk", "ticket.reason_code", "odd=wifi.mesh", "--format", "json")
    assert done.code == 0
    for printed in (tried, done):
        (record,) = printed.json()
        assert {(each["kpi"], each["group"]["reason"], each["period_start"][:7]) for each in record["moved"]} == {
            ("driver_share", reason, month) for reason in ("unmapped", "wifi.mesh") for month in ("2026-03", "2026-04")
        }
    assert tried.json()[0]["batch"] is None
    assert "unmapped" not in shares(home, "--to", "2026-04-01")
    assert shares(home, "--to", "2026-04-01", "--as-of", str(known))["unmapped"] == (1 / 20, 1)
    firstline(home, "undo", str(done.json()[0]["batch"]))
    assert shares(home, "--to", "2026-04-01")["unmapped"] == (1 / 20, 1)


def test_a_meaning_holds_from_its_date_on(home: Path) -> None:
    give(home, TABLE)
    words = ("map", "desk", "ticket.reason_code", "ODD=wifi.mesh", "BILL=billing.payment.late")
    assert firstline(home, "codes", *words, "--valid-from", "2026-04-01").code == 0
    march, april = shares(home, "--to", "2026-04-01"), shares(home, "--from", "2026-04-01")
    assert march["unmapped"] == (1 / 20, 1)
    assert march["billing.explain_bill.charge"] == (8 / 20, 8)
    assert april == {
        "connectivity.slow.always": (0.5, 5), "billing.payment.late": (0.4, 4), "wifi.mesh": (0.1, 1),
    }  # fmt: skip


def test_the_order_in_which_tables_come_changes_nothing(home: Path, tmp_path: Path) -> None:
    header, *lines = TABLE.splitlines()
    other = tmp_path / "other" / "home"
    other.parent.mkdir()
    give(other, "\n".join([header, *lines[3:]]) + "\n")
    for source, month in (("desk", 4), ("legacy", 3), ("desk", 3)):
        bring(other, source, month)
    give(other, "\n".join([header, *reversed(lines[:3])]) + "\n")
    give(home, TABLE)
    assert shares(other) == shares(home)


def test_a_mapped_status_gives_what_a_mapping_that_translated_it_would_have_given(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "home"
    other.parent.mkdir()
    for source, month in (("desk", 3), ("legacy", 3), ("desk", 4)):
        fault, invoice = KINDS[source]
        bring(other, source, month, values=f'"{fault}" = "trouble", "{invoice}" = "billing"')
    asked = ("kpi", "ticket_volume", "--group", "type", "--by", "month", "--format", "json", "--now", "2026-05-01")
    wanted = firstline(other, *asked).json()
    assert {each["group"]["type"] for each in wanted} == {"trouble", "billing"}
    before = firstline(home, *asked)
    assert (before.code, "ticket.type" in before.out or before.json() != wanted) == (0, True)
    give(home, KIND_TABLE)
    assert firstline(home, *asked).json() == wanted


def listed(home: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = firstline(home, "codes", "list", "--format", "json", *words).json()
    return found


def test_what_has_no_meaning_is_listed_by_count_with_a_suggestion(home: Path) -> None:
    found = listed(home, "--unmapped", "--source", "desk")
    assert [(each["field"], each["value"], each["rows"], each["suggestion"]) for each in found] == [
        ("ticket.reason_code", "INET_SLOW", 10, "connectivity.slow.always"),
        ("ticket.reason_code", "BILL", 8, "billing.explain_bill.charge"),
        ("ticket.reason_code", "ODD", 2, None),
        ("ticket.type", "Fault", 10, "trouble"),
        ("ticket.type", "Invoice", 10, "billing"),
    ]
    assert (found[0]["first_at"], found[0]["last_at"]) == ("2026-03-01T00:00:00+00:00", "2026-04-05T00:00:00+00:00")
    assert [each["is_passing"] for each in found] == [True, True, True, False, False]
    give(home, TABLE)
    assert [each["value"] for each in listed(home, "--unmapped", "--field", "ticket.reason_code")] == ["ODD"]
    assert len(listed(home, "--field", "ticket.reason_code")) == 6
    printed = firstline(home, "codes", "list")
    assert "unmapped" in printed.out
    assert "connectivity.slow.always" in printed.out
    # midnight of the 5th in UTC, the day before in Denver
    assert "2026-04-05" in printed.out
    (home / "firstline.toml").write_text('timezone = "America/Denver"\n')
    assert "2026-04-04" in firstline(home, "codes", "list", "--source", "desk").out


def test_the_table_goes_out_and_comes_back_as_csv(home: Path) -> None:
    give(home, TABLE)
    firstline(home, "codes", "map", "desk", "ticket.reason_code", "BILL=billing.payment", "--valid-from", "2026-04-01")
    out = firstline(home, "codes", "export").out
    assert list(csv.DictReader(io.StringIO(out)))[0] == {
        "code_source": "desk", "field": "ticket.reason_code", "value": "BILL", "meaning": "billing.explain_bill.charge",
        "valid_from": "",
    }  # fmt: skip
    (again,) = give(home, out).json()
    assert (again["read"], again["unchanged"], again["moved"]) == (6, 6, [])


def test_what_waits_for_a_meaning_goes_out_to_be_filled_in(home: Path) -> None:
    out = firstline(home, "codes", "export", "--unmapped").out
    waiting = list(csv.DictReader(io.StringIO(out)))
    assert len(waiting) == 10
    filled = [{**row, "meaning": row["suggestion"]} for row in waiting]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(filled[0]))
    writer.writeheader()
    writer.writerows(filled)
    (record,) = give(home, text.getvalue()).json()
    # ODD has no suggestion: it still waits
    assert (record["accepted"], record["reasons"]) == (9, {"missing_meaning": 1})
    assert [each["value"] for each in listed(home, "--unmapped")] == ["ODD"]


def test_a_meaning_can_be_taken_away_again(home: Path) -> None:
    give(home, TABLE)
    assert firstline(home, "codes", "map", "desk", "ticket.reason_code", "bill=").code == 0
    assert shares(home)["unmapped"] == (10 / 30, 10)
    assert firstline(home, "codes", "map", "desk", "ticket.reason_code", "bill=").code == 2


def test_a_provider_s_own_driver_can_be_meant(home: Path) -> None:
    path = home.parent / "drivers.csv"
    path.write_text("driver_id,label\nconnectivity.slow.roaming,Slow abroad\n")
    assert firstline(home, "codes", "import", path, "--taxonomy").code == 0
    words = ("map", "desk", "ticket.reason_code", "INET_SLOW=connectivity.slow.roaming")
    assert firstline(home, "codes", *words).code == 0
    assert shares(home)["connectivity.slow.roaming"][1] == 10


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("map", "desk", "ticket.reason_code", "A=wifi.mash"), "Did you mean 'wifi.mesh'?"),
        (("map", "desk", "ticket.type", "A=trable"), "Did you mean 'trouble'?"),
        (("map", "dask", "ticket.type", "A=trouble"), "Did you mean 'desk'?"),
        (("map", "desk", "ticket.typ", "A=trouble"), "Did you mean 'ticket.type'?"),
        (("map", "desk", "ticket.type", "trouble"), "is not CODE=MEANING"),
        (("map", "desk", "ticket.type", "A=trouble", "--valid-from", "soon"), "--valid-from 'soon'"),
        (("list", "--field", "ticket.reson_code"), "Did you mean 'ticket.reason_code'?"),
        (("list", "--source", "dask"), "Did you mean 'desk'?"),
    ],
)
def test_misuse_is_code_2_and_names_the_nearest_right_word(home: Path, words: tuple[str, ...], said: str) -> None:
    printed = firstline(home, "codes", *words)
    assert printed.code == 2
    assert said in printed.err


def test_a_missing_file_is_told(home: Path) -> None:
    printed = firstline(home, "codes", "import", home.parent / "none.csv")
    assert printed.code == 1
    assert "There is no file" in printed.err


def test_sources_name_what_is_not_mapped_and_the_kpis_that_it_taints(home: Path) -> None:
    give(home, TABLE)
    told = {each["source"]: each for each in firstline(home, "sources", "--format", "json").json()}
    fields = {each["field"]: each for each in told["desk"]["unmapped"]}
    assert (fields["ticket.reason_code"]["codes"], fields["ticket.reason_code"]["rows"]) == (1, 2)
    assert "driver_share" in fields["ticket.reason_code"]["kpis"]
    assert "repeat_ticket_rate_7d" in fields["ticket.reason_code"]["kpis"]
    assert {each["field"] for each in told["legacy"]["unmapped"]} == {"ticket.type"}
    assert "1 codes of ticket.reason_code in 2 rows have no meaning" in firstline(home, "sources").out


def test_a_figure_that_lacked_a_field_is_there_once_its_codes_are_mapped(tmp_path: Path) -> None:
    home, data = tmp_path / "home", tmp_path / "visits.csv"
    lines = [f"V{number},2026-03-{number + 1:02} 09:00,Entstörung" for number in range(12)]
    data.write_text("\n".join(["visit_id,dispatched_at,purpose", *lines]) + "\n")
    assert firstline(home, "import", data, "--as", "truck_roll").code == 0
    asked = ("kpi", "truck_rolls", "--format", "json", "--now", "2026-05-01")
    (before,) = firstline(home, *asked).json()
    assert before["reason"] == "missing:truck_roll.purpose"
    assert firstline(home, "codes", "map", "canonical", "truck_roll.purpose", "entstörung=trouble").code == 0
    (after,) = firstline(home, *asked).json()
    assert after["value"] == 12
