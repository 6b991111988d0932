"""Match keys: one normal form, hashed with the secret of the home where they are personal, never in clear."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.home import Home
from firstline.intake.match_keys import KeyMaker, normal_form
from firstline.refresh.backup import back_up, restore
from firstline.refresh.rebuild import rebuild
from firstline.settings import Settings
from firstline.state.secret import FILE_NAME
from tests.homes import bring, counts, landed_files

CALLS = "contact_id,entered_at,phone,email,device_serial,device_mac\n"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = _open(tmp_path / "home")
    yield opened
    opened.close()


def _open(path: Path, country: str = "CH") -> Home:
    opened = Home.open(path)
    opened.settings = Settings(timezone="UTC", country=country)
    return opened


@pytest.mark.parametrize(
    ("kind", "text", "plain"),
    [
        ("phone", "079 123 45 67", "+41791234567"),
        ("phone", "+41 (0)79 123 45 67", "+41791234567"),
        ("phone", "0041791234567", "+41791234567"),
        ("phone", "+1 303 555 0142", "+13035550142"),
        ("phone", "anonymous", None),
        ("phone", "4021", None),
        ("phone", "0000000000", None),
        ("email", "  Ada@Example.ORG ", "ada@example.org"),
        ("email", "ada at example", None),
        ("mac", "02-00-5e-10-00-02", "02005E100002"),
        ("mac", "0200.5e10.0002", "02005E100002"),
        ("mac", "02:00:5e:10:00", None),
        ("mac", "ff:ff:ff:ff:ff:ff", None),
        ("serial", " exn-000 1234", "EXN0001234"),
        ("serial", "unknown", None),
        ("serial", "00000000", None),
        ("circuit", " C-17/b ", "C-17/b"),
        ("person", "Ada Example\x1f12 Sample St., Denver 80202", "ada example at 12 sample st"),
        ("person", "EXAMPLE, Adá\x1f12 Sample St", "ada example at 12 sample st"),
        ("person", "-\x1f12 Sample St", None),
    ],
)
def test_a_key_has_one_normal_form_or_is_none(kind: str, text: str, plain: str | None) -> None:
    assert normal_form(kind, text, "CH") == plain


@given(st.sampled_from(["phone", "email", "mac", "serial", "circuit", "person"]), st.text())
def test_any_text_has_a_normal_form_or_none(kind: str, text: str) -> None:
    plain = normal_form(kind, text, "CH")
    # a normal form is its own; that of a person is no name and address any more
    assert plain is None or kind == "person" or normal_form(kind, plain, "") == plain


def test_a_number_without_a_country_is_none_where_no_country_is_set() -> None:
    assert normal_form("phone", "079 123 45 67", "") is None
    assert normal_form("phone", "+41 79 123 45 67", "") == "+41791234567"


def test_keys_of_two_homes_tell_nothing_of_each_other() -> None:
    one, other = KeyMaker(b"1" * 32, "CH"), KeyMaker(b"2" * 32, "CH")
    assert one.key("phone", "079 123 45 67") == one.key("phone", "+41791234567")
    assert one.key("phone", "079 123 45 67") != other.key("phone", "079 123 45 67")
    assert one.key("circuit", "C-17") == other.key("circuit", "C-17") == "C-17"
    assert one.key("serial", "02005E100002") != one.key("mac", "02005E100002")


def test_one_person_written_in_two_ways_has_one_key_and_stands_in_no_analytic_file(home: Home) -> None:
    rows = "C1,2026-03-02,079 123 45 67,Ada@example.org,EXN-1234,02:00:5e:10:00:02\n"
    other = "C2,2026-03-03,+41791234567,ada@example.org,exn1234,02005E100002\n"
    bring(home, CALLS + rows + other)
    found = home.warehouse.rows("SELECT DISTINCT phone_key, email_key, serial_key, mac_key FROM contact")
    assert len(found) == 1
    assert all(len(str(key)) == 32 for key in found[0].values())
    for path in landed_files(home):
        if "/personal/" not in str(path):
            assert b"ada@" not in path.read_bytes().lower()
            assert b"1234567" not in path.read_bytes()


def test_cells_that_are_no_key_are_counted_and_not_shown(home: Home) -> None:
    record = bring(home, CALLS + "C1,2026-03-02,secret caller,,,\nC2,2026-03-02,4021,,,\n")
    told = [warning for warning in record.warnings if "contact.phone" in warning]
    assert told == ["contact.phone: 2 cells hold no number that can be called; no row is attached by them."]


def test_a_missing_country_is_told_and_rows_get_their_keys_once_it_is_set(tmp_path: Path) -> None:
    home = _open(tmp_path / "home", country="")
    record = bring(home, CALLS + "C1,2026-03-02,079 123 45 67,,,\n")
    assert any("set country in firstline.toml" in warning for warning in record.warnings)
    assert home.warehouse.value("SELECT phone_key FROM contact") is None
    home.settings = Settings(timezone="UTC", country="CH")
    assert counts(bring(home, CALLS + "C1,2026-03-02,079 123 45 67,,,\n")) == (1, 1, 0, 0)
    assert home.warehouse.value("SELECT phone_key FROM contact") is not None
    home.close()


def test_a_link_is_known_by_its_hashed_value(home: Home) -> None:
    head = "kind,value,account_id,is_shared\n"
    record = bring(
        home, head + "phone,079 123 45 67,A1,\nphone,nobody,A1,\nmac,02:00:5e:10:00:02,,\nphone,044 111 22 33,,true\n"
    )
    assert record.entity == "identity_link"
    assert record.reasons == {"missing_key": 1, "link_to_nobody": 1}
    links = home.warehouse.rows("SELECT * FROM identity_link ORDER BY account_id")
    assert all("123" not in str(row["source_id"]) and "value" not in row for row in links)
    # the same number, written in another way, is the same link
    assert counts(bring(home, head + "phone,+41 79 123 45 67,A2,\n")) == (1, 1, 0, 0)
    assert {row["account_id"] for row in home.warehouse.rows("SELECT account_id FROM identity_link")} == {"A2", None}


def test_the_secret_is_its_owners_alone_and_part_of_a_backup(home: Home, tmp_path: Path) -> None:
    assert not (home.path / FILE_NAME).exists()
    bring(home, CALLS + "C1,2026-03-02,079 123 45 67,,,\n")
    assert stat.S_IMODE((home.path / FILE_NAME).stat().st_mode) == 0o600
    key = home.warehouse.value("SELECT phone_key FROM contact")
    back_up(home, tmp_path / "kept.tar.gz")
    restore(tmp_path / "kept.tar.gz", tmp_path / "again")
    again = _open(tmp_path / "again")
    assert stat.S_IMODE((again.path / FILE_NAME).stat().st_mode) == 0o600
    bring(again, CALLS + "C2,2026-03-02,+41791234567,,,\n")
    assert again.warehouse.rows("SELECT DISTINCT phone_key FROM contact") == [{"phone_key": key}]
    again.close()


def test_keys_survive_a_rebuild_without_the_secret(home: Home) -> None:
    bring(home, CALLS + "C1,2026-03-02,079 123 45 67,,,\n")
    key = home.warehouse.value("SELECT phone_key FROM contact")
    (home.path / FILE_NAME).unlink()
    rebuild(home)
    assert home.warehouse.value("SELECT phone_key FROM contact") == key


@pytest.mark.parametrize("content", [None, b"", b"x" * 32])
def test_a_lost_or_changed_secret_is_named_instead_of_making_other_keys(home: Home, content: bytes | None) -> None:
    bring(home, CALLS + "C1,2026-03-02,079 123 45 67,,,\n")
    path = home.path / FILE_NAME
    path.unlink() if content is None else path.write_bytes(content)
    record = bring(home, CALLS + "C2,2026-03-02,079 123 45 67,,,\n")
    assert record.error is not None
    assert record.error["code"] == "secret_lost"
    assert str(path) in record.error["message"]
    assert record.exit_code == 1
    # a file without personal keys needs none
    assert counts(bring(home, "ticket_id,opened_at\nT1,2026-03-02\n", name="t.csv")) == (1, 1, 0, 0)
