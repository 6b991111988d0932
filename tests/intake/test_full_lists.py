"""A file that is declared a full list shows who is gone, whatever the order of loading; no other file ends anything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from firstline.home import Home
from firstline.intake import accept
from firstline.intake.request import ImportRecord
from firstline.model.batch import Batch
from firstline.refresh.refreshing import refresh
from firstline.refresh.undo import withdraw
from firstline.settings import Settings
from tests.homes import ARRIVAL, bring, counts, moment

FULL = """
source = "crm"
[file]
entity = "subscriber"
full = true
[fields]
subscriber_id = "Id"
activated_at = "Since"
"""
PARTIAL = FULL.replace("full = true\n", "")
DATED = FULL.replace("full = true", 'full = true\nsnapshot_at = "As of"')


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = _open(tmp_path / "home")
    yield opened
    opened.close()


def _open(path: Path) -> Home:
    opened = Home.open(path)
    opened.settings = Settings(timezone="UTC", country="US")
    return opened


def subscribers(home: Home, day: str, names: str, mapping: str = FULL) -> ImportRecord:
    """A list of these subscribers, exported on that day of 2026."""
    text = "Id,Since\n" + "".join(f"{name},2025-01-01\n" for name in names)
    return bring(home, text, mapping=mapping, exported_at=moment(f"2026-{day}"))


def ends(home: Home) -> dict[str, str | None]:
    """When each subscriber's activity ended; inferred ends carry a question mark."""
    rows = home.warehouse.rows(
        "SELECT subscriber_id, CASE WHEN to_on < DATE '9000-01-01' THEN strftime(to_on, '%m-%d') END AS ended, "
        "is_end_inferred FROM fact_base "
        "QUALIFY row_number() OVER (PARTITION BY subscriber_id ORDER BY from_on DESC) = 1"
    )
    return {row["subscriber_id"]: row["ended"] and row["ended"] + "?" * row["is_end_inferred"] for row in rows}


def test_whom_a_full_list_lacks_has_ended_and_the_import_says_so(home: Home) -> None:
    subscribers(home, "02-01", "abc")
    record = subscribers(home, "03-01", "a")
    assert ends(home) == {"a": None, "b": "03-01?", "c": "03-01?"}
    told = [warning for warning in record.warnings if "full list" in warning]
    assert told == [
        "subscriber: 2 of the 3 that the full list of 2026-02-01 names are not in this one; where nothing else says "
        "when they ended, they count as ended on 2026-03-01 (inferred)."
    ]


def test_days_are_told_as_the_provider_counts_them(home: Home) -> None:
    home.settings = Settings(timezone="Europe/Zurich", country="CH")
    bring(home, "Id,Since\na,2025-01-01\nb,2025-01-01\n", mapping=FULL, exported_at=moment("2026-01-31T23:00"))
    record = bring(home, "Id,Since\na,2025-01-01\n", mapping=FULL, exported_at=moment("2026-02-28T23:00"))
    (told,) = (warning for warning in record.warnings if "full list" in warning)
    assert "the full list of 2026-02-01 names" in told
    assert "ended on 2026-03-01 (inferred)" in told


def test_a_partial_list_ends_nothing(home: Home) -> None:
    subscribers(home, "02-01", "abc", PARTIAL)
    subscribers(home, "03-01", "a", PARTIAL)
    assert ends(home) == {"a": None, "b": None, "c": None}


def test_an_unchanged_list_brought_as_a_full_one_shows_that_too(home: Home) -> None:
    subscribers(home, "02-01", "ab", PARTIAL)
    record = subscribers(home, "03-01", "a", FULL)
    assert counts(record) == (1, 0, 1, 0)
    assert ends(home) == {"a": None, "b": "03-01?"}


def test_the_order_of_loading_changes_nothing(tmp_path: Path) -> None:
    lists = [("02-01", "abc", FULL), ("03-01", "a", FULL), ("04-01", "ab", PARTIAL)]
    states = []
    for number, order in enumerate(permutations(lists)):
        home = _open(tmp_path / str(number))
        for each in order:
            subscribers(home, *each)
        states.append((ends(home), home.warehouse.rows("SELECT * FROM presence_span ORDER BY ALL")))
        home.close()
    assert states[0][0] == {"a": None, "b": None, "c": "03-01?"}
    assert all(state == states[0] for state in states)


def test_several_lists_in_one_file_are_told_apart_by_their_dates(home: Home) -> None:
    text = "Id,Since,As of\na,2025-01-01,2026-02-01\nb,2025-01-01,2026-02-01\na,2025-01-01,2026-03-01\n"
    assert bring(home, text, mapping=DATED).error is None
    assert ends(home) == {"a": None, "b": "03-01?"}


