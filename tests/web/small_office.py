"""A small provider behind the cockpit: five whole months and the first fortnight of a sixth.

January to May 2026 have more tickets every month, June is still running; `NOW` is the 15th of June. Every
fifth ticket is reopened, there are a few visits and survey answers, and no phone call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from firstline.intake.quarantine import QuarantinedRow, ReasonCount, Sought
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.model.batch import Batch
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from firstline.web.app import build_app
from tests.query.provider import Provider
from tests.web.visitor import Visitor

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
LAST_DAY = "2026-06-15 06:00:00"
TICKETS = {1: 20, 2: 24, 3: 28, 4: 32, 5: 40, 6: 14}
REASONS = ("connectivity.slow.evening", "billing.explain_bill.first", "wifi.coverage.room")
HOSTILE = '=HYPERLINK("http://example.com")'


class SmallOffice:
    """An office in memory; uploads are written down and answered with a record."""

    def __init__(self, provider: Provider, batches: Sequence[Batch] = (), rows: Sequence[QuarantinedRow] = ()) -> None:
        self.settings: Settings = provider.settings
        self.warehouse: Warehouse = provider.warehouse
        self._batches, self._rows = batches, rows
        self.uploads: list[tuple[str, bytes, str | None, str | None]] = []

    @contextmanager
    def connection(self) -> Iterator[Warehouse]:
        """A connection of the caller's own."""
        cursor = self.warehouse.cursor()
        yield cursor
        cursor.close()

    def now(self) -> datetime:
        """A fixed instant."""
        return NOW

    def batches(self) -> Sequence[Batch]:
        """The given batches."""
        return self._batches

    def working(self) -> Any:
        """There is no home behind this office."""
        raise AssertionError("the small office has no home to work on")

    def quarantine(self, sought: Sought, first: int = 0, most: int | None = None) -> Sequence[QuarantinedRow]:
        """Those of the given rows that are asked for."""
        found = [
            row
            for row in self._rows
            if sought.batch in (None, row.batch)
            and sought.reason in (None, row.reason)
            and sought.is_open in (None, row.is_open)
        ]
        return found[first : None if most is None else first + most]

    def quarantine_counts(self, batch: int | None = None) -> Sequence[ReasonCount]:
        """The given rows, each counted by itself."""
        return [
            ReasonCount(row.source, row.entity, row.reason, int(row.is_open), int(not row.is_open))
            for row in self._rows
            if batch in (None, row.batch)
        ]

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A folder of the machine."""
        with TemporaryDirectory() as folder:
            yield Path(folder)

    step = ""

    home_path = Path("no-home")

    def import_upload(self, request: ImportRequest) -> Sequence[Mapping[str, Any]]:
        """Remember the upload and accept one row."""
        self.uploads.append((request.name, request.path.read_bytes(), request.mapping_text, request.entity))
        return [ImportRecord(request.name, "ticket", {"ticket": 1}, read=1, accepted=1, batch=3).as_json()]

    def retry_upload(self, path: Path, name: str) -> Mapping[str, Any]:
        """Remember the upload and close one entry."""
        return {**self.import_upload(ImportRequest(path, name))[0], "closed": 1}


def client_of(office: SmallOffice) -> Visitor:
    """A browser on the same machine."""
    return Visitor(build_app(office))


def empty_office() -> SmallOffice:
    """A home into which nothing was imported."""
    provider = Provider(timezone="UTC")
    provider.build()
    return SmallOffice(provider)


def small_office(**settings: Any) -> SmallOffice:
    """The provider described above."""
    provider = Provider(**{"provider": "Small Valley", "timezone": "UTC", **settings})
    for month, count in TICKETS.items():
        for number in range(count):
            _ticket(provider, month, number)
    for month in range(1, 6):
        for number in range(3):
            _visit(provider, month, number)
            _answer(provider, month, number)
    # two of the entities reach to the instant of asking, visits stop on the 20th of May
    provider.complete_until = {"ticket": LAST_DAY, "ticket_event": LAST_DAY, "survey_response": LAST_DAY}
    provider.build()
    for values in RESTATED:
        provider.warehouse.execute(f"INSERT INTO restatement VALUES ({', '.join('?' * len(values))})", list(values))
    for frozen in FROZEN:
        provider.warehouse.execute(f"INSERT INTO frozen_figure VALUES ({', '.join('?' * len(frozen))})", list(frozen))
    return SmallOffice(provider, BATCHES, QUARANTINED)


def _ticket(provider: Provider, month: int, number: int) -> None:
    opened = datetime(2026, month, 1, 9) + timedelta(hours=16 * number)
    name = f"T-{month}-{number:02}"
    resolved = opened + timedelta(hours=2 + number % 7)
    provider.ticket(
        name,
        str(opened),
        str(resolved),
        account_id=f"A-{number}",
        channel=("email", "web_form", None)[number % 3],
        reason_code=HOSTILE if (month, number) == (1, 0) else REASONS[number % 3],
        unread_codes='{"origin": "Hotline"}' if number == 1 else None,
    )
    if number % 5 == 0:
        provider.event(name, str(resolved + timedelta(hours=5)), "reopened", actor_kind="customer")
        provider.event(name, str(resolved + timedelta(hours=9)), "resolved", actor_kind="agent", actor_id="ann")


def _visit(provider: Provider, month: int, number: int) -> None:
    at = str(datetime(2026, month, 5 + 5 * number, 10))
    provider.add(
        "truck_roll",
        visit_id=f"V-{month}-{number}",
        account_id=f"A-{number}",
        purpose="trouble",
        created_at=at,
        dispatched_at=at,
        completed_at=at,
        outcome="completed_fixed",
    )


def _answer(provider: Provider, month: int, number: int) -> None:
    at = str(datetime(2026, month, 6 + number, 12))
    provider.add(
        "survey_response",
        response_id=f"R-{month}-{number}",
        responded_at=at,
        kind="csat",
        scale_min=1,
        scale_max=5,
        score=5,
    )


RESTATED = (
    (1, "truck_rolls", 1, "", "2026-02-01", 2, 4, "count", 2, 4, "late rows", "1", 1, "2026-06-01 05:00:00"),
    (2, "truck_rolls", 1, "", "2026-02-01", 4, 3, "count", 4, 3, "undo", "2", 2, "2026-06-15 05:00:00"),
    (
        3,
        "csat_t2b",
        1,
        "",
        "2026-03-01",
        0.9,
        None,
        "fraction",
        10,
        3,
        "late rows, merging",
        "2",
        2,
        "2026-06-15 05:00",
    ),
)
"""What was restated: number, series, old, new, unit, samples, causes, batches, as of which batch and when."""
FROZEN = (
    ("reopen_rate", 2, "vendor=bpo-north", "2026-04-01", "N1", 0.1, "fraction", 30, 2, "provisional", None, 1)
    + ("2026-06-01", 0.125, 32),
    ("reopen_rate", 2, "vendor=south", "2026-03-01", "S1", None, "fraction", 8, 0, "final", "small_n", 1)
    + ("2026-06-01", None, 8),
)
"""What was frozen: series, contract, value, unit, sample, pending, state, reason, batch, when, and the latest."""
BATCHES = (
    Batch(
        number=2,
        accepted_at=datetime(2026, 6, 15, 5, tzinfo=UTC),
        source="helpdesk",
        file_name="tickets <June>.csv",
        file_sha256="b",
        entity="ticket",
        read=17,
        accepted=13,
        unchanged=1,
        quarantined=3,
        reasons={"missing_key": 1, "bad_time": 1, "wrong_column_count": 1},
        entities={"ticket": 13},
        warnings=("The separator ';' was found.",),
        model_version=1,
    ),
    Batch(
        number=1,
        accepted_at=datetime(2026, 6, 1, 5, tzinfo=UTC),
        source="helpdesk",
        file_name="tickets.csv",
        file_sha256="a",
        entity="ticket",
        read=144,
        accepted=144,
        model_version=1,
    ),
)
QUARANTINED = (
    QuarantinedRow(
        batch=2,
        row=4,
        file_name="tickets <June>.csv",
        source="helpdesk",
        entity="ticket",
        reason="missing_key",
        note="ticket_id is empty",
        values={"Id": None, "Opened": "2026-06-02"},
        headers=("Id", "Opened"),
    ),
    QuarantinedRow(
        batch=2,
        row=9,
        file_name="tickets <June>.csv",
        source="helpdesk",
        entity="ticket",
        reason="bad_time",
        note="'yesterday' is no time",
        values={"Id": "T-6-99", "Opened": "yesterday"},
        headers=("Id", "Opened"),
    ),
    QuarantinedRow(
        batch=2,
        row=11,
        file_name="tickets <June>.csv",
        source="helpdesk",
        entity="ticket",
        reason="wrong_column_count",
        note="line 12: Expected Number of Columns: 2 Found: 3",
        values={},
        headers=("Id", "Opened"),
        original="T-6-98,2026-06-02,?",
        is_open=False,
    ),
)
