"""Which review a survey became; those answered before are taken in now."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WAITS = sa.text("review_id IS NULL AND scored_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("survey") as survey:
        survey.add_column(sa.Column("review_id", sa.Integer(), nullable=True))
        survey.create_foreign_key("survey_review", "review", ["review_id"], ["id"])
    op.create_index("ix_survey_review_id", "survey", ["review_id"])
    op.create_index(
        "survey_to_take_in",
        "survey",
        ["scored_at"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("survey_to_take_in", "survey")
    op.drop_index("ix_survey_review_id", "survey")
    with op.batch_alter_table("survey") as survey:
        survey.drop_column("review_id")
