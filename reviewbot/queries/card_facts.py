"""Facts gathered from rows for messages: a ticket's card, its history, lists of open tickets."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.calendar.round_reasons import DeadlineReason
from reviewbot.core.facts import (
    AlsoWrote,
    CardFacts,
    DraftFacts,
    EditFacts,
    HistoryLine,
)
from reviewbot.core.model import (
    SIGHTED,
    DraftSource,
    Health,
    Hint,
    Kind,
    Precision,
    Role,
    Severity,
    TicketState,
    Tone,
)
from reviewbot.core.readings.kept_reasons import read_reason, words_of
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import title_of
from reviewbot.core.topic_choice import offered
from reviewbot.drafting.shown_name import shown_author
from reviewbot.drafting.signature import language_of
from reviewbot.drafting.trade_lint import findings
from reviewbot.queries.guests.same_author import also_wrote
from reviewbot.queries.notes import beside_reply, gestures, last_notes
from reviewbot.store import cases, drafts
from reviewbot.store.cases import Case
from reviewbot.store.people import name_of
from reviewbot.store.surveys.guest_rows import survey_of_review
from reviewbot.store.tables import (
    AuditRow,
    DraftRow,
    ReviewRow,
    RevisionRow,
    TargetRow,
)
from reviewbot.store.tx import Tx

RECENT_REVIEWS = 500
"""How many are asked for what guests complain of here."""


def _guest_says(tx: Tx, review: ReviewRow) -> bool | None:
    if review.kind != Kind.SURVEY or review.id is None:
        return None
    survey = survey_of_review(tx.session, review.id)
    return survey.solved if survey is not None else None


def _goodwill(tx: Tx, tone: str) -> dict[Role, int]:
    sums = tx.settings.replies.goodwill if tone == Tone.NEGATIVE else {}
    return {role: sums[role] for role in Role if sums.get(role)}


PRODUCT = ("product", "article", "nm_id", "sku")
"""What marketplaces tell of the goods a review is about: keys of its `site`, as they are shown."""


def card_facts(tx: Tx, ticket_id: int) -> CardFacts | None:
    """Return everything a ticket's messages can show, as of `now`; None: no such ticket."""
    case = cases.load(tx, ticket_id)
    return facts_of(tx, case) if case else None


