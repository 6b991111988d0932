"""Keep a small home of this version, so that every later one is held to open it: `python -m tests.releases.keep`.

It writes `VERSION.tar.gz`, a backup of a home in which something of everything happened, and `VERSION.json`, what it
answers. A version that is released keeps the home that it was released with.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from firstline import __version__
from tests.cli.commands import Printed, firstline

FOLDER = Path(__file__).parent
CHANGELOG = FOLDER.parents[1] / "CHANGELOG.md"
MAPPING = """\
source = "desk"
[file]
entity = "ticket"
timezone = "America/Denver"
[fields]
ticket_id = "Id"
account_id = "Account"
opened_at = { column = "Opened", format = "%d.%m.%Y %H:%M" }
type = { constant = "trouble" }
reason_code = "Reason"
"""
HEADER = "Id;Account;Opened;Reason;Caller\n"
TICKETS = "".join(
    f"T{n};A{n % 7};{1 + n % 28:02d}.{1 + n % 3:02d}.2026 09:{n:02d};{'SLOW' if n % 3 else 'BILL'};Person {n}\n"
    for n in range(48)
)
CALLS = "".join(
    f'{{"contact_id":"C{n}","entered_at":"2026-01-{1 + n % 28:02d}T10:00:00Z","channel":"phone",'
    f'"disposition":"answered","wait_s":{n},"talk_s":{60 + n},"ani":"+1303555{n:04d}"}}\n'
    for n in range(60)
)
GIVEN = {
    "firstline.toml": 'provider = "Small Valley"\ntimezone = "America/Denver"\ncountry = "US"\n',
    "desk.toml": MAPPING,
    "tickets.csv": f"{HEADER}{TICKETS};A1;05.01.2026 10:00;SLOW;Nobody\n",
    "wrong.csv": f"{HEADER}T900;A1;05.02.2026 10:00;SLOW;Nobody\n",
    "calls.jsonl": CALLS,
    "answers.csv": "response_id,responded_at,kind,score,scale_min,scale_max\n"
    + "".join(f"R{n},2026-02-{1 + n % 28:02d},csat,{1 + n % 5},1,5\n" for n in range(60)),
    "codes.csv": "code_source,field,value,meaning\ndesk,ticket.reason_code,SLOW,connectivity.slow\n",
}
"""Files that are there before the first command."""
STEPS = (
    ("import", "tickets.csv", "--mapping", "desk.toml", "--exported-at", "2026-04-01"),
    ("import", "calls.jsonl", "answers.csv"),
    ("import", "wrong.csv", "--mapping", "desk.toml"),
    ("undo", "4"),
    ("codes", "import", "codes.csv"),
    ("correct", "ticket", "T1", "--source", "desk", "--set", "excluded=true", "--reason", "a test call"),
    ("import", "wrong.csv", "calls.jsonl"),
)
KPIS = ("ticket_volume", "average_talk_time", "csat_mean")


def answers(home: Path) -> dict[str, Any]:
    """What a home says of itself: figures with the version of their definition, and what lies in it."""
    words = ("--by", "month", "--from", "2026-01-01", "--to", "2026-04-01", "--now", "2026-06-01")
    records = _done(firstline(home, "kpi", *KPIS, *words, "--format", "json")).json()
    counts = ("source", "file_name", "entity", "read", "accepted", "unchanged", "quarantined", "is_live")
    return {
        "figures": [
            {name: record[name] for name in ("kpi", "version", "period_start", "value", "n", "excluded")}
            for record in records
        ],
        "imports": [{name: one[name] for name in counts} for one in _listed(home, "imports")],
        "quarantine": [[row["file_name"], row["row"], row["reason"]] for row in _listed(home, "quarantine", "list")],
        "corrections": [[one["row"]["row_id"], one["reason"]] for one in _listed(home, "corrections")],
        "mappings": [[one["source"], one["entity"]] for one in _listed(home, "mappings")],
        "codes": [[one["value"], one["meaning"]] for one in _listed(home, "codes", "list")],
    }


def _listed(home: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _done(firstline(home, *words, "--format", "json")).json()
    return found


def _done(printed: Printed) -> Printed:
    assert printed.code == 0, printed.err
    return printed


def keep() -> None:
    """Write both files of this version."""
    archive, told = FOLDER / f"{__version__}.tar.gz", FOLDER / f"{__version__}.json"
    if archive.exists() and f"## {__version__} (unreleased)" not in CHANGELOG.read_text("utf-8"):
        sys.exit(f"{__version__} is released: its home stays as it is.")
    # names of files are part of a home: they are to say nothing of this machine
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        home = Path("home")
        home.mkdir()
        for name, text in GIVEN.items():
            (home if name == "firstline.toml" else Path()).joinpath(name).write_text(text, "utf-8")
        for step in STEPS:
            _done(firstline(home, *step))
        archive.unlink(missing_ok=True)
        _done(firstline(home, "backup", archive))
        told.write_text(json.dumps(answers(home), indent=1) + "\n", "utf-8")
    print(f"Wrote {archive.name} ({archive.stat().st_size:,} bytes) and {told.name}.")


if __name__ == "__main__":
    keep()
