"""Texts of others that tell of a person who is forgotten: which cells say so, in landed and in kept files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from firstline.refresh.telltale import Telltale, telltale
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

CERTAINTY, WITHOUT = "certainty_of", "without_telling"
LIST_OF_IDS = ("subscriber", "account", "service")


@dataclass(frozen=True)
class Named:
    """A row of somebody else in which the person's full name stands: its entity, its source and its id there."""

    entity: str
    source: str
    row: str


@dataclass(frozen=True)
class Mentions:
    """How texts of others are searched: what tells of the person, and whether a full name alone is enough for a text
    to be erased."""

    telltale: Telltale
    names_too: bool

    @property
    def erased(self) -> tuple[str, ...]:
        """How certain it must be of a text that it goes."""
        return ("sure", "name") if self.names_too else ("sure",)

    def tells(self, text: str | None) -> bool:
        """Whether a text goes."""
        return text is not None and self.telltale.certainty(text) in self.erased

    @contextmanager
    def knowing(self, warehouse: Warehouse) -> Iterator[None]:
        """Within it, SQL can ask how certainly a text tells of the person (`certainty_of`), for one text or the cells
        of a row as JSON, and for such cells without those that go (`without_telling`)."""
        with (
            warehouse.knowing(CERTAINTY, lambda text, form: self._certainty(text, form)),
            warehouse.knowing(WITHOUT, lambda cells, _: self._without(cells)),
        ):
            yield

    def _certainty(self, text: str | None, form: str) -> str | None:
        if text is None or form == "text":
            return self.telltale.certainty(text) if text else None
        found = {self.telltale.certainty(each) for each in _texts(text)}
        return "sure" if "sure" in found else "name" if "name" in found else None

    def _without(self, cells: str | None) -> str | None:
        if cells is None or not any(map(self.tells, _texts(cells))):
            return cells
        kept = {name: None if self.tells(text) else text for name, text in json.loads(cells).items()}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def mentions_of(warehouse: Warehouse, country: str, names_too: bool) -> Mentions:
    """What tells of the person whose rows are in scratch tables `gone` and `telling`, and of nobody else (in `others`).

    `country` is that of phone numbers that state none.
    """
    values = warehouse.rows(
        "SELECT DISTINCT field, text FROM telling WHERE plain NOT IN (SELECT plain FROM others) ORDER BY ALL"
    )
    listed = ", ".join(map(text_literal, LIST_OF_IDS))
    # an account that passed on is its next holder's, too
    ids = warehouse.rows(
        f"SELECT DISTINCT g.thing AS id FROM gone g WHERE g.entity IN ({listed}) AND g.thing IS NOT NULL AND "
        "NOT EXISTS (SELECT 1 FROM account a WHERE g.entity = 'account' AND a.account_id = g.thing AND NOT EXISTS ("
        "SELECT 1 FROM gone h WHERE h.entity = 'account' AND h.source_id = a.source_id)) ORDER BY id"
    )
    looked_for = telltale([(row["field"], row["text"]) for row in values], [row["id"] for row in ids], country)
    return Mentions(looked_for, names_too)


def note_said(warehouse: Warehouse, mentions: Mentions, selects: Sequence[str]) -> None:
    """Make scratch table `said` (text, certainty): the texts, in column `text` of these, that tell of the person."""
    warehouse.execute("CREATE OR REPLACE TEMP TABLE said (text VARCHAR, certainty VARCHAR)")
    if not selects:
        return
    with mentions.knowing(warehouse):
        warehouse.execute(
            f"INSERT INTO said SELECT text, {CERTAINTY}(text, 'text') FROM (SELECT DISTINCT text FROM "
            f"({' UNION ALL '.join(selects)}) WHERE text IS NOT NULL)"
        )
    warehouse.execute("DELETE FROM said WHERE certainty IS NULL")


def says(column: str, certainties: Sequence[str]) -> str:
    """SQL: whether the text of a column is one of `said`, of one of these certainties."""
    listed = ", ".join(map(text_literal, certainties))
    return f"coalesce({column} IN (SELECT text FROM said WHERE certainty IN ({listed})), false)"


def _texts(cells: str) -> list[str]:
    try:
        found = json.loads(cells)
    except ValueError:
        return [cells]
    values = found.values() if isinstance(found, dict) else [cells]
    return [text for text in values if isinstance(text, str)]
