"""How rows came to their accounts: per source and key, which keys lead nowhere, and what names suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.settling.matching import KINDS, MATCHED, ORDER, STATED, match_name
from firstline.warehouse.text import quoted

BY_HAND = "hand"
"""What a row is attached by that a person corrected."""

WAYS: tuple[str, ...] = (STATED, BY_HAND, *ORDER)
"""By what a row can be attached, in the order in which figures about it are shown."""

AMBIGUOUS, UNIDENTIFIED = "ambiguous", "unidentified"


@dataclass(frozen=True)
class MatchRate:
    """The rows of a source and entity by what attaches them; `keyless` of the unidentified have no key at all."""

    source: str
    entity: str
    rows: int
    by: dict[str, int]
    ambiguous: int
    unidentified: int
    keyless: int

    @property
    def share(self) -> float:
        """The share 0..1 of the rows that are attached to an account."""
        return (self.rows - self.ambiguous - self.unidentified) / self.rows


@dataclass(frozen=True)
class OpenKey:
    """A key of rows that are attached to nothing: how many, of which sources and kinds, and to how many accounts it
    leads. `text` is the key as one of them has it, None where that was erased."""

    kind: str
    key: str
    text: str | None
    rows: int
    sources: tuple[str, ...]
    accounts: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class Suggestion:
    """Rows of one person, by name and address, and the one account that a list has under them."""

    entity: str
    source: str
    person_key: str
    account_id: str
    rows: int
    said: str
    listed: str


def match_rates(warehouse: Warehouse) -> list[MatchRate]:
    """Every source and entity whose rows belong to accounts, by name."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for entity in MATCHED:
        for row in warehouse.rows(
            f"SELECT source_system, verdict, count(*) AS n, count(*) FILTER (WHERE NOT has_key) AS n_keyless "
            f"FROM ({_verdicts(entity)}) GROUP BY source_system, verdict"
        ):
            found.setdefault((row["source_system"], entity), {})[row["verdict"]] = row
    return [_rate(source, entity, by) for (source, entity), by in sorted(found.items())]


def open_keys(warehouse: Warehouse, most: int, source: str | None = None) -> list[OpenKey]:
    """The commonest keys of rows that are attached to nothing, of all sources or one; those that are nobody's aside."""
    selects = [
        f"SELECT '{kind}' AS kind, e.{column} AS key, e.source_system, e.source_id, '{name}' AS entity, m.happened_at "
        f"FROM {_waiting(name)} JOIN {name} e ON e.source_system = m.source_system AND e.source_id = m.source_id "
        f"WHERE e.{column} IS NOT NULL AND ($source IS NULL OR e.source_system = $source)"
        for name in MATCHED
        for column, (_, kind) in KINDS.items()
        if column in {field.name for field in vocabulary()[name].analytic_fields}
    ]
    rows = warehouse.rows(
        f"WITH open AS ({' UNION ALL '.join(selects)}), counted AS (SELECT kind, key, count(*) AS n, "
        "list_sort(list(DISTINCT source_system)) AS sources, min(happened_at) AS first_at, "
        "max(happened_at) AS last_at, min((entity, source_system, source_id)) AS example "
        "FROM open GROUP BY kind, key), "
        "led AS (SELECT kind, match_key, count(DISTINCT account_id) AS n, bool_or(is_shared) AS is_shared "
        "FROM key_span WHERE (kind, match_key) IN (SELECT (kind, key) FROM counted) GROUP BY kind, match_key) "
        "SELECT counted.*, coalesce(led.n, 0) AS n_accounts FROM counted "
        "LEFT JOIN led ON led.kind = counted.kind AND led.match_key = counted.key "
        "WHERE NOT coalesce(led.is_shared, false) ORDER BY counted.n DESC, kind, key LIMIT $most",
        {"source": source, "most": most},
    )
    examples = [_example(row) for row in rows]
    texts = _personal_texts(warehouse, examples)
    return [_open_key(row, texts.get(example)) for row, example in zip(rows, examples, strict=True)]


def shared_keys(warehouse: Warehouse) -> int:
    """How many keys are said to be nobody's."""
    return int(warehouse.value("SELECT count(*) FROM key_span WHERE is_shared") or 0)


def suggestions(warehouse: Warehouse, most: int) -> list[Suggestion]:
    """Rows attached to nothing whose name and address one account alone has in a list, the commonest first."""
    found: list[Suggestion] = []
    for name in MATCHED:
        if "person_key" not in {field.name for field in vocabulary()[name].analytic_fields}:
            continue
        for row in warehouse.rows(
            "SELECT source_system, person_key, min(account_id) AS account_id, count(DISTINCT source_id) AS n, "
            "min(source_id) AS example, min(subscriber_id) AS subscriber_id FROM ("
            f"SELECT m.source_system, m.source_id, e.person_key, a.account_id, p.subscriber_id FROM {_waiting(name)} "
            f"JOIN {name} e ON e.source_system = m.source_system AND e.source_id = m.source_id "
            "JOIN subscriber_pii p ON p.person_key = e.person_key AND NOT p.is_deleted "
            "JOIN account_time a ON a.subscriber_id = p.subscriber_id "
            "AND a.from_at <= m.happened_at AND a.to_at > m.happened_at) "
            "GROUP BY source_system, person_key HAVING min(account_id) = max(account_id) ORDER BY n DESC, person_key "
            "LIMIT ?",
            [most],
        ):
            found.append(_suggestion(warehouse, name, row))
    return sorted(found, key=lambda each: (-each.rows, each.source, each.person_key))[:most]


