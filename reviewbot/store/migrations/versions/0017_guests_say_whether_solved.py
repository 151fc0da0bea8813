"""Guests who were reached are asked once whether it is solved."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WAITS = sa.text("contact IS NOT NULL AND followed_up_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("survey") as survey:
        survey.add_column(sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True))
        survey.add_column(sa.Column("solved", sa.Boolean(), nullable=True))
    op.create_index(
        "survey_to_follow_up",
        "survey",
        ["review_id"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("survey_to_follow_up", "survey")
    with op.batch_alter_table("survey") as survey:
        survey.drop_column("solved")
        survey.drop_column("followed_up_at")
