"""Intervals at 95 % for the kinds of figure a KPI can be; each function names its method and source."""

from __future__ import annotations

from math import cbrt, floor, sqrt

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

TAIL = 0.025
"""What is left out on either side."""

Interval = tuple[float, float]

# scipy is loaded where it is needed: it takes memory that an import would rather have


def wilson(successes: float, n: float) -> Interval | None:
    """Wilson's score interval of a proportion, as fractions; None without a sample.

    >>> tuple(round(bound, 3) for bound in wilson(7, 10))
    (0.397, 0.892)
    """
    if n <= 0 or not 0 <= successes <= n:
        return None
    share = successes / n
    centre = share + Z * Z / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = (centre - half) / scale if successes else 0.0
    high = (centre + half) / scale if successes < n else 1.0
    return low, high


def net_promoter(promoters: float, detractors: float, n: float) -> Interval | None:
    """Adjusted Wald interval of a net promoter score, in points -100..100; None without a sample.

    Adds 3 to n and 0.75 to promoters and to detractors (MeasuringU, after Rocks 2016).
    """
    if n <= 0:
        return None
    larger = n + 3
    up, down = (promoters + 0.75) / larger, (detractors + 0.75) / larger
    score = up - down
    half = 1.96 * sqrt(max(0.0, up + down - score * score) / larger)
    return max(-100.0, 100 * (score - half)), min(100.0, 100 * (score + half))


def poisson(events: float, exposure: float, per: float) -> Interval | None:
    """Exact (Garwood) interval of a rate: `events` in `exposure`, as a rate per `per`; None without exposure."""
    if exposure <= 0 or events < 0:
        return None
    from scipy.special import chdtri

    low = chdtri(2 * events, 0.975) / 2 if events else 0.0
    high = chdtri(2 * (events + 1), 0.025) / 2
    return float(low) * per / exposure, float(high) * per / exposure


def mean(total: float, total_of_squares: float, total_of_cubes: float, n: float) -> Interval | None:
    """Interval of a mean from the sums, allowing for skewness; None below two observations.

    Student's interval where the values are even about their mean; where they have a long tail, its end on that side is
    farther away, by Hall's cubic transformation of the studentised mean (Hall 1992, "On the removal of skewness by
    transformation").

    >>> tuple(round(bound, 2) for bound in mean(10, 30, 100, 5))
    (0.04, 3.96)
    """
    if n < 2:
        return None
    average = total / n
    variance = max(0.0, (total_of_squares - n * average * average) / (n - 1))
    error = sqrt(variance / n)
    if not error:
        return average, average
    from scipy.special import stdtrit

    third = total_of_cubes / n - 3 * average * total_of_squares / n + 2 * average**3
    bent = third / variance**1.5 / sqrt(n)
    t = float(stdtrit(n - 1, 1 - TAIL))
    return average - error * _unbent(t, bent), average - error * _unbent(-t, bent)


def _unbent(point: float, bent: float) -> float:
    """The studentised mean that Hall's transformation takes to this point; `bent` is the skewness / sqrt(n)."""
    return (cbrt(1 + bent * (point - bent / 6)) - 1) * 3 / bent if abs(bent) > 1e-6 else point


def quantile_positions(n: int, q: float) -> tuple[float, float] | None:
    """Where the interval of the q-quantile begins and ends among n sorted values, from 1; None from too few values.

    A position between two whole ranks stands for the value interpolated between those two. Whole ranks alone would
    cover the quantile far more often than 95 times in 100 where n is small (Nyblom 1992, who extends the interpolation
    that Hettmansperger and Sheather gave for the median).

    >>> tuple(round(position, 2) for position in quantile_positions(10, 0.5))
    (2.66, 8.34)
    """
    if n < 1 or q**n > TAIL or (1 - q) ** n > TAIL:
        return None
    return _lower_position(n, q), n + 1 - _lower_position(n, 1 - q)


def _lower_position(n: int, q: float) -> float:
    from scipy.special import bdtr, bdtrik

    rank = int(floor(float(bdtrik(TAIL, n, q)))) + 1
    below, above = float(bdtr(rank - 1, n, q)), float(bdtr(rank, n, q))
    return rank + 1 / (1 + rank * (1 - q) * (above - TAIL) / ((n - rank) * q * (TAIL - below)))
