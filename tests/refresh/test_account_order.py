"""A list that arrives later attaches earlier rows, and the order in which files are loaded changes nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from firstline.home import Home
from firstline.settings import Settings
from tests.homes import bring, moment

ACCOUNTS = "account_id,subscriber_id\nA1,S1\nA2,S2\nA3,S3\n"
JANUARY = "subscriber_id,phone,email\nS1,079 100 00 01,one@example.org\nS2,079 100 00 02,two@example.org\n"
APRIL = "subscriber_id,phone,email\nS1,079 100 00 09,one@example.org\nS2,079 100 00 01,two@example.org\n"
LINKS = (
    "kind,value,account_id,is_shared,valid_from\nphone,+41 44 200 00 00,,true,\nemail,info@example.org,A3,,2026-03-01\n"
)
CALLS = """contact_id,entered_at,channel,phone,email,account_id
C1,2026-02-10 10:00:00,phone,+41791000001,,
C2,2026-05-10 10:00:00,phone,+41791000001,,
C3,2026-02-10 10:00:00,phone,+41791000002,,
C4,2026-02-10 10:00:00,phone,044 200 00 00,two@example.org,
C5,2026-02-10 10:00:00,email,,info@example.org,
C6,2026-03-10 10:00:00,email,,INFO@example.org,
C7,2026-03-10 10:00:00,phone,+41791000001,,A3
C8,2026-03-10 10:00:00,phone,anonymous,,
"""
FILES = {
    "account": (ACCOUNTS, "2026-01-31"),
    "january": (JANUARY, "2026-01-31"),
    "april": (APRIL, "2026-04-30"),
    "links": (LINKS, None),
    "calls": (CALLS, "2026-06-01"),
}
ENTITIES = {"january": "subscriber_pii", "april": "subscriber_pii", "links": "identity_link", "calls": "contact"}
EXPECTED = {
    "C1": "A1",
    "C2": "A2",
    "C3": "A2",
    "C4": "A2",
    "C5": None,
    "C6": "A3",
    "C7": "A3",
    "C8": None,
}
WHOSE = "SELECT contact_id, account_id FROM fact_contact ORDER BY contact_id"


def load(home: Home, name: str) -> None:
    text, exported = FILES[name]
    at = moment(exported) if exported else None
    record = bring(home, text, entity=ENTITIES.get(name, name), exported_at=at)
    assert record.error is None, record.error
    assert not record.quarantined


def whose(home: Home) -> dict[str, str | None]:
    return {row["contact_id"]: row["account_id"] for row in home.warehouse.rows(WHOSE)}


@pytest.mark.parametrize("seed", range(5))
def test_any_order_attaches_the_same_rows(tmp_path: Path, seed: int) -> None:
    home = Home.open(tmp_path / "home")
    home.settings = Settings(timezone="UTC", country="CH")
    for name in Random(seed).sample(sorted(FILES), len(FILES)):
        load(home, name)
    assert whose(home) == EXPECTED
    home.close()


def test_a_list_that_did_not_name_an_account_counts_in_any_order(tmp_path: Path) -> None:
    """The device of a line that is new in a full list is nobody's before, whatever came first."""
    mapping = 'source = "crm"\n[file]\nentity = "service"\nfull = true\n'
    mapping += '[fields]\nservice_id = "Id"\naccount_id = "Account"\n'
    lists = [("V1", "2026-01-31"), ("V1 V2", "2026-04-30")]
    spans = []
    for number, order in enumerate((lists, lists[::-1])):
        home = Home.open(tmp_path / str(number))
        home.settings = Settings(timezone="UTC")
        for names, day in order:
            text = "Id,Account\n" + "".join(f"{name},A{name[1]}\n" for name in names.split())
            assert bring(home, text, mapping=mapping, exported_at=moment(day)).error is None
        rows = home.warehouse.rows("SELECT match_key, strftime(from_at, '%Y-%m-%d') AS at FROM key_span ORDER BY 1")
        spans.append([tuple(row.values()) for row in rows])
        home.close()
    assert spans == [[("V1", "1900-01-01"), ("V2", "2026-04-30")]] * 2


def test_rows_wait_for_the_list_that_knows_them(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    home.settings = Settings(timezone="UTC", country="CH")
    load(home, "calls")
    assert whose(home) == {**dict.fromkeys(EXPECTED), "C7": "A3"}
    load(home, "account")
    load(home, "april")
    # the only list so far is taken to have held since always
    assert whose(home)["C1"] == "A2"
    load(home, "january")
    assert whose(home)["C1"] == "A1"
    assert (
        home.warehouse.value("SELECT n_values FROM field_count WHERE entity = 'contact' AND field = 'account_id'") == 5
    )
    home.close()
