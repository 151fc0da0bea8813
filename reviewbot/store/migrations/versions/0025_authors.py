"""What an author wrote elsewhere is one look into an index."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_IS_NAMED = sa.text("author IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "review_author",
        "review",
        ["author"],
        sqlite_where=_IS_NAMED,
        postgresql_where=_IS_NAMED,
    )


def downgrade() -> None:
    op.drop_index("review_author", table_name="review")
