"""A ticket's card: one message that always shows where the ticket stands."""

from collections.abc import Callable, Sequence

from reviewbot.core.facts import CardFacts
from reviewbot.core.model import Role, TicketState
from reviewbot.core.text import clean
from reviewbot.core.ticket import MACHINES
from reviewbot.words import N_
from reviewbot.words.cards.beside_reply import beside_reply
from reviewbot.words.cards.keyboards import People, is_by_mark, keyboard
from reviewbot.words.cards.waiting_card import (
    Body,
    blind,
    contact,
    holder,
    notes,
    review_text,
    times,
    waiting,
)
from reviewbot.words.html import (
    Html,
    Message,
    block,
    bold,
    fitted,
    joined,
    lines,
    quote,
    safe,
    short,
    timed,
    units,
)
from reviewbot.words.labels import (
    author,
    number,
    person,
    place,
    site,
    skip_reason,
    stars,
)
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import CardMenu

_BRIEF = (TicketState.POSTED, TicketState.ANSWERED, TicketState.SKIPPED, TicketState.GONE)
UNKNOWN = (None, "", "unknown", "outcome_unknown")


def card(
    facts: CardFacts,
    language: str,
    *,
    group: bool,
    menu: str = CardMenu.NONE,
    people: People = (),
    role: Role | None = None,
) -> Message:
    """Return the card as it stands now. `group`: its keys are pressed by people of several roles;
    `menu` opens a menu in the place of the keys (keyboards.keyboard), `role` is the reader's in a
    private chat."""
    t = words_in(language)
    if facts.forgotten:
        return Message(_removed(facts, t), ())
    texts, names, compose = _BODIES[facts.state](facts, t)
    if facts.state in _BRIEF:
        compose = _with_beside(compose, facts, t)
    html, shortened = fitted(compose, texts)
    attachment = None
    if shortened:
        whole = (f"{names[index]}\n\n{safe(texts[index])}" for index in shortened)
        body = "\n\n".join((t("Review #{number}", number=facts.number), *whole))
        attachment = (f"review-{facts.number}.txt", body.encode())
    buttons = keyboard(facts, language, group=group, menu=menu, people=people, role=role)
    return Message(html, buttons, attachment)


def _with_beside(
    compose: Callable[[Sequence[str]], Html], facts: CardFacts, t: Language
) -> Callable[[Sequence[str]], Html]:
    """A card without notes still shows what was asked and done beside the reply."""
    return lambda given: lines(compose(given), *beside_reply(facts, t))


def _removed(facts: CardFacts, t: Language) -> Html:
    said = t("The guest asked for it: name and words are gone, the review still counts.")
    where_ = " · ".join((site(facts, t), place(facts, brief=True)))
    return lines(_title("🗑", t("Removed"), facts, t), where_, said)


def taken_back(language: str) -> Message:
    """In the place of a message that told of forgotten guests alone."""
    t = words_in(language)
    return Message(lines(t("🗑 Removed: the guest asked for it.")))


def please_delete(language: str) -> Message:
    """Below a file or a picture of a forgotten guest that Telegram does not let the bot delete."""
    t = words_in(language)
    said = t("🗑 Please delete this message: the guest asked for it, and Telegram does not let me.")
    return Message(lines(said))


def where(facts: CardFacts, t: Language) -> str:
    """«Яндекс · Тверская 12 · Анна К., 1★»: the second line once the card is about the reply."""
    guest = ", ".join(part for part in (author(facts, t), stars(facts)) if part)
    return " · ".join((site(facts, t), place(facts, brief=True), guest))


def _approved(facts: CardFacts, t: Language) -> Body:
    anchor = facts.at or facts.approved_at
    stamp = t.stamp(facts.approved_at, facts.zone, anchor) if facts.approved_at else ""
    about = ", ".join(part for part in (person(facts.approved_by or ""), stamp) if part)
    said = t("Approved: {about}", about=about) if about else t("Approved")
    if facts.approved_by in MACHINES:
        said = t("Thanked by the bot itself, {at}", at=stamp)
    title = _title("✅", said, facts, t)
    return _to_copy(
        facts,
        t,
        (title, where(facts, t), blind(facts, t), holder(facts, t), *notes(facts, t)),
        _how(facts, t),
    )


def _title(icon: str, title: str, facts: CardFacts, t: Language) -> Html:
    return joined(" · ", (joined(" ", (icon, bold(title))), number(facts, t)))


