"""The reports that the outsourcing firms send: their own figures of themselves, by month."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

import pyarrow as pa

from firstline.simulate.cells import Column
from firstline.simulate.exports import Export, toml_values
from firstline.simulate.vendor_reports import CLAIMS, Reported

FILE = "partner_reports.csv"
DATE = "%Y-%m-%d"

MAPPING = Template("""\
# What the outsourcing firms report of themselves, collected in one sheet: one row per firm, measure and month.
source = "partners"

[file]
entity = "vendor_reported_figure"

[fields]
vendor_id = "Partner"
kpi_id = { column = "Measure", values = $measures }
period_start = { column = "From", format = "$date" }
period_end = { column = "To", format = "$date" }
value = "Reported"
unit = "Unit"
n = "Volume"
""")


def partners_export(reports: Sequence[Reported]) -> Export:
    """partner_reports.csv: vendor-reported figures; none where the firm had nothing to do."""
    columns: dict[str, Column] = {
        "Partner": pa.array([row.vendor for row in reports], pa.string()),
        "Measure": pa.array([CLAIMS[row.measure].word for row in reports], pa.string()),
        "From": pa.array([row.start.strftime(DATE) for row in reports], pa.string()),
        "To": pa.array([row.end.strftime(DATE) for row in reports], pa.string()),
        "Reported": pa.array([row.value for row in reports], pa.float64()),
        "Unit": pa.array([CLAIMS[row.measure].unit for row in reports], pa.string()),
        "Volume": pa.array([row.n for row in reports], pa.int64()),
    }
    words = toml_values({claim.word: claim.kpi for claim in CLAIMS.values()})
    return Export(FILE, columns, MAPPING.substitute(measures=words, date=DATE))
