"""What refuses an act before the ticket's table is asked, and the words a refusal is given.

Everything here raises Refused and writes nothing; `core.ticket_table` lists the codes.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from reviewbot.core.beside_reply.said import GestureFacts
from reviewbot.core.errors import Refused
from reviewbot.core.model import WRITABLE_STATES, Role
from reviewbot.core.readings.rules import is_complaint
from reviewbot.core.source_facts import title_of
from reviewbot.core.ticket import MACHINES, Act, Action, Actor
from reviewbot.drafting import lint
from reviewbot.queries.notes import beside_reply, gestures
from reviewbot.store import cases
from reviewbot.store.cases import Case
from reviewbot.store.drafts import trade_of
from reviewbot.store.people import may_see, name_of, person_of
from reviewbot.store.tables import AuditRow
from reviewbot.store.tx import Tx

_REVIEW_CHANGED = frozenset(
    {Action.EDITED, Action.EDITED_WORSE, Action.REPLY_VANISHED, Action.SEEN_AGAIN}
)


def case_of(tx: Tx, ticket_id: int) -> Case:
    """Return a ticket with everything that decides about it."""
    case = cases.load(tx, ticket_id)
    if case is None:
        raise Refused("unknown_ticket", number=ticket_id)
    return case


def check_asked(tx: Tx, case: Case, act: Act) -> None:
    """Refuse what somebody of another location does, what was decided by an old card, and what
    is handed to somebody who cannot take it."""
    if act.actor.role is not None:
        _check_location(tx, case, act.actor)
        _check_not_forgotten(case)
        _check_fresh(tx.session, case, act)
    if act.to is not None:
        _check_receiver(tx, case, act.to)


def check_person(tx: Tx, case: Case, actor: Actor) -> None:
    """Refuse viewers, machines and people of other locations."""
    if actor.role in (None, Role.VIEWER):
        raise Refused("viewer")
    _check_location(tx, case, actor)
    _check_not_forgotten(case)


def check_text(tx: Tx, case: Case, text: str, *, typed: bool = True) -> None:
    """Refuse a reply that must not stand under this review; `typed`: it is no template's, and not
    one that was looked at when it was written."""
    review = case.review
    trade = trade_of(tx, review, case.target.source, case.place)
    if typed:
        trade = replace(
            trade,
            typed=True,
            may_apologise=not is_complaint(review.tone, review.severity)
            or bool(beside_reply(tx, case).fault),
            gestures=_sums(gestures(tx, case)),
        )
    parts = (review.title, review.text, review.pros, review.cons, review.author)
    guest = " ".join(filter(None, parts))
    source = tx.sources.get(case.target.source)
    problems = lint.problems(
        text,
        source.limit if source else None,
        tx.settings.replies,
        not case.subject.wordless,
        guest=guest,
        trade=trade,
    )
    for problem in problems:
        if problem.refuses:
            title = title_of(tx.sources, case.target.source)
            raise Refused(f"reply_{problem.code}", **problem.params, source_title=title)


def _sums(offered: Sequence[GestureFacts]) -> tuple[int, ...]:
    """Return what must not be read in public: each sum, and all together."""
    sums = [each.sum for each in offered]
    return tuple(dict.fromkeys((*sums, sum(sums)))) if sums else ()


def in_words(tx: Tx, case: Case, refusal: Refused) -> Refused:
    """Return the refusal with people's names for keys, and the time of what was there first."""
    params = dict(refusal.params)
    if params.get("who"):
        who = params["who"]
        params["who"] = None if who in MACHINES else name_of(tx, who)
    if refusal.code == "already" and params.get("at") is None:
        rows = tx.session.exec(
            select(AuditRow)
            .where(AuditRow.ticket_id == case.ticket_id, AuditRow.to_state == params["state"])
            .order_by(col(AuditRow.id).desc())
        ).all()
        arrived = [row for row in rows if row.from_state != row.to_state]
        if arrived:
            params["at"] = arrived[0].at
    return Refused(refusal.code, **params)


def _check_location(tx: Tx, case: Case, actor: Actor) -> None:
    if not may_see(tx, actor.key, case.place.key):
        raise Refused("not_your_location")


def _check_not_forgotten(case: Case) -> None:
    if case.review.forgotten_at is not None:
        raise Refused("forgotten")


def _check_receiver(tx: Tx, case: Case, key: str) -> None:
    person = person_of(tx, key)
    if (
        person is None
        or person.role is Role.VIEWER
        or not tx.settings.may_see(person, case.place.key)
    ):
        raise Refused("unknown_person", person=person.name if person else key)


def _check_fresh(session: Session, case: Case, act: Act) -> None:
    """Refuse a press on an older card where what it decides about has changed since."""
    if act.revision is None or act.revision >= case.ticket.revision:
        return
    since = session.exec(
        select(AuditRow).where(AuditRow.ticket_id == case.ticket_id).order_by(col(AuditRow.id))
    ).all()
    newer = [row for row in since if int(row.detail.get("revision", 0)) > act.revision]
    reviews = [row for row in newer if row.action in _REVIEW_CHANGED]
    if reviews:
        raise Refused("stale_card", at=reviews[-1].at)
    texts = [row for row in newer if row.detail.get("text")]
    decides = act.action in (Action.APPROVE, Action.PROPOSE) and act.text is None
    if texts and decides and case.ticket.state in WRITABLE_STATES:
        raise Refused("draft_changed", who=texts[-1].actor, at=texts[-1].at)
