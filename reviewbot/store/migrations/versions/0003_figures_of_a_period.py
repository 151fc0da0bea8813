"""Indexes for the figures of a period: a digest of 100,000 reviews took seconds without them.

`ticket_open` was never used: SQLite does not see that states bound to a query are those of a
partial index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting','proposed','approved','posted','failed')")
IS_GONE = sa.text("gone_at IS NOT NULL")


def upgrade() -> None:
    make, leave = op.create_index, op.drop_index
    leave("ticket_open", table_name="ticket", if_exists=True)
    leave("ix_ticket_location_key", table_name="ticket", if_exists=True)
    make("ticket_state", "ticket", ["state"], if_not_exists=True)
    make("ticket_here", "ticket", ["location_key", "state"], if_not_exists=True)
    make("ticket_round_deadline", "ticket_round", ["reply_deadline"], if_not_exists=True)
    make("review_seen_here", "review", ["target_id", "first_seen_at"], if_not_exists=True)
    make(
        "review_gone",
        "review",
        ["target_id", "gone_at"],
        sqlite_where=IS_GONE,
        postgresql_where=IS_GONE,
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("review_gone", table_name="review")
    op.drop_index("review_seen_here", table_name="review")
    op.drop_index("ticket_round_deadline", table_name="ticket_round")
    op.drop_index("ticket_here", table_name="ticket")
    op.drop_index("ticket_state", table_name="ticket")
    op.create_index("ix_ticket_location_key", "ticket", ["location_key"])
    op.create_index("ticket_open", "ticket", ["state"], sqlite_where=OPEN, postgresql_where=OPEN)
