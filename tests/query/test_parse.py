"""The grammar of questions: what is written comes back, and what is wrong is named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.errors import MisuseError
from firstline.periods import GRAINS
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question, question_parameters
from firstline.query.question import Query

ZONE = ZoneInfo("America/Denver")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CATALOGUE = the_catalogue()

values = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
names = st.lists(st.sampled_from(sorted(CATALOGUE.dimensions)), unique=True, max_size=3)
filters = names.flatmap(
    lambda chosen: st.tuples(
        *(st.tuples(st.just(name), st.lists(values, unique=True, min_size=1, max_size=4).map(tuple)) for name in chosen)
    )
)
starts = st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))
ends = st.datetimes(datetime(2026, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC))
queries = st.builds(
    Query,
    kpis=st.lists(st.sampled_from(sorted(CATALOGUE.kpis)), unique=True, max_size=3).map(tuple),
    now=st.just(NOW),
    start=st.none() | starts,
    end=st.none() | ends,
    by=st.sampled_from([None, *GRAINS]),
    group=names.map(tuple),
    where=filters,
)


def parse(**parameters: list[str]) -> Query:
    return parse_question(CATALOGUE, ZONE, NOW, {name.rstrip("_"): given for name, given in parameters.items()})


@given(queries)
def test_a_query_written_out_is_read_as_itself(query: Query) -> None:
    parameters: dict[str, list[str]] = {}
    for name, value in question_parameters(query):
        parameters.setdefault(name, []).append(value)
    assert parse_question(CATALOGUE, ZONE, NOW, parameters) == query


def test_numbers_aliases_and_any_case_name_kpis_and_dimensions() -> None:
    query = parse(kpi=["k27", "K36,Service_Level", "TICKET_VOLUME"], group=["region_id", "Technology"])
    assert query.kpis == ("resolution_time_median", "service_level_b", "ticket_volume")
    assert query.group == ("region", "access_tech")


def test_a_date_is_local_midnight_and_an_instant_needs_an_offset() -> None:
    query = parse(from_=["2026-03-01"], to=["2026-04-01T00:00:00Z"])
    assert query.start is not None
    assert query.start.isoformat() == "2026-03-01T00:00:00-07:00"
    assert query.end == datetime(2026, 4, 1, tzinfo=UTC)
    with pytest.raises(MisuseError, match="has no offset"):
        parse(from_=["2026-03-01T00:00:00"])


def test_values_of_one_dimension_are_alternatives_and_an_empty_one_is_no_value() -> None:
    query = parse(where=["region=north,south", "region_id=,north", "channel="])
    assert query.where == (("region", ("north", "south", None)), ("channel", (None,)))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"kpi": ["tiket_volume"]}, "Did you mean 'ticket_volume'"),
        ({"kpi": ["K99"]}, "There is no KPI 'K99'"),
        ({"group": ["regoin"]}, "Did you mean 'region'"),
        ({"where": ["region"]}, "is not DIM=VALUE"),
        ({"where": ["regoin=north"]}, "Did you mean 'region'"),
        ({"by": ["weekly"]}, "Did you mean 'week'"),
        ({"from": ["2026-02-30"]}, "is not a date"),
        ({"from": ["2026-03-01"], "to": ["2026-03-01"]}, "is not before"),
        ({"form": ["2026-03-01"]}, "Did you mean 'from'"),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_right_one(parameters: dict[str, list[str]], said: str) -> None:
    with pytest.raises(MisuseError) as caught:
        parse_question(CATALOGUE, ZONE, NOW, parameters)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_text_of_a_request_never_becomes_sql() -> None:
    from tests.query.provider import Provider

    provider = Provider()
    provider.ticket("t", "2026-03-01", channel="x'); DROP TABLE ticket; --")
    provider.build()
    record = provider.one("ticket_volume", where=["channel=x'); DROP TABLE ticket; --"])
    assert record.value == 1
    assert provider.warehouse.value("SELECT count(*) FROM ticket") == 1
