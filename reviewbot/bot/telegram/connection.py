"""How Telegram and a bot get on: written down whenever it changes, and told where somebody can
help."""

from enum import StrEnum

from reviewbot.core.model import BotKey
from reviewbot.store.queues import inbox
from reviewbot.store.tables import MeasureRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.absences import long_absence
from reviewbot.workflow.chats import tell_operator


class Connection(StrEnum):
    """How Telegram and we get on; kept as a measure whenever it changes."""

    STARTING = "starting"
    OK = "ok"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The token is not accepted (401, 404)."""
    CONFLICT = "conflict"
    """Another process asks for the same bot's updates (409), or a webhook is set."""
    STORE = "store"
    """Updates cannot be saved, so they are not acknowledged."""
    NO_TOKEN = "no_token"  # noqa: S105 - the name of a state
    """The file names a token that is not there; of the guests' bot alone, the other needs one."""
    GONE = "gone"
    """The file names no bot of the guests any more."""


TOLD_OF_GUESTS = (Connection.REFUSED, Connection.CONFLICT, Connection.NO_TOKEN)
"""What the operator hears of the guests' bot: a person must help."""


def note(tx: Tx, bot: BotKey, state: Connection) -> None:
    """Write a new state down, and tell what it asks of people."""
    trouble = inbox.trouble(tx.session, bot)
    is_well = float(state in (Connection.OK, Connection.GONE))
    tx.session.add(MeasureRow(at=tx.now, name=inbox.CONNECTION[bot], subject=state, value=is_well))
    if bot is BotKey.GUESTS:
        if state in TOLD_OF_GUESTS and (trouble is None or trouble[0] != state):
            tell_operator(tx, NoticeCode.GUESTS_BOT, {"state": state})
        return
    if state is Connection.OK and trouble is not None:
        long_absence.tell(tx, trouble[1])
    if state is Connection.CONFLICT:
        tell_operator(tx, NoticeCode.TELEGRAM_CONFLICT, {})


def tell_long_wait(tx: Tx, bot: BotKey, hours: int) -> None:
    """Telegram wants us to ask for nothing for longer than we keep still: the operator hears of
    it, once a day."""
    whose = "intake" if bot is BotKey.STAFF else f"intake.{bot}"
    key = f"notice:{NoticeCode.LONG_WAIT}:{whose}:{tx.now:%Y-%m-%d}"
    params = {"chat": "", "hours": hours}
    tell_operator(tx, NoticeCode.LONG_WAIT, params, key=key)
