"""Where many things are done in one transaction, each has a savepoint of its own: one that raises
is undone, logged, told to the operator once and tried again later, and the others go on."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import chats

log = logging.getLogger(__name__)

T = TypeVar("T")
LEFT_ALONE_FOR = timedelta(minutes=10)
"""How long what raised is left alone."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """What is being done: `kind` ("ticket", "review", "digest") and which of them."""

    kind: str
    name: str
    ticket: int | None = None


def attempt(tx: Tx, subject: Attempted, work: Callable[[], T]) -> T | None:
    """Return what `work` returns; None where it raised, and then it left nothing behind.

    Raises OperationalError and InterfaceError: a database in trouble is nobody's own fault.
    """
    try:
        return _apart(tx, work)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("%s %s could not be done; the others go on", subject.kind, subject.name)
        reason = f"{type(error).__name__}: {error}"
        params = {"kind": subject.kind, "name": subject.name, "ticket": subject.ticket}
        chats.tell_operator(
            tx,
            NoticeCode.STUCK,
            {**params, "error": reason[:300]},
            key=f"notice:{NoticeCode.STUCK}:{subject.kind}:{subject.name}:{type(error).__name__}",
        )
        return None


def attempt_together(tx: Tx, work: Callable[[], T]) -> T | None:
    """Like `attempt`, for many things at once: where it returns None nothing was told, and the
    caller attempts each by itself."""
    try:
        return _apart(tx, work)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("many at once could not be done (%s); now each by itself", error)
        return None


def is_true_or_raises(work: Callable[[], object]) -> bool:
    """Whether `work` gives something or raises: then whoever does the thing tells what is wrong.

    Raises OperationalError and InterfaceError.
    """
    try:
        return bool(work())
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        return True


def _apart(tx: Tx, work: Callable[[], T]) -> T:
    with tx.session.begin_nested():
        done = work()
        tx.session.flush()
        return done
