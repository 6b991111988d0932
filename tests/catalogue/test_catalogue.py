"""The catalogue: what ships is sound, and every rule has been seen to refuse something, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from firstline.catalogue.check import CHECKS
from firstline.catalogue.fragment import fragment_problems
from firstline.catalogue.read import Catalogue, read_catalogue
from firstline.errors import MisuseError
from firstline.query.definitions import the_catalogue

SCHEMA = {"fact_thing": ("thing_id", "opened_at", "opened_on", "score", "region", "is_test")}

FACTS = """
[fact_thing]
entity = "ticket"
label = "things"
key = ["thing_id"]
shows = ["region"]
exclusions.test = { when = "is_test", label = "Test things" }
"""

DIMENSIONS = """
region = { label = "Region", column = "region", about = "Where.", aliases = ["area"] }
purpose = { label = "Purpose", column = "purpose", about = "Why." }
"""

KPI = """[things]
number = "K01"
label = "Things"
question = "How many?"
theme = "demand"
unit = "count"
direction = "lower"
additivity = "additive"
needs = [["ticket.opened_at"]]
formula = "Count."
time = "Opening."

[things.rows]
fact = "fact_thing"
at = "opened"
exclusions = ["test"]

[things.example]
given = "Two."
value = 2
"""


def read(folder: Path, kpis: str = KPI, facts: str = FACTS, dimensions: str = DIMENSIONS) -> Catalogue:
    (folder / "kpis").mkdir(exist_ok=True)
    (folder / "kpis" / "some.toml").write_text(kpis)
    (folder / "facts.toml").write_text(facts)
    (folder / "dimensions.toml").write_text(dimensions)
    return read_catalogue(SCHEMA, folder)


def refusal(folder: Path, **files: str) -> str:
    with pytest.raises(MisuseError) as caught:
        read(folder, **files)
    return caught.value.message


def test_a_sound_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    assert catalogue.kpi("k01").id == "things"
    assert [each.id for each in catalogue.dimensions_of(catalogue.kpis["things"])] == ["region"]
    assert catalogue.dimension("AREA").id == "region"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # one line per rule of CHECKS and per kind of fault
        ('fact = "fact_thing"', 'fact = "fact_thin"', "some.toml:14: things: there is no fact 'fact_thin'"),
        ('at = "opened"', 'at = "closed"', "some.toml:15: things: fact_thing has no column 'closed_at'"),
        (
            'at = "opened"',
            'at = "opened"\nnumerator = "scor"',
            "some.toml:16: things: numerator names the unknown column 'scor'; did you mean 'score'?",
        ),
        ('at = "opened"', 'at = "opened"\nwhere = "score >"', "some.toml:16: things: where is not SQL"),
        ('["test"]', '["tset"]', "some.toml:16: things: fact_thing has no exclusion 'tset'; did you mean 'test'?"),
        (
            '"ticket.opened_at"',
            '"ticket.opend_at"',
            "some.toml:9: things: needs names the unknown field 'ticket.opend_at'",
        ),
        (
            'at = "opened"',
            'at = "opened"\ndimensions = { regoin = "region" }',
            "some.toml:16: things: there is no dimension 'regoin'",
        ),
        (
            'at = "opened"',
            'at = "opened"\ndimensions = { region = "area" }',
            "some.toml:16: things: fact_thing has no column 'area'",
        ),
        (
            'formula = "Count."',
            'formula = "Count."\nguards = ["stuff"]',
            "some.toml:11: things: there is no KPI 'stuff' to guard it",
        ),
        (
            'formula = "Count."',
            'formula = "Count."\nlimits = ["thank_yuo"]',
            "some.toml:11: things: there is no limit 'thank_yuo'; did you mean 'thank_you'?",
        ),
        (
            'formula = "Count."',
            'formula = "Count."\nvariant_of = "stuff"',
            "some.toml:11: things: 'stuff' is no KPI that can have variants",
        ),
        ('additivity = "additive"', 'additivity = "ratio"', "things: says no minimum sample"),
        (
            'formula = "Count."',
            'formula = "Count."\ninterval = "wilson"',
            "some.toml:11: things: wilson is the interval of a fraction",
        ),
        (
            'formula = "Count."',
            'formula = "Count."\nmin_n = { suppress = 9, flag = 5 }',
            "some.toml:11: things: flags below",
        ),
        # what the declaration itself refuses
        ('unit = "count"', 'unit = "percent"', "some.toml:6: things.unit: Input should be"),
        (
            'unit = "count"',
            'unit = "count"\ncolour = "red"',
            "some.toml:7: things.colour: Extra inputs are not permitted",
        ),
        ('additivity = "additive"', 'additivity = "quantile"', "some.toml:1: things: Value error, quantile"),
        ('number = "K01"', "number = K01", "some.toml: Invalid value"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in KPI
    assert said in refusal(tmp_path, kpis=KPI.replace(old, new, 1))


def test_one_record_stands_for_every_combination_of_its_words(tmp_path: Path) -> None:
    words = """[things.each]
size = [{ _size = "", most = "9" }, { _size = "_small", most = "5" }]
where = [{ _where = "", place = "region IS NOT NULL" }, { _where = "_north", place = "region = 'north'" }]

