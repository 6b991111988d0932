"""Whether the intervals hold the truth about 95 times in 100, at the smallest sample for which a figure is shown."""

from __future__ import annotations

import pytest

from bench.coverage import WANTED, Coverage, run
from firstline.query.definitions import the_catalogue


@pytest.fixture(scope="module")
def coverage() -> dict[str, Coverage]:
    return {each.method: each for each in run(sets=2000, seed=1)}


def test_every_method_holds_the_truth_93_to_97_times_in_100(coverage: dict[str, Coverage]) -> None:
    for each in coverage.values():
        assert WANTED[0] <= each.average <= WANTED[1], each
        assert 0.85 <= each.worst <= each.average, each


def test_every_method_that_a_kpi_uses_is_tried_at_its_least_sample(coverage: dict[str, Coverage]) -> None:
    used = {each.interval for each in the_catalogue().kpis.values()} - {"none"}
    assert used == {name.split()[0] for name in coverage}
    assert {name: each.least_n for name, each in coverage.items()} == {
        "wilson": 10,
        "mean of scores": 10,
        "mean of times": 30,
        "nps": 50,
        "poisson": 200,
        "order_statistic of the 0.5 quantile": 10,
        "order_statistic of the 0.9 quantile": 50,
    }
