-- Grain: one row per account and loss of its subscriber.
-- Inputs: fact_churn, account_span.
-- Why: a customer who leaves does not call again; the figures that count silence as success say how many left.
SELECT account_span.account_id, fact_churn.source_system, fact_churn.source_id, fact_churn.effective_at AS lost_at
FROM fact_churn
JOIN account_span
  ON account_span.subscriber_id = fact_churn.subscriber_id
  AND account_span.from_at < fact_churn.effective_at
  AND account_span.to_at >= fact_churn.effective_at
WHERE fact_churn.kind IN (:losses)
  AND NOT fact_churn.is_repeated
  AND NOT fact_churn.is_withdrawn
  AND NOT fact_churn.is_excluded
