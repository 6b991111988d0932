"""The two IBM churn samples against pandas: a share of a snapshot, never a monthly rate, and nobody counted twice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from firstline.home import Home
from tests.examples.trial import (
    DATA_SETS,
    bring_example,
    by_group,
    data_file,
    figure,
    figures,
    home_in,
    mapping_text,
    missing,
)
from tests.homes import counts, moment

pytestmark = pytest.mark.shared_data

SMALL, FULL, STATUS = "ibm_telco_churn", "ibm_telco_churn_full", "ibm_telco_churn_full_status"
EXPORTED = moment("2018-02-01")
SHARE = (1869, 7043)


@pytest.fixture
def small(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(data_file(shared_data, SMALL))


@pytest.fixture(scope="module")
def full(shared_data: Path) -> pd.DataFrame:
    return pd.read_excel(data_file(shared_data, FULL), engine="openpyxl")


@pytest.fixture(scope="module")
def status(shared_data: Path) -> pd.DataFrame:
    return pd.read_excel(data_file(shared_data, STATUS), engine="openpyxl")


def _share(home: Home, **asked: str) -> tuple[float | None, float | None]:
    record = figure(home, "churn_snapshot_share", **asked)
    return record.numerator, record.denominator


def test_a_share_under_its_own_id_and_never_a_monthly_rate(home: Home, shared_data: Path, small: pd.DataFrame) -> None:
    assert counts(bring_example(home, shared_data, SMALL, exported_at=EXPORTED)) == DATA_SETS[SMALL].counts
    lost = small["Churn"] == "Yes"
    assert (int(lost.sum()), len(small)) == SHARE == _share(home)
    record = figure(home, "churn_snapshot_share")
    assert record.value == pytest.approx(lost.mean(), rel=1e-12)
    assert "not a monthly rate" in (record.note or "")
    assert record.period_start.date().isoformat() == "2018-02-01"
    assert missing(home, "subscriber_churn_rate") == {"subscriber_churn_rate": "missing:churn_event.effective_at"}
    found = by_group(figures(home, "churn_snapshot_share", group="contract"))
    expected = lost.groupby(small["Contract"]).mean().to_dict()
    assert {contract: each.value for contract, each in found.items()} == pytest.approx(expected)


def test_blank_total_charges_become_no_zero_and_cost_nobody_a_row(
    home: Home, shared_data: Path, small: pd.DataFrame
) -> None:
    blank = small[small["TotalCharges"].str.strip() == ""]
    assert (len(blank), set(blank["tenure"])) == (11, {0})
    assert counts(bring_example(home, shared_data, SMALL, exported_at=EXPORTED)) == DATA_SETS[SMALL].counts
    stored = {row["subscriber_id"]: row for row in home.warehouse.rows("SELECT * FROM subscriber_snapshot")}
    assert len(stored) == 7043
    for customer, charges in zip(blank["customerID"], blank["MonthlyCharges"], strict=True):
        row = stored[customer]
        assert (row["tenure_months"], float(row["mrr"])) == (0, charges)
    # even for one who takes the column as money: an empty cell is unknown
    asked = mapping_text(SMALL).replace('mrr = "MonthlyCharges"', 'mrr = "TotalCharges"')
    bring_example(home, shared_data, SMALL, mapping=asked, exported_at=moment("2018-03-01"))
    known = home.warehouse.row(
        "SELECT count(*) AS n, count(mrr) AS known, count(*) FILTER (WHERE mrr = 0) AS zero FROM subscriber_snapshot "
        "WHERE as_of = TIMESTAMP '2018-03-01'"
    )
    assert known == {"n": 7043, "known": 7032, "zero": 0}


def test_without_a_date_the_snapshot_is_dated_by_its_import_and_says_so(home: Home, shared_data: Path) -> None:
    record = bring_example(home, shared_data, SMALL, at=moment("2026-05-04T10:00:00"))
    assert any("the time of the import, for lack of a date" in warning for warning in record.warnings)
    assert figure(home, "churn_snapshot_share").period_start.date().isoformat() == "2026-05-04"
    again = bring_example(home, shared_data, SMALL, at=moment("2026-05-05T10:00:00"))
    assert counts(again) == (7043, 0, 7043, 0)


def test_the_two_workbooks_are_about_the_same_customers_and_disagree_on_reasons(
    full: pd.DataFrame, status: pd.DataFrame
) -> None:
    both = full.merge(status, left_on="CustomerID", right_on="Customer ID", suffixes=("", " there"))
    assert len(both) == len(full) == len(status) == 7043
    assert (both["Churn Value"] == both["Churn Value there"]).all()
    lost = both[both["Churn Value"] == 1]
    assert int((lost["Churn Reason"] != lost["Churn Reason there"]).sum()) == 519
    assert full["City"].nunique() == 1129
    scores = status.groupby("Satisfaction Score")["Churn Value"].mean()
    assert (scores[[1, 2]] == 1).all(), "no survey gives such scores"


@pytest.mark.parametrize("order", [(FULL, STATUS), (STATUS, FULL)])
@pytest.mark.parametrize("days", [("2019-09-30", "2019-10-01"), ("2019-09-30", "2019-09-30")], ids=["two", "one"])
def test_nobody_counts_twice_after_importing_both_workbooks(
    shared_data: Path, tmp_path: Path, order: tuple[str, str], days: tuple[str, str]
) -> None:
    with home_in(tmp_path, timezone="UTC") as home:
        for name, day in zip(order, days, strict=True):
            record = bring_example(home, shared_data, name, exported_at=moment(day))
            assert counts(record) == DATA_SETS[name].counts
        assert _share(home) == SHARE
        assert _share(home, from_="2019-01-01", to="2020-01-01") == SHARE
        assert missing(home, "subscriber_churn_rate", "csat_t2b") == {
            "subscriber_churn_rate": "missing:churn_event.effective_at",
            "csat_t2b": "missing:survey_response.score",
        }


def test_one_customer_in_two_sources_is_still_one_customer(home: Home, shared_data: Path) -> None:
    bring_example(home, shared_data, SMALL, exported_at=moment("2018-02-01"))
    bring_example(home, shared_data, FULL, exported_at=moment("2018-02-03"))
    assert _share(home) == SHARE


def test_with_a_date_each_both_workbooks_can_be_asked_for(
    home: Home, shared_data: Path, full: pd.DataFrame, status: pd.DataFrame
) -> None:
    bring_example(home, shared_data, STATUS, exported_at=moment("2019-09-30"))
    bring_example(home, shared_data, FULL, exported_at=moment("2019-10-01"))
    later = by_group(figures(home, "churn_snapshot_share", group="contract"))
    by_contract = full.groupby("Contract")["Churn Value"].agg(["sum", "size"])
    assert {contract: (each.numerator, each.denominator) for contract, each in later.items()} == {
        contract: (row["sum"], row["size"]) for contract, row in by_contract.iterrows()
    }
    day = {"from_": "2019-09-30", "to": "2019-10-01"}
    earlier = by_group(figures(home, "churn_snapshot_share", group="churn_category", **day))
    categories = status[status["Churn Value"] == 1]["Churn Category"].value_counts().to_dict()
    assert {category: each.numerator for category, each in earlier.items() if category} == categories
    assert earlier[None].numerator == 0
    assert earlier[None].denominator == 7043 - 1869
