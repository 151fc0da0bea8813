"""Draft rows: proposed texts, whose they are, and what a template is chosen by; among it the rows
of templates that were saved and retired in chat."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, func, literal_column, null, union_all
from sqlmodel import Session, col, select

from reviewbot.core.model import DraftSource, TicketState, Tone
from reviewbot.core.readings.same_guest import LONG_TEXT
from reviewbot.core.settings import SAVED, Location, Template, When
from reviewbot.core.text import folded
from reviewbot.core.ticket import Act
from reviewbot.core.trends.concern import SAME_TEXT_WITHIN
from reviewbot.drafting.drafts import MACHINE, Draft
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.drafting.shown_name import shown_author
from reviewbot.drafting.signature import signature_at
from reviewbot.drafting.trade_lint import TradeFacts
from reviewbot.drafting.twins import Twins
from reviewbot.store.cases import language_of_guest, language_to_answer_in
from reviewbot.store.database import run
from reviewbot.store.tables import (
    DraftRow,
    RetiredTemplateRow,
    ReviewRow,
    SavedTemplateRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values

RECENT_DRAFTS = 10

GROUP_DRAFTS = 200
"""The newest drafts of all among which those of a location's groups are looked for."""


@dataclass(slots=True)
class Recent:
    """What a location's guests have been told lately, newest first: `templates` drafted for it
    (a template may be there more than once), `drafted` their texts, `texts` approved; `near`:
    templates drafted within a day for it and its groups' other locations; `twins`: those drafted
    elsewhere within SAME_TEXT_WITHIN. And what was done to templates in chat: `saved`,
    `retired`."""

    templates: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    saved: tuple[Template, ...] = ()
    retired: frozenset[str] = frozenset()
    twins: Twins = field(default_factory=Twins)

    def add(self, draft: Draft) -> None:
        """Take in one more draft."""
        self.templates = (draft.template_id, *self.templates)[:RECENT_DRAFTS]
        self.drafted = (draft.text, *self.drafted)[:RECENT_DRAFTS]


def recent_of(tx: Tx, place: Location) -> Recent:
    """Return what a location's guests have been told lately, and its groups' within a day."""
    drafted = recent_templates(tx.session, place.key)
    saved, retired = _kept_in_chat(tx.session)
    near, twins = _drafted_lately(tx, place)
    return Recent(
        tuple(name for name, _ in drafted),
        recent_replies(tx.session, place.key),
        near,
        tuple(text for _, text in drafted),
        saved,
        retired,
        twins,
    )


def saved_templates(session: Session) -> tuple[Template, ...]:
    """Return the templates that were saved in chat, oldest first, retired or not."""
    return _kept_in_chat(session)[0]


def saved_id(number: int) -> str:
    """Return the name of a saved template."""
    return f"{SAVED}{number}"


def retired_templates(session: Session) -> frozenset[str]:
    """Return the names of all templates that are proposed no more."""
    return _kept_in_chat(session)[1]


def _kept_in_chat(session: Session) -> tuple[tuple[Template, ...], frozenset[str]]:
    """Return the saved templates, and the names of the retired ones."""
    saved, retired = [], set()
    for number, language, text, when in run(session, _KEPT_IN_CHAT).all():
        if number is None:
            retired.add(text)
            continue
        asked = When(**{name: tuple(each) for name, each in when.items()})
        saved.append(Template(saved_id(number), language, text, asked))
    return tuple(saved), frozenset(retired)


def _drafted_lately(tx: Tx, place: Location) -> tuple[tuple[str, ...], Twins]:
    """Return, of the newest drafts, the templates drafted within a day for a place and its groups'
    other locations, and which templates answer which texts of other places."""
    groups = frozenset(place.groups)
    near_here = {
        each.key
        for each in tx.settings.locations.values()
        if each.key == place.key or groups.intersection(each.groups)
    }
    near: dict[str, None] = {}
    elsewhere = []
    a_day_ago, since = tx.now - timedelta(days=1), tx.now - SAME_TEXT_WITHIN
    asked = {"place": place.key, "since": since, "a_day_ago": a_day_ago}
    for name, is_of_the_day, location, text in run(tx.session, _DRAFTED_LATELY, asked).all():
        if is_of_the_day and location in near_here:
            near[name] = None
        if text is not None:
            elsewhere.append((text, name))
    return tuple(near), Twins(elsewhere)


