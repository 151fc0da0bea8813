"""Copies of alerts in private are asked for: until now nobody could choose, so nobody has."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE person SET alerts = 'critical'")


def downgrade() -> None:
    op.execute("UPDATE person SET alerts = 'all'")
