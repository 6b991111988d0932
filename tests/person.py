"""A provider in whose home one person, Ada, stands everywhere that somebody can stand; and a look for what is left."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.warehouse.engine import Warehouse
from tests.cli.commands import firstline
from tests.homes import ARRIVAL

ADA = "S-7001"
VALUES = (
    "Ada Lovering", "303-555-0142", "13035550142", "ada@lovering.example", "12 Sample Street", "EXN0004711",
    "wifi name AdasNest", "my daughter cannot", "thanks from Lovering", "calls for her husband", "0042-ADA-PRIVATE",
    "second line AdaX", "wrote as adaline",
)  # fmt: skip
"""What must be nowhere in the home once Ada is forgotten."""
HERS = ("T-7", "T-8", "C-7", "V-7", "A-7001", ADA)
"""Opaque ids, which stay."""
OTHERS = ("Bob Mender", "303-555-0177", "bob@mender.example", "router in the hall", "4 Other Road")
"""What must still be there."""

FILES = {
    "subscriber.csv": "subscriber_id,activated_at,region_id\nS-7001,2025-01-01,north\nS-7002,2025-01-01,south\n",
    "account.csv": "account_id,subscriber_id,phone\nA-7001,S-7001,303-555-0142\nA-7002,S-7002,303-555-0177\n",
    "service.csv": "service_id,account_id\nSV-7001,A-7001\nSV-7002,A-7002\n",
    "subscriber_pii.csv": "subscriber_id,name,phone,email,street_address,nickname\n"
    "S-7001,Ada Lovering,303-555-0142,ada@lovering.example,12 Sample Street,0042-ADA-PRIVATE\n"
    "S-7002,Bob Mender,303-555-0177,bob@mender.example,4 Other Road,none\n",
    "device.csv": "device_id,service_id,serial\nD-1,SV-7001,EXN0004711\nD-2,SV-7002,EXN0004799\n",
    "ticket.csv": "ticket_id,account_id,phone,opened_at,type\nT-7,A-7001,,2026-03-01 09:00,trouble\n"
    "T-8,,303-555-0142,2026-03-02 09:00,trouble\nT-9,A-7002,,2026-03-03 09:00,trouble\n"
    ",A-7001,303-555-0142,2026-03-03 10:00,trouble\nT-10,A-7001,303-555-0142,second line AdaX,trouble\n",
    "ticket_event.csv": "ticket_id,at,type\nT-7,2026-03-01 12:00,resolved\nT-9,2026-03-04 12:00,resolved\n",
    "ticket_text.csv": "ticket_id,subject,body\nT-7,wifi name AdasNest,my daughter cannot learn\n"
    "T-9,slow,router in the hall\n",
    "survey_response.csv": "response_id,ticket_id,submitted_at,score,scale_min,scale_max,metric,comment\n"
    "R-7,T-8,2026-03-05 10:00,5,1,5,csat,thanks from Lovering\nR-9,T-9,2026-03-05 11:00,4,1,5,csat,fine\n",
}
CALLS: list[list[str | int]] = [
    ["contact_id", "entered_at", "channel", "disposition", "talk_s", "phone", "remark"],
    ["C-7", "2026-03-01 08:50", "phone", "answered", 60, "303-555-0142", "calls for her husband"],
    ["C-9", "2026-03-01 08:55", "phone", "answered", 90, "303-555-0177", "bob again"],
]
VISITS: list[list[str | int]] = [
    ["visit_id", "ticket_id", "scheduled_start", "status", "completed_at", "contact note"],
    ["V-7", "T-7", "2026-03-02 10:00", "completed", "2026-03-02 11:00", "wrote as adaline"],
    ["V-9", "T-9", "2026-03-04 10:00", "completed", "2026-03-04 11:00", "ring twice"],
]
BROKEN = "ticket_id,opened_at,type,account_id\nT-20,2026-03-09,trouble,A-7002\nT-21,2026-03-09,Ada Lovering,A-7001,x\n"


def make_home(folder: Path) -> Path:
    """A home with Ada and Bob: their exports imported, one row of hers corrected, an export brought twice."""
    home, exports = folder / "home", folder / "exports"
    exports.mkdir(parents=True)
    home.mkdir()
    (home / "firstline.toml").write_text('timezone = "UTC"\ncountry = "US"\n')
    for name, text in FILES.items():
        (exports / name).write_text(text)
    for name, rows in (("contact.xlsx", CALLS), ("truck_roll.xlsx", VISITS)):
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(exports / name)
    (exports / "broken.csv").write_text(BROKEN)
    opened = Home.open(home)
    try:
        assert not [each.error for each in import_all(opened, requests(exports), lambda: ARRIVAL) if each.error]
    finally:
        opened.close()
    reason = "Ada Lovering called: it was wifi"
    words = ("correct", "ticket", "T-7", "--source", "canonical", "--set", "reason_code=wifi.coverage")
    done = firstline(home, *words, "--reason", reason)
    assert done.code == 0, done.err
    return home


def requests(exports: Path) -> list[ImportRequest]:
    """The imports of all exports."""
    names = (*FILES, "contact.xlsx", "truck_roll.xlsx", "broken.csv")
    entities = {"broken.csv": "ticket"}
    return [
        ImportRequest(path=exports / name, name=name, entity=entities.get(name, name.partition(".")[0]))
        for name in names
    ]


def figures(home: Path) -> Any:
    """Every KPI by month, and some by region."""
    found = [firstline(home, "kpi", "--by", "month", "--format", "json", "--now", "2026-07-01T00:00Z")]
    for kpi in ("ticket_volume", "csat_mean", "truck_rolls"):
        words = ("kpi", kpi, "--group", "region", "--format", "json", "--now", "2026-07-01T00:00Z")
        found.append(firstline(home, *words))
    assert all(each.code == 0 for each in found), [each.err for each in found]
    return [each.json() for each in found]


def traces(home: Path, values: tuple[str, ...] = VALUES) -> dict[str, list[str]]:
    """By file of the home, which of these values its bytes hold, packed or not."""
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_file():
            texts = [path.name.encode(), *_contents(path)]
            met = [value for value in values if any(value.lower().encode() in text.lower() for text in texts)]
            if met:
                found[path.relative_to(home).as_posix()] = met
    return found


def _contents(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if content[:4] == b"PAR1":
        engine = Warehouse.open()
        yield str(engine.rows("SELECT * FROM read_parquet(?)", [str(path)])).encode()
        yield str(engine.rows("SELECT * FROM parquet_kv_metadata(?)", [str(path)])).encode()
        engine.close()
    elif content[:15] == b"SQLite format 3":
        with closing(sqlite3.connect(path)) as store:
            yield "\n".join(store.iterdump()).encode()
    elif content[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
            for member in archive.getmembers():
                stream = archive.extractfile(member)
                if stream:
                    yield stream.read()
    elif content[:4] == b"PK\x03\x04":
        for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python():
            yield str(row).encode()
