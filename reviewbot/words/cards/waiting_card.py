"""The body of a card that waits for a reply: the review, why it matters, until when, a draft."""

from collections.abc import Callable, Mapping, Sequence

from reviewbot.core.facts import CardFacts, DraftFacts
from reviewbot.core.model import Kind, Precision, TicketState
from reviewbot.core.settings import SAVED
from reviewbot.core.text import clean
from reviewbot.words import N_
from reviewbot.words.cards.beside_reply import beside_reply
from reviewbot.words.html import Html, bold, escaped, joined, lines, quote, safe, short, timed
from reviewbot.words.labels import (
    HINTS,
    ROLES,
    author,
    headline,
    icon,
    number,
    person,
    place,
    round_reason,
    site,
    stars,
    title_of,
    topic_title,
)
from reviewbot.words.language import Language

STARS_RULE = "stars"
SHOWN_REASONS = 3
NOTE_EXCERPT = 200

Body = tuple[Sequence[str], Sequence[str], Callable[[Sequence[str]], Html]]
"""Raw texts in the order of importance, their names in a file, and the HTML around them."""


def review_text(facts: CardFacts, t: Language) -> str:
    """What the guest wrote, all fields; "" where there are only stars."""
    parts = [clean(facts.title), clean(facts.text)]
    pros, cons = clean(facts.pros), clean(facts.cons)
    if pros:
        parts.append(t("Pros: {text}", text=pros))
    if cons:
        parts.append(t("Cons: {text}", text=cons))
    return "\n".join(part for part in parts if part)


def waiting(facts: CardFacts, t: Language) -> Body:
    draft = facts.draft if facts.can_reply else None
    texts = [
        safe(draft.text) if draft else "",
        review_text(facts, t),
        clean(facts.translation) or "",
        clean(facts.edit.text) or "" if facts.edit else "",
    ]
    names = [t("Draft"), t("Review"), t("Translation"), t("Before the edit")]

    def compose(given: Sequence[str]) -> Html:
        return lines(
            joined(" · ", (_title(facts, t), site(facts, t), place(facts))),
            joined(" · ", (author(facts, t), _dates(facts, t), number(facts, t))),
            quote(given[1]) if given[1] else _wordless(facts, t),
            lines(t("Translation:"), quote(given[2])) if given[2] else "",
            _elsewhere(facts, t),
            contact(facts, t),
            product(facts, t),
            joined(" · ", (_photos(facts), why_line(facts, t))),
            _hints(facts, t),
            _edited(facts, t, given[3]),
            _round(facts, t),
            blind(facts, t),
            *times(facts, t),
            holder(facts, t),
            *notes(facts, t),
            _goodwill(facts, t),
            _draft(facts, t, given[0]),
        )

    return texts, names, compose


def _elsewhere(facts: CardFacts, t: Language) -> str:
    """«👤 Тот же автор: Невский 40, 1★, 3 мар, /review 12; Тверская 12, Google, 2★, …»."""
    told = []
    for each in facts.elsewhere:
        rated = f"{each.rating}★" if each.rating is not None else ""
        day = t.day(each.at, facts.zone, facts.at)
        shown = f"/review {each.number}" if each.number is not None else ""
        site = title_of(each.source_title, t) if each.source_title else ""
        parts = (short(each.place, 40), site, rated, day, shown)
        told.append(", ".join(part for part in parts if part))
    return t("👤 The same author: {where}", where="; ".join(told)) if told else ""


def contact(facts: CardFacts, t: Language) -> str:
    """How to reach a guest who said that they may be."""
    if not facts.contact:
        return ""
    return t("📞 Asks to be contacted: {way}", way=short(facts.contact, 100))


def _wordless(facts: CardFacts, t: Language) -> str:
    return t("No words.") if facts.rating is None else t("No words, only stars.")


def _title(facts: CardFacts, t: Language) -> Html:
    return joined(" ", (icon(facts), bold(headline(facts, t))))


def _dates(facts: CardFacts, t: Language) -> str:
    zone, anchor = facts.zone, facts.at or facts.first_seen_at
    published = facts.published_at
    if published is None:
        stamp = t.dated(facts.first_seen_at, zone, anchor)
        return t("seen {when}", when=stamp)
    if facts.published_precision is Precision.DAY:
        when = t.day(published, zone, anchor)
    else:
        when = t.dated(published, zone, anchor)
    seen = t.seen(facts.first_seen_at, zone, published)
    return t("{published}, seen {seen}", published=when, seen=seen)


