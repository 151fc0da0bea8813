"""What one transaction works with."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction: its session, the operator's settings, what is known of the sources, and
    the moment (UTC) at which all of it happens."""

    session: Session
    settings: Settings
    sources: Sources
    now: datetime
