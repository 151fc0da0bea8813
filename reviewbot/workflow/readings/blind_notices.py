"""Who is told that we do not see, and that we see again.

Once per host when it goes out of sight and once when it is back; the operator again each day
while it lasts. What concerns one location alone (its page is gone, it is oddly silent) is told of
that location; when a second one of the host joins it, of the host. The dedupe keys of the outbox
hold what was told: host or target, since when, which state, which day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import col, select

from reviewbot.core.calendar.hours import is_quiet
from reviewbot.core.errors import CollectError, Denied
from reviewbot.core.facts import BlindFacts
from reviewbot.core.model import SIGHTED, Health, OutboxKind
from reviewbot.core.readings.health import HOST_WIDE, Judgement, tells_people
from reviewbot.core.settings import SUPPORT, Chat, Settings
from reviewbot.core.source_facts import title_of
from reviewbot.store.database import run
from reviewbot.store.queues import outbox
from reviewbot.store.tables import HostRow, OutboxRow, TargetRow
from reviewbot.store.targets import is_count_doubted
from reviewbot.store.tickets import open_on
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs: the target just read, its host, and how the target was before."""

    tx: Tx
    target: TargetRow
    host: HostRow
    health_before: str
    since_before: datetime | None

    def tell(self, judgement: Judgement, error: CollectError | None) -> None:
        """Put the notices that this reading asks for."""
        if judgement.is_sighted:
            self._host_is_back()
            self._target_is_back()
        elif tells_people(judgement.health, self.target.failures):
            self._is_blind(judgement, error)

    def _is_blind(self, judgement: Judgement, error: CollectError | None) -> None:
        health, host = judgement.health, self.host
        of_host = _covers_host(judgement, error) or health in HOST_WIDE or self._is_shared(health)
        if of_host:
            host.bad_since = host.bad_since or self.target.health_since or self.tx.now
            host.cause = judgement.cause
            subject, since = f"host:{host.name}", host.bad_since
        else:
            subject, since = f"target:{self.target.id}", self.target.health_since or self.tx.now
        concerned = self._concerned(of_host=of_host)
        facts = self._facts(health, judgement.cause, since, concerned)
        is_unconfirmed = health is Health.UNCONFIRMED
        code = NoticeCode.UNCONFIRMED if is_unconfirmed else NoticeCode.BLIND
        key = _key("blind", subject, since, health)
        put = [
            self._put(key, code, facts, chat, for_operator=is_operators)
            for chat, is_operators in _readers(self.tx.settings, health)
        ]
        days = (self.tx.now - since).days
        if of_host and any(put):
            host.told_at = self.tx.now
        elif days and not any(put):
            operator = _operator_chat(self.tx.settings)
            self._put(f"{key}:day {days}", code, facts, operator, for_operator=True)
        self.tx.session.add(host)

    def _host_is_back(self) -> None:
        """Tell it when the last of the targets that the host hid is back."""
        host, since = self.host, self.host.bad_since
        if since is None or self._others_are_hidden():
            return
        told_at, cause = host.told_at, host.cause or ""
        concerned = self._concerned(of_host=True)
        host.bad_since = host.told_at = host.cause = None
        self.tx.session.add(host)
        if told_at is not None:
            self._back(f"host:{host.name}", since, cause, concerned)

    def _target_is_back(self) -> None:
        """Tell it of one location, where its being out of sight was told of it alone."""
        health, since = self.health_before, self.since_before
        if since is None or not health or health in SIGHTED:
            return
        subject = f"target:{self.target.id}"
        key = f"{_key('blind', subject, since, health)}:{_operator_chat(self.tx.settings).key}"
        was_told = select(OutboxRow.id).where(OutboxRow.dedupe_key == key)
        if health != Health.UNCONFIRMED and self.tx.session.exec(was_told).first() is not None:
            self._back(subject, since, "", [self.target])

    def _back(self, subject: str, since: datetime, cause: str, concerned: Sequence[Any]) -> None:
        facts = replace(self._facts(Health.OK, cause, since, concerned), until=self.tx.now)
        key = _key("sighted", subject, since, Health.OK)
        for chat, is_operators in _readers(self.tx.settings, Health.OK):
            self._put(key, NoticeCode.SIGHTED, facts, chat, for_operator=is_operators)

    def _put(
        self, key: str, code: NoticeCode, facts: BlindFacts, chat: Chat, *, for_operator: bool
    ) -> bool:
        facts = replace(facts, operator_copy=for_operator)
        if not for_operator:
            # Staff are spared the cause; they learn who knows.
            operator = _operator_chat(self.tx.settings).person
            person = self.tx.settings.people.get(operator) if operator else None
            name = person.name if person else None
            facts = replace(facts, cause="", attempts=0, operator=name)
        return outbox.put(
            self.tx.session,
            OutboxKind.NOTICE,
            f"{key}:{chat.key}",
            chat,
            {"code": code, "params": facts.to_json()},
            self.tx.now,
            silent=is_quiet(self.tx.settings.desk_of(self.target.location_key), self.tx.now),
        )

    def _is_shared(self, health: Health) -> bool:
        """Whether another target of the host is in the same state: then it is the host's."""
        another = select(TargetRow.id).where(
            TargetRow.host == self.host.name,
            TargetRow.id != self.target.id,
            TargetRow.health == health,
            col(TargetRow.retired_at).is_(None),
        )
        return (
            health is not Health.UNCONFIRMED
            and self.tx.session.exec(another.limit(1)).first() is not None
        )

    def _others_are_hidden(self) -> bool:
        """Whether others of the host are still out of sight. Not counted: targets of a host that
        held us off, which were not asked since, and one passing trouble."""
        hidden = select(TargetRow.id).where(
            TargetRow.host == self.host.name,
            TargetRow.id != self.target.id,
            col(TargetRow.retired_at).is_(None),
            or_(
                col(TargetRow.health).in_(
                    (Health.LAYOUT_CHANGED, Health.OWN_FAULT, Health.DENIED, Health.SUSPICIOUS)
                ),
                and_(col(TargetRow.health) == Health.UNREACHABLE, col(TargetRow.failures) > 1),
            ),
        )
        return self.tx.session.exec(hidden.limit(1)).first() is not None

    def _targets(self) -> Sequence[Any]:
        """Those of the host and source: id, place and health, as columns, for all of a chain's
        places may be there."""
        same = select(TargetRow.id, TargetRow.location_key, TargetRow.health).where(
            TargetRow.host == self.host.name,
            TargetRow.source == self.target.source,
            col(TargetRow.retired_at).is_(None),
        )
        return run(self.tx.session, same).all()

    def _concerned(self, *, of_host: bool) -> Sequence[Any]:
        """Those out of sight: what a refusal says of neighbours, `sight` has written down."""
        if not of_host:
            return [self.target]
        return [
            row for row in self._targets() if row.id == self.target.id or row.health not in SIGHTED
        ]

    def _facts(
        self, health: Health, cause: str, since: datetime, concerned: Sequence[Any]
    ) -> BlindFacts:
        target, places = self.target, {row.location_key for row in concerned}
        every_place = {row.location_key for row in self._targets()}
        open_tickets = open_on(self.tx.session, [row.id for row in concerned])
        place = self.tx.settings.locations.get(target.location_key)
        return BlindFacts(
            host=self.host.name,
            source=target.source,
            source_title=title_of(self.tx.sources, target.source),
            health=health,
            since=since,
            zone=self.tx.settings.desk_of(target.location_key).zone,
            locations=len(places),
            all_locations=places == every_place,
            open_tickets=open_tickets,
            next_try_at=target.next_poll_at,
            cause=cause,
            attempts=target.failures,
            url=target.url,
            location_name=place.name if place and len(places) == 1 else None,
            accept=target.key if is_count_doubted(target) else None,
        )


def _key(what: str, subject: str, since: datetime, health: str) -> str:
    return f"notice:{what}:{subject}:{since.isoformat()}:{health}"


def _covers_host(judgement: Judgement, error: CollectError | None) -> bool:
    """Whether nothing of the host can be read now: it holds us off, or refuses the credential."""
    if isinstance(error, Denied) and error.credential:
        return True
    return judgement.health in (Health.BLOCKED, Health.RATE_LIMITED)


def _operator_chat(settings: Settings) -> Chat:
    return settings.chats[settings.operator_chat]


def _readers(settings: Settings, health: Health) -> list[tuple[Chat, bool]]:
    """(chat, is the operator's), each chat once. That a link may be wrong concerns the operator
    alone."""
    operator, staff = _operator_chat(settings), settings.chats[SUPPORT]
    if health is Health.UNCONFIRMED or operator.chat_id == staff.chat_id:
        return [(operator, True)]
    return [(staff, False), (operator, True)]
