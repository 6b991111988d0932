"""Exclusions: rows known by account, number, requester, queue, subject or time are left out, counted, and come back."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import firstline

CALLS = """contact_id,account_id,phone,email,channel,direction,entered_at,queue_id,disposition,resolved_flag
C1,A1,303-555-0142,,phone,inbound,2026-03-02 09:00:00,support,answered,true
C2,A2,303-555-0143,,phone,inbound,2026-03-02 10:00:00,support,answered,true
C3,A2,303-555-0143,,phone,inbound,2026-03-03 10:00:00,internal,answered,true
C4,A3,,ann@example.org,email,inbound,2026-03-04 10:00:00,sales_1,answered,true
"""
TICKETS = """ticket_id,account_id,opened_at,type,email,queue_id,subject
T1,A1,2026-03-02 09:00:00,trouble,,desk,No service
T2,A2,2026-03-02 09:00:00,trouble,alerts@example.org,desk,Link down
T3,A3,2026-03-03 09:00:00,trouble,,desk,Out of office: back on Monday
T4,A3,2026-03-03 09:00:00,trouble,,desk,100% out of office
"""
COLUMNS = ("exclusion_id", "reason", "entity", "row_id", "account_id", "phone", "email", "queue_id") + (
    "subject_pattern",
    "from_at",
    "until_at",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "home").mkdir()
    (folder / "home" / "firstline.toml").write_text('timezone = "UTC"\ncountry = "US"\n')
    calls, tickets = folder / "calls.csv", folder / "tickets.csv"
    calls.write_text(CALLS)
    tickets.write_text(TICKETS)
    mapping = folder / "tickets.toml"
    mapping.write_text(
        'source = "desk"\n[file]\nentity = "ticket"\n[fields]\n'
        + "".join(f'{name} = "{name}"\n' for name in TICKETS.splitlines()[0].split(",")[:-1])
        + '[[also]]\nentity = "ticket_text"\n[also.fields]\nticket_id = "ticket_id"\nsubject = "subject"\n'
    )
    assert firstline(folder / "home", "import", calls, "--as", "contact").code == 0
    assert firstline(folder / "home", "import", tickets, "--mapping", mapping).code == 0
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home with calls and tickets, beside the files it was made of."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def exclude(home: Path, *exclusions: dict[str, str]) -> dict[str, Any]:
    path = home.parent / "exclusions.csv"
    with path.open("w", newline="") as stream:
        rows = csv.DictWriter(stream, COLUMNS)
        rows.writeheader()
        rows.writerows({"exclusion_id": f"X{n}", "reason": "tests", **each} for n, each in enumerate(exclusions))
    done = firstline(home, "setup", "import", path, "--as", "exclusion", "--format", "json")
    assert done.code == 0, done.err
    (record,) = done.json()
    return dict(record)


def reasons(home: Path) -> set[str]:
    return {each["reason"] for each in firstline(home, "setup", "exclusions", "--format", "json").json()}


def left_out(home: Path) -> dict[str, tuple[int, int]]:
    """How many count and how many were taken out, of tickets and of contacts with a flag."""
    words = ("kpi", "ticket_volume", "resolved_flag_share", "--from", "2026-03-01", "--to", "2026-04-01")
    found = {}
    for record in firstline(home, *words, "--format", "json").json():
        found[record["kpi"]] = (record["n"], record["excluded"])
    return found


@pytest.mark.parametrize(
    ("stated", "tickets", "contacts"),
    [
        ({"account_id": "A2"}, 1, 2),
        ({"phone": "(303) 555 0143"}, 0, 2),
        ({"email": "Alerts@example.org"}, 1, 0),
        ({"queue_id": "internal"}, 0, 1),
        ({"subject_pattern": "out of office*"}, 1, 0),
        ({"subject_pattern": "*OUT OF*"}, 2, 0),
        ({"subject_pattern": "100% out*"}, 1, 0),
        ({"subject_pattern": "1_0% out*"}, 0, 0),
        ({"from_at": "2026-03-03 00:00:00", "until_at": "2026-03-04 00:00:00"}, 2, 1),
        ({"entity": "contact", "from_at": "2026-03-03 00:00:00"}, 0, 2),
        ({"row_id": "C1"}, 0, 1),
        ({"account_id": "A2", "queue_id": "support"}, 0, 1),
        ({"account_id": "A2", "until_at": "2026-03-03 00:00:00"}, 1, 1),
    ],
)
def test_all_rows_that_fit_every_part_are_left_out_and_counted(
    home: Path, stated: dict[str, str], tickets: int, contacts: int
) -> None:
    exclude(home, stated)
    assert left_out(home) == {"ticket_volume": (4 - tickets, tickets), "resolved_flag_share": (4 - contacts, contacts)}


def test_an_exclusion_is_reversible(home: Path) -> None:
    batch = exclude(home, {"account_id": "A2"}, {"queue_id": "internal"})["batch"]
    assert left_out(home)["resolved_flag_share"] == (2, 2)
    assert firstline(home, "undo", str(batch)).code == 0
    assert left_out(home)["resolved_flag_share"] == (4, 0)


def test_how_many_rows_each_exclusion_takes_out_is_told(home: Path) -> None:
    exclude(home, {"account_id": "A2"}, {"queue_id": "internal"}, {"account_id": "A99"})
    rows = list(csv.DictReader(io.StringIO(firstline(home, "setup", "export", "exclusion").out)))
    assert [each["exclusion_id"] for each in rows] == ["X0", "X1", "X2"]
    told = firstline(home, "setup", "exclusions", "--format", "json").json()
    assert {each["exclusion_id"]: each["rows"] for each in told} == {"X0": 3, "X1": 1, "X2": 0}


def test_an_exclusion_that_cannot_hold_is_quarantined_and_takes_nothing_out(home: Path) -> None:
    unread = {"phone": "none", "queue_id": "support"}
    record = exclude(home, {"reason": "", "account_id": "A1"}, {}, unread, {"entity": "ticket"})
    assert record["reasons"] == {"bad_exclusion": 4}
    assert left_out(home) == {"ticket_volume": (4, 0), "resolved_flag_share": (4, 0)}


def test_a_ticket_known_by_its_subject_stays_out_when_the_subject_is_erased(home: Path) -> None:
    people = home.parent / "subscribers.csv"
    people.write_text("subscriber_id,activated_at\nS3,2025-01-01\n")
    accounts = home.parent / "accounts.csv"
    accounts.write_text("account_id,subscriber_id,status\nA3,S3,active\n")
    firstline(home, "import", people, "--as", "subscriber")
    firstline(home, "import", accounts, "--as", "account")
    exclude(home, {"subject_pattern": "*out of office*"})
    assert left_out(home)["ticket_volume"] == (2, 2)
    before = firstline(home, "imports", "--format", "json").json()
    assert firstline(home, "forget", "S99").code == 2
    assert firstline(home, "imports", "--format", "json").json() == before
    assert firstline(home, "forget", "S3").code == 0
    assert left_out(home)["ticket_volume"] == (2, 2)
    assert firstline(home, "rebuild").code == 0
    assert left_out(home)["ticket_volume"] == (2, 2)


def test_a_round_trip_changes_nothing_and_keeps_number_and_address(home: Path) -> None:
    exclude(home, {"phone": "(303) 555 0143", "queue_id": "support"}, {"email": "alerts@example.org"})
    signs = ["+1 303 555 0199", "'+off", "''=now", "'tis", "-5", "@home"]
    exclude(home, *({"exclusion_id": each, "reason": each, "queue_id": each} for each in signs))
    stored = {"tests", "+1 303 555 0199", "+off", "'=now", "'tis", "-5", "@home"}
    assert reasons(home) == stored
    before = left_out(home)
    exported = home.parent / "exported.csv"
    exported.write_text(firstline(home, "setup", "export", "exclusion").out)
    rows = list(csv.DictReader(io.StringIO(exported.read_text())))
    told = {(each["phone"], each["email"]) for each in rows if each["exclusion_id"].startswith("X")}
    assert told == {("(303) 555 0143", ""), ("", "alerts@example.org")}
    assert all(each["queue_id"][:1] not in ("+", "-", "@", "=") for each in rows), "a spreadsheet would run it"
    (record,) = firstline(home, "setup", "import", exported, "--as", "exclusion", "--format", "json").json()
    assert (record["unchanged"], record["quarantined"], record["moved"]) == (8, 0, [])
    assert left_out(home) == before
    assert reasons(home) == stored


def test_a_number_that_was_erased_is_said_to_be_and_widens_nothing(home: Path) -> None:
    people = home.parent / "subscribers.csv"
    people.write_text("subscriber_id,activated_at,phone\nS2,2025-01-01,303-555-0143\n")
    firstline(home, "import", people, "--as", "subscriber")
    accounts = home.parent / "accounts.csv"
    accounts.write_text("account_id,subscriber_id,status,phone\nA2,S2,active,303-555-0143\n")
    firstline(home, "import", accounts, "--as", "account")
    exclude(home, {"phone": "(303) 555 0143", "queue_id": "support"})
    before = left_out(home)
    assert before["resolved_flag_share"] == (3, 1)
    assert firstline(home, "forget", "S2").code == 0
    assert left_out(home) == before
    exported = home.parent / "exported.csv"
    exported.write_text(firstline(home, "setup", "export", "exclusion").out)
    (row,) = csv.DictReader(io.StringIO(exported.read_text()))
    assert (row["phone"], row["queue_id"]) == ("(erased)", "support")
    again = firstline(home, "setup", "import", exported, "--as", "exclusion", "--format", "json")
    assert again.json()[0]["reasons"] == {"bad_exclusion": 1}
    # stated again, it fits what it fitted
    exclude(home, {"phone": "(303) 555 0143", "queue_id": "support"})
    assert left_out(home) == before
