"""How the bot reaches what is outside: pages, files, the mailbox, Telegram; and what it tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from reviewbot.core.contract import Target
from reviewbot.core.model import OUTCOME_STATES, TicketState


def with_port(host: str, port: int) -> str:
    """Return how a host is written with its port; an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def without_port(entry: str) -> tuple[str, int | None]:
    """Return the host and the port of an entry of `allowed_hosts`; None where it names none."""
    host, colon, port = entry.lower().rpartition(":")
    if not (colon and port.isascii() and port.isdigit()) or (":" in host and host[0] != "["):
        return entry.lower().strip("[]"), None
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """A target with what the scheduler needs. `every` is the operator's interval."""

    target: Target
    location: str
    every: timedelta
    every_max: timedelta
    hosts: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.target.key


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Per-source settings. `undo`: how long an approved reply waits before it is published;
    `rating_days`: of how many last days its rating is made, as far as the operator knows."""

    name: str
    enabled: bool = True
    every: timedelta = timedelta(hours=1)
    gap: timedelta = timedelta(seconds=10)
    base_url: str | None = None
    publish: bool = True
    undo: timedelta = timedelta(minutes=2)
    rating_days: int | None = None


@dataclass(frozen=True, slots=True)
class Fetching:
    """How politely and how carefully pages are asked for. `allowed_hosts` are private hosts (names
    or addresses), with a port or for every port, that may be connected to; every other private
    address is refused."""

    user_agent: str = "reviewbot/0.1"
    timeout: timedelta = timedelta(seconds=30)
    retries: int = 2
    max_bytes: int = 10 * 1024 * 1024
    max_pages: int = 12
    allowed_hosts: tuple[str, ...] = ()
    gaps: Mapping[str, timedelta] = field(default_factory=dict)
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imports:
    """Saved pages: the folder that is looked through for them, None: none is."""

    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The mailbox that sites write to. `senders`: (source, addresses or domains); a source that is
    not named has its own hosts. Without `tls` only a server on this machine may be asked."""

    host: str
    user: str
    port: int = 993
    tls: bool = True
    folder: str = "INBOX"
    senders: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Notifications:
    """A Google Pub/Sub subscription, as projects/…/subscriptions/…, that is pulled."""

    subscription: str
    base_url: str = "https://pubsub.googleapis.com"


@dataclass(frozen=True, slots=True)
class DoorbellSettings:
    """What says that there may be a new review. `webhook_port` listens on this machine alone."""

    mailbox: Mailbox | None = None
    notifications: Notifications | None = None
    webhook_port: int | None = None


@dataclass(frozen=True, slots=True)
class Backups:
    """Copies of the database: how often, how many stay, in which folder. None: none by itself."""

    every: timedelta | None = None
    keep: int = 14
    folder: str = "backups"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Another system that is told of events by a signed call; `events` are names of
    Event, `only` holds location keys and "group:key" (empty: everything)."""

    key: str
    url: str
    events: tuple[str, ...]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes mail for delivery. `tls`: from the first byte on, by STARTTLS, or none (a server
    on this machine). `to` are the operator's addresses."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    tls: Literal["tls", "starttls", "none"] = "starttls"
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Fallback:
    """The second way out: what happens when Telegram is silent for `after`. `endpoint` is the key
    of one; `ping` an address that is asked while all is well, so that somebody else notices."""

    after: timedelta = timedelta(minutes=10)
    mail: MailServer | None = None
    endpoint: str | None = None
    ping: str | None = None
    ping_every: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DraftingEndpoint:
    """A program that writes drafts, spoken to as OpenAI's. `url` None: there is none."""

    url: str | None = None
    model: str = ""
    timeout: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Telegram:
    """How to reach the Bot API. The token is not here: `app` and `telegram.client` hold it."""

    base_url: str = "https://api.telegram.org"
    proxy: str | None = None


class Event(StrEnum):
    """The `type` of an outgoing webhook."""

    REVIEW_FOUND = "review.found"
    QUESTION_FOUND = "question.found"
    TICKET_OPENED = "ticket.opened"
    TICKET_APPROVED = "ticket.approved"
    TICKET_POSTED = "ticket.posted"
    TICKET_ANSWERED = "ticket.answered"
    TICKET_BREACHED = "ticket.breached"
    INCIDENT_OPENED = "incident.opened"
    TELEGRAM_SILENT = "telegram.silent"
    TELEGRAM_BACK = "telegram.back"


OF_REVIEWS = tuple(event for event in Event if not event.startswith("telegram."))
"""What an endpoint hears where its `events` name nothing."""

_REACHED = {
    TicketState.APPROVED: Event.TICKET_APPROVED,
    TicketState.POSTED: Event.TICKET_POSTED,
    TicketState.ANSWERED: Event.TICKET_ANSWERED,
    TicketState.REACHED: Event.TICKET_ANSWERED,
    TicketState.SOLVED: Event.TICKET_ANSWERED,
    TicketState.REFUSED: Event.TICKET_ANSWERED,
}
_BEGINS_ANEW = {
    TicketState.POSTED,
    TicketState.ANSWERED,
    TicketState.SKIPPED,
    TicketState.GONE,
    *OUTCOME_STATES,
}


def event_of(action: str, before: str | None, after: str | None) -> Event | None:
    """Return the event that a line of a ticket's audit is; None: nobody is told of it."""
    if action == "opened":
        return Event.TICKET_OPENED
    if action == "breach":
        return Event.TICKET_BREACHED
    if before is None or after is None or before == after:
        return None
    if after == TicketState.WAITING:
        return Event.TICKET_OPENED if before in _BEGINS_ANEW else None
    if before in OUTCOME_STATES - {TicketState.NOT_REACHED}:
        return None  # told when the guest was reached
    return _REACHED.get(TicketState(after))