def test_a_quarantined_row_still_names_its_subscriber(home: Home) -> None:
    subscribers(home, "02-01", "ab")
    text = "Id,Since\na,2025-01-01\nb,yesterday\n"
    record = bring(home, text, mapping=FULL, exported_at=moment("2026-03-01"))
    assert record.quarantined == 1
    assert ends(home) == {"a": None, "b": None}


@pytest.mark.parametrize("broken", [",2025-01-01\n", "b;2025;01;01,x,y,z\n"])
def test_a_list_with_a_row_that_may_name_anybody_ends_nothing(home: Home, broken: str) -> None:
    subscribers(home, "02-01", "ab")
    record = bring(home, f"Id,Since\na,2025-01-01\n{broken}", mapping=FULL, exported_at=moment("2026-03-01"))
    assert any("do not say whom they list" in warning for warning in record.warnings)
    assert ends(home) == {"a": None, "b": None}


def test_a_list_that_says_nothing_of_activations_is_taken_from_its_date_on(home: Home) -> None:
    mapping = FULL.replace('activated_at = "Since"\n', "")
    assert counts(bring(home, "Id\na\n", mapping=mapping, exported_at=moment("2026-02-01"))) == (1, 1, 0, 0)
    assert str(home.warehouse.value("SELECT from_on FROM fact_base")) == "2026-02-01"
    # and a list that is not full is not
    assert bring(home, "Id\nb\n", mapping=mapping.replace("full = true\n", "")).reasons == {"missing_time": 1}


def test_a_list_in_pieces_is_full_once_all_of_it_is_here(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribers(home, "02-01", "abcd")
    monkeypatch.setattr(accept, "ROWS_PER_BATCH", 2)
    record = subscribers(home, "03-01", "abc")
    assert len(record.batches) == 2
    assert ends(home) == {"a": None, "b": None, "c": None, "d": "03-01?"}
    # without its first piece it is no full list any more
    withdraw(home, record.batches[0], ARRIVAL)
    refresh(home)
    assert ends(home) == {"a": None, "b": None, "c": None, "d": None}


def test_an_import_cut_off_before_its_last_piece_ends_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribers(home, "02-01", "abcd")
    monkeypatch.setattr(accept, "ROWS_PER_BATCH", 2)
    real = home.ledger.accept

    def fail_second(batch: Batch) -> None:
        if batch.first_row > 1:
            raise KeyboardInterrupt
        real(batch)

    monkeypatch.setattr(home.ledger, "accept", fail_second)
    with pytest.raises(KeyboardInterrupt):
        subscribers(home, "03-01", "abc")
    refresh(home)
    assert ends(home) == dict.fromkeys("abcd")
    monkeypatch.setattr(home.ledger, "accept", real)
    subscribers(home, "03-01", "abc")
    assert ends(home)["d"] == "03-01?"


def test_only_lists_of_things_can_be_full(home: Home) -> None:
    mapping = 'source = "x"\n[file]\nentity = "ticket"\nfull = true\n[fields]\nticket_id = "Id"\n'
    record = bring(home, "Id\n1\n", mapping=mapping, mapping_name="m.toml")
    assert record.error is not None
    assert "m.toml, line 4: full = true, but a file of ticket is no list of things." in record.error["message"]
    assert "subscriber, account, service, agent" in record.error["hint"]


@pytest.mark.parametrize("order", [("march", "calls", "april"), ("april", "march", "calls")])
def test_a_newcomer_with_the_number_of_one_who_left_takes_no_earlier_call(home: Home, order: tuple[str, ...]) -> None:
    accounts = FULL.replace("subscriber", "account").replace('activated_at = "Since"', 'phone = "Phone"')
    for name in order:
        if name == "calls":
            calls = "contact_id,entered_at,channel,phone\n"
            calls += "C1,2026-03-15 10:00:00,phone,303 555 0105\nC2,2026-04-15 10:00:00,phone,303 555 0105\n"
            assert bring(home, calls, entity="contact").error is None
            continue
        account, day = {"march": ("A5", "2026-03-01"), "april": ("A6", "2026-04-01")}[name]
        text = f"Id,Phone\nA1,303 555 0101\n{account},303 555 0105\n"
        assert bring(home, text, mapping=accounts, exported_at=moment(day)).error is None
    found = home.warehouse.rows("SELECT contact_id, account_id FROM fact_contact ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("C1", "A5"), ("C2", "A6")]
