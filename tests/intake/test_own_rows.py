"""Rows made inside the product are a batch like any other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.errors import FirstlineError
from firstline.home import Home
from firstline.intake.own_rows import import_own_rows
from firstline.model.batch import OWN_ROWS
from firstline.refresh.apply import apply_pending
from tests.homes import ARRIVAL

ROW = {"entity": "ticket", "row_source": "desk", "row_id": 'T"1,\n', "field": "reason_code", "value": "wifi.coverage"}


def test_they_land_as_a_batch_and_the_later_row_wins(home: Home) -> None:
    first = import_own_rows(home, "row_correction", [ROW, {**ROW, "row_id": "T2"}], ARRIVAL, "correction by hand")
    apply_pending(home)
    import_own_rows(
        home, "row_correction", [{**ROW, "value": None}], ARRIVAL + timedelta(hours=1), "correction by hand"
    )
    apply_pending(home)
    assert (first.read, first.accepted) == (2, 2)
    batches = home.ledger.batches()
    assert [batch.source for batch in batches] == [OWN_ROWS, OWN_ROWS]
    assert batches[0].file_name == "correction by hand.csv"
    assert home.warehouse.rows("SELECT row_id, value FROM row_correction ORDER BY row_id") == [
        {"row_id": 'T"1,\n', "value": None},
        {"row_id": "T2", "value": "wifi.coverage"},
    ]


def test_rows_that_cannot_be_read_are_refused_whole(home: Home) -> None:
    with pytest.raises(FirstlineError, match="no field of row_correction 'feld'"):
        import_own_rows(home, "row_correction", [{"feld": "x"}], ARRIVAL, "correction by hand")
    assert not home.ledger.batches()