def rows_of_person(warehouse: Warehouse, entity: str, source: str, person_key: str) -> list[str]:
    """The ids of the rows of a source under a name and address that are attached to nothing."""
    rows = warehouse.rows(
        f"SELECT e.source_id FROM {_waiting(entity)} JOIN {entity} e ON e.source_system = m.source_system "
        "AND e.source_id = m.source_id WHERE e.source_system = ? AND e.person_key = ? ORDER BY 1",
        [source, person_key],
    )
    return [row["source_id"] for row in rows]


def knows_account(warehouse: Warehouse, account: str) -> bool:
    """Whether any list or line names the account."""
    found = warehouse.value(
        "SELECT (SELECT count(*) FROM account WHERE account_id = $id) + "
        "(SELECT count(*) FROM service WHERE account_id = $id)",
        {"id": account},
    )
    return bool(found)


def _verdicts(entity: str) -> str:
    """SQL: each row of an entity with what attaches it, or why nothing does."""
    return (
        f"SELECT e.source_system, CASE WHEN c.value <> '' THEN '{BY_HAND}' WHEN c.row_id IS NOT NULL "
        f"THEN '{UNIDENTIFIED}' WHEN e.account_id IS NOT NULL THEN '{STATED}' "
        "WHEN m.state = 'matched' THEN m.matched_by ELSE m.state END AS verdict, "
        f"coalesce(m.has_key, true) AS has_key FROM {entity} e LEFT JOIN {match_name(entity)} m "
        "ON m.source_system = e.source_system AND m.source_id = e.source_id "
        f"LEFT JOIN correction_now c ON c.entity = '{entity}' AND c.field = 'account_id' "
        "AND c.row_source = e.source_system AND c.row_id = e.source_id WHERE NOT e.is_deleted"
    )


def _waiting(entity: str) -> str:
    """SQL: the match rows `m` that nothing attaches and nobody settled."""
    return (
        f"(SELECT * FROM {match_name(entity)} w WHERE w.state <> 'matched' AND NOT EXISTS (SELECT 1 "
        f"FROM correction_now c WHERE c.entity = '{entity}' AND c.field = 'account_id' "
        "AND c.row_source = w.source_system AND c.row_id = w.source_id)) m"
    )


def _rate(source: str, entity: str, by: dict[str, Row]) -> MatchRate:
    unidentified = by.get(UNIDENTIFIED, {"n": 0, "n_keyless": 0})
    return MatchRate(
        source=source,
        entity=entity,
        rows=sum(row["n"] for row in by.values()),
        by={way: by[way]["n"] for way in WAYS if way in by},
        ambiguous=by[AMBIGUOUS]["n"] if AMBIGUOUS in by else 0,
        unidentified=unidentified["n"],
        keyless=unidentified["n_keyless"],
    )


def _open_key(row: Row, text: str | None) -> OpenKey:
    return OpenKey(
        kind=row["kind"],
        key=row["key"],
        text=row["key"] if row["kind"] == "circuit" else text,
        rows=row["n"],
        sources=tuple(row["sources"]),
        accounts=row["n_accounts"],
        first_at=row["first_at"],
        last_at=row["last_at"],
    )


def _suggestion(warehouse: Warehouse, entity: str, row: Row) -> Suggestion:
    said = (entity, "person_key", row["source_system"], row["example"])
    listed = ("subscriber_pii", "person_key", None, row["subscriber_id"])
    texts = _personal_texts(warehouse, [said, listed])
    return Suggestion(
        entity=entity,
        source=row["source_system"],
        person_key=row["person_key"],
        account_id=row["account_id"],
        rows=row["n"],
        said=texts.get(said, ""),
        listed=texts.get(listed, ""),
    )


Example = tuple[str, str, str | None, str]
"""A row that has a key: entity, column of the key, source (None where ids are the provider's) and id."""


def _example(row: Row) -> Example:
    column = next(column for column, (_, kind) in KINDS.items() if kind == row["kind"])
    entity, source, source_id = row["example"].values() if isinstance(row["example"], dict) else row["example"]
    return entity, column, source, source_id


def _personal_texts(warehouse: Warehouse, examples: Sequence[Example]) -> dict[Example, str]:
    """What rows say in clear in the fields that a key of theirs is made from; erased ones are not here."""
    found: dict[Example, str] = {}
    for entity, column in sorted({(entity, column) for entity, column, _, _ in examples}):
        made_of = next((key.of for key in vocabulary()[entity].match_keys if key.name == column), None)
        if made_of is None:
            continue
        wanted = [example for example in examples if example[:2] == (entity, column)]
        names = ", ".join(quoted(name) for name in made_of)
        rows = warehouse.rows(
            f"SELECT source_system, source_id, concat_ws(', ', {names}) AS text FROM {entity}_personal "
            f"WHERE source_id IN ({', '.join('?' * len(wanted))})",
            [source_id for _, _, _, source_id in wanted],
        )
        texts = {(source, row["source_id"]): row["text"] for row in rows for source in (row["source_system"], None)}
        found |= {example: texts[example[2:]] for example in wanted if texts.get(example[2:])}
    return found
