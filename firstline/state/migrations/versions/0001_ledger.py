"""The ledger of batches.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("accepted_at", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )
