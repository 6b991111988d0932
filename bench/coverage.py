"""How often the intervals hold what they are about, at the smallest sample for which a figure is shown.

    python -m bench.coverage --sets 2000 --seed 1

Each method is tried on simulated sets of its least sample, for chances from 0.05 to 0.95 (times: over distributions of
them). 95 of 100 intervals should hold the truth; the average over the chances and the worst of them
are in `bench/results/coverage.json`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bench.keeping import keep
from firstline.query import intervals
from firstline.query.definitions import the_catalogue

CHANCES = np.linspace(0.05, 0.95, 19)
WANTED = (0.93, 0.97)


@dataclass(frozen=True)
class Coverage:
    """The share 0..1 of the intervals of one method that hold the truth: over all cases, and in the worst."""

    method: str
    least_n: int
    average: float
    worst: float
    worst_case: str

    @property
    def is_as_wanted(self) -> bool:
        """Whether it holds the truth 93 to 97 times in 100, on average."""
        return WANTED[0] <= self.average <= WANTED[1]


def run(sets: int, seed: int) -> list[Coverage]:
    """The coverage of every method the catalogue's KPIs use, at the least `min_n.suppress` of a KPI that uses it."""
    chance = np.random.default_rng(seed)
    least: dict[tuple[str, float | None], int] = {}
    for kpi in the_catalogue().kpis.values():
        if kpi.interval != "none":
            name = f"mean of {'times' if kpi.unit == 's' else 'scores'}" if kpi.interval == "mean" else kpi.interval
            key = name, kpi.quantile
            least[key] = min(least.get(key, kpi.min_n.suppress), kpi.min_n.suppress)
    found = []
    for (name, quantile), n in sorted(least.items(), key=str):
        cases = quantiles(quantile, n, sets, chance) if quantile else COVERED[name](n, sets, chance)
        worst = min(cases, key=lambda case: cases[case])
        told = f"{name} of the {quantile:g} quantile" if quantile else name
        found.append(Coverage(told, n, float(np.mean(list(cases.values()))), cases[worst], worst))
    return found


def shares(n: int, sets: int, chance: Generator) -> dict[str, float]:
    """Wilson's interval of a share of n."""
    return {f"p = {p:.2f}": _held([intervals.wilson(k, n) for k in chance.binomial(n, p, sets)], p) for p in CHANCES}


def scores(n: int, sets: int, chance: Generator) -> dict[str, float]:
    """The interval of a mean of n scores from 1 to 5, whose four steps are each taken with chance p."""
    found = {}
    for p in CHANCES:
        drawn = 1 + chance.binomial(4, p, (sets, n)).astype(np.float64)
        found[f"p = {p:.2f}"] = _held(_means(drawn), 1 + 4 * p)
    return found


def times(n: int, sets: int, chance: Generator) -> dict[str, float]:
    """The interval of a mean of n times, whose tails are more or less long."""
    return {
        "exponential": _held(_means(chance.exponential(1, (sets, n))), 1),
        **{
            f"log-normal, sigma {sigma}": _held(_means(chance.lognormal(0, sigma, (sets, n))), np.exp(sigma**2 / 2))
            for sigma in (0.5, 0.8, 1.0)
        },
    }


def promoters(n: int, sets: int, chance: Generator) -> dict[str, float]:
    """The interval of a net promoter score of n answers, p of them promoters, half of the others detractors."""
    found = {}
    for p in CHANCES:
        parts = (p, (1 - p) / 2, (1 - p) / 2)
        made = [intervals.net_promoter(up, down, n) for up, down, _ in chance.multinomial(n, parts, sets)]
        found[f"p = {p:.2f}"] = _held(made, 100 * (parts[0] - parts[1]))
    return found


def rates(n: int, sets: int, chance: Generator) -> dict[str, float]:
    """The interval of a rate per 1,000 of n subscribers, p events each."""
    return {
        f"p = {p:.2f}": _held([intervals.poisson(k, n, 1000) for k in chance.poisson(n * p, sets)], 1000 * p)
        for p in CHANCES
    }


def quantiles(q: float, n: int, sets: int, chance: Generator) -> dict[str, float]:
    """The interval of the q-quantile of n times, under several distributions."""
    found = {}
    for name, drawn, rising in (
        ("exponential", chance.exponential(1, (sets, n)), chance.exponential(1, 2_000_000)),
        ("log-normal", chance.lognormal(0, 1, (sets, n)), chance.lognormal(0, 1, 2_000_000)),
        ("uniform", chance.uniform(0, 1, (sets, n)), chance.uniform(0, 1, 2_000_000)),
    ):
        ends = intervals.quantile_positions(n, q)
        made = [np.interp(ends, np.arange(1, n + 1), np.sort(row)) for row in drawn] if ends else [None] * sets
        found[name] = _held(made, float(np.quantile(rising, q)))
    return found


COVERED: dict[str, Callable[[int, int, Generator], dict[str, float]]] = {
    "wilson": shares,
    "mean of scores": scores,
    "mean of times": times,
    "nps": promoters,
    "poisson": rates,
}


def _means(drawn: NDArray[np.float64]) -> list[intervals.Interval | None]:
    """The interval of the mean of each row."""
    return [intervals.mean(row.sum(), (row**2).sum(), (row**3).sum(), len(row)) for row in drawn]


def _held(made: list[intervals.Interval | None], truth: float) -> float:
    """The share of the intervals that hold the truth; a set without an interval does not."""
    return float(np.mean([each is not None and each[0] - 1e-9 <= truth <= each[1] + 1e-9 for each in made]))


def main() -> int:
    """Run, print and record; exit code 1 when a method's average is not as wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = run(asked.sets, asked.seed)
    keep("coverage", f"--sets {asked.sets} --seed {asked.seed}", {"methods": [asdict(each) for each in found]})
    return 0 if all(each.is_as_wanted for each in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