def _to_copy(facts: CardFacts, t: Language, head: Sequence[str], how: str) -> Body:
    """A text to be copied is shown whole or goes as a file: half of it must not be posted."""
    text = safe(facts.approved_text or (facts.draft.text if facts.draft else ""))

    def compose(given: Sequence[str]) -> Html:
        if not given[0]:
            return lines(*head)
        if given[0] != text and units(given[0]) > 1:
            return lines(*head, how, t("The text is too long for a message: it is in the file."))
        return lines(*head, how, block(given[0]))

    return [text], [t("Reply")], compose


def _how(facts: CardFacts, t: Language) -> str:
    anchor = facts.at or facts.approved_at
    if facts.publish_at is not None:
        at = t.at(facts.publish_at, facts.zone, anchor)
        if facts.at is not None and facts.at >= facts.publish_at:
            return t("Posting to the site began {at}.", at=at)
        return t("I will post it to the site {at}; until then you can undo.", at=at)
    deadline = facts.reply_deadline
    if deadline is None:
        return t("Post it. Tap the text to copy:")
    if facts.breached_at is not None or (facts.at is not None and facts.at > deadline):
        at = t.at(deadline, facts.zone, anchor)
        said = t("Due time passed {at}. Post it; tap the text to copy:", at=at)
        return timed(said, ((at, deadline),))
    by = t.border(deadline, facts.zone, anchor)
    return timed(t("Post it by {by}. Tap the text to copy:", by=by), ((by, deadline),))


def _failed(facts: CardFacts, t: Language) -> Body:
    place_ = site(facts, t)
    if facts.failure in UNKNOWN:
        title = _title("⚠️", t("Check by hand"), facts, t)
        sentence = t(
            "I sent the reply but cannot tell whether {site} took it. If it is on the site,"
            " press “Posted”; if not, post it by hand.",
            site=place_,
        )
    else:
        title = _title("⚠️", t("The site refused the reply"), facts, t)
        failure = "" if facts.failure == "publish_refused" else short(facts.failure, 300)
        sentence = t("{site} did not take it. Nothing was posted.", site=place_)
        if failure:
            sentence = t(
                "{site} says: “{failure}”. Nothing was posted.", site=place_, failure=failure
            )
    head = (title, where(facts, t), sentence, blind(facts, t), *times(facts, t), holder(facts, t))
    head = (*head, *notes(facts, t))
    return _to_copy(facts, t, head, t("Tap the text to copy:"))


def _posted(facts: CardFacts, t: Language) -> Body:
    at = facts.posted_at or facts.marked_at
    stamp = t.stamp(at, facts.zone, facts.at or at) if at else ""
    who = "" if facts.posted_by in MACHINES else person(facts.posted_by or "")
    about = ", ".join(part for part in (who, stamp) if part)
    if not facts.approved_by:
        title = t("Marked as answered: {about}", about=about)
    elif who:
        title = t("Posted: {about}", about=about)
    else:
        title = t("Sent to the site: {about}", about=about)

    def compose(given: Sequence[str]) -> Html:
        return lines(
            _title("📤", title, facts, t),
            where(facts, t),
            t("I will check the site and stop reminding.")
            if facts.shows_replies
            else t("{site} shows no replies: I take your word.", site=site(facts, t)),
            blind(facts, t) if facts.shows_replies else "",
            t("Approved: {name}.", name=person(facts.approved_by)) if facts.approved_by else "",
        )

    return (), (), compose


def _answered(facts: CardFacts, t: Language) -> Body:
    if is_by_mark(facts):
        return _marked(facts, t)
    return _differs(facts, t) if facts.site_differs else _visible(facts, t)


def _marked(facts: CardFacts, t: Language) -> Body:
    """Closed by staff's word: nobody saw the reply, for the site shows none."""
    if facts.shows_replies:
        why = t("{site} did not tell whether it is there: I take your word.", site=site(facts, t))
    else:
        why = t("{site} shows no replies: I take your word.", site=site(facts, t))
    approved = t("Approved: {name}.", name=person(facts.approved_by)) if facts.approved_by else ""
    body = lines(
        _title("☑️", t("Answered, by mark"), facts, t),
        where(facts, t),
        joined(" ", _took(facts, t)),
        why,
        joined(" ", (approved, _posted_by(facts, t))),
    )
    return (), (), lambda given: body


def _visible(facts: CardFacts, t: Language) -> Body:
    ours = bool(facts.approved_text)
    people = [
        t("Text matches.") if ours else t("The reply was not posted through the bot."),
        t("Approved: {name}.", name=person(facts.approved_by)) if facts.approved_by else "",
        _posted_by(facts, t),
    ]

    def compose(given: Sequence[str]) -> Html:
        return lines(
            _title("🟢", t("Reply is visible"), facts, t),
            where(facts, t),
            joined(" ", _took(facts, t)),
            joined(" ", people),
            quote(given[0]) if given[0] else "",
        )

    return ["" if ours else clean(facts.reply_text) or ""], [t("Reply")], compose