def facts_of(tx: Tx, case: Case) -> CardFacts:
    """The same for a case already loaded."""
    ticket, round_, review, target = case.ticket, case.round, case.review, case.target
    site = tx.sources.get(target.source)
    draft = tx.session.get(DraftRow, ticket.draft_id) if ticket.draft_id else None
    approved = tx.session.get(DraftRow, ticket.approved_draft_id or 0)
    reasons = case.reasons
    reply = reasons.reply
    words = words_of(review.title, review.text, review.pros, review.cons)

    def name(key: str | None) -> str | None:
        return name_of(tx, key)

    return CardFacts(
        number=case.ticket_id,
        state=TicketState(ticket.state),
        round=ticket.round,
        revision=ticket.revision,
        source=target.source,
        source_title=title_of(tx.sources, target.source),
        location=case.place.key,
        location_name=case.place.name,
        location_short=short_name(tx.settings, case.place.name),
        zone=case.desk.zone,
        author=shown_author(review.author, tx.settings.author_names),
        rating=review.rating,
        title=review.title,
        text=review.text,
        forgotten=review.forgotten_at is not None,
        pros=review.pros,
        cons=review.cons,
        language=cases.language_of_guest(review),
        translation=review.translation,
        contact=review.site.get("contact") if review.kind == Kind.SURVEY else None,
        product={
            name: str(value) for name in PRODUCT if (value := review.site.get(name)) is not None
        },
        photos=len(review.photos),
        published_at=review.published_at,
        published_precision=Precision(review.published_precision),
        first_seen_at=review.first_seen_at,
        found_late=review.found_late,
        backlog=ticket.backlog,
        round_reason=round_.reason,
        tone=Tone(review.tone),
        severity=Severity(review.severity),
        topics=tuple(review.topics),
        own_topics=tx.settings.topics,
        goodwill=_goodwill(tx, review.tone),
        hints=tuple(Hint(hint) for hint in review.hints),
        reasons=tuple(read_reason(row, words) for row in review.reasons),
        review_url=review.url or target.url,
        reply_url=review.site.get("reply_url"),
        approval=case.desk.approval,
        can_publish=cases.is_posted_by_us(tx.sources, case),
        can_reply=review.can_reply is not False,
        shows_replies=site is None or site.shows_replies,
        seen_deadline=round_.seen_deadline,
        seen_done_at=round_.seen_done_at,
        reply_deadline=round_.reply_deadline,
        reply_goal=_goal(reply),
        goal_words=str(reply.span) if reply else "",
        clock_start_at=round_.clock_start_at,
        draft=_draft(tx, case, draft, name(draft.author_key)) if draft else None,
        approved_text=approved.text if approved else None,
        holder=name(ticket.holder),
        held_at=ticket.held_at,
        snoozed_until=ticket.snoozed_until,
        proposed_by=name(ticket.proposed_by),
        approved_by=name(ticket.approved_by),
        approved_at=ticket.approved_at,
        posted_by=name(ticket.posted_by),
        posted_at=ticket.posted_at,
        publish_at=ticket.publish_at,
        marked_at=round_.marked_at,
        marked_after=_worked(case, round_.marked_at),
        answered_after=round_.answered_after,
        answered_by=round_.answered_by,
        reply_text=review.reply_text,
        reply_at=review.reply_at,
        site_differs=ticket.site_differs,
        skipped_by=name(ticket.skipped_by),
        skip_reason=ticket.skip_reason,
        failure=ticket.failure,
        breached_at=round_.breached_at if case.is_reply_breach_recorded else None,
        last_look_at=round_.last_look_at,
        blind_since=target.health_since if is_blind(target) else None,
        edit=_edit(tx.session, review),
        operator=operator_name(tx.settings),
        at=tx.now,
        kind=Kind(review.kind),
        score=review.score,
        scale=review.scale,
        deadline_rule=reasons.rule,
        deadline_why=reply.why if reply else (),
        draft_why=_why(draft) if draft else "",
        route=reasons.route,
        notes=last_notes(tx, case),
        beside=beside_reply(tx, case),
        elsewhere=_elsewhere(tx, case),
        guest_says_solved=_guest_says(tx, review),
        gestures=gestures(tx, case),
    )


def history(tx: Tx, ticket_id: int) -> list[HistoryLine]:
    """Return what happened to a ticket, oldest first."""
    rows = tx.session.exec(
        select(AuditRow).where(AuditRow.ticket_id == ticket_id).order_by(col(AuditRow.id))
    )
    return [
        HistoryLine(
            row.at,
            name_of(tx, row.actor) or row.actor,
            row.action,
            _with_names(tx, row.detail),
        )
        for row in rows
    ]


def _with_names(tx: Tx, detail: dict[str, Any]) -> dict[str, Any]:
    """Return an audit row's detail with the receiver's name for the key."""
    to = detail.get("to")
    return {**detail, "to": name_of(tx, str(to))} if to else detail


def topics_to_choose(tx: Tx, location: str) -> tuple[str, ...]:
    """Return the topics that may be said to be the right one: no other trade's, unless guests of
    ours have complained of it."""
    rows = tx.session.exec(
        select(ReviewRow.topics).order_by(col(ReviewRow.id).desc()).limit(RECENT_REVIEWS)
    )
    met = (topic for topics in rows for topic in topics)
    place = tx.settings.locations.get(location)
    profile = place.profile if place and place.profile else tx.settings.profile
    return offered(profile, met, tx.settings.topics)


