"""Which spans of which accounts changed since issues were linked last, each cut at gaps in which nothing can reach.

Batches, corrections, codes, identities and withdrawals all change what the settled rows say in the end, so that is what
is compared: each row that issues are made of leaves a trace of where it lies, until when it reaches, and its content.
"""

from __future__ import annotations

from firstline.model.limits import limit
from firstline.warehouse.engine import Warehouse

QUIET_DAYS = limit("look_ahead").duration.days
"""A gap longer than this parts an account's history: no window of a figure and no rule of the linker looks further."""

TRACE = "linked_trace"
"""What issues were linked from last, a row for each row: chain, kind, source_system, row_id, step_no, from_at, to_at,
and a digest of all of that and of what the row says."""

READS: frozenset[str] = frozenset(
    {"issue_event", "contact_turn", "fact_ticket", "ticket_reopening", "fact_visit", "account_loss"}
)
"""The tables that leave traces: all that issues are made of."""

_NEW_TRACE = """
CREATE OR REPLACE TEMP TABLE new_trace AS
SELECT * REPLACE (hash(row) AS digest) FROM (
SELECT e.chain, e.kind, e.source_system, e.row_id, e.step_no, e.happened_at AS from_at, e.reach_at AS to_at,
  hash(e, t) AS digest
FROM issue_event e JOIN contact_turn t ON t.source_system = e.source_system AND t.contact_id = e.row_id
WHERE e.kind = 'contact'
UNION ALL
SELECT e.chain, e.kind, e.source_system, e.row_id, e.step_no, e.happened_at, e.reach_at, hash(e, t)
FROM issue_event e JOIN fact_ticket t ON t.source_system = e.source_system AND t.ticket_id = e.row_id
WHERE e.kind = 'ticket'
UNION ALL
SELECT e.chain, e.kind, e.source_system, e.row_id, e.step_no, e.happened_at, e.reach_at, hash(e)
FROM issue_event e WHERE e.kind = 'step'
UNION ALL
SELECT 'A ' || t.account_id, 'reopening', r.source_system, r.ticket_id, r.step_no, r.happened_at, r.happened_at,
  hash(r, t.family, t.is_spam, t.is_internal, t.is_rejected, t.is_test, t.is_outage_master)
FROM ticket_reopening r JOIN fact_ticket t ON t.source_system = r.source_system AND t.ticket_id = r.ticket_id
WHERE t.account_id IS NOT NULL
UNION ALL
SELECT 'A ' || v.account_id, 'visit', v.source_system, v.visit_id, 0, v.moved_at, v.moved_at, hash(v, t.family)
FROM fact_visit v LEFT JOIN fact_ticket t ON t.source_system = v.ticket_source AND t.ticket_id = v.ticket_id
WHERE v.account_id IS NOT NULL AND v.moved_at IS NOT NULL
UNION ALL
-- a visit counts with the issue of its ticket whenever it was, so nothing between the two is quiet
SELECT e.chain, 'job', v.source_system, v.visit_id, 0,
  CASE WHEN v.moved_at < e.happened_at THEN v.moved_at ELSE e.happened_at END,
  CASE WHEN v.moved_at > e.happened_at THEN v.moved_at ELSE e.happened_at END,
  hash(v)
FROM fact_visit v
JOIN issue_event e ON e.kind = 'ticket' AND e.source_system = v.ticket_source AND e.row_id = v.ticket_id
WHERE v.moved_at IS NOT NULL
UNION ALL
SELECT 'A ' || l.account_id, 'loss', l.source_system, l.source_id, 0, l.lost_at, l.lost_at, hash(l) FROM account_loss l
) AS row
"""

_DIRTY_SPANS = f"""
CREATE OR REPLACE TEMP TABLE dirty_span AS
WITH changed AS (
  SELECT * FROM new_trace WHERE digest NOT IN (SELECT digest FROM {TRACE})
  UNION ALL
  SELECT * FROM {TRACE} WHERE digest NOT IN (SELECT digest FROM new_trace)
), piece AS (
  SELECT chain, from_at, to_at, TRUE AS is_changed FROM changed
  UNION
  SELECT chain, from_at, to_at, FALSE FROM new_trace WHERE chain IN (SELECT chain FROM changed)
  UNION
  SELECT chain, from_at, to_at, FALSE FROM {TRACE} WHERE chain IN (SELECT chain FROM changed)
), parted AS (
  SELECT *, max(to_at) OVER (
    PARTITION BY chain ORDER BY from_at, to_at, is_changed ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS reached_at
  FROM piece
), numbered AS (
  SELECT *, sum(CASE WHEN from_at <= reached_at + INTERVAL {QUIET_DAYS} DAY THEN 0 ELSE 1 END) OVER (
    PARTITION BY chain ORDER BY from_at, to_at, is_changed ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS part_no
  FROM parted
)
SELECT chain, min(from_at) AS from_at, max(to_at) AS to_at
FROM numbered
GROUP BY chain, part_no
HAVING bool_or(is_changed)
"""

_EVERY_SPAN = """
CREATE OR REPLACE TEMP TABLE dirty_span AS
SELECT DISTINCT chain, TIMESTAMP '0001-01-01 00:00:00' AS from_at, TIMESTAMP '9999-12-31 00:00:00' AS to_at
FROM new_trace
"""


def within_dirty_span(chain: str, at: str) -> str:
    """SQL for whether something of a chain at an instant lies in a dirty span."""
    return f"EXISTS (SELECT 1 FROM dirty_span d WHERE d.chain = {chain} AND {at} >= d.from_at AND {at} <= d.to_at)"


def find_dirty_spans(warehouse: Warehouse, everything: bool) -> int:
    """Fill the scratch tables `new_trace` and `dirty_span` (chain, from_at, to_at); returns the number of spans.

    A span reaches from the last quiet gap before a change to the first one after it, quiet in what was known before as
    well as now. `everything` makes each chain one span.
    """
    warehouse.execute(_NEW_TRACE)
    warehouse.execute(_EVERY_SPAN if everything else _DIRTY_SPANS)
    return int(warehouse.value("SELECT count(*) FROM dirty_span"))


def keep_trace(warehouse: Warehouse, everything: bool) -> None:
    """Remember what the dirty spans were linked from."""
    if everything:
        warehouse.execute(f"CREATE OR REPLACE TABLE {TRACE} AS SELECT * FROM new_trace")
        return
    warehouse.execute(f"DELETE FROM {TRACE} t WHERE {within_dirty_span('t.chain', 't.from_at')}")
    warehouse.execute(
        f"INSERT INTO {TRACE} SELECT * FROM new_trace t WHERE {within_dirty_span('t.chain', 't.from_at')}"
    )
