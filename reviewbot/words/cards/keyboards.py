"""Which keys a card carries: by state and approval, the same for everyone in a group."""

from collections.abc import Callable, Sequence
from datetime import time

from reviewbot.core.calendar.hours import EVENING
from reviewbot.core.calendar.ticket_clock import RUNNING
from reviewbot.core.facts import CardFacts
from reviewbot.core.model import OUTCOME_STATES, Approval, Kind, Role, Severity, TicketState, Tone
from reviewbot.core.readings.rules import is_complaint
from reviewbot.core.ticket import MACHINES, Action
from reviewbot.words import N_
from reviewbot.words.cards.beside_keys import (
    FAULT,
    ask_place_key,
    measure_keys,
    photos_key,
)
from reviewbot.words.cards.forget_question import answer_keys, forget_key
from reviewbot.words.html import Button, Rows, copyable, is_link, safe
from reviewbot.words.labels import SKIP_REASONS, TOPICS, person, topic_title
from reviewbot.words.language import Language, words_in, zone_of
from reviewbot.words.vocabulary import ButtonName, CardMenu

People = tuple[tuple[str, str], ...]
"""(person key, name) of those a ticket can be handed to."""

OUTCOME_KEYS = {
    Action.REACHED: N_("📞 Reached"),
    Action.SOLVED: N_("✅ Solved"),
    Action.NOT_REACHED: N_("📵 Not reached"),
    Action.REFUSED: N_("🙅 Refused to talk"),
}
SNOOZES = ("1h", "eve", "tomorrow")


def keyboard(
    facts: CardFacts,
    language: str,
    *,
    group: bool,
    menu: str = CardMenu.NONE,
    people: People = (),
    topics: Sequence[str] = (),
    role: Role | None = None,
    opener: Role | None = None,
    of_guest: int = 1,
) -> Rows:
    """Return the rows of keys. A `menu` (CardMenu) takes the place of the ordinary ones, with
    `topics` and `people` to choose from; `role` is the reader's where the chat is private,
    `opener` that of who opened the menu; `of_guest`: how many reviews are theirs."""
    t = words_in(language)
    if menu == CardMenu.FORGET:
        return (*_rows(answer_keys(t, of_guest)), (Button(t("⬅️ Back"), ButtonName.LESS),))
    if menu in (*_MENUS, CardMenu.TOPICS) and facts.state in RUNNING:
        of_topics = menu == CardMenu.TOPICS
        keys = _topics(facts, t, topics) if of_topics else _MENUS[menu](facts, t, people)
        if menu == CardMenu.MORE and opener is Role.ADMIN:
            keys = [*keys, [forget_key(t)]]
        return (*_rows(keys), (Button(t("⬅️ Back"), ButtonName.LESS),))
    keys = _STATES[facts.state](facts, t, ready_only(facts, group=group, role=role))
    keys += [[key] for key in measure_keys(facts, t)]
    if role is Role.ADMIN and not group and facts.state not in RUNNING:  # it has no ⋯
        keys = [*keys, [forget_key(t)]]
    return _rows(keys)


def ready_only(facts: CardFacts, *, group: bool, role: Role | None) -> bool:
    """Whether the key must say "Ready": in a group it is pressed by staff and managers alike."""
    if facts.approval is Approval.ANYONE:
        return False
    return group or role in (Role.STAFF, Role.VIEWER)


_Keys = list[list[Button | None]]


def _rows(keys: _Keys) -> Rows:
    rows = (tuple(button for button in row if button is not None) for row in keys)
    return tuple(row for row in rows if row)


def _link(label: str, url: str | None) -> Button | None:
    """A link, where Telegram takes it: one bad address makes it refuse the whole message."""
    return Button(label, url=url) if url and is_link(url) else None


def review_link(facts: CardFacts, t: Language) -> Button | None:
    return _link(t("↗️ Review"), facts.review_url)