# Every reading with news asks these: they are built once.
_IS_LONG_ELSEWHERE = and_(
    col(TicketRow.location_key) != bindparam("place"),
    func.length(col(ReviewRow.text)) >= LONG_TEXT,
)
_DRAFTED_LATELY = (
    select(
        DraftRow.template_id,
        col(DraftRow.at) > bindparam("a_day_ago"),
        TicketRow.location_key,
        case((_IS_LONG_ELSEWHERE, ReviewRow.text)),
    )
    .join(TicketRow, col(TicketRow.id) == DraftRow.ticket_id)
    .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
    .where(
        col(DraftRow.id).in_(
            select(DraftRow.id)
            .order_by(col(DraftRow.id).desc())
            .limit(GROUP_DRAFTS)
            .correlate(None)
            .scalar_subquery()
        ),
        col(DraftRow.at) > bindparam("since"),
        col(DraftRow.template_id).is_not(None),
    )
)
_APPROVED_HERE = (
    select(DraftRow.text)
    .join(TicketRow, col(TicketRow.approved_draft_id) == DraftRow.id)
    .where(
        col(TicketRow.location_key) == bindparam("place"),
        col(TicketRow.approved_draft_id).is_not(None),
    )
    .order_by(col(TicketRow.approved_at).desc())
    .limit(bindparam("most"))
)
_SAVED_TEMPLATES = select(
    SavedTemplateRow.id, SavedTemplateRow.language, SavedTemplateRow.text, SavedTemplateRow.when
)
_KEPT_IN_CHAT = _SAVED_TEMPLATES.union_all(
    select(null(), null(), col(RetiredTemplateRow.template_id), null())
).order_by("id")
"""The rows of retired templates have their names alone."""


def draft_ask(
    tx: Tx,
    review: ReviewRow,
    source: str,
    place: Location,
    recent: Recent,
) -> DraftAsk:
    """Return what a template is chosen by: the review, its place, and what that said lately."""
    site = tx.sources.get(source)
    return DraftAsk(
        tone=review.tone,
        kind=review.kind,
        language=language_of_guest(review),
        fallback_language=tx.settings.language,
        severity=review.severity,
        topic=_topic(review),
        source=source,
        location=place.key,
        groups=place.groups,
        rating=review.rating,
        author=shown_author(review.author, tx.settings.author_names),
        location_name=place.name,
        contact=place.contact,
        has_text=any((review.title, review.text, review.pros, review.cons)),
        recent_template_ids=tuple(dict.fromkeys(recent.templates)),
        group_template_ids=recent.near,
        twin_template_ids=recent.twins.of(review.text or ""),
        recent_texts=recent.texts,
        drafted_texts=recent.drafted,
        saved=recent.saved,
        retired=recent.retired,
        profile=profile_of(tx, place),
        contacts=source not in tx.settings.replies.without_contacts,
        limit=site.limit if site else None,
    )


def profile_of(tx: Tx, place: Location) -> str | None:
    """Return the kind of business a place is; None where nobody said."""
    return place.profile or tx.settings.profile


def trade_of(tx: Tx, review: ReviewRow, source: str, place: Location) -> TradeFacts:
    """Return what replies to a review depend on, beside the site's limits."""
    return TradeFacts(
        profile=profile_of(tx, place),
        language=language_to_answer_in(review),
        contacts=source not in tx.settings.replies.without_contacts,
        author=review.author or "",
        names=names_of(tx, place),
        sign=sign_of(tx, place),
    )


def sign_of(tx: Tx, place: Location) -> Mapping[str, str]:
    """Return how replies of a place are signed, by language."""
    return signature_at(tx.settings.replies.sign, profile_of(tx, place), place.name)


def names_of(tx: Tx, place: Location) -> tuple[str, ...]:
    """Return what a place calls itself: its name, and how it signs."""
    return (place.name, *tx.settings.replies.sign.values())


def _topic(review: ReviewRow) -> str | None:
    named = review.topics or (review.praise if review.tone == Tone.POSITIVE else [])
    return named[0] if named else None


