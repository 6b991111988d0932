"""What the access networks are built of: the chain of each technology, its sizes, and how often a part fails.

Sizes are those that outages are planned with: a splitter has 8 homes, a PON port 32 to 64, a cable node 200, a tower or
an OLT 2,000 at most. All other figures are judgement.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One kind of network element. `fewest` to `most` subscribers hang on one, in steps of `step`.

    `outages_per_month` is how often one of them fails (a month of 30.4 days). Few do: with all that is above it, a
    subscriber is cut off or impaired about once in three years.
    """

    name: str
    prefix: str
    fewest: int
    most: int
    step: int
    outages_per_month: float
    vendor: str
    model: str
    software: str
    down_mbps: int | None = None
    up_mbps: int | None = None


PARTS: tuple[Part, ...] = (
    Part("olt", "OLT", 2_000, 2_000, 1, 0.010, "Larkspur Networks", "LX-7", "7.2.4"),
    Part("pon_port", "PON", 32, 64, 8, 0.008, "Larkspur Networks", "LX-G16", "7.2.4", 2_488, 1_244),
    Part("splitter", "SPL", 8, 8, 8, 0.006, "Plainfield Optics", "S1x8", ""),
    Part("ont", "ONT", 1, 1, 1, 0.0, "Larkspur Networks", "H-220", "3.11.0", 1_000, 1_000),
    Part("cmts", "CMTS", 8_000, 8_000, 1, 0.0, "Coaxial Works", "CW-40", "12.1"),
    Part("rpd_node", "NODE", 200, 200, 1, 0.030, "Coaxial Works", "RN-2", "5.4", 1_800, 200),
    Part("cable_modem", "CM", 1, 1, 1, 0.0, "Ridgeway Devices", "M-31", "9.0.3", 1_000, 50),
    Part("tower", "TWR", 2_000, 2_000, 1, 0.030, "Highmast", "T-60", "2.8"),
    Part("sector", "SEC", 500, 500, 1, 0.0, "Highmast", "A-90", "2.8", 900, 300),
    Part("fwa_cpe", "CPE", 1, 1, 1, 0.0, "Highmast", "C-5", "2.8", 100, 20),
)
"""Kinds of elements, from the exchange to the home within each technology."""

OLT, PON, SPLITTER, ONT, CMTS, NODE, MODEM, TOWER, SECTOR, CPE = range(10)

CHAINS: tuple[tuple[int, ...], ...] = ((OLT, PON, SPLITTER), (CMTS, NODE), (TOWER, SECTOR))
"""By access technology (its position in drivers.ACCESS_TECHS): the parts that subscribers share, from the top."""

TERMINALS: tuple[int, ...] = (ONT, MODEM, CPE)
"""By access technology: the part at a subscriber's own end."""


@dataclass(frozen=True)
class Cause:
    """Why elements fail. `weights` are relative frequencies by access technology.

    `partial` is the share of these outages in which the service is impaired and not lost.
    """

    code: str
    weights: tuple[float, float, float]
    partial: float


CAUSES: tuple[Cause, ...] = (
    Cause("fiber_cut", (30, 15, 5), 0.0),
    Cause("power", (20, 25, 30), 0.0),
    Cause("equipment", (20, 20, 20), 0.3),
    Cause("software", (5, 5, 5), 0.5),
    Cause("config", (5, 4, 5), 0.5),
    Cause("upstream", (4, 3, 5), 0.6),
    Cause("weather", (4, 8, 20), 0.4),
    Cause("rf_noise", (0, 10, 5), 1.0),
    Cause("third_party", (8, 6, 2), 0.1),
    Cause("unknown", (4, 4, 3), 0.3),
)
"""All judgement."""
