"""The truth about telemetry: how far each fault moves what is measured."""

from __future__ import annotations

from typing import Any

from firstline.simulate.impairments import LEAST_SEVERITY, MOST_SEVERITY
from firstline.simulate.planted import Planted
from firstline.simulate.rates import Rates
from firstline.simulate.telemetry.homes import PARTIAL_LOSS, PORT_ADDS, RELEASE_METRIC, RELEASE_RETRIES
from firstline.simulate.telemetry.metrics import METRICS


def sizes_of_faults(planted: Planted, rates: Rates) -> dict[str, Any]:
    """What the release, the port, impairments and partial outages add, in the units of the metrics; None: not planted.

    An impairment moves the metrics of its place by its severity times the standard deviation of homes, and half as
    far those of the path. The port's loss grows from nothing at its beginning to what stands here at the end.
    """
    return {
        "release": {RELEASE_METRIC: RELEASE_RETRIES} if planted.release else None,
        "port_by_end": PORT_ADDS if planted.port else None,
        "partial_outage": {"packet_loss": PARTIAL_LOSS},
        "impairments": {"shown_share": rates.impairment_shown_share, "severity": [LEAST_SEVERITY, MOST_SEVERITY]},
        "standard_deviation_of_homes": {metric.name: metric.homes for metric in METRICS},
        "worse": {metric.name: metric.worse for metric in METRICS},
    }
