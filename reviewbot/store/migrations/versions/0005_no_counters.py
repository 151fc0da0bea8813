"""Counters that nothing read: requests of a day to a host, readings of a target without news."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("host", "requests_on")
    op.drop_column("host", "requests")
    op.drop_column("target", "quiet_polls")


def downgrade() -> None:
    op.add_column("host", sa.Column("requests_on", sa.String(), nullable=True))
    for table, name in (("host", "requests"), ("target", "quiet_polls")):
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