def cabinet_link(facts: CardFacts, t: Language) -> Button | None:
    return _link(t("↗️ Open cabinet"), facts.reply_url) or review_link(facts, t)


def _taken(facts: CardFacts, t: Language) -> Button:
    if facts.holder:
        return Button(t("🤲 Let go"), ButtonName.RELEASE)
    return Button(t("✋ Take"), ButtonName.TAKE)


def _over(facts: CardFacts, t: Language) -> Button | None:
    """The key that takes it from who has it, after a question."""
    return Button(t("✋ Take over…"), ButtonName.TAKE) if facts.holder else None


def _outcomes(t: Language, *offered: Action) -> list[Button | None]:
    return [Button(t(OUTCOME_KEYS[each]), ButtonName.OUTCOME, each) for each in offered]


def _waiting(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    more = Button(t("⋯ More"), ButtonName.MORE)
    if facts.kind is Kind.SURVEY:
        return [
            _outcomes(t, Action.REACHED, Action.SOLVED),
            _outcomes(t, Action.NOT_REACHED, Action.REFUSED),
            [_taken(facts, t), more],
        ]
    if not facts.can_reply:
        return [
            [_taken(facts, t), review_link(facts, t)],
            [Button(t("☑️ Already answered"), ButtonName.ANSWERED), more],
        ]
    if facts.draft is None:
        return [
            [Button(t("✏️ Write a reply"), ButtonName.EDIT), _taken(facts, t)],
            [review_link(facts, t), more],
        ]
    # Once proposed, the press of a manager is all that is left to come.
    is_ready = ready and facts.state is not TicketState.PROPOSED
    approve = t("✅ Ready") if is_ready else t("✅ Approve")
    return [
        [Button(approve, ButtonName.APPROVE), Button(t("✏️ Edit"), ButtonName.EDIT)],
        [Button(t("🔄 Another"), ButtonName.ANOTHER), _taken(facts, t)],
        [_back(facts, t)],
        [review_link(facts, t), more],
    ]


def _back(facts: CardFacts, t: Language) -> Button | None:
    if facts.state is not TicketState.PROPOSED:
        return None
    return Button(t("↩️ Send back…"), ButtonName.SEND_BACK)


def copy_key(facts: CardFacts, t: Language) -> Button | None:
    text = facts.approved_text
    if text and copyable(text) and safe(text) == text:
        return Button(t("📋 Copy the text"), copy=text)
    return None


def _approved(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    if facts.publish_at is not None:
        undo = Button(t("↩️ Undo"), ButtonName.UNDO_PUBLISH)
        if is_posting(facts):
            undo = Button(t("⏳ Being posted"), disabled=True)
        return [
            [undo, review_link(facts, t)],
            [Button(t("🕘 History"), ButtonName.HISTORY)],
        ]
    return [
        [cabinet_link(facts, t), Button(t("📤 Posted"), ButtonName.POSTED)],
        [Button(t("↩️ Back to edit"), ButtonName.SEND_BACK), _taken(facts, t)],
        [_over(facts, t), copy_key(facts, t)],
    ]


def is_posting(facts: CardFacts) -> bool:
    """Whether the time to undo is over and the reply is on its way to the site."""
    is_due = facts.publish_at is not None and facts.at is not None and facts.at >= facts.publish_at
    return is_due and facts.state is TicketState.APPROVED


def _failed(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    again = t("✅ Ready") if ready else t("✅ Approve again")
    return [
        [cabinet_link(facts, t), Button(t("📤 Posted"), ButtonName.POSTED)],
        [Button(t("✏️ Edit"), ButtonName.EDIT), Button(again, ButtonName.APPROVE)],
        [_taken(facts, t), Button(t("⋯ More"), ButtonName.MORE)],
        [copy_key(facts, t)],
    ]


def _posted(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    keys = _closed(facts, t, ready)
    if facts.posted_by and facts.posted_by not in MACHINES:
        return [[Button(t("↩️ Undo"), ButtonName.UNDO_POSTED)], *keys]
    return keys


def _closed(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    keys = [review_link(facts, t), Button(t("🕘 History"), ButtonName.HISTORY)]
    return [keys, _after_reply(facts, t)]


def _after_reply(facts: CardFacts, t: Language) -> list[Button | None]:
    """What is done about a review does not end with its reply; praise alone asks for nothing."""
    if facts.tone is Tone.POSITIVE and facts.severity is not Severity.CRITICAL:
        return []
    return [_measure(t), _fault(facts, t)]


def _measure(t: Language) -> Button:
    return Button(t("📌 Measure…"), ButtonName.MEASURE)


def _answered(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    if facts.site_differs:
        return [
            [
                Button(t("👍 That is fine"), ButtonName.ACCEPT_SITE),
                Button(t("🔁 Reopen"), ButtonName.REOPEN),
            ],
            *_closed(facts, t, ready),
        ]
    if is_by_mark(facts):
        return [*_closed(facts, t, ready), [Button(t("🔁 Reopen"), ButtonName.REOPEN)]]
    return _closed(facts, t, ready)


def is_by_mark(facts: CardFacts) -> bool:
    """Whether it counts as answered by staff's word alone: no reading saw the reply."""
    return facts.state is TicketState.ANSWERED and facts.answered_by is None


def _skipped(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    return [
        [
            Button(t("↩️ Take back"), ButtonName.UNDO_SKIP),
            Button(t("🕘 History"), ButtonName.HISTORY),
        ]
    ]


def _settled(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    further: tuple[Action, ...] = ()
    if facts.state is TicketState.REACHED:
        further = (Action.SOLVED, Action.REFUSED)
    elif facts.state is TicketState.NOT_REACHED:
        further = (Action.REACHED, Action.SOLVED)
    spoken = facts.state in (TicketState.REACHED, TicketState.SOLVED)
    return [
        _outcomes(t, *further),
        [_gesture(facts, t) if spoken else None, _measure(t)],
        [
            Button(t("↩️ Undo"), ButtonName.UNDO_OUTCOME),
            Button(t("🕘 History"), ButtonName.HISTORY),
        ],
    ]


def _gone(facts: CardFacts, t: Language, ready: bool) -> _Keys:
    return [[Button(t("🕘 History"), ButtonName.HISTORY)]]


_STATES = {
    TicketState.WAITING: _waiting,
    TicketState.PROPOSED: _waiting,
    TicketState.APPROVED: _approved,
    TicketState.POSTED: _posted,
    TicketState.ANSWERED: _answered,
    TicketState.SKIPPED: _skipped,
    TicketState.GONE: _gone,
    TicketState.FAILED: _failed,
    **dict.fromkeys(OUTCOME_STATES, _settled),
}


def _more(facts: CardFacts, t: Language, people: People) -> _Keys:
    return [
        [_over(facts, t)],
        [
            Button(t("🤝 Hand over"), ButtonName.TRANSFER),
            Button(t("💤 Snooze…"), ButtonName.SNOOZE),
        ],
        [
            Button(t("🙅 Not a complaint"), ButtonName.NOT_COMPLAINT)
            if facts.tone is Tone.MIXED or not is_unflagged(facts)
            else None,
            complaint_key(facts, t),
            Button(t("🏷 Wrong topic"), ButtonName.WRONG_TOPIC),
        ],
        [photos_key(facts, t)],
        [Button(t("📝 Note"), ButtonName.NOTE), Button(t("🚫 Not answering…"), ButtonName.SKIP)],
        [_gesture(facts, t), ask_place_key(facts, t)],
        [template_key(facts, t)],
        [_measure(t), _fault(facts, t)],
        [
            Button(t("☑️ Already answered"), ButtonName.ANSWERED),
            Button(t("🚩 Report the review"), ButtonName.REPORT),
        ]
        if facts.kind is not Kind.SURVEY
        else [],
        [Button(t("❓ Why"), ButtonName.WHY), Button(t("🕘 History"), ButtonName.HISTORY)],
    ]


def _gesture(facts: CardFacts, t: Language) -> Button | None:
    return Button(t("🎁 Gesture…"), ButtonName.GESTURE) if facts.goodwill else None


def template_key(facts: CardFacts, t: Language) -> Button | None:
    """The key that keeps a colleague's own text as a template."""
    if facts.draft is None or not facts.draft.by:
        return None
    return Button(t("📎 As a template…"), ButtonName.KEEP_TEMPLATE)


def _fault(facts: CardFacts, t: Language) -> Button | None:
    """What a manager says once, and then the apology it makes way for."""
    if is_unflagged(facts) or facts.kind is Kind.SURVEY:
        return None
    if facts.beside.fault:
        return Button(t("🙏 Apology…"), ButtonName.SECOND_SENTENCE, FAULT)
    return Button(t("⚖️ The guest is right"), ButtonName.FAULT)


def is_unflagged(facts: CardFacts) -> bool:
    """Whether it was not taken for a complaint."""
    return not is_complaint(facts.tone, facts.severity)


def complaint_key(facts: CardFacts, t: Language) -> Button | None:
    """The key for what was not taken for a complaint and is one."""
    if not is_unflagged(facts) or facts.state not in RUNNING:
        return None
    return Button(t("🔴 It is a complaint"), ButtonName.COMPLAINT)


def _skip(facts: CardFacts, t: Language, people: People) -> _Keys:
    return [
        [Button(t(title), ButtonName.SKIP_REASON, code)] for code, title in SKIP_REASONS.items()
    ]


def snooze_keys(facts: CardFacts, t: Language) -> Rows:
    titles = {
        "1h": t("for an hour"),
        "eve": t("until the evening"),
        "tomorrow": t("until tomorrow"),
    }
    here = facts.at.astimezone(zone_of(facts.zone)).time() if facts.at else time()
    fitting = [key for key in SNOOZES if key != "eve" or here < EVENING]
    return (tuple(Button(titles[key], ButtonName.SNOOZE, key) for key in fitting),)


def _snooze(facts: CardFacts, t: Language, people: People) -> _Keys:
    return [list(row) for row in snooze_keys(facts, t)]


def _topics(facts: CardFacts, t: Language, topics: Sequence[str]) -> _Keys:
    own = facts.own_topics
    keys = [
        Button(topic_title(topic, t, own), ButtonName.TOPIC, topic)
        for topic in topics or dict.fromkeys((*TOPICS, *own))
    ]
    return [list(keys[start : start + 2]) for start in range(0, len(keys), 2)]


def _transfer(facts: CardFacts, t: Language, people: People) -> _Keys:
    keys = [Button(person(name), ButtonName.TRANSFER, key) for key, name in people[:20]]
    return [list(keys[start : start + 2]) for start in range(0, len(keys), 2)]


def _take_over(facts: CardFacts, t: Language, people: People) -> _Keys:
    return [
        [Button(t("✋ Take over: {name}", name=person(name)), ButtonName.TAKE_OVER, key)]
        for key, name in people
    ]


def _send_back(facts: CardFacts, t: Language, people: People) -> _Keys:
    return [
        [
            Button(t("↩️ Without a comment"), ButtonName.BACK),
            Button(t("💬 With a comment…"), ButtonName.SEND_BACK, "why"),
        ]
    ]


_MENUS: dict[str, Callable[[CardFacts, Language, People], _Keys]] = {
    CardMenu.TAKE_OVER: _take_over,
    CardMenu.BACK: _send_back,
    CardMenu.MORE: _more,
    CardMenu.SKIP: _skip,
    CardMenu.SNOOZE: _snooze,
    CardMenu.TRANSFER: _transfer,
}
