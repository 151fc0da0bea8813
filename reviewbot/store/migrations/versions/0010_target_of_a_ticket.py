"""A ticket knows its target: what a target's reading waits for is found without its reviews.

And an index for the rounds that began in a period.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('waiting', 'proposed', 'approved', 'posted', 'failed')")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("target_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE ticket SET target_id = "
        "(SELECT review.target_id FROM review WHERE review.id = ticket.review_id)"
    )
    op.create_index(
        "ticket_open_of",
        "ticket",
        ["target_id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index("ticket_round_began", "ticket_round", ["clock_start_at"])


def downgrade() -> None:
    op.drop_index("ticket_round_began", table_name="ticket_round")
    op.drop_index("ticket_open_of", table_name="ticket")
    op.drop_column("ticket", "target_id")
