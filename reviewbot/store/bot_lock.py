"""One bot per database where the database is a server's: an advisory lock of PostgreSQL.

It belongs to a connection and the server frees it with that, however the bot died. The server may
be restarted under a bot, so its holder looks again and again whether the lock is still its own.
"""

import logging

from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError

from reviewbot.store.database import server_engine, url_of

log = logging.getLogger(__name__)

BOT = 0x72657630
"""The lock's number. Advisory locks are of one database: other databases have their own."""
LOOK_EVERY = 5.0
"""Seconds between two looks of the holder."""
SILENCE = {"tcp_user_timeout": "10000", "keepalives_idle": "30"}
"""Milliseconds, seconds: after these a server that is silent is one that is gone."""
_TAKE = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=BOT)
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = 0 AND objid = :lock AND objsubid = 1)"
).bindparams(lock=BOT)


class ServerLock:
    """The bot's lock: `take` it, then ask now and then whether it `is_ours`."""

    def __init__(self, database: str) -> None:
        self._engine = server_engine(
            url_of(database), SILENCE, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Whether nobody else has it. Raises SQLAlchemy's DBAPIError where nobody can be asked."""
        self.close()
        connection = self._engine.connect()
        try:
            # The server notices a machine that vanished with its bot after a minute, not hours.
            for name, value in {"idle": 30, "interval": 10, "count": 3}.items():
                connection.execute(text(f"SET tcp_keepalives_{name} = {value}"))
            is_free = bool(connection.execute(_TAKE).scalar_one())
        except DBAPIError:
            connection.close()
            raise
        if is_free:
            self._connection = connection
        else:
            connection.close()
        return is_free

    def is_ours(self) -> bool:
        """Whether no other bot may write; a lock that was lost and is free is taken again.

        A server that cannot be reached takes no one's writes, ours included: True.
        """
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
        except DBAPIError as error:
            log.warning("the database's lock is lost, taking it again: %s", error.orig)
        try:
            return self.take()
        except DBAPIError as error:
            log.error("the database cannot be asked for its lock: %s", error.orig)
            return True

    def close(self) -> None:
        """Give the lock back. Harmless where it was lost."""
        if self._connection is not None:
            # Cut rather than returned: of a dead connection no more can be asked.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def is_held(database: str) -> bool:
    """Whether a bot runs on this database. Looks only: a bot that starts meanwhile does start."""
    engine = server_engine(url_of(database), poolclass=NullPool)
    with engine.connect() as connection:
        return bool(connection.execute(_HELD).scalar_one())
