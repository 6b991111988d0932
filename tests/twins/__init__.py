"""Hand-written SQL twins of the KPIs: the same figures from canonical rows, by other constructs."""
