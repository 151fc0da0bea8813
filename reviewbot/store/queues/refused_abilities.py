"""What a server of Telegram has refused lately: kept as measures."""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import col, select

from reviewbot.store.tables import MeasureRow
from reviewbot.store.tx import Tx

MEASURE = "telegram_refuses"
FOR = timedelta(days=30)
"""Then it is tried again: the server may have been brought up to date."""


def refused_abilities(tx: Tx) -> frozenset[str]:
    """Return what the server has refused lately."""
    rows = select(MeasureRow.subject).where(
        MeasureRow.name == MEASURE, col(MeasureRow.at) > tx.now - FOR
    )
    return frozenset(tx.session.exec(rows).all())


def remember_refused(tx: Tx, abilities: Collection[str]) -> None:
    """Write down what was refused just now."""
    for ability in sorted(set(abilities) - refused_abilities(tx)):
        tx.session.add(MeasureRow(at=tx.now, name=MEASURE, subject=ability, value=1))
