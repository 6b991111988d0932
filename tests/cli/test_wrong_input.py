"""Whatever is wrong with what is given: the code of the contract, a clear message, and nothing else is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.commands import firstline
from tests.intake.reading.given import gzipped, workbook, zipped

HEAD = "ticket_id,opened_at\n"
CALL = "contact_id,entered_at,ended_at,channel,talk_s\n"
SURVEY = "response_id,responded_at,kind,score,scale_min,scale_max\n"
EARLIER = HEAD + "T1,2025-01-01\nT2,2025-01-02\n"
MAPPING = 'source = "s"\n[file]\nentity = "ticket"\n{}[fields]\nticket_id = "ticket_id"\nopened_at = {}\n'
STATED = MAPPING.format("", '{ column = "opened_at", format = "%d.%m.%Y" }')


@dataclass(frozen=True)
class Wrong:
    """What is given and what must come of it: `said` are parts of the message, `reasons` the quarantined rows."""

    name: str
    content: str | bytes | None
    code: int = 0
    error: str | None = None
    said: tuple[str, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    mapping: str | None = None
    words: tuple[str, ...] = ()


MANY = HEAD + "".join(f"Z{n},2026-01-01\n" for n in range(99))
CASES: dict[str, Wrong] = {
    "a missing file": Wrong("gone.csv", None, 1, "no_such_file", ("gone.csv", "Check the path")),
    "a picture": Wrong("photo.png", b"\x89PNG", 1, "unknown_format", ("photo.png", "'.png'", "Read: .csv, .tsv")),
    "an empty file": Wrong("empty.csv", "", 1, "empty_file", ("empty.csv is empty", "header row")),
    "a header alone": Wrong("header.csv", HEAD),
    "too many or too few cells": Wrong(
        "cells.csv", HEAD + "T3\nT4,2026-01-03,x\nT5,2026-01-04\n", reasons={"wrong_column_count": 2}, accepted=1
    ),
    "no text": Wrong("binary.csv", bytes(range(256)) * 9, 1, "not_text", ("binary.csv", "Export it as CSV")),
    "a photo named .csv": Wrong("photo.csv", b"\x89PNG\r\n\x1a\n\0\0", 1, "not_text", ("photo.csv",)),
    "half a gz": Wrong("cut.csv.gz", gzipped(MANY)[:-20], 1, "truncated", ("cut.csv.gz",)),
    "half a workbook": Wrong(
        "cut.xlsx", workbook({"A": [["ticket_id"], ["T1"]]})[:-99], 1, "unreadable_workbook", ("cut.xlsx", "save it")
    ),
    "half a Parquet file": Wrong(
        "cut.parquet", b"PAR1" + bytes(99), 1, "unreadable_parquet", ("cut.parquet", "Export it again")
    ),
    "half a JSON array": Wrong("cut.json", '[{"ticket_id": 1}', 1, "broken_json", ("cut.json",)),
    "half a zip": Wrong("cut.zip", zipped({"a.csv": MANY})[:-40], 1, "unreadable_archive", ("cut.zip",)),
    "a zip of nothing": Wrong("bare.zip", zipped({}), 1, "empty_file", ("bare.zip",)),
    "an open quote": Wrong("quote.csv", HEAD + 'T3,"2026\nT4,2026\n', 1, "unclosed_quote", ("Line 2 of", "Close it")),
    "nothing that is known": Wrong("odd.csv", "a,b\n1,2\n", 2, "unknown_content", ("odd.csv",)),
    "not one sound row": Wrong(
        "zero.csv",
        HEAD + ",2026-01-01\nT3,\n",
        said=("Not one row could be used: all 2 are quarantined (missing_key 1, missing_time 1)",),
        reasons={"missing_key": 1, "missing_time": 1},
    ),
    "a mapping that fits no row": Wrong(
        "m.csv",
        HEAD + "T3,2026-01-01\n",
        said=("Not one row could be used", "The mapping may be that of another file", "'2026-01-01'"),
        reasons={"unreadable_time": 1},
        mapping=STATED,
    ),
    "a column that is not there": Wrong(
        "m.csv",
        EARLIER,
        2,
        "bad_mapping",
        ("m.toml, line 6", "no column 'openedat'", "Did you mean 'opened_at'?"),
        mapping=MAPPING.format("", '"openedat"'),
    ),
    "an entity that is not there": Wrong(
        "m.csv",
        EARLIER,
        2,
        "bad_mapping",
        ("m.toml, line 3", "'tiket'", "Did you mean 'ticket'?"),
        mapping=STATED.replace('"ticket"', '"tiket"'),
    ),
    "an option's entity that is not there": Wrong(
        "m.csv", EARLIER, 2, "unknown_entity", ("'tiket'", "Did you mean 'ticket'?"), words=("--as", "tiket")
    ),
    "a format that is none": Wrong(
        "m.csv",
        EARLIER,
        2,
        "bad_mapping",
        ("m.toml, line 6", "%Q", '"%d.%m.%Y %H:%M"'),
        mapping=STATED.replace("%d.%m.%Y", "%Q"),
    ),
    "a format in another language": Wrong(
        "m.csv",
        EARLIER,
        2,
        "bad_mapping",
        ("m.toml, line 6", "format = 'YYYY-MM-DD' says nothing about a date", '"%d.%m.%Y %H:%M"'),
        mapping=STATED.replace("%d.%m.%Y", "YYYY-MM-DD"),
    ),
    "an unknown zone": Wrong(
        "m.csv",
        EARLIER,
        2,
        "bad_mapping",
        ("m.toml, line 4", "'Europe/Zürich'", "Did you mean 'Europe/Zurich'?"),
        mapping=MAPPING.format('timezone = "Europe/Zürich"\n', '"opened_at"'),
    ),
    "a mapping that is no TOML": Wrong("m.csv", EARLIER, 2, "bad_mapping", ("m.toml",), mapping="source = "),
    "a negative duration": Wrong(
        "call.csv", CALL + "C1,2026-01-01 10:00,2026-01-01 10:05,phone,-5\n", reasons={"negative_duration": 1}
    ),
    "an end before its start": Wrong(
        "call.csv", CALL + "C1,2026-01-01 10:00,2026-01-01 09:59,phone,5\n", reasons={"end_before_start": 1}
    ),
    "a score off its scale": Wrong(
        "survey.csv", SURVEY + "R1,2026-01-01,csat,6,1,5\n", reasons={"score_outside_scale": 1}
    ),
    "a score without a scale": Wrong(
        "survey.csv", SURVEY + "R1,2026-01-01,csat,4,,\n", reasons={"score_without_scale": 1}
    ),
    "one key, two contents": Wrong(
        "both.csv",
        HEAD + "T3,2026-01-01\nT3,2026-01-02\nT4,2026-01-01\n",
        reasons={"conflicting_versions": 2},
        accepted=1,
    ),
    "the name of an earlier file": Wrong("earlier.csv", HEAD + "T6,2026-01-01\n", accepted=1),
    "a future date": Wrong("future.csv", HEAD + "T3,2031-01-01\n", reasons={"dated_after_import": 1}),
    "an export date ahead": Wrong(
        "m.csv", EARLIER, 2, "bad_date", ("2999-01-01", "lies ahead"), words=("--exported-at", "2999-01-01")
    ),
    "dates that fit two ways": Wrong(
        "two.csv",
        HEAD + "T3,03/04/2026\n",
        2,
        "ambiguous_dates",
        (
            "opened_at (column 'opened_at')",
            "day first",
            "from 2026-04-03",
            "month first",
            "from 2026-03-04",
            'format = "%d/%m/%Y',
        ),
    ),
    "dates that mix two ways": Wrong(
        "mix.csv", HEAD + "T3,13/04/2026\nT4,04/13/2026\n", 2, "ambiguous_dates", ("mix two ways", "1 of them only so")
    ),
    "numbers that fit two ways": Wrong(
        "n.jsonl",
        '{"contact_id":"C","entered_at":"2026-01-01","channel":"phone","wait_s":"1,234"}',
        2,
        "ambiguous_numbers",
        ("1,234",),
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two tickets of 2025, which nothing below may touch; every case is given to this one home."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "earlier.csv").write_text(EARLIER)
    assert firstline(folder / "home", "import", folder / "earlier.csv").code == 0
    return folder / "home"


def earlier(home: Path) -> tuple[object, ...]:
    """What the home says of the earlier rows, and the bytes that it keeps of them."""
    asked = ("kpi", "ticket_volume", "--from", "2025-01-01", "--to", "2025-02-01", "--format", "json")
    record = firstline(home, *asked).json()[0]
    batch = firstline(home, "imports", "--format", "json").json()[-1]
    return record["value"], batch, *(path.read_bytes() for path in sorted(home.glob("landing/**/00000001.parquet")))


def batches(home: Path) -> int:
    return len(list(home.glob("landing/batch/*.parquet")))


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_with_its_code_and_nothing_else_is_touched(home: Path, tmp_path: Path, name: str) -> None:
    wrong, before, accepted_before = CASES[name], earlier(home), batches(home)
    assert before[0] == 2
    path, mapping = tmp_path / wrong.name, tmp_path / "m.toml"
    if wrong.content is not None:
        path.write_bytes(wrong.content if isinstance(wrong.content, bytes) else wrong.content.encode())
    words = list(wrong.words)
    if wrong.mapping is not None:
        mapping.write_text(wrong.mapping)
        words += ["--mapping", str(mapping)]
    told = firstline(home, "import", path, *words, "--format", "json")
    (record,) = told.json()
    assert (told.code, record["error"] and record["error"]["code"]) == (wrong.code, wrong.error), record
    if record["error"]:
        shown = f"{record['error']['message']} {record['error']['hint']}"
        assert record["read"] == 0
        assert record["error"]["hint"]
        assert batches(home) == accepted_before
    else:
        shown = " ".join(record["warnings"])
        assert all(warning in told.err for warning in record["warnings"])
        assert record["read"] == record["accepted"] + record["unchanged"] + record["quarantined"]
        assert (record["accepted"], record["reasons"]) == (wrong.accepted, wrong.reasons)
    for part in wrong.said:
        assert part in shown
    assert "Traceback" not in told.err
    assert earlier(home) == before


def test_a_problem_with_one_file_of_a_folder_never_stops_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "deep").mkdir(parents=True)
    for number, wrong in enumerate(CASES.values()):
        if wrong.content is not None and not wrong.mapping and not wrong.words:
            content = wrong.content if isinstance(wrong.content, bytes) else wrong.content.encode()
            (folder / f"{number:02d} {wrong.name}").write_bytes(content)
    (folder / "a.csv").write_text(HEAD + "G1,2026-01-01\n")
    (folder / "deep" / "z.csv").write_text(HEAD + "G2,2026-01-01\n")
    os.symlink(folder, folder / "loop", target_is_directory=True)
    os.symlink(folder / "self.csv", folder / "self.csv")
    # a home of its own: here other tests would meet rows that they bring themselves
    told = firstline(tmp_path / "home", "import", folder, "--format", "json")
    records = {Path(record["path"]).name: record for record in told.json()}
    assert told.code == 2
    assert [records[name]["accepted"] for name in ("a.csv", "z.csv")] == [1, 1]
    assert records["self.csv"]["error"]["code"] == "no_such_file"
    assert (
        len(records)
        == len(told.json())
        == sum(path.is_file() for path in folder.rglob("*") if "loop" not in path.parts) + 1
    )
    errors = {record["error"]["code"] for record in records.values() if record["error"]}
    assert errors >= {
        wrong.error for wrong in CASES.values() if wrong.error and wrong.content and not (wrong.mapping or wrong.words)
    }
