"""Attach rows that state no account to one by their keys: the SQL that a match table is made with."""

from __future__ import annotations

from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.text import quoted

MATCHED: tuple[str, ...] = ("ticket", "contact", "truck_roll", "survey_invite", "survey_response")
"""The entities whose rows are attached to an account, each after those whose rows it may name."""

STATED = "account"
"""What a row is attached by that states its account itself: nothing outranks it but a correction."""

KINDS: dict[str, tuple[str, str]] = {
    "service_id": ("service", "circuit"),
    "serial_key": ("device", "serial"),
    "mac_key": ("device", "mac"),
    "phone_key": ("phone", "phone"),
    "email_key": ("email", "email"),
}
"""By column, in the order in which they are tried: what a match by it is called, and the kind of key in `key_span`."""

NAMED: dict[str, str] = {
    "invite_id": "survey_invite",
    "contact_id": "contact",
    "ticket_id": "ticket",
    "visit_id": "truck_roll",
}
"""By column: the entity of a row that another row names; what that one is attached to, this one is."""

ORDER: tuple[str, ...] = (
    "survey_invite",
    "service",
    "contact",
    "ticket",
    "truck_roll",
    "device",
    "phone",
    "email",
)
"""The order in which keys are tried: the first that leads to one account alone decides."""


def match_name(entity: str) -> str:
    """The table of what an entity's rows are attached to."""
    return f"match_{entity}"


def match_sql(entity: Entity) -> str:
    """One row per row that states no account: what it is attached to and by what, or why not.

    Columns: source_system, source_id, happened_at, account_id, matched_by, state (matched, ambiguous, unidentified),
    ambiguous_by (the first key that led to several accounts) and has_key.
    """
    claims = [*_by_keys(entity), *_by_names(entity)]
    table = entity.name
    columns = ", ".join(f"{table}.{name}" for name in (*_keys(entity), *_names(entity)))
    has_key = " OR ".join(f"{name} IS NOT NULL" for name in (*_keys(entity), *_names(entity)))
    return f"""-- Grain: one row per {table} that states no account.
-- Inputs: {", ".join(sorted(_inputs(entity)))}.
-- Why: which account the row belongs to, by the first of its keys that leads to one account alone at its time.
WITH waiting AS (
  SELECT {table}.source_system, {table}.source_id, {_time(entity)} AS happened_at, {columns}
  FROM {table}{_first_event(entity)}
  WHERE {table}.account_id IS NULL AND NOT coalesce({table}.is_deleted, FALSE)
), claim AS (
{
        '''
  UNION ALL
'''.join(claims)
    }
), weighed AS (
  SELECT
    source_system,
    source_id,
    attempt,
    max(CASE WHEN is_shared THEN 1 ELSE 0 END) AS is_shared,
    min(CASE WHEN strength = 0 THEN account_id END) AS first_linked,
    max(CASE WHEN strength = 0 THEN account_id END) AS last_linked,
    min(CASE WHEN strength = 1 THEN account_id END) AS first_live,
    max(CASE WHEN strength = 1 THEN account_id END) AS last_live,
    min(CASE WHEN strength = 2 THEN account_id END) AS first_former,
    max(CASE WHEN strength = 2 THEN account_id END) AS last_former
  FROM claim
  GROUP BY source_system, source_id, attempt
), chosen AS (
  SELECT
    source_system,
    source_id,
    attempt,
    CASE WHEN is_shared = 0 THEN coalesce(first_linked, first_live, first_former) END AS first_account,
    CASE WHEN is_shared = 0 THEN
      CASE
        WHEN first_linked IS NOT NULL THEN last_linked
        WHEN first_live IS NOT NULL THEN last_live
        ELSE last_former
      END
    END AS last_account
  FROM weighed
), decided AS (
  SELECT
    source_system,
    source_id,
    min(CASE WHEN first_account = last_account THEN attempt END) AS attempt,
    min(CASE WHEN first_account <> last_account THEN attempt END) AS ambiguous_attempt
  FROM chosen
  GROUP BY source_system, source_id
)
SELECT
  waiting.source_system,
  waiting.source_id,
  waiting.happened_at,
  chosen.first_account AS account_id,
  {_label("decided.attempt")} AS matched_by,
  CASE
    WHEN chosen.first_account IS NOT NULL THEN 'matched'
    WHEN decided.ambiguous_attempt IS NOT NULL THEN 'ambiguous'
    ELSE 'unidentified'
  END AS state,
  {_label("decided.ambiguous_attempt")} AS ambiguous_by,
  {has_key} AS has_key
FROM waiting
LEFT JOIN decided ON decided.source_system = waiting.source_system AND decided.source_id = waiting.source_id
LEFT JOIN chosen
  ON chosen.source_system = decided.source_system
  AND chosen.source_id = decided.source_id
  AND chosen.attempt = decided.attempt
"""


