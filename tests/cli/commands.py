"""Run a command of the command line in this process and keep what it printed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.cli.desk import Desk
from firstline.cli.main import run


@dataclass(frozen=True)
class Printed:
    """Exit code and both outputs of a command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout as the one JSON document it must be; NaN is refused."""
        return json.loads(self.out, parse_constant=_refuse)


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} in the output")


def firstline(home: Path, *words: str | Path) -> Printed:
    """Run `firstline --home HOME words...`; a home that is held is an error at once, as nobody here would free it."""
    out, err = io.StringIO(), io.StringIO()
    code = run(Desk(["--home", str(home), *map(str, words)], out=out, err=err, waits=False))
    return Printed(code, out.getvalue(), err.getvalue())
