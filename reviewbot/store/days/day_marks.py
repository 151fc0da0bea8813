"""Which counts of days are out of date: the database itself marks them, whoever writes.

A trigger on what counts depend on (a review, whether it has a ticket, when its target was first
read) lets the count of its target and day go and notes the two in `day_to_count`, in the same
transaction. What they say of a day is counted by `queries.counting` alone; a trigger knows no rule
but which columns one looks at.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from reviewbot.store.days.instants import DAY

_COLUMNS = (
    *("target_id", "kind", "rating", "title", "text", "pros", "cons", "published_at"),
    *("first_seen_at", "found_late", "reply_text", "gone_at", "tone", "topics", "praise"),
)
"""Of a review: those a count looks at. Not when it was last seen, which every reading moves."""

_EVENTS = (
    ("review_new", "AFTER INSERT ON review", "", ("NEW",)),
    (
        "review_changed",
        f"AFTER UPDATE OF {', '.join(_COLUMNS)} ON review",
        " OR ".join(f"OLD.{name} {{differs}} NEW.{name}" for name in _COLUMNS),
        ("OLD", "NEW"),
    ),
    ("review_deleted", "AFTER DELETE ON review", "", ("OLD",)),
    ("ticket_new", "AFTER INSERT ON ticket", "", ("review.id = NEW.review_id",)),
    ("ticket_deleted", "AFTER DELETE ON ticket", "", ("review.id = OLD.review_id",)),
    (
        "target_met",
        "AFTER UPDATE OF first_contact_at ON target",
        "OLD.first_contact_at {differs} NEW.first_contact_at",
        ("review.target_id = NEW.id",),
    ),
)
"""(name, when it fires, where that matters, what is marked: the row itself, or the reviews that
fulfil a condition)."""

_SQLITE = {
    "day": f"{{at}} / {DAY}",
    "starts": f"{{at}} / {DAY} * {DAY}",
    "ends": f"({{at}} / {DAY} + 1) * {DAY}",
}
_POSTGRESQL = {
    "day": "CAST(floor(extract(epoch FROM {at}) / 86400) AS INTEGER)",
    "starts": "date_trunc('day', {at} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
    "ends": "(date_trunc('day', {at} AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'",
}


def install(connection: Connection) -> None:
    """Make the triggers anew. After each migration: SQLite changes a table by a copy of it, and
    its triggers go with the former one."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away, for a migration back."""
    for statement in _statements(connection.dialect.name):
        if statement.startswith("DROP"):
            connection.exec_driver_sql(statement)


def _of(dialect: str) -> dict[str, str]:
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def _statements(dialect: str) -> Iterator[str]:
    sql = _of(dialect)
    for name, event, matters, marked in _EVENTS:
        body = " ".join(f"{each};" for what in marked for each in _mark(sql, what))
        yield f"DROP TRIGGER IF EXISTS day_{name}" + (
            "" if dialect == "sqlite" else f" ON {event.rpartition(' ')[2]}"
        )
        if dialect == "sqlite":
            when = f"WHEN {matters.format(differs='IS NOT')} " if matters else ""
            yield f"CREATE TRIGGER day_{name} {event} FOR EACH ROW {when}BEGIN {body} END"
            continue
        yield (
            f"CREATE OR REPLACE FUNCTION day_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        # PostgreSQL compares no JSON: rows are compared by their texts.
        when = _as_texts(matters.format(differs="IS DISTINCT FROM"))
        yield (
            f"CREATE TRIGGER day_{name} {event} FOR EACH ROW "
            f"{f'WHEN ({when}) ' if when else ''}EXECUTE FUNCTION day_{name}()"
        )


def _as_texts(condition: str) -> str:
    for name in ("topics", "praise"):
        for row in ("OLD", "NEW"):
            condition = condition.replace(f"{row}.{name}", f"CAST({row}.{name} AS TEXT)")
    return condition


def _mark(sql: dict[str, str], what: str) -> tuple[str, str]:
    """Note the days of a row (OLD, NEW), or of the reviews that fulfil a condition; then let their
    counts go."""
    is_row = what in ("OLD", "NEW")
    row = what if is_row else "review"
    day, starts, ends = (
        sql[name].format(at=f"{row}.first_seen_at") for name in ("day", "starts", "ends")
    )
    these = f"WHERE {'1 = 1' if is_row else what}"
    source = these if is_row else f"FROM review {these}"
    # `ON CONFLICT` after a SELECT is read rightly where that has a WHERE.
    noted = (
        "INSERT INTO day_to_count (day, target_id, starts_at, ends_at) "
        f"SELECT DISTINCT {day}, {row}.target_id, {starts}, {ends} {source} "
        "ON CONFLICT DO NOTHING"
    )
    pair = f"SELECT {day}, {row}.target_id {source}"
    gone = f"DELETE FROM day_count WHERE (day, target_id) IN ({pair})"  # noqa: S608 - all ours
    return noted, gone
