"""Long work says what it is doing."""

from __future__ import annotations

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from tests.homes import ARRIVAL


def test_an_import_tells_each_step_with_the_number_of_rows(home: Home) -> None:
    path = home.path / "tickets.csv"
    path.write_text("ticket_id,opened_at\n" + "".join(f"T{i},2026-01-01\n" for i in range(1200)), "utf-8")
    told: list[str] = []
    import_all(home, [ImportRequest(path=path, name="tickets.csv")], lambda: ARRIVAL, progress=told.append)
    assert told == [
        "tickets.csv: reading",
        "tickets.csv: reading 1,200 rows as ticket",
        "tickets.csv: checking 1,200 rows",
        "tickets.csv: landing",
        "building facts",
    ]