def photos_of(tx: Tx, ticket_id: int) -> tuple[str, ...]:
    """Return the addresses of the photos of a ticket's review."""
    case = cases.load(tx, ticket_id)
    return tuple(case.review.photos) if case else ()


def is_blind(target: TargetRow) -> bool:
    """Whether the last reading of a target did not see its reviews."""
    return is_hidden(target.health)


def is_hidden(health: str) -> bool:
    """Whether reviews are out of sight with a target's health as its row has it; "": no reading
    said anything yet."""
    return bool(health) and Health(health) not in SIGHTED


def short_name(settings: Settings, name: str) -> str:
    """Return a place's name without the brand before the comma, where all places share it."""
    return name.removeprefix(brand_of(settings))


def brand_of(settings: Settings) -> str:
    """Return what every own place's name begins with, up to the comma and the blank; or ""."""
    names = [place.name for place in settings.locations.values() if place.role == "own"]
    brand, comma, _ = (names[0] if names else "").partition(", ")
    start = brand + comma
    shared = comma and all(name.startswith(start) and name != start for name in names)
    return start if shared else ""


def operator_name(settings: Settings) -> str | None:
    """Return the name of the person behind the operator's chat, if it is a person's."""
    person = settings.people.get(settings.chats[settings.operator_chat].person or "")
    return person.name if person else None


def _why(draft: DraftRow) -> str:
    """Return how a draft was chosen, its template first; rows of versions before say it twice."""
    if draft.template_id is None or draft.why.startswith("template="):
        return draft.why
    return f"template={draft.template_id} {draft.why}"


def _draft(tx: Tx, case: Case, draft: DraftRow, by: str | None) -> DraftFacts:
    assert draft.id is not None
    advice = _advice(tx, case, draft) if draft.author_kind == DraftSource.PERSON else ()
    speaks = ""
    if draft.author_kind != DraftSource.PERSON and is_foreign(case.review):
        speaks = language_of(draft.text)
    facts = DraftFacts(draft.id, draft.text, by, draft.topic, draft.wording, advice, speaks=speaks)
    return replace(facts, machine=draft.author_kind == DraftSource.MACHINE)


def is_foreign(review: ReviewRow) -> bool:
    """Whether a guest writes in a language that no wording of ours is in."""
    return Hint.UNKNOWN_LANGUAGE in review.hints


def _elsewhere(tx: Tx, case: Case) -> tuple[AlsoWrote, ...]:
    if case.ticket.state not in (TicketState.WAITING, TicketState.PROPOSED):
        return ()
    places = tx.settings.locations
    return also_wrote(tx, case, lambda key: short_name(tx.settings, places[key].name))


def _advice(tx: Tx, case: Case, draft: DraftRow) -> tuple[tuple[str, dict[str, str]], ...]:
    """Return what to look at in a colleague's text before it goes out."""
    if case.ticket.state not in (TicketState.WAITING, TicketState.PROPOSED):
        return ()
    trade = drafts.trade_of(tx, case.review, case.target.source, case.place)
    return tuple(
        (each.code, {name: str(value) for name, value in each.params.items()})
        for each in findings(draft.text, trade)
        if not each.refuses
    )


def _goal(reply: DeadlineReason | None) -> timedelta | None:
    """Return the reply time where it is a plain length; "3d work" has none."""
    return None if reply is None or reply.span.days else reply.span.length


def _worked(case: Case, until: datetime | None) -> timedelta | None:
    if until is None:
        return None
    round_ = case.round
    return cases.time_taken(
        round_.clock_start_at, until, case.reasons.reply_counts, case.place, case.desk
    )


def _edit(session: Session, review: ReviewRow) -> EditFacts | None:
    row = session.exec(
        select(RevisionRow)
        .where(RevisionRow.review_id == review.id, RevisionRow.change == "edited")
        .order_by(col(RevisionRow.id).desc())
        .limit(1)
    ).first()
    return EditFacts(row.at, row.rating, row.text) if row else None
