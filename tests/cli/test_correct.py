"""Rows corrected by hand: the figure moves, the source's row stays as it is, and the correction outlives re-imports."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from firstline.home import Home
from firstline.refresh.rebuild import rebuild
from tests.cli.commands import firstline

MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "id"
opened_at = "opened"
type = "type"
reason_code = "reason"
changed_at = "changed"
"""
ROWS = "id,opened,type,reason,changed\n" + "".join(
    f"T{n},2026-01-10 10:00,trouble,{'wifi.slow' if n < 4 else 'billing.explain'},2026-02-01\n" for n in range(10)
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "mapping.toml").write_text(MAPPING)
    load(folder / "home", ROWS)
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home with tickets, beside their mapping."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def load(home: Path, text: str) -> None:
    path = home.parent / "tickets.csv"
    path.write_text(text)
    assert firstline(home, "import", path, "--mapping", home.parent / "mapping.toml").code == 0


def volume(home: Path, *words: str) -> Any:
    return firstline(home, "kpi", "ticket_volume", *words, "--format", "json").json()[0]


def correct(home: Path, *words: str) -> Any:
    return firstline(home, "correct", "ticket", *words, "--reason", "heard the call", "--format", "json")


def test_a_corrected_driver_moves_its_share_and_says_so(home: Path) -> None:
    told = correct(home, "T0", "T1", "--source", "desk", "--set", "reason_code=billing.explain").json()
    assert (told["rows"], told["batch"]) == (2, 2)
    moved = {(each["kpi"], each["group"].get("reason")): (each["before"], each["after"]) for each in told["moved"]}
    assert moved[("driver_share", "wifi.slow")] == (0.4, 0.2)
    assert volume(home, "--where", "reason=wifi.slow")["value"] == 2


def test_a_filtered_set_is_corrected_at_once_and_undone_at_once(home: Path) -> None:
    tried = correct(home, "--where", "reason_code=wifi.slow", "--set", "reason_code=wifi.mesh", "--dry-run").json()
    assert (tried["rows"], tried["batch"]) == (4, None)
    assert tried["moved"]
    assert volume(home, "--where", "reason=wifi.slow")["value"] == 4
    assert correct(home, "--where", "reason_code=wifi.slow", "--set", "type=billing").json()["rows"] == 4
    assert volume(home, "--where", "type=trouble")["value"] == 6
    assert firstline(home, "undo", "2").code == 0
    assert volume(home, "--where", "type=trouble")["value"] == 10


def test_an_excluded_row_is_left_out_counted_and_named(home: Path) -> None:
    correct(home, "T0", "--source", "desk", "--set", "excluded=true")
    record = volume(home)
    assert (record["value"], record["excluded"]) == (9, 1)
    assert record["exclusions"] == {"Taken out by hand or by an exclusion, with a reason": 1}
    correct(home, "T0", "--source", "desk", "--set", "excluded=")
    assert volume(home)["value"] == 10


def test_it_outranks_a_later_import_and_both_are_shown(home: Path) -> None:
    correct(home, "T0", "--source", "desk", "--set", "reason_code=billing.explain")
    load(home, ROWS)
    listed = firstline(home, "corrections", "--format", "json").json()
    assert [(each["was"], each["source_says"], each["changed"]) for each in listed] == [
        ("wifi.slow", "wifi.slow", False)
    ]
    load(home, ROWS.replace("wifi.slow,2026-02-01", "wifi.mesh,2026-03-01"))
    assert volume(home, "--where", "reason=billing.explain")["value"] == 7
    listed = firstline(home, "corrections", "--format", "json").json()
    assert [(each["value"], each["was"], each["source_says"], each["changed"]) for each in listed] == [
        ("billing.explain", "wifi.slow", "wifi.mesh", True)
    ]
    assert "wifi.mesh (changed)" in firstline(home, "corrections").out
    opened = Home.open(home)
    rebuild(opened)
    opened.close()
    assert volume(home, "--where", "reason=billing.explain")["value"] == 7


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("T0", "--source", "desk", "--set", "reasn_code=x"), "Did you mean 'reason_code'"),
        (("T0", "--source", "desk", "--set", "type=troubel"), "Did you mean 'trouble'"),
        (("T0", "--source", "desk", "--set", "opened_at=soon"), "cannot be read as ts"),
        (("T0", "--source", "desk", "--set", "excluded=yes"), "excluded=true takes the row out"),
        (("T0", "--source", "desk", "--set", "reason_code=wifi.coverge"), "Did you mean 'wifi.coverage'"),
        (("T0", "--source", "desk", "--set", "reason_code=nonsense.x"), "There is no driver 'nonsense.x' in use."),
        (("T0", "--source", "desk", "--set", "account_id=A404"), "No list names the account 'A404'."),
        (("T0", "--source", "desk", "--set", "parent_ticket_id=T404"), "There is no ticket 'T404'."),
        (("T0", "--source", "desk", "--set", "tier=2"), "correct ticket_event ROW --set to_tier=2"),
        (("T0", "--source", "desk", "--set", "outage_id=T1"), "--set parent_ticket_id=TICKET"),
        (("T99", "--source", "desk", "--set", "type=order", "--dry-run"), "There is no ticket 'T99'"),
        (("T0", "--source", "desk", "--set", "nope=1", "--dry-run"), "There is no field of ticket 'nope'"),
        (("T99", "--source", "desk", "--set", "type=order"), "There is no ticket 'T99' of source 'desk'"),
        (("T0", "--source", "dsk", "--set", "type=order"), "There is no ticket 'T0' of source 'dsk'"),
        (("T0", "--set", "type=order"), "State --source"),
        (("--set", "type=order"), "Name rows, or state --where"),
        (("T0", "--source", "desk", "--set", "type"), "is not FIELD=VALUE"),
        (("--where", "nothing=1", "--set", "type=order"), "nothing"),
    ],
)
def test_what_cannot_be_corrected_is_named(home: Path, words: tuple[str, ...], said: str) -> None:
    if "A404" in said:
        path, mapping = home.parent / "accounts.csv", home.parent / "accounts.toml"
        path.write_text("account_id,subscriber_id\nA1,S1\n")
        mapping.write_text('source = "crm"\n[file]\nentity = "account"\n[fields]\naccount_id = "account_id"\n')
        assert firstline(home, "import", path, "--mapping", mapping).code == 0
    n_batches = len(firstline(home, "imports", "--format", "json").json())
    found = correct(home, *words)
    assert found.code == 2
    assert said in found.err
    assert len(firstline(home, "imports", "--format", "json").json()) == n_batches


def test_what_is_known_is_taken_and_without_a_list_of_accounts_any_account_is(home: Path) -> None:
    changes = ("account_id=A404", "parent_ticket_id=T1", "reason_code=wifi.coverage")
    words = [word for change in changes for word in ("--set", change)]
    assert correct(home, "T0", "--source", "desk", *words).code == 0
