"""Answers of two kinds that have no common figure: they are there, so nothing is missing and nothing is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.catalogue.kpi import Kpi
from firstline.query.definitions import the_catalogue
from firstline.web.telling import lack_of, tell
from tests.query.provider import Provider
from tests.web.markup import get_page, text_of
from tests.web.small_office import NOW, SmallOffice, client_of
from tests.web.test_tiles import tile_of
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def provider() -> Provider:
    made = Provider(timezone="UTC")
    for number in range(120):
        kind = ("nps_relational", "nps_transactional")[number % 2]
        answer: dict[str, Any] = {"kind": kind, "scale_min": 0, "scale_max": 10, "score": 10 * (number % 2)}
        made.add("survey_response", response_id=f"R{number}", responded_at="2026-05-06 12:00:00", **answer)
    made.build()
    return made


@pytest.fixture
def client(provider: Provider) -> Visitor:
    return client_of(SmallOffice(provider))


def kpi() -> Kpi:
    return the_catalogue().kpis["nps"]


def test_a_figure_of_two_kinds_is_not_pooled_and_misses_no_field(provider: Provider) -> None:
    record = provider.one("nps")
    assert (record.value, record.n, record.reason) == (None, 120, "missing:survey_response.kind")
    told = tell(kpi(), record, NOW)
    assert (told.figure, told.state_word) == ("not pooled", "not pooled")
    lack = lack_of(kpi(), record)
    assert (lack.command, "not pooled" in lack.why) == ("", True)


def test_a_field_that_is_missing_is_still_asked_for() -> None:
    record = Provider(timezone="UTC").one("nps")
    assert tell(kpi(), record, NOW).figure.startswith("missing ")
    assert lack_of(kpi(), record).command == "firstline template survey_response"


def test_its_page_breaks_it_down_by_the_kind_and_draws_no_line_of_both(client: Visitor) -> None:
    for both in ("", "?where=survey_kind=nps_relational,nps_transactional"):
        page = get_page(client, f"/kpi/nps{both}")
        told = text_of(page.one("main"))
        assert "firstline template" not in told
        assert "NPS by survey" in told
        assert "-100" in told
        assert not page.all("h2", id="trend-heading")
    by_scale = text_of(get_page(client, "/kpi/nps?group=scale").one("main"))
    assert "are not pooled" in by_scale
    assert "one figure per" not in by_scale
    alone = get_page(client, "/kpi/nps?where=survey_kind=nps_relational")
    assert len(alone.all("h2", id="trend-heading")) == 1


def test_a_course_of_two_scales_is_no_line_and_is_compared_with_nothing() -> None:
    made = Provider(timezone="UTC")
    for month, highest in ((1, 5), (2, 5), (3, 5), (4, 5), (5, 10)):
        for number in range(30):
            said: dict[str, Any] = {"scale_min": 1, "scale_max": highest, "score": highest if number < 20 else 1}
            at = f"2026-{month:02}-{1 + number % 28:02} 12:00:00"
            made.add("survey_response", response_id=f"R{month}-{number}", responded_at=at, kind="csat", **said)
    made.complete_until = {"survey_response": "2026-06-15 00:00:00"}
    made.build()
    office = SmallOffice(made)
    before, after = (tile_of(office, "csat_t2b", datetime(2026, month, 1, tzinfo=UTC)) for month in (4, 5))
    assert before.spark
    assert before.compared
    assert before.compared.kind == "changed"
    assert after.told.record.value == pytest.approx(2 / 3)
    assert not after.spark
    assert after.change
    assert (after.change.amount, after.change.against) == ("", "nothing to compare with")