def _posted_by(facts: CardFacts, t: Language) -> str:
    if not facts.posted_by or facts.posted_by in MACHINES:
        return ""
    return t("Posted: {name}.", name=person(facts.posted_by))


def _took(facts: CardFacts, t: Language) -> list[str]:
    """The two ends of the reply time: staff's word and the site's."""
    marked = ""
    if facts.marked_at is not None and facts.clock_start_at is not None:
        span = facts.marked_after
        if span is None:
            span = facts.marked_at - facts.clock_start_at
        marked = t.lasting(span)
    by = facts.answered_by
    seen = t.border(by, facts.zone, facts.at or by) if by else ""
    goal = ""
    if facts.reply_goal is not None:
        goal = t.lasting(facts.reply_goal)
    elif facts.goal_words:
        goal = t.span(facts.goal_words)
    sentences = []
    if marked and seen:
        sentences.append(
            t("Marked after {span}, on the site by {by} at the latest.", span=marked, by=seen)
        )
    elif seen:
        sentences.append(t("On the site by {by} at the latest.", by=seen))
    elif marked:
        sentences.append(t("Marked after {span}.", span=marked))
    if goal and facts.reply_deadline is not None:
        sentences.append(t("Goal was {goal}.", goal=goal))
    return sentences


def _differs(facts: CardFacts, t: Language) -> Body:
    texts = [facts.approved_text or "", clean(facts.reply_text) or ""]

    def compose(given: Sequence[str]) -> Html:
        return lines(
            _title("🟠", t("The site shows another text"), facts, t),
            where(facts, t),
            joined(" ", _took(facts, t)),
            lines(t("The approved text:"), quote(given[0])) if given[0] else "",
            lines(t("On the site:"), quote(given[1])) if given[1] else "",
        )

    return texts, [t("The approved text:"), t("On the site:")], compose


def _skipped(facts: CardFacts, t: Language) -> Body:
    reason = skip_reason(facts.skip_reason, t, by_bot=facts.skipped_by in MACHINES)

    def compose(given: Sequence[str]) -> Html:
        return lines(
            _title("🚫", t("Not answering"), facts, t),
            where(facts, t),
            t("Reason: {reason}.", reason=reason.rstrip(".")) if reason else "",
            _decided_by(facts, t),
        )

    return (), (), compose


def _decided_by(facts: CardFacts, t: Language) -> str:
    if not facts.skipped_by or facts.skipped_by in MACHINES:
        return ""
    return t("Decided: {name}.", name=person(facts.skipped_by))


_OUTCOME_TITLES = {
    TicketState.REACHED: ("📞", N_("The guest was reached")),
    TicketState.SOLVED: ("✅", N_("Solved with the guest")),
    TicketState.NOT_REACHED: ("📵", N_("The guest was not reached")),
    TicketState.REFUSED: ("🙅", N_("The guest does not want to talk")),
}


def _settled(facts: CardFacts, t: Language) -> Body:
    icon, title = _OUTCOME_TITLES[facts.state]
    at = facts.posted_at
    stamp = t.stamp(at, facts.zone, facts.at or at) if at else ""
    who = person(facts.posted_by or "")
    says = ""
    if facts.guest_says_solved is not None:
        says = t("The guest says: it was not solved.")
        if facts.guest_says_solved:
            says = t("The guest says: it was solved.")
    body = lines(
        _title(icon, t(title), facts, t),
        where(facts, t),
        joined(", ", (who, stamp)),
        contact(facts, t),
        *notes(facts, t),
        says,
    )
    return (), (), lambda given: body


def _gone(facts: CardFacts, t: Language) -> Body:

    def compose(given: Sequence[str]) -> Html:
        return lines(
            _title("🗑", t("The review is gone from the site"), facts, t),
            where(facts, t),
            t("Nothing to do. If it comes back, I will say so."),
            quote(given[0]) if given[0] else "",
        )

    return [review_text(facts, t)], [t("Review")], compose


_BODIES: dict[TicketState, Callable[[CardFacts, Language], Body]] = {
    TicketState.WAITING: waiting,
    TicketState.PROPOSED: waiting,
    TicketState.APPROVED: _approved,
    TicketState.POSTED: _posted,
    TicketState.ANSWERED: _answered,
    TicketState.SKIPPED: _skipped,
    TicketState.GONE: _gone,
    TicketState.FAILED: _failed,
    **dict.fromkeys(_OUTCOME_TITLES, _settled),
}
