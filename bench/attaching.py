"""How long it takes to attach calls to accounts by their phone numbers, whole files imported and everything settled.

    python -m bench.attaching --calls 1000000 --accounts 500000 --seed 1

The last result is in `bench/results/attaching.json`. `settle_s` is what is spent each time calls or lists change.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.keeping import keep
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.settings import Settings
from firstline.warehouse.facts import model_sql

SETTLING = ("service_span", "account_time", "key_time", "key_span", "match_contact")
STRANGERS = 0.2
"""The share of calls from numbers that no list has."""


def write_accounts(path: Path, accounts: int) -> None:
    """A list of accounts, each with a number of its own."""
    with path.open("w") as stream:
        stream.write("account_id,subscriber_id,status,phone\n")
        for number in range(accounts):
            stream.write(f"A{number},S{number},active,+4179{number:07d}\n")


def write_calls(path: Path, calls: int, accounts: int, seed: int) -> None:
    """Calls from numbers written as a telephone system does, a share of them unknown to any list."""
    chance = random.Random(seed)
    with path.open("w") as stream:
        stream.write("contact_id,entered_at,channel,disposition,talk_s,phone\n")
        for number in range(calls):
            when = f"2026-{1 + number % 5:02d}-{chance.randint(1, 28):02d} {number % 24:02d}:{number % 60:02d}:00"
            prefix = "078" if chance.random() < STRANGERS else "079"
            caller = chance.randrange(accounts)
            stream.write(f"C{number},{when},phone,answered,{chance.randint(1, 900)},{prefix} {caller:07d}\n")


def measure(calls: int, accounts: int, seed: int) -> dict[str, float]:
    """Seconds of both imports and of settling, and the share of the calls that found their account."""
    with tempfile.TemporaryDirectory(prefix="firstline-attaching-") as name:
        folder = Path(name)
        write_accounts(folder / "account.csv", accounts)
        write_calls(folder / "calls.csv", calls, accounts, seed)
        home = Home.open(folder / "home")
        home.settings = Settings(timezone="UTC", country="CH")
        found = {}
        for label, path in (("import_accounts_s", "account.csv"), ("import_calls_s", "calls.csv")):
            started = time.monotonic()
            record = import_all(home, [ImportRequest(folder / path, path)], lambda: datetime.now(UTC))[0]
            assert record.error is None, record.error
            found[label] = time.monotonic() - started
        started = time.monotonic()
        for model in SETTLING:
            home.warehouse.execute(f"CREATE OR REPLACE TABLE {model} AS {model_sql(model, 'UTC')}")
        found["settle_s"] = time.monotonic() - started
        found["attached_share"] = home.warehouse.value("SELECT avg(account_id IS NOT NULL) FROM settled_contact")
        home.close()
    return found


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = measure(asked.calls, asked.accounts, asked.seed)
    kept = {
        **{name: round(value, 2) for name, value in found.items()},
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    keep("attaching", f"--calls {asked.calls} --accounts {asked.accounts} --seed {asked.seed}", kept)


if __name__ == "__main__":
    main()
