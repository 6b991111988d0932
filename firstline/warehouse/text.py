"""Text as SQL: for the few statements that cannot bind values (COPY, CREATE TABLE AS over generated expressions)."""

from __future__ import annotations


def text_literal(text: str) -> str:
    """Text as an SQL literal, quotes doubled."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier: some fields (`at`, `from`) are words of the language."""
    return '"' + name.replace('"', '""') + '"'
