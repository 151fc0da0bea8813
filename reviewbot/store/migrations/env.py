"""How Alembic runs here: on the connection `upgrade` opened, in its transaction."""

from alembic import context
from sqlmodel import SQLModel

from reviewbot.store import tables
from reviewbot.store.surveys import guest_tables

assert guest_tables.SurveyRow.metadata is SQLModel.metadata
assert tables.TicketRow.metadata is SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    # SQLite cannot alter a table; batch mode makes it anew and copies.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
