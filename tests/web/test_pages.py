"""Every page: valid, whole without scripts, and its JSON twin says the same figures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firstline.formats import format_value
from firstline.model.limits import limit
from firstline.query.answer import Record
from firstline.query.definitions import the_catalogue
from firstline.web.app import SCREENS
from firstline.web.rendering import MENU
from firstline.web.wording import THEMES
from tests.web.markup import Document, check_page, get_page, text_of
from tests.web.small_office import HOSTILE, SmallOffice, client_of, empty_office, small_office
from tests.web.visitor import Visitor

EXAMPLES: dict[str, tuple[str, ...]] = {
    "/": ("/", "/?by=week", "/?by=day&from=2026-05-13", "/?by=year", "/?from=2026-06-01"),
    "/kpi/{kpi}": (
        "/kpi/ticket_volume",
        "/kpi/reopen_rate?group=channel&by=month",
        "/kpi/driver_share",
        "/kpi/driver_share?where=reason%3Dwifi.coverage.room",
        "/kpi/resolution_time_median?by=week&where=channel%3D",
        "/kpi/aht",
        "/kpi/csat_t2b?by=day",
        "/kpi/truck_roll_cost?group=outcome",
        "/kpi/K01",
    ),
    "/kpi/{kpi}/rows": ("/kpi/ticket_volume/rows", "/kpi/backlog/rows?where=channel%3Demail", "/kpi/aht/rows"),
    "/definitions": ("/definitions",),
    "/restated/frozen": ("/restated/frozen", "/restated/frozen?vendor=bpo-north&month=2026-04"),
    "/restated": ("/restated", "/restated?kpi=ticket_volume&cause=late+rows", "/restated?cause=undo"),
    "/sources/codes": ("/sources/codes", "/sources/codes?mapped=1"),
    "/sources/identity": ("/sources/identity",),
    "/sources": ("/sources",),
    # needs a file that waits: tests/web/test_mapping_editor.py looks at it
    "/sources/map": (),
    "/sources/undo": ("/sources/undo?batch=1",),
    "/setup": ("/setup",),
    "/setup/{entity}": ("/setup/agent", "/setup/queue", "/setup/business_calendar"),
    "/correct": ("/correct?kpi=ticket_volume&from=2026-05-01", "/correct?entity=ticket&source=helpdesk&row=T-1-01"),
    "/corrections": ("/corrections",),
    "/sources/quarantine": (
        "/sources/quarantine",
        "/sources/quarantine?batch=2&reason=bad_time",
        "/sources/quarantine?batch=1",
    ),
}
ALL = [path for paths in EXAMPLES.values() for path in paths]


def get_json(client: Visitor, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_every_screen_has_an_example() -> None:
    assert set(EXAMPLES) == {screen.path for screen in SCREENS}


@pytest.mark.parametrize("path", ALL)
def test_a_page_is_well_made(client: Visitor, path: str) -> None:
    get_page(client, path)


@pytest.mark.parametrize("path", ALL)
def test_a_page_leads_to_its_json_twin(client: Visitor, path: str) -> None:
    twin = get_page(client, path).one("link", rel="alternate").get("href") or ""
    assert client.get(twin).headers["content-type"] == "application/json"
    get_json(client, twin)


def test_an_empty_home_has_every_page() -> None:
    client = client_of(empty_office())
    asked = {"/correct": "?kpi=ticket_volume"}
    for screen in SCREENS:
        if screen.path == "/sources/undo":
            continue  # there is no batch to withdraw
        if not EXAMPLES[screen.path]:
            continue
        get_page(client, screen.path.format(kpi="ticket_volume", entity="queue") + asked.get(screen.path, ""))
        get_json(client, screen.twin.format(kpi="ticket_volume", entity="queue") + asked.get(screen.path, ""))


def test_an_empty_home_says_how_to_begin() -> None:
    page = get_page(client_of(empty_office()), "/")
    assert "firstline import tickets.csv" in [text_of(each) for each in page.all("code")]
    assert page.one("form", action="/sources/import").get("enctype") == "multipart/form-data"


def test_the_menu_leads_to_pages_that_are_there(client: Visitor) -> None:
    for entry in MENU:
        page = get_page(client, entry.path)
        assert [text_of(each) for each in page.all("a", aria_current="page")] == [entry.label]


def test_every_theme_of_the_catalogue_has_a_heading() -> None:
    assert {kpi.theme for kpi in the_catalogue().kpis.values()} == set(THEMES)


def test_simulated_data_are_said_to_be_on_every_page() -> None:
    client = client_of(small_office(simulated=True))
    for path in [*ALL, "/nowhere"]:
        page = check_page(client.get(path).text)
        assert text_of(page.one("aside", class_="banner")).startswith("Simulated data."), path


def test_real_data_carry_no_banner(client: Visitor) -> None:
    assert not get_page(client, "/").all("aside", class_="banner")


def tiles(page: Document) -> dict[str, Any]:
    return {text_of(next(tile.iter("h3"))): tile for tile in page.all("li", class_="tile")}


def test_the_tiles_show_the_figures_of_the_twin(client: Visitor) -> None:
    shown, told = tiles(get_page(client, "/")), get_json(client, "/overview.json")
    kpis = [each for theme in told["themes"] for each in theme["kpis"]]
    assert len(kpis) == len(shown) > 10
    for each in kpis:
        kpi = the_catalogue().kpis[each["kpi"]]
        record = each["groups"][0] if each["groups"] else each["record"]
        unit = record["unit"] if kpi.unit == "money" else kpi.unit
        assert format_value(record["value"], unit, record["reason"]) in text_of(shown[kpi.label]), kpi.id


def test_the_overview_shows_one_way_of_counting_and_its_page_leads_to_the_others(client: Visitor) -> None:
    shown = tiles(get_page(client, "/"))
    variants = [kpi for kpi in the_catalogue().kpis.values() if kpi.variant_of]
    assert variants
    assert not {kpi.label for kpi in variants} & set(shown)
    for kpi in variants[:1]:
        original = the_catalogue().kpis[kpi.variant_of or ""]
        assert kpi.label in text_of(get_page(client, f"/kpi/{original.id}").root)
        assert original.label in text_of(get_page(client, f"/kpi/{kpi.id}").root)


def test_a_source_that_does_not_reach_the_period_is_said_to_be_why_nothing_is_compared(client: Visitor) -> None:
    tile = tiles(get_page(client, "/?from=2026-06-01"))["Truck rolls"]
    assert "no data" in text_of(tile)
    assert "Not compared: the sources do not cover one whole day" in text_of(tile)


def test_a_kpi_page_shows_the_figures_of_the_twin(client: Visitor) -> None:
    page, told = (
        get_page(client, "/kpi/reopen_rate?group=channel"),
        get_json(client, "/kpi/reopen_rate.json?group=channel"),
    )
    by_period, by_group = page.all("table")
    for table, records in ((by_period, told["records"]), (by_group, told["groups"])):
        rows = [[text_of(cell) for cell in row] for body in table.iter("tbody") for row in body]
        assert [row[1] for row in rows] == [format_value(each["value"], "fraction", each["reason"]) for each in records]
        assert [row[0] for row in rows]


def test_the_twin_holds_every_key_of_a_record(client: Visitor) -> None:
    record = get_json(client, "/kpi/ticket_volume.json")["whole"]
    assert set(record) == set(Record.__dataclass_fields__)
    assert record["value"] == 158
    assert record["period_start"] == "2026-01-01T00:00:00+00:00"


def test_the_rows_are_the_ones_the_figure_counts(client: Visitor) -> None:
    told = get_json(client, "/kpi/reopen_rate/rows.json?from=2026-03-01&to=2026-04-01")
    standings = [row["standing"] for row in told["rows"]]
    assert told["total"] == len(standings) == told["record"]["n"]
    assert standings.count("in numerator and denominator") == told["record"]["numerator"]


def test_long_tables_come_in_pages_that_hold_every_row_once(client: Visitor) -> None:
    first = get_page(client, "/kpi/ticket_volume/rows")
    link = first.one("a", rel="next").get("href") or ""
    second = get_page(client, link)
    assert "Rows 101 to 158 of 158" in text_of(second.one("nav", class_="pages"))
    pages = [get_json(client, f"/kpi/ticket_volume/rows.json?page={number}") for number in (1, 2)]
    numbers = [row["ticket_id"] for told in pages for row in told["rows"]]
    assert len(numbers) == len(set(numbers)) == 158


def test_records_and_rows_can_be_taken_away_without_formulas(client: Visitor) -> None:
    rows = client.get("/kpi/ticket_volume/rows.csv").text
    assert "'=HYPERLINK" in rows
    assert ",=HYPERLINK" not in rows
    assert rows.count("\r\n") == 159
    records = client.get("/kpi/driver_share/records.csv?group=reason").text
    assert f'"\'{HOSTILE.replace(chr(34), chr(34) * 2)}"' in records


def test_a_value_from_the_data_cannot_become_markup(client: Visitor) -> None:
    assert "tickets <June>.csv" in text_of(get_page(client, "/sources").one("main"))


def test_a_group_leads_to_its_own_course(client: Visitor) -> None:
    page = get_page(client, "/kpi/driver_share")
    link = next(each for each in page.all("a") if text_of(each) == "Weak Wi-Fi in places")
    narrowed = get_page(client, link.get("href") or "")
    assert text_of(narrowed.one("li", class_="chip")).startswith("Reason: Weak Wi-Fi in places")
    assert narrowed.all("figure")


def test_a_chart_has_a_caption_a_picture_without_scripts_and_a_table(client: Visitor) -> None:
    page = get_page(client, "/kpi/ticket_volume")
    figure = page.one("figure")
    assert "lowest in January 2026 (20) and highest in May 2026 (40)" in text_of(next(figure.iter("figcaption")))
    picture = next(figure.iter("img"))
    answer = client.get(picture.get("src") or "")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "May 2026: 40" in answer.text
    assert page.all("table")


def test_a_definition_stands_beside_the_number(client: Visitor) -> None:
    text = text_of(get_page(client, "/kpi/closure_ratio").one("section", aria_labelledby="definition-heading"))
    assert "Definition, version 1" in text
    assert "0.60, ALLO, in a vendor's KPI guide: not comparable because of its method" in text


def test_the_definition_shows_the_limits_that_a_figure_rests_on(client: Visitor) -> None:
    text = text_of(get_page(client, "/kpi/reopen_rate").one("section", aria_labelledby="definition-heading"))
    assert str(limit("thank_you")) in text
    shown = get_json(client, "/kpi/reopen_rate.json")["definition"]["limits"]
    assert [each["span"] for each in shown] == [limit("thank_you").span]


def test_only_a_comparable_benchmark_is_drawn(client: Visitor) -> None:
    drawn = json.dumps(get_json(client, "/kpi/closure_ratio.json")["definition"]["benchmarks"])
    assert '"comparable": false' in drawn
    assert "ALLO" not in client.get("/kpi/closure_ratio/chart.svg").text


def test_what_cannot_be_computed_says_what_it_misses(client: Visitor) -> None:
    page = get_page(client, "/")
    row = next(each for each in page.all("tr") if "Average handle time" in text_of(each))
    assert "no talk_s of contact" in text_of(row)
    assert "firstline template contact" in text_of(row)
    assert "Average handle time" not in tiles(page)
    assert "firstline template contact" in text_of(get_page(client, "/kpi/aht").one("main"))


def test_the_sources_page_counts_what_was_set_aside(client: Visitor) -> None:
    told = get_json(client, "/sources.json")
    assert told["quarantined"] == {"missing_key": 1, "bad_time": 1}
    assert [each["number"] for each in told["imports"]] == [2, 1]
    assert {each["entity"] for each in told["sources"]} >= {"ticket", "truck_roll"}


def test_quarantined_rows_can_be_read_by_reason(client: Visitor) -> None:
    told = get_json(client, "/sources/quarantine.json?reason=bad_time")
    assert [row["values"]["Opened"] for row in told["rows"]] == ["yesterday"]
    assert told["total"] == 1


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/kpi/tiket_volume", 404, "Did you mean 'ticket_volume'?"),
        ("/nowhere", 404, "There is no page at this address."),
        ("/static/nothing.css", 404, "There is no page at this address."),
        ("/kpi/ticket_volume?by=moth", 400, "Did you mean 'month'?"),
        ("/kpi/ticket_volume?grup=channel", 400, "Did you mean 'group'?"),
        ("/kpi/ticket_volume?from=yesterday", 400, "yesterday"),
        ("/kpi/ticket_volume?group=disposition", 400, "has no dimension 'disposition'"),
        ("/kpi/ticket_volume?group=channel,reason", 400, "one dimension"),
        ("/kpi/ticket_volume/rows?page=9", 400, "Pages go from 1 to 2."),
        ("/kpi/ticket_volume/rows?page=-1", 400, "counted from 1"),
        ("/kpi/ticket_volume/chart.svg?theme=drak", 400, "Did you mean 'dark'?"),
        ("/kpi/ticket_volume/chart.svg?chart=breakdown", 404, "breakdown"),
        ("/?from=2031-01-01", 400, "There are no data for January 2031"),
        ("/sources/quarantine?reason=bad_tim", 400, "Did you mean 'bad_time'?"),
        ("/sources/quarantine?batch=two", 400, "not a batch number"),
    ],
)
def test_a_wrong_address_is_answered_with_what_is_right(client: Visitor, path: str, status: int, words: str) -> None:
    page = get_page(client, path, status)
    assert words in text_of(page.one("main"))


def test_an_unknown_kpi_leads_to_the_nearest_one(client: Visitor) -> None:
    page = get_page(client, "/kpi/tiket_volume", 404)
    assert "/kpi/ticket_volume" in [each.get("href") for each in page.all("a")]


def test_an_error_of_a_twin_is_json(client: Visitor) -> None:
    answer = client.get("/kpi/tiket_volume.json")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_kpi"


def test_a_crash_is_told_without_its_details(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(office, "batches", fail)
    client = client_of(office)
    for path in ("/sources", "/sources.json"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
        assert "Content-Security-Policy" in answer.headers
