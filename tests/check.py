"""Run every check of the project, fast ones first: `python -m tests.check`.

Stops at the first that fails. With CI=true a skipped test fails the run unless
`tests/allowed_skips.txt` lists it with a reason.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("lint", [str(BIN / "ruff"), "check", "."]),
    ("types", [str(BIN / "mypy")]),
    ("layers", [str(BIN / "lint-imports")]),
    ("tests", [PYTHON, "-m", "pytest"]),
)


def main(arguments: list[str]) -> int:
    """Run all checks, or the named ones; the exit code is the first failing check's."""
    chosen = [check for check in CHECKS if not arguments or check[0] in arguments]
    for name, command in chosen:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