_NEWEST = union_all(
    *(
        select(each.c.id)
        for state in TicketState
        for each in (
            select(TicketRow.id)
            .where(
                TicketRow.location_key == bindparam("place"),
                TicketRow.state == literal_column(f"'{state}'"),
            )
            .order_by(col(TicketRow.id).desc())
            .limit(literal_column(str(RECENT_DRAFTS)))
            .subquery(),
        )
    )
)
"""The newest tickets of a location, so many in each state: its index has them in this order, and
those of years need not be read."""
RECENT = (
    select(DraftRow.template_id, DraftRow.text)
    .where(col(DraftRow.ticket_id).in_(_NEWEST), col(DraftRow.template_id).is_not(None))
    .order_by(col(DraftRow.id).desc())
    .limit(RECENT_DRAFTS)
)


def recent_templates(session: Session, location: str) -> tuple[tuple[str, str], ...]:
    """Return the templates of the last drafts for a location's newest tickets with their texts,
    newest first: guests read neighbours."""
    rows = run(session, RECENT, {"place": location}).all()
    return tuple((name, text) for name, text in rows)


def recent_replies(session: Session, location: str, limit: int = 3) -> tuple[str, ...]:
    """Return the texts last approved for a location, newest first; whoever wrote them."""
    return tuple(run(session, _APPROVED_HERE, {"place": location, "most": limit}).scalars())


def examples_of_style(session: Session, location: str, limit: int) -> tuple[tuple[str, str], ...]:
    """Return the same with whom each was written to, as the site names them ("": nobody)."""
    rows = session.exec(
        select(DraftRow.text, ReviewRow.author)
        .join(TicketRow, col(TicketRow.approved_draft_id) == DraftRow.id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(TicketRow.location_key == location, DraftRow.text != "")
        .where(col(ReviewRow.forgotten_at).is_(None))
        .order_by(col(TicketRow.approved_at).desc())
        .limit(limit)
    )
    return tuple((text, author or "") for text, author in rows)


def said_near(tx: Tx, place: Location, ticket_id: int) -> tuple[str, ...]:
    """Return what other guests were told lately: the place's last drafts, and those of a day that
    a program wrote for any place."""
    here = (
        select(DraftRow.text)
        .join(TicketRow, col(TicketRow.id) == DraftRow.ticket_id)
        .where(TicketRow.location_key == place.key, DraftRow.ticket_id != ticket_id)
        .order_by(col(DraftRow.id).desc())
        .limit(RECENT_DRAFTS * 2)
    )
    anywhere = select(DraftRow.text).where(
        DraftRow.author_kind == DraftSource.MACHINE,
        DraftRow.at > tx.now - timedelta(days=1),
        DraftRow.ticket_id != ticket_id,
    )
    return (*tx.session.exec(here), *tx.session.exec(anywhere))


def draft_written_in(session: Session, chat_id: int, message_id: int) -> DraftRow | None:
    """Return the newest draft a person wrote in that message: editing it updates the draft."""
    return session.exec(
        select(DraftRow)
        .where(DraftRow.chat_id == chat_id, DraftRow.message_id == message_id)
        .order_by(col(DraftRow.id).desc())
        .limit(1)
    ).first()


def text_hash(text: str) -> str:
    """Return the hash two publications of one text share."""
    return hashlib.sha256(folded(text).encode()).hexdigest()


def add_template(tx: Tx, ticket_id: int, draft: Draft, language: str | None) -> int | None:
    """Store a draft made from a template; return its id."""
    row = DraftRow(**template_values(ticket_id, draft, language, tx.now))
    tx.session.add(row)
    tx.session.flush()
    return row.id


def template_values(ticket_id: int, draft: Draft, language: str | None, now: datetime) -> Values:
    """Return a draft made from a template, or by a program, as the columns of its row."""
    is_machine = draft.template_id == MACHINE
    return {
        "ticket_id": ticket_id,
        "at": now,
        "author_kind": DraftSource.MACHINE if is_machine else DraftSource.TEMPLATE,
        "template_id": None if is_machine else draft.template_id,
        "language": language,
        "text": draft.text,
        "hash": "",
        "why": draft.why,
        "topic": draft.topic,
        "wording": None if is_machine else draft.wording,
    }


def add_text(tx: Tx, ticket_id: int, act: Act, language: str | None) -> int | None:
    """Store a person's own text and the message it was written in; return its id."""
    text = act.text or ""
    row = DraftRow(
        ticket_id=ticket_id,
        at=tx.now,
        author_kind=DraftSource.PERSON,
        author_key=act.actor.key,
        language=language,
        text=text,
        hash="",
        chat_id=act.chat_id,
        message_id=act.message_id,
    )
    tx.session.add(row)
    tx.session.flush()
    return row.id