[things.rows]
numerator = "score <= {most} AND {place}"
"""
    kpis = KPI.replace("[things]\n", '[things]\nid = "things{_size}{_where}"\naliases = ["stuff"]\n')
    found = read(tmp_path, kpis=kpis.replace("[things.rows]\n", words)).kpis
    assert list(found) == ["things", "things_north", "things_small", "things_small_north"]
    assert found["things_small_north"].rows.numerator == "score <= 5 AND region = 'north'"
    assert [(each.number, each.aliases, each.variant_of) for each in list(found.values())[:2]] == [
        ("K01", ("stuff",), None),
        (None, (), "things"),
    ]


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    faulty = KPI.replace('at = "opened"', 'at = "closed"').replace('["test"]', '["tset"]').replace("opened_at", "x")
    message = refusal(tmp_path, kpis=faulty)
    assert "4 problem(s)" in message
    assert message.count("some.toml:") == 4


def test_two_kpis_cannot_share_a_name(tmp_path: Path) -> None:
    second = KPI.replace("things", "others").replace('number = "K01"', 'aliases = ["k01"]')
    message = refusal(tmp_path, kpis=KPI + second)
    assert "the name 'k01' also stands for others" in message
    assert "the name 'k01' also stands for things" in message


def test_faulty_facts_are_named_too(tmp_path: Path) -> None:
    assert "facts.toml:2: fact_thing has no column 'city'" in refusal(
        tmp_path, facts=FACTS.replace('"region"', '"city"')
    )
    faulty = FACTS.replace('when = "is_test"', 'when = "is_tset"')
    assert "facts.toml:7: fact_thing: exclusion test names the unknown column 'is_tset'" in refusal(
        tmp_path, facts=faulty
    )
    assert "there is no fact fact_other" in refusal(tmp_path, facts=FACTS + FACTS.replace("fact_thing", "fact_other"))


@pytest.mark.parametrize(
    "fragment",
    [
        "1; DROP TABLE ticket",
        "DROP TABLE ticket",
        "(SELECT max(score) FROM fact_thing)",
        "score IN (SELECT 1)",
        "EXISTS (SELECT 1)",
        "random()",
        "read_csv('/etc/passwd')",
        "sum(score)",
        "row_number() OVER ()",
        "fact_thing.score",
        "score::VARCHAR",
        "$password",
        "*",
        "score AS x",
        "score, region",
        "",
        "least(score, 1)",
        "lambda x: x",
    ],
)
def test_a_fragment_is_one_plain_expression_or_refused(fragment: str) -> None:
    assert fragment_problems(fragment, SCHEMA["fact_thing"])


@pytest.mark.parametrize(
    "fragment",
    [
        "score",
        "1",
        "-score + 2 * (score / 3)",
        "CASE WHEN score >= 9 THEN 1 WHEN score IS NULL THEN 0 ELSE -1 END",
        "coalesce(region, 'none') NOT IN ('a', 'b') AND NOT is_test OR score BETWEEN 1 AND 2",
        "opened_at + INTERVAL 7 DAY <= opened_at",
        "score <= $service_level_s",
        "opened_on >= period_next_on",
    ],
)
def test_what_kpis_need_can_be_said(fragment: str) -> None:
    assert fragment_problems(fragment, SCHEMA["fact_thing"]) == []


def test_every_rule_holds_for_what_ships() -> None:
    catalogue = the_catalogue()
    assert len(catalogue.kpis) >= 38
    for kpi in catalogue.kpis.values():
        for rule in CHECKS:
            assert list(rule(catalogue, kpi)) == []


def test_numbers_and_short_names_stand_for_the_headline_kpis() -> None:
    named = {
        "K01": "ticket_volume",
        "K06": "backlog",
        "K09": "resolution_rate_7d",
        "k12": "repeat_ticket_rate_7d",
        "K23": "escalation_rate",
        "K26": "first_response_time_median",
        "K27": "resolution_time_median",
        "K32": "aht",
        "K34": "abandonment_rate",
        "K36": "service_level_b",
        "service_level": "service_level_b",
        "K39": "csat_t2b",
        "K40": "csat_mean",
        "K41": "nps",
        "K49": "subscriber_churn_rate",
    }
    assert {name: the_catalogue().kpi(name).id for name in named} == named


def test_a_benchmark_without_a_matching_method_is_not_comparable() -> None:
    comparable = [
        (kpi.id, benchmark.source)
        for kpi in the_catalogue().kpis.values()
        for benchmark in kpi.benchmarks
        if benchmark.comparable
    ]
    assert {kpi for kpi, _ in comparable} == {"nps_relational", "fcr_single", "fcr_survey"}


def test_least_samples_are_those_of_the_rules() -> None:
    """A quantile q needs n (1 - q) >= 5, a mean of times 30, a share 10 and a mark below 30, a base 200 subscribers."""
    for kpi in the_catalogue().kpis.values():
        if kpi.additivity in ("additive", "semi"):
            least = (0, 0)
        elif kpi.quantile is not None:
            least = (round(5 / (1 - kpi.quantile)), 0)
        elif kpi.interval == "nps":
            least = (50, 100)
        elif kpi.base:
            least = (200, 0)
        elif kpi.unit == "s":
            least = (30, 0)
        elif kpi.number == "K43":
            least = (100, 0)  # invitations
        else:
            least = (10, 30)
        assert (kpi.min_n.suppress, kpi.min_n.flag) == least, kpi.id
