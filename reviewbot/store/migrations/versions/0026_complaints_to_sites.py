"""An index for complaints to sites, which are few among what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_IS_COMPLAINT = sa.text("action = 'site_complaint'")


def upgrade() -> None:
    op.create_index(
        "audit_site_complaint",
        "audit",
        ["at"],
        sqlite_where=_IS_COMPLAINT,
        postgresql_where=_IS_COMPLAINT,
    )


def downgrade() -> None:
    op.drop_index("audit_site_complaint", table_name="audit")