def _keys(entity: Entity) -> list[str]:
    columns = {field.name for field in entity.analytic_fields}
    return [name for name in KINDS if name in columns]


def _names(entity: Entity) -> list[str]:
    return [name for name, named in NAMED.items() if name in entity.field_names and named != entity.name]


def _inputs(entity: Entity) -> set[str]:
    events = {"ticket_event"} if entity.name == "ticket" else set()
    return {entity.name, "key_span", *events, *(NAMED[name] for name in _names(entity))}


def _time(entity: Entity) -> str:
    times = [f"{entity.name}.{quoted(name)}" for name in entity.placed_by]
    return f"coalesce({', '.join([*times, 'first_event.happened_at'] if entity.name == 'ticket' else times)})"


def _first_event(entity: Entity) -> str:
    """A ticket that states no time of its own happened at its first event."""
    if entity.name != "ticket":
        return ""
    return """
  LEFT JOIN (
    SELECT source_system, ticket_id, min("at") AS happened_at
    FROM ticket_event
    WHERE NOT coalesce(is_deleted, FALSE)
    GROUP BY source_system, ticket_id
  ) AS first_event
    ON first_event.source_system = ticket.source_system AND first_event.ticket_id = ticket.ticket_id"""


def _by_keys(entity: Entity) -> list[str]:
    return [
        f"""  SELECT
    waiting.source_system,
    waiting.source_id,
    {ORDER.index(called)} AS attempt,
    key_span.account_id,
    key_span.strength,
    key_span.is_shared
  FROM waiting
  JOIN key_span
    ON key_span.kind = '{kind}'
    AND key_span.match_key = waiting.{column}
    AND key_span.from_at <= waiting.happened_at
    AND key_span.to_at > waiting.happened_at"""
        for column, (called, kind) in KINDS.items()
        if column in _keys(entity)
    ]


def _by_names(entity: Entity) -> list[str]:
    """A row names another by its id: its own source's, else the one other source's that has it."""
    claims = []
    for column in _names(entity):
        named = NAMED[column]
        key = vocabulary()[named].key[0]
        claims.append(
            f"""  SELECT
    waiting.source_system,
    waiting.source_id,
    {ORDER.index(named)} AS attempt,
    coalesce(own.account_id, elsewhere.account_id) AS account_id,
    1 AS strength,
    FALSE AS is_shared
  FROM waiting
  LEFT JOIN {named} AS own ON own.{key} = waiting.{column} AND own.source_system = waiting.source_system
  LEFT JOIN (
    SELECT {key}, min(account_id) AS account_id
    FROM {named}
    WHERE NOT coalesce(is_deleted, FALSE)
    GROUP BY {key}
    HAVING count(DISTINCT source_system) = 1
  ) AS elsewhere
    ON elsewhere.{key} = waiting.{column} AND own.{key} IS NULL
  WHERE coalesce(own.account_id, elsewhere.account_id) IS NOT NULL AND NOT coalesce(own.is_deleted, FALSE)"""
        )
    return claims


def _label(attempt: str) -> str:
    cases = " ".join(f"WHEN {number} THEN '{called}'" for number, called in enumerate(ORDER))
    return f"CASE {attempt} {cases} END"


def all_match_sql() -> dict[str, str]:
    """The SQL of every match table, by its name."""
    return {match_name(name): match_sql(vocabulary()[name]) for name in MATCHED}
