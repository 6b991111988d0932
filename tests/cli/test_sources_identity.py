"""`firstline sources` says whose the rows are: match rates by key, what is open, unknown agents, what is inferred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import firstline

CALLS = """contact_id,entered_at,channel,phone,account_id,agent_id
C1,2026-05-01 10:00:00,phone,079 100 00 01,,jsmith
C2,2026-05-01 10:00:00,phone,079 100 00 02,,jsmith
C3,2026-05-01 10:00:00,phone,079 100 00 09,,G-1
C4,2026-05-01 10:00:00,phone,,A2,
C5,2026-05-01 10:00:00,phone,anonymous,,
"""
FILES = {
    "account.csv": "account_id,subscriber_id\nA1,S1\nA2,S2\nA3,S3\n",
    "subscriber_pii.csv": "subscriber_id,phone\nS1,+41791000001\nS2,+41791000002\nS3,+41791000002\n",
    "agent.csv": "agent_id,hire_date\nG-1,2024-01-01\n",
    "ticket.csv": "ticket_id,opened_at,type,account_id\nT1,2026-05-02 09:00:00,trouble,A1\nT2,2026-05-02,trouble,\n",
    "truck_roll.csv": "visit_id,created_at,purpose,account_id\nV1,2026-05-03,trouble,A1\nV2,2026-05-03,trouble,A2\n",
    "contact.csv": CALLS,
}
LIST = 'source = "crm"\n[file]\nentity = "service"\nfull = true\n[fields]\nservice_id = "id"\naccount_id = "account"\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whose")
    home = folder / "home"
    home.mkdir()
    (home / "firstline.toml").write_text('timezone = "UTC"\ncountry = "CH"\n')
    for name, text in FILES.items():
        (folder / name).write_text(text)
        assert firstline(home, "import", folder / name, "--as", name.removesuffix(".csv")).code == 0
    (folder / "list.toml").write_text(LIST)
    for day, names in (("01", "VW"), ("02", "V")):
        (folder / "services.csv").write_text("id,account\n" + "".join(f"{name},A1\n" for name in names))
        dated = ("--mapping", folder / "list.toml", "--exported-at", f"2026-05-{day}")
        assert firstline(home, "import", folder / "services.csv", *dated).code == 0
    return home


def told(home: Path, entity: str) -> dict[str, object]:
    found = firstline(home, "sources", "--format", "json").json()
    return next(one for one in found if one["entity"] == entity)


def test_match_rates_are_told_by_key(home: Path) -> None:
    assert told(home, "contact")["attached"] == {
        "share": 0.4,
        "rows": 5,
        "by": {"account": 1, "phone": 1},
        "ambiguous": 1,
        "unidentified": 2,
        "without_key": 1,
        "kpis": [],
    }
    assert told(home, "account")["attached"] is None


def test_a_low_rate_names_the_figures_that_it_taints(home: Path) -> None:
    attached = told(home, "ticket")["attached"]
    assert isinstance(attached, dict)
    assert (attached["share"], attached["unidentified"]) == (0.5, 1)
    assert attached["kpis"] == ["repeat_ticket_rate_7d", "repeat_ticket_rate_30d"]


def test_unknown_names_inferred_tickets_and_inferred_ends_are_counted(home: Path) -> None:
    assert told(home, "contact")["unknown_agents"] == {"names": 1, "rows": 2, "commonest": ["jsmith"]}
    assert told(home, "ticket")["unknown_agents"] is None
    assert told(home, "truck_roll")["tickets"] == {"stated": 0, "inferred": 1, "none": 1}
    assert told(home, "service")["inferred_ends"] == 1
    assert told(home, "agent")["inferred_ends"] is None


def test_the_table_says_it_in_sentences(home: Path) -> None:
    printed = firstline(home, "sources").out
    assert "40.0 %" in printed
    for line in (
        "canonical: of 5 rows of contact these are attached to an account: 1 by account, 1 by phone; 1 are ambiguous, "
        "2 unidentified (1 without any key).",
        "it taints repeat_ticket_rate_7d, repeat_ticket_rate_30d.",
        "canonical: 1 names of agents in 2 rows of contact are explained by no list and no alias, such as jsmith.",
        "canonical: the ticket of 1 visits is inferred; 0 name theirs.",
        "crm: 1 rows of service ended because a full list lacks them (inferred).",
    ):
        assert line in printed


def test_accounts_that_no_list_knows_are_told_once_a_list_came(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "ticket.csv"
    path.write_text("ticket_id,opened_at,type,account_id\nT1,2026-05-02,trouble,0042\nT2,2026-05-02,trouble,0042\n")
    assert firstline(home, "import", path, "--as", "ticket").code == 0
    assert "no list knows" not in firstline(home, "sources").out
    listed = tmp_path / "account.csv"
    listed.write_text("account_id,subscriber_id\nA42,S1\n")
    assert firstline(home, "import", listed, "--as", "account").code == 0
    assert (
        "canonical: 2 rows of ticket name 1 accounts that no list knows, such as 0042."
        in firstline(home, "sources").out
    )


def test_tickets_that_never_came_are_told_once_tickets_came(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "rows.csv"
    path.write_text(
        "contact_id,entered_at,ticket_id\nC1,2026-05-02,T1\nC2,2026-05-02,T9\nC3,2026-05-02,T9\nC4,2026-05-02,\n"
    )
    assert firstline(home, "import", path, "--as", "contact").code == 0
    assert "never came" not in firstline(home, "sources").out
    path.write_text("ticket_id,opened_at,account_id\nT1,2026-05-02,A1\n")
    assert firstline(home, "import", path, "--as", "ticket").code == 0
    assert "canonical: 2 rows of contact name 1 tickets that never came, such as T9." in firstline(home, "sources").out
    assert told(home, "contact")["unlisted_tickets"] == {"ids": 1, "rows": 2, "commonest": ["T9"]}
    assert told(home, "ticket")["unlisted_tickets"] is None


def test_a_row_that_comes_again_is_a_duplicate_but_not_in_a_list_of_what_is_there(home: Path, tmp_path: Path) -> None:
    batches = firstline(home, "imports", "--format", "json").json()
    assert [batch["unchanged"] for batch in batches if batch["source"] == "crm"] == [1, 0]
    assert told(home, "service")["duplicates"] is None
    own, path = tmp_path / "home", tmp_path / "rows.csv"
    path.write_text("ticket_id,opened_at\nT1,2026-05-02\n")
    for _ in range(2):
        assert firstline(own, "import", path, "--as", "ticket").code == 0
    assert told(own, "ticket")["duplicates"] == 1
    assert firstline(own, "undo", "2").code == 0
    assert told(own, "ticket")["duplicates"] == 0
