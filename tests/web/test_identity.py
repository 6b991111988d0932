"""The page of whose rows are whose, on a real home and without scripts: listed, settled, confirmed, explained."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.settings import Settings
from firstline.web.app import build_app
from tests.homes import bring, moment
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.visitor import Visitor

CALLS = """source = "acd"
[file]
entity = "contact"
[fields]
contact_id = "id"
entered_at = "at"
phone = "from"
name = "name"
address = "address"
agent_id = "agent"
"""
WHOSE = "SELECT contact_id, account_id, agent FROM fact_contact ORDER BY contact_id"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home.open(tmp_path_factory.mktemp("filled") / "home")
    (home.path / "firstline.toml").write_text('timezone = "UTC"\ncountry = "CH"\n')
    home.settings = Settings(timezone="UTC", country="CH")
    at = moment("2026-06-01")
    bring(home, "account_id,subscriber_id\nA1,S1\nA2,S2\nA3,S3\n", at=at)
    people = "S1,079 100 00 01,Ada Example,12 Sample Street\nS2,079 100 00 02,,\nS3,079 100 00 02,,\n"
    bring(home, "subscriber_id,phone,name,street_address\n" + people, entity="subscriber_pii", at=at)
    bring(home, "agent_id,hire_date\nG-1,2024-01-01\n", entity="agent", at=at)
    rows = [f"S{n},2026-05-01,044 200 00 00,,,<b>jo</b>" for n in range(5)]
    rows += ["L1,2026-05-02,079 100 00 02,,,g-1", "K1,2026-05-02,079 100 00 01,,,G-1"]
    rows += [f'N{n},2026-05-03,,Example Ada,"12 Sample Street, Bern",Bo' for n in range(2)]
    bring(home, "id,at,from,name,address,agent\n" + "\n".join(rows) + "\n", mapping=CALLS, at=at)
    home.close()
    return home.path


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Home:
    opened = Home.open(Path(shutil.copytree(filled, tmp_path / "home")))
    bring_up_to_date(opened)
    return opened


@pytest.fixture
def visitor(home: Home) -> Visitor:
    return Visitor(build_app(OpenOffice(Desk([], home_path=home.path, served=home), home)))


def send(visitor: Visitor, path: str, fields: dict[str, str], status: int = 200) -> Document:
    """Send a form of the page and check what answers."""
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get("/sources/identity").text)
    assert token
    answer = visitor.post(path, data={"form_token": token[1], **fields})
    assert answer.status_code == status, answer.text[:500]
    return check_page(answer.text)


def names(page: Document, label: str) -> str:
    """The name of the field that has this label."""
    wanted = next(each for each in page.all("label") if text_of(each) == label)
    return str(next(each for each in page.all("input") if each.get("id") == wanted.get("for")).get("name"))


def whose(home: Home) -> dict[str, tuple[str | None, str | None]]:
    return {row["contact_id"]: (row["account_id"], row["agent"]) for row in home.warehouse.rows(WHOSE)}


def test_the_page_and_its_twin_tell_the_same(visitor: Visitor) -> None:
    page = get_page(visitor, "/sources/identity")
    text = text_of(page.root)
    for said in ("044 200 00 00", "2 accounts", "By phone", "11.1 %", "<b>jo</b>", "Ada Example, 12 Sample Street"):
        assert said in text
    twin = visitor.get("/sources/identity.json").json()
    assert twin["sources"] == [
        {
            "source": "acd",
            "entity": "contact",
            "attached": {
                "share": 1 / 9,
                "rows": 9,
                "by": {"phone": 1},
                "ambiguous": 1,
                "unidentified": 7,
                "without_key": 2,
                "kpis": [],
            },
            "tickets": None,
            "unknown_agents": {"names": 2, "rows": 7, "commonest": ["<b>jo</b>", "Bo"]},
            "inferred_ends": None,
            "unlisted_accounts": None,
            "unlisted_tickets": None,
        }
    ]
    assert [(key["text"], key["rows"], key["accounts"]) for key in twin["open_keys"]] == [
        ("044 200 00 00", 5, 0),
        ("079 100 00 02", 1, 2),
    ]
    assert [(each["account_id"], each["rows"]) for each in twin["suggestions"]] == [("A1", 2)]


def test_accounts_that_no_list_knows_are_named(visitor: Visitor, home: Home) -> None:
    bring(home, "ticket_id,opened_at,account_id\nT1,2026-05-02,0042\nT2,2026-05-02,0042\n", entity="ticket")
    said = "2 rows name an account that no list knows: 0042 (2, ticket of canonical)."
    assert said in text_of(get_page(visitor, "/sources/identity").root)


def test_tickets_that_never_came_are_named(visitor: Visitor, home: Home) -> None:
    bring(home, "ticket_id,opened_at,account_id\nT1,2026-05-02,A1\n", entity="ticket")
    visits = "visit_id,created_at,ticket_id\nV1,2026-05-03,T1\nV2,2026-05-03,999\nV3,2026-05-04,999\n"
    bring(home, visits, entity="truck_roll")
    said = "2 rows name a ticket that never came: 999 (2, truck roll of canonical)."
    assert said in text_of(get_page(visitor, "/sources/identity").root)


def test_keys_and_names_are_settled_in_one_form(visitor: Visitor, home: Home) -> None:
    page = get_page(visitor, "/sources/identity")
    answer = send(
        visitor,
        "/sources/identity",
        {
            names(page, "Account of 079 100 00 02"): " A3 ",
            names(page, "044 200 00 00 is nobody's"): "1",
            names(page, "Agent that <b>jo</b> stands for in acd"): "G-1",
        },
    )
    assert text_of(answer.one("h1")) == "3 things settled"
    said = [text_of(each) for each in answer.all("li")]
    assert "phone number 079 100 00 02: A3" in said
    assert "phone number 044 200 00 00: nobody in particular" in said
    assert "<b>jo</b> in acd: agent G-1" in said
    found = whose(home)
    assert found["L1"] == ("A3", "G-1")
    assert found["S0"] == (None, "G-1")
    twin = visitor.get("/sources/identity.json").json()
    assert twin["open_keys"] == []
    assert twin["shared_keys"] == 1
    assert [each["name"] for each in twin["unknown_agents"]] == ["Bo"]


def test_a_suggestion_attaches_nothing_until_it_is_confirmed(visitor: Visitor, home: Home) -> None:
    assert whose(home)["N0"][0] is None
    page = get_page(visitor, "/sources/identity")
    form = next(each for each in page.all("form") if each.get("action") == "/sources/identity/confirm")
    fields = {str(each.get("name")): str(each.get("value")) for each in form.iter("input")}
    del fields["form_token"]
    answer = send(visitor, "/sources/identity/confirm", fields)
    assert text_of(answer.one("h1")) == "2 rows attached"
    assert {whose(home)[name][0] for name in ("N0", "N1")} == {"A1"}
    assert visitor.get("/sources/identity.json").json()["suggestions"] == []
    assert visitor.get("/sources/identity.json").json()["sources"][0]["attached"]["by"] == {"phone": 1, "hand": 2}
    # it is a correction like any other, and confirming again finds nothing open
    again = send(visitor, "/sources/identity/confirm", fields, 400)
    assert "waits for an account" in text_of(again.root)


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Account of 079 100 00 02", "A9", "No list names the account 'A9'."),
        ("Agent that Bo stands for in acd", "G-2", "No list names the agent 'G-2'. Did you mean 'G-1'?"),
        (None, "", "Nothing was filled in."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    visitor: Visitor, home: Home, label: str | None, value: str, said: str
) -> None:
    page = get_page(visitor, "/sources/identity")
    before = home.ledger.last_number()
    answer = send(visitor, "/sources/identity", {names(page, label): value} if label else {}, 400)
    assert said in text_of(answer.root)
    assert home.ledger.last_number() == before


def test_a_key_is_an_accounts_or_nobodys_not_both(visitor: Visitor) -> None:
    page = get_page(visitor, "/sources/identity")
    fields = {
        names(page, "Account of 079 100 00 02"): "A3",
        names(page, "079 100 00 02 is nobody's"): "1",
    }
    assert "not both" in text_of(send(visitor, "/sources/identity", fields, 400).root)


def test_a_key_that_is_open_no_more_is_refused(visitor: Visitor) -> None:
    name = "key:" + json.dumps(["phone", "0" * 32])
    answer = send(visitor, "/sources/identity", {name: "A1"}, 400)
    assert "open no more" in text_of(answer.root)


def test_a_form_without_its_token_changes_nothing(visitor: Visitor, home: Home) -> None:
    before = home.ledger.last_number()
    assert visitor.post("/sources/identity", data={}).status_code == 403
    assert home.ledger.last_number() == before


def test_the_sources_page_leads_here(visitor: Visitor) -> None:
    page = get_page(visitor, "/sources")
    assert "/sources/identity?source=acd" in [unquote(str(each.get("href"))) for each in page.all("a")]
    assert get_page(visitor, "/sources/identity?source=acd")
    assert "no source of customers' rows 'nobody'" in text_of(
        get_page(visitor, "/sources/identity?source=nobody", 400).root
    )
