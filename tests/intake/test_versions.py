"""Which version of a key wins: the rule, its three cases, and the two that may depend on order."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from firstline.home import Home
from tests.homes import bring, counts, moment

HEAD = "ticket_id,opened_at,type\n"
DATED = "ticket_id,opened_at,type,changed_at\n"


def ticket_type(home: Home, ticket_id: str = "T1") -> str:
    found = home.warehouse.rows("SELECT type FROM ticket WHERE ticket_id = ?", [ticket_id])
    assert len(found) == 1
    return str(found[0]["type"])


def test_the_same_file_again_is_unchanged(home: Home) -> None:
    text = HEAD + "T1,2026-01-01,trouble\nT2,2026-01-02,billing\n"
    assert counts(bring(home, text)) == (2, 2, 0, 0)
    assert counts(bring(home, text)) == (2, 0, 2, 0)


def test_identical_rows_of_one_file_are_one(home: Home) -> None:
    assert counts(bring(home, HEAD + "T1,2026-01-01,trouble\n" * 3)) == (3, 1, 2, 0)


def test_the_sources_own_change_time_decides_whatever_the_order(tmp_path: Path) -> None:
    files = [
        DATED + f"T1,2026-01-01,{kind},2026-01-0{day}\n" for day, kind in ((2, "billing"), (4, "order"), (3, "trouble"))
    ]
    for number, order in enumerate(permutations(files)):
        home = Home.open(tmp_path / str(number))
        for text in order:
            assert counts(bring(home, text))[1] == 1
        assert ticket_type(home) == "order"
        home.close()


def test_versions_with_change_times_in_one_file_are_all_kept_and_the_latest_wins(home: Home) -> None:
    text = DATED + "T1,2026-01-01,order,2026-01-04\nT1,2026-01-01,billing,2026-01-02\n"
    assert counts(bring(home, text)) == (2, 2, 0, 0)
    assert ticket_type(home) == "order"
    assert counts(bring(home, text)) == (2, 0, 2, 0)


def test_without_a_change_time_the_export_date_decides(home: Home) -> None:
    bring(home, HEAD + "T1,2026-01-01,order\n", exported_at=moment("2026-03-01"))
    late = bring(home, HEAD + "T1,2026-01-01,billing\n", exported_at=moment("2026-02-01"))
    assert counts(late) == (1, 1, 0, 0)
    assert ticket_type(home) == "order"
    assert late.warnings == () or "correction" not in " ".join(late.warnings)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_version_seen_again_at_a_later_date_is_as_new_as_its_last_sighting(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    exports = [("order", "2026-02-01"), ("billing", "2026-03-01"), ("order", "2026-04-01")]
    home = Home.open(tmp_path / "home")
    for index in order:
        kind, exported = exports[index]
        bring(home, HEAD + f"T1,2026-01-01,{kind}\n", exported_at=moment(exported))
    assert ticket_type(home) == "order"
    home.close()


def test_with_neither_both_rows_of_one_file_are_quarantined(home: Home) -> None:
    record = bring(home, HEAD + "T1,2026-01-01,order\nT1,2026-01-01,billing\nT2,2026-01-01,order\n")
    assert counts(record) == (3, 1, 0, 2)
    assert record.reasons == {"conflicting_versions": 2}


def test_with_neither_the_later_batch_wins_as_a_correction_and_the_import_says_so(home: Home) -> None:
    bring(home, HEAD + "T1,2026-01-01,order\n", at=moment("2026-05-01"))
    record = bring(home, HEAD + "T1,2026-01-01,billing\n", at=moment("2026-05-02"))
    assert counts(record) == (1, 1, 0, 0)
    assert ticket_type(home) == "billing"
    assert home.ledger.batches()[-1].corrections == 1
    assert any("as a correction" in warning and "order of imports" in warning for warning in record.warnings)


def test_the_same_change_time_with_other_content_keeps_both_and_lists_the_conflict(home: Home) -> None:
    bring(home, DATED + "T1,2026-01-01,order,2026-01-02\n")
    record = bring(home, DATED + "T1,2026-01-01,billing,2026-01-02\n", at=moment("2026-06-02"))
    assert counts(record) == (1, 1, 0, 0)
    assert ticket_type(home) == "billing"
    assert home.ledger.batches()[-1].conflicts == 1
    assert any("same change time" in warning and "T1" in warning for warning in record.warnings)
    assert home.warehouse.value("SELECT count(*) FROM ticket_version") == 2


def test_a_ticket_number_of_two_helpdesks_is_two_tickets(home: Home) -> None:
    for source in ("north", "south"):
        mapping = f'source = "{source}"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "no"\nopened_at = "at"\n'
        assert counts(bring(home, "no,at\n1001,2026-01-01\n", mapping=mapping)) == (1, 1, 0, 0)
    assert home.warehouse.value("SELECT count(*) FROM ticket") == 2


def test_an_account_number_is_the_same_account_in_every_system(home: Home) -> None:
    for source, day in (("crm", "2026-01-02"), ("billing", "2026-01-03")):
        mapping = (
            f'source = "{source}"\n[file]\nentity = "account"\n[fields]\naccount_id = "no"\nsubscriber_id = "sub"\n'
            'status = "status"\nchanged_at = "changed"\n'
        )
        bring(home, f"no,sub,status,changed\nA1,S1,active,{day}\n", mapping=mapping)
    assert home.warehouse.value("SELECT count(*) FROM account") == 1


def test_a_row_without_an_id_is_known_by_its_mapped_content(home: Home) -> None:
    mapping = (
        'source = "acd"\n[file]\nentity = "contact"\n[fields]\nentered_at = "at"\nchannel = { constant = "phone" }\n'
    )
    text = "at,note\n2026-01-01 10:00,a\n2026-01-01 10:00,b\n2026-01-01 10:05,a\n"
    assert counts(bring(home, text, mapping=mapping)) == (3, 2, 1, 0)
    assert counts(bring(home, text, mapping=mapping)) == (3, 0, 3, 0)


def test_a_file_key_names_rows_that_have_no_id_column(home: Home) -> None:
    mapping = (
        'source = "acd"\n[file]\nentity = "contact"\nkey = ["line", "at"]\n[fields]\nentered_at = "at"\n'
        'channel = { constant = "phone" }\ntalk_s = "talk"\n'
    )
    bring(home, "line,at,talk\n7,2026-01-01 10:00,30\n", mapping=mapping, at=moment("2026-05-01"))
    again = bring(home, "line,at,talk\n7,2026-01-01 10:00,60\n", mapping=mapping, at=moment("2026-05-02"))
    assert counts(again) == (1, 1, 0, 0)
    assert home.warehouse.rows("SELECT contact_id, talk_s FROM contact") == [
        {"contact_id": "7|2026-01-01 10:00", "talk_s": 60}
    ]


def test_pieces_and_order_of_dated_files_change_nothing(tmp_path: Path) -> None:
    lines = [f"T{n % 7},2026-01-01,{kind},2026-01-{n + 2:02d}\n" for n, kind in enumerate(["order", "billing"] * 10)]
    pieces = [lines[:5], lines[3:12], lines[10:]]
    states = []
    for number, order in enumerate([[lines], *permutations(pieces)]):
        home = Home.open(tmp_path / str(number))
        for piece in order:
            bring(home, DATED + "".join(piece))
        states.append(home.warehouse.rows("SELECT ticket_id, type, changed_at FROM ticket ORDER BY ticket_id"))
        home.close()
    assert all(state == states[0] for state in states)
    assert len(states[0]) == 7
