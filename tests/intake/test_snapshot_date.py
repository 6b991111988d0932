"""The instant of a snapshot file that states no date, and what that means for bringing the same file twice."""

from __future__ import annotations

from datetime import datetime

from firstline.home import Home
from tests.homes import bring, counts, moment

MAPPING = """\
source = "billing"
[file]
entity = "subscriber_snapshot"
[fields]
subscriber_id = "Id"
is_lost = "Churn"
"""
TEXT = "Id,Churn\nS1,Yes\nS2,No\n"
MAY, JUNE = moment("2026-05-01T12:00:00"), moment("2026-06-01T12:00:00")


def _instants(home: Home) -> list[datetime]:
    return [row["as_of"] for row in home.warehouse.rows("SELECT DISTINCT as_of FROM subscriber_snapshot ORDER BY 1")]


def test_an_undated_snapshot_has_the_time_of_its_import_and_says_so(home: Home) -> None:
    record = bring(home, TEXT, at=MAY, mapping=MAPPING)
    assert any("time of the import, for lack of a date" in warning for warning in record.warnings)
    assert _instants(home) == [datetime(2026, 5, 1, 12)]


def test_the_same_undated_snapshot_brought_again_changes_nothing(home: Home) -> None:
    bring(home, TEXT, at=MAY, mapping=MAPPING)
    again = bring(home, TEXT, at=JUNE, mapping=MAPPING)
    assert counts(again) == (2, 0, 2, 0)
    assert any("first import" in warning for warning in again.warnings)
    assert _instants(home) == [datetime(2026, 5, 1, 12)]


def test_another_undated_snapshot_is_a_snapshot_of_its_own(home: Home) -> None:
    bring(home, TEXT, at=MAY, mapping=MAPPING)
    assert counts(bring(home, TEXT.replace("S2,No", "S2,Yes"), at=JUNE, mapping=MAPPING)) == (2, 2, 0, 0)
    assert _instants(home) == [datetime(2026, 5, 1, 12), datetime(2026, 6, 1, 12)]


def test_a_stated_export_date_goes_before_the_first_import(home: Home) -> None:
    bring(home, TEXT, at=MAY, mapping=MAPPING)
    assert counts(bring(home, TEXT, at=JUNE, mapping=MAPPING, exported_at=moment("2026-04-01"))) == (2, 2, 0, 0)
    assert _instants(home) == [datetime(2026, 4, 1), datetime(2026, 5, 1, 12)]