def product(facts: CardFacts, t: Language) -> str:
    """Which goods it is about, as the marketplace and the shop call them; "" elsewhere."""
    told = {name: short(value, 60) for name, value in facts.product.items()}
    parts = (
        told.get("product", ""),
        t("article {article}", article=told["article"]) if "article" in told else "",
        f"nmId {told['nm_id']}" if "nm_id" in told else "",
        f"SKU {told['sku']}" if "sku" in told else "",
    )
    named = " · ".join(part for part in parts if part)
    return f"🛒 {named}" if named else ""


def _photos(facts: CardFacts) -> str:
    return f"📷 {facts.photos}" if facts.photos else ""


def why_line(facts: CardFacts, t: Language) -> str:
    """Why it was flagged: the stars, then what is critical and the strongest words, with their
    topics."""
    reasons = _reasons(facts, t)
    if facts.rating is not None and any(reason.rule == STARS_RULE for reason in facts.reasons):
        reasons.insert(0, stars(facts))
    return t("Why: {reasons}", reasons=", ".join(reasons)) if reasons else ""


def _reasons(facts: CardFacts, t: Language) -> list[str]:
    reasons = [
        reason
        for reason in facts.reasons
        if reason.rule != STARS_RULE and reason.speaks_for(facts.severity) and reason.words.strip()
    ]
    # Then as the verdict has them: what a complaint is of stands before how it is felt.
    reasons.sort(key=lambda reason: not reason.makes_critical(facts.severity))
    shown: dict[str, str] = {}
    for reason in reasons:
        quoted = t.quoted(short(reason.words, 40))
        topic = topic_title(reason.topic, t, facts.own_topics) if reason.topic else ""
        shown.setdefault(quoted, f"{quoted} ({topic})" if topic else quoted)
    return [*shown.values()][:SHOWN_REASONS]


def _hints(facts: CardFacts, t: Language) -> str:
    hints = [t(HINTS[hint]) for hint in facts.hints if hint in HINTS]
    return t("⚠️ Note: {hints}", hints=", ".join(hints)) if hints else ""


def _edited(facts: CardFacts, t: Language, was: str) -> Html:
    if facts.edit is None:
        return Html()
    at = t.seen(facts.edit.at, facts.zone, facts.at or facts.edit.at)
    title = t("✏️ The review changed {at}. The new text is above.", at=at)
    rating = facts.edit.rating
    before = f"{rating}★" if rating is not None else ""
    if rating is not None and facts.rating is not None and rating != facts.rating:
        before = f"{rating}★ → {facts.rating}★"
    if not was:
        words = t("without words") if facts.edit.text is None else ""
        return lines(title, t("Was: {what}", what=joined(", ", (before, words))))
    return lines(title, t("Was: {what}", what=before) if before else t("Was:"), quote(was))


def _round(facts: CardFacts, t: Language) -> str:
    if facts.found_late and facts.round == 1:
        return t("🕰 Found late: the site had not shown it before.")
    if facts.round < 2:
        return ""
    reason = round_reason(facts.round_reason, t)
    if reason:
        return t("🔁 Back in work: {reason}.", reason=reason)
    return t("🔁 Back in work.")


def blind(facts: CardFacts, t: Language) -> str:
    if facts.blind_since is None:
        return ""
    since = t.border(facts.blind_since, facts.zone, facts.at or facts.first_seen_at)
    return t(
        "🙈 {site} has been out of sight since {since}: it may be answered already.",
        site=site(facts, t),
        since=since,
    )


def times(facts: CardFacts, t: Language) -> list[str]:
    """The deadlines, or why there is none."""
    if facts.backlog:
        return [t("🗂 From before the first day: no deadline.")]
    anchor = facts.at or facts.clock_start_at or facts.first_seen_at
    zone = facts.zone
    parts: list[str] = []
    reply, seen = facts.reply_deadline, facts.seen_deadline
    if reply is not None:
        if facts.breached_at is not None or (facts.at is not None and facts.at > reply):
            passed = t.at(reply, zone, anchor)
            parts.append(timed(t("⏰ Due time passed {at}", at=passed), ((passed, reply),)))
        elif seen is not None and facts.seen_done_at is None:
            take, due = t.border(seen, zone, anchor), t.border(reply, zone, anchor)
            said = t("⏰ Take by {take} · reply by {reply}", take=take, reply=due)
            parts.append(timed(said, ((take, seen), (due, reply)) if take != due else ()))
        else:
            due = t.border(reply, zone, anchor)
            if facts.kind is Kind.SURVEY:
                said = t("⏰ Get in touch by {at}", at=due)
            else:
                said = t("⏰ Reply by {at}", at=due)
            parts.append(timed(said, ((due, reply),)))
    elif seen is not None and facts.seen_done_at is None:
        due = t.border(seen, zone, anchor)
        parts.append(timed(t("⏰ Take by {at}", at=due), ((due, seen),)))
    if facts.snoozed_until is not None:
        until = t.border(facts.snoozed_until, zone, anchor)
        said = t("💤 Snoozed until {at}", at=until)
        parts.append(timed(said, ((until, facts.snoozed_until),)))
    return parts


