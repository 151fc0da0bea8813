"""An index for the breaches recorded in a period, which are few among the rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

IS_BREACHED = sa.text("breached_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ticket_round_breached",
        "ticket_round",
        ["breached_at"],
        sqlite_where=IS_BREACHED,
        postgresql_where=IS_BREACHED,
    )


def downgrade() -> None:
    op.drop_index("ticket_round_breached", table_name="ticket_round")
