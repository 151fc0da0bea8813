"""SQLite keeps instants as microseconds since 1970; PostgreSQL has a type for them.

All of them at once: a number and a text do not compare.
"""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    connection.connection.driver_connection.create_function(  # type: ignore[union-attr]
        "as_number", 1, _as_number, deterministic=True
    )
    for trigger in _names(connection, "trigger"):
        # Made anew when all migrations are through (store.migrations.upgrade).
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    for table in _names(connection, "table"):
        if columns := _instants_of(connection, table):
            _make_numbers(connection, table, columns)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        raise NotImplementedError("The way back is the copy made before the upgrade.")


def _names(connection: sa.Connection, kind: str) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'"
    return list(connection.exec_driver_sql(query, (kind,)).scalars())


def _instants_of(connection: sa.Connection, table: str) -> list[str]:
    query = "SELECT name FROM pragma_table_info(?) WHERE type = 'DATETIME'"
    return list(connection.exec_driver_sql(query, (table,)).scalars())


def _make_numbers(connection: sa.Connection, table: str, columns: list[str]) -> None:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
    indexes = [
        (name, sql)
        for name, sql in connection.exec_driver_sql(query, (table,)).all()
        if sql is not None and re.search(rf"\b({'|'.join(columns)})\b", sql)
    ]
    # Changed entry by entry they would take several times as long.
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    numbers = ", ".join(
        f'"{each}" = iif(typeof("{each}") = \'text\', as_number("{each}"), "{each}")'
        for each in columns
    )
    connection.exec_driver_sql(f'UPDATE "{table}" SET {numbers}')  # noqa: S608 - the names are the schema's
    for _, sql in indexes:
        connection.exec_driver_sql(sql)


def _as_number(kept: str) -> int:
    # Earlier versions wrote some with their zone, and without a fraction where it is none.
    moment = datetime.fromisoformat(kept if kept.endswith("+00:00") else kept + "+00:00")
    return (moment - _EPOCH) // _STEP
