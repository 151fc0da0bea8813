"""An index of buyers' questions: few businesses have any, which is told without a look at the
reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("kind = 'question'")
    op.create_index(
        "review_question", "review", ["first_seen_at"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("review_question", table_name="review")
