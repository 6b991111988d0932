"""Write the pages of docs/ that are made from the code: `python -m tests.write_docs`.

`tests/model/test_reference.py` fails when a page on disk is not what the code says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from firstline.cli.template import kpi_needs, unlocks
from firstline.model.reference import render_reference
from tests.reference_pages import render_commands, render_drivers, render_kpis, render_settings

ROOT = Path(__file__).resolve().parents[1]


def _entities() -> str:
    return render_reference(unlocks(kpi_needs()))


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("docs/reference/entities.md", _entities),
    ("docs/reference/command-line.md", render_commands),
    ("docs/reference/settings.md", render_settings),
    ("docs/reference/kpis.md", render_kpis),
    ("docs/reference/drivers.md", render_drivers),
)


def main() -> None:
    """Write every page that the code makes."""
    for path, render in PAGES:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
