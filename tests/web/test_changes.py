"""Forms that change the data: a batch withdrawn, rows corrected; on a real home, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.home import Home
from firstline.web.app import build_app
from tests.homes import bring, moment
from tests.web.visitor import Visitor

HEADER = "ticket_id,opened_at,type,reason_code,changed_at\n"


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    home = Home.open(tmp_path / "home")
    rows = "".join(f"T{n},2026-01-1{n},trouble,wifi.slow.room,2026-02-01\n" for n in range(8))
    bring(home, HEADER + rows, at=moment("2026-06-01"))
    bring(home, HEADER + "T0,2026-01-10,billing,billing.explain_bill.first,2026-03-01\n", at=moment("2026-06-02"))
    desk = Desk([], home_path=home.path, served=home)
    return Visitor(build_app(OpenOffice(desk, home)))


def token_of(text: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found, text
    return found[1]


def sent(visitor: Visitor, path: str, post: str, **fields: str) -> str:
    """Open the page of a form and send it; the text of the result."""
    page = visitor.get(path)
    assert page.status_code == 200, page.text
    answer = visitor.post(post, data={"form_token": token_of(page.text), **fields})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_batch_is_withdrawn_and_brought_back_from_the_sources_page(visitor: Visitor) -> None:
    assert "/sources/undo?batch=2" in visitor.get("/sources").text
    looked = visitor.get("/sources/undo.json?batch=2&look=1").json()
    assert ("ticket_volume", "2026-01") not in {(each["kpi"], each["period_start"][:7]) for each in looked["moved"]}
    assert {each["kpi"] for each in looked["moved"]} >= {"driver_share"}
    text = sent(visitor, "/sources/undo?batch=2", "/sources/undo", batch="2")
    assert "Batch 2 is withdrawn" in text
    imports = {each["number"]: each["is_live"] for each in visitor.get("/sources.json").json()["imports"]}
    assert imports == {1: True, 2: False, 3: True}
    text = sent(visitor, "/sources/undo?batch=3", "/sources/undo", batch="3")
    assert "Batch 3 is withdrawn" in text
    assert visitor.get("/sources/undo?batch=2").status_code == 200


def test_one_row_is_corrected_and_listed(visitor: Visitor) -> None:
    rows = visitor.get("/kpi/ticket_volume/rows").text
    path = "/correct?entity=ticket&source=canonical&row=T1"
    assert path.replace("&", "&amp;") in rows
    text = sent(
        visitor,
        path,
        "/correct",
        query=path.split("?")[1],
        field="reason_code",
        value="billing.explain_bill.first",
        reason="heard",
    )
    assert "1 row is corrected" in text
    listed = visitor.get("/corrections.json").json()
    assert [(each["row_id"], each["value"], each["was"], each["reason"]) for each in listed] == [
        ("T1", "billing.explain_bill.first", "wifi.slow.room", "heard")
    ]
    assert "wifi.slow.room" in visitor.get("/corrections").text


def test_the_form_offers_the_words_that_a_field_may_hold(visitor: Visitor) -> None:
    offered = visitor.get("/correct?entity=ticket&source=canonical&row=T1").text
    assert '<option value="wifi.coverage.' in offered
    assert '<option value="proactive_telemetry">Origin</option>' in offered
    visits = visitor.get("/correct?kpi=truck_rolls").text
    assert '<option value="wifi.coverage.' not in visits


def test_all_rows_behind_a_figure_are_corrected_at_once(visitor: Visitor) -> None:
    path = "/correct?kpi=ticket_volume&from=2026-01-01&to=2026-02-01&where=reason%3Dwifi.slow.room"
    assert "Correct 7 rows" in visitor.get(path).text
    text = sent(visitor, path, "/correct", query=path.split("?")[1], field="excluded", value="", reason="test calls")
    assert "7 rows are corrected" in text
    record = visitor.get("/kpi/ticket_volume.json?from=2026-01-01&to=2026-02-01").text
    assert "Taken out by hand" in record
    assert len(visitor.get("/corrections.json").json()) == 7


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/sources/undo?batch=9", "There is no batch 9"),
        ("/sources/undo", "is not a batch number"),
        ("/correct?entity=ticket&source=canonical&row=T99", "There is no ticket"),
        ("/correct?entity=tickets&source=canonical&row=T1", "Did you mean"),
        ("/correct", "No row and no figure is named"),
    ],
)
def test_what_is_not_there_is_said(visitor: Visitor, path: str, said: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 422 or answer.status_code == 400
    assert said in answer.text


def test_a_form_from_elsewhere_changes_nothing(visitor: Visitor) -> None:
    visitor.get("/sources/undo?batch=2")
    for path, fields in (("/sources/undo", {"batch": "2"}), ("/correct", {"query": "entity=ticket"})):
        assert visitor.post(path, data={"form_token": "guessed", **fields}).status_code == 403
    assert len(visitor.get("/sources.json").json()["imports"]) == 2


def test_a_correction_without_a_reason_is_refused(visitor: Visitor) -> None:
    path = "/correct?entity=ticket&source=canonical&row=T1"
    page = visitor.get(path)
    data = {"form_token": token_of(page.text), "query": path.split("?")[1], "field": "excluded", "reason": " "}
    assert "needs a reason" in visitor.post("/correct", data=data).text
    assert visitor.get("/corrections.json").json() == []


def test_a_driver_that_is_none_is_refused_and_the_nearest_named(visitor: Visitor) -> None:
    path = "/correct?entity=ticket&source=canonical&row=T1"
    fields = {"field": "reason_code", "value": "wifi.coverge", "reason": "heard the call"}
    data = {"form_token": token_of(visitor.get(path).text), "query": path.split("?")[1], **fields}
    assert "Did you mean &#39;wifi.coverage&#39;?" in visitor.post("/correct", data=data).text
    assert visitor.get("/corrections.json").json() == []