def holder(facts: CardFacts, t: Language) -> str:
    if not facts.holder:
        return ""
    if facts.held_at is None:
        return t("✋ With {name}", name=person(facts.holder))
    anchor = facts.at or facts.held_at
    since = t.border(facts.held_at, facts.zone, anchor)
    return t("✋ With {name} since {since}", name=person(facts.holder), since=since)


def notes(facts: CardFacts, t: Language) -> list[str]:
    """What colleagues said of it, the last ones, and what they offered the guest."""
    said = []
    for note in facts.notes:
        words = short(note.text, NOTE_EXCERPT)
        said.append(t("💬 {name}: “{words}”", name=person(note.who), words=t.within_quotes(words)))
    for gesture in facts.gestures:
        what = short(gesture.what, NOTE_EXCERPT)
        offered = ", ".join(part for part in (str(gesture.sum), what) if part)
        who = person(gesture.who)
        said.append(t("🎁 Offered to the guest: {offered} ({name})", offered=offered, name=who))
    if len(facts.gestures) > 1:
        said.append(t("🎁 Together: {sum}", sum=sum(each.sum for each in facts.gestures)))
    return [*said, *beside_reply(facts, t)]


def _goodwill(facts: CardFacts, t: Language) -> str:
    """What may be offered to the guest: to colleagues only, never in the public text."""
    sums = [
        t("{role} up to {sum}", role=t(ROLES[role]), sum=most)
        for role, most in facts.goodwill.items()
    ]
    if not sums:
        return ""
    return t("🎁 A gesture without asking: {sums}. Not in the reply.", sums=", ".join(sums))


_SPEAKS = {
    "ru": N_("in Russian, the guest writes in another language"),
    "en": N_("in English, the guest writes in another language"),
}


def _draft(facts: CardFacts, t: Language, given: str) -> Html:
    if facts.kind is Kind.SURVEY:
        return escaped(t("No site shows this. Reach the guest, then press what came of it."))
    if not facts.can_reply:
        return escaped(t("The site takes no reply to this one."))
    draft = facts.draft
    if draft is None:
        return escaped(t("There is no draft: write a reply."))
    about = [t("machine-made, read it closely")] if draft.machine else []
    if draft.speaks:
        about.append(t(_SPEAKS[draft.speaks]))
    if draft.by:
        about.append(person(draft.by))
    elif draft.topic:
        about.append(topic_title(draft.topic, t, facts.own_topics))
    if not draft.by and f"template={SAVED}" in facts.draft_why:
        about.append(t("a saved template"))
    elif draft.wording is not None and not draft.by:
        about.append(t("wording {n}", n=draft.wording))
    if not draft.by and " again=" in facts.draft_why:
        about.append(t("said lately, nothing else fits"))
    title = t("Draft ({about}):", about=", ".join(about)) if about else t("Draft:")
    proposed = ""
    if facts.state is TicketState.PROPOSED:
        name = person(facts.proposed_by or "")
        proposed = t("🙋 Proposed: {name}. Waiting for approval.", name=name) if name else ""
    return lines(proposed, title, quote(given), *_advice(draft, t))


ADVICE = {
    "language": (N_("another language than the review's"),),
    "short": (N_("too short for an answer"),),
    "exclaimed": (N_("many exclamation marks; calmer: {instead}"), N_("many exclamation marks")),
    "surname": (
        N_("a colleague's surname, {found}; say {instead}"),
        N_("a colleague's surname, {found}: only the first name is public"),
    ),
    "unsigned": (
        N_("not signed by the clinic; say {instead}"),
        N_("not signed by the clinic; put {sign} under it"),
    ),
    "link": (N_("a link, {found}: many sites refuse it; take it out"),),
}
"""What to look at before a text goes out (drafting.problem), the longer sentence first."""


def _advice(draft: DraftFacts, t: Language) -> list[str]:
    told = [sentence for code, params in draft.advice if (sentence := _advised(code, params, t))]
    return [t("⚠️ Look again: {what}.", what="; ".join(dict.fromkeys(told)))] if told else []


def _advised(code: str, params: Mapping[str, str], t: Language) -> str:
    sentences = ADVICE.get(code, ())
    fits = 0 < len(params.get("instead", "-")) <= 120
    known = {name: t.quoted(short(value, 120)) for name, value in params.items()}
    return t(sentences[0 if fits else -1], **known) if sentences else ""
