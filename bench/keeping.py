"""Keep the last result of a benchmark: with its command, the date and the commit, in `bench/results`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def keep(benchmark: str, options: str, found: Mapping[str, Any]) -> None:
    """Print what `python -m bench.<benchmark> <options>` found and write it to `bench/results/<benchmark>.json`.

    A commit that ends in `+` is one that had changes on top.
    """
    result = {
        "command": f"python -m bench.{benchmark} {options}".strip(),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("describe", "--always", "--dirty=+", "--exclude=*"),
        **found,
    }
    text = json.dumps(result, indent=2) + "\n"
    (RESULTS / f"{benchmark}.json").write_text(text)
    print(text, end="")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()
