"""The names that rows, buttons and menus carry, and the one list of the staff's commands.

Each name is put by one part and written out by another, so it stands here once. The values lie in
databases and under the cards of old messages: a value is never changed, a name that goes is still
answered.
"""

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.words import N_


class View(StrEnum):
    """What a reply shows; its function stands in bot.views.registry."""

    CARD = "card"
    MENU = "menu"
    CLEAR = "clear"
    FILE = "file"
    QUEUE = "queue"
    LIST = "list"
    FOUND = "found"
    HISTORY = "history"
    WHY = "why"
    REPORT = "report"
    EDIT_PROMPT = "edit_prompt"
    NOTE_PROMPT = "note_prompt"
    BACK_PROMPT = "back_prompt"
    GESTURE_PROMPT = "gesture_prompt"
    ASK_MEANING = "ask_meaning"
    DRAFT_SAVED = "draft_saved"
    NOTE_SAVED = "note_saved"
    BACK_SAVED = "back_saved"
    GESTURE_SAVED = "gesture_saved"
    PLACE_PROMPT = "place_prompt"
    PLACE_ASKED = "place_asked"
    PLACE_QUESTION = "place_question"
    PLACE_SAID = "place_said"
    PLACE_LATE = "place_late"
    PLACE_THANKS = "place_thanks"
    PHOTOS = "photos"
    POSTING = "posting"
    ANEW = "anew"
    DELETED = "deleted"
    CONCERN_PROMPT = "concern_prompt"
    CONCERN_NOTED = "concern_noted"
    MEASURES = "measures"
    MEASURE_PROMPT = "measure_prompt"
    MEASURE_SAVED = "measure_saved"
    MEASURE_YOURS = "measure_yours"
    MEASURE_DUE = "measure_due"
    SECOND_SENTENCE = "second_sentence"
    TEXT_ONLY = "text_only"
    START = "start"
    HELP = "help"
    WHOAMI = "whoami"
    STRANGER = "stranger"
    HEALTH = "health"
    REFUSAL = "refusal"
    UNKNOWN_REVIEW = "unknown_review"
    PRACTICE = "practice"
    IMPORTED = "imported"
    IMPORT_WHICH = "import_which"
    PAGE_PROMPT = "page_prompt"
    DIGEST = "digest"
    READY = "ready"
    READY_DONE = "ready_done"
    UNCARDED = "uncarded"
    STATS = "stats"
    CHART = "chart"
    CONCERN = "concern"
    PAST = "past"
    OWN_FIGURES = "own_figures"
    SETTINGS = "settings"
    PEOPLE = "people"
    INVITATION = "invitation"
    INVITATION_KEYS = "invitation_keys"
    INVITATION_OVER = "invitation_over"
    FILE_CHANGE = "file_change"
    SURVEY = "survey"
    GUEST_LINK = "guest_link"
    DUTY = "duty"
    DUTY_TOLD = "duty_told"
    DUTY_SWAP = "duty_swap"
    AWAY = "away"
    GUEST_SAID = "guest_said"
    TEMPLATE_OFFER = "template_offer"
    TEMPLATE_PROMPT = "template_prompt"
    TEMPLATE_SAVED = "template_saved"
    TEMPLATES = "templates"
    TEMPLATE = "template"


class NoticeCode(StrEnum):
    """What a notice is about; its sentences stand in words.notices."""

    BLIND = "blind"
    SIGHTED = "sighted"
    FIRST_CONTACT = "first_contact"
    UNCONFIRMED = "unconfirmed"
    DEAD_CHAT = "dead_chat"
    TOPIC_CLOSED = "topic_closed"
    CANNOT_PIN = "cannot_pin"
    TELEGRAM_PARKED = "telegram_parked"
    TELEGRAM_CONFLICT = "telegram_conflict"
    GUESTS_BOT = "guests_bot"
    CONFIG_RELOADED = "config_reloaded"
    CONFIG_REFUSED = "config_refused"
    FILE_FOLLOWED = "file_followed"
    PERSON_UNREACHABLE = "person_unreachable"
    REVIEW_EDITED = "review_edited"
    FLAGGED = "flagged"
    PUBLISH_FAILED = "publish_failed"
    IMPORT_REFUSED = "import_refused"
    MAILBOX_REFUSED = "mailbox_refused"
    JOINED = "joined"
    STUCK = "stuck"
    LONG_WAIT = "long_wait"
    AWAY = "away"
    RESTORED = "restored"
    BACKUP_FAILED = "backup_failed"
    CLOCK_SET_BACK = "clock_set_back"
    TROUBLES = "troubles"
    NOT_DELIVERED = "not_delivered"
    SOURCE_CHANGED = "source_changed"
    THANKS_REFUSED = "thanks_refused"


class FileStep(StrEnum):
    """What is done with a change of the operator's file; REFUSED: nothing."""

    PROPOSE = "propose"
    APPLY = "apply"
    UNDO = "undo"
    REFUSED = "refused"
    RELOAD = "reload"


class ButtonName(StrEnum):
    """What a button does when it is pressed; bot.handlers.presses has a function for each."""

    APPROVE = "approve"
    TAKE = "take"
    RELEASE = "release"
    POSTED = "posted"
    BACK = "back"
    UNDO_SKIP = "undo_skip"
    ANSWERED = "answered"
    ACCEPT_SITE = "accept_site"
    REOPEN = "reopen"
    UNDO_PUBLISH = "undo_publish"
    UNDO_POSTED = "undo_posted"
    HISTORY = "history"
    WHY = "why"
    SHOW_DRAFT = "show_draft"
    OPEN = "open"
    REPORT = "report"
    MORE = "more"
    LESS = "less"
    SKIP = "skip"
    SNOOZE = "snooze"
    WRONG_TOPIC = "wrong_topic"
    TRANSFER = "transfer"
    TAKE_OVER = "take_over"
    DECLINE = "decline"
    SEND_BACK = "send_back"
    SAVE_APPROVE = "save_approve"
    SAVE = "save"
    EDIT = "edit"
    ANOTHER = "another"
    NOTE = "note"
    GESTURE = "gesture"
    ASK_PLACE = "ask_place"
    PHOTOS = "photos"
    MEASURE = "measure"
    MEASURE_DONE = "measure_done"
    FAULT = "fault"
    SECOND_SENTENCE = "second_sentence"
    ADD_SENTENCE = "add_sentence"
    COMPLAINT_SENT = "complaint_sent"
    SKIP_REASON = "skip_reason"
    NOT_COMPLAINT = "not_complaint"
    FORGET = "forget"
    DUTY = "duty"
    DUTY_SWAP = "duty_swap"
    AWAY = "away"
    COMPLAINT = "complaint"
    TOPIC = "topic"
    TEXT_NEW = "text_new"
    TEXT_NOTE = "text_note"
    TEXT_NOTHING = "text_nothing"
    QUEUE = "queue"
    LIST = "list"
    FOUND = "found"
    MONTH = "month"
    GOOD = "good"
    UNCARDED = "uncarded"
    GOOD_OK = "good_ok"
    STATS = "stats"
    CHARTS = "charts"
    PAST = "past"
    CONCERN_CHART = "concern_chart"
    CONCERN_ACK = "concern_ack"
    CONCERN_CAUSE = "concern_cause"
    CONCERN_SNOOZE = "concern_snooze"
    CONCERN_BACK = "concern_back"
    CONCERN_MEASURE = "concern_measure"
    CONCERN_SENTENCE = "concern_sentence"
    MEASURES = "measures"
    MEASURE_BACK = "measure_back"
    NOT_THIS_PLACE = "not_this_place"
    IMPORT = "import"
    PAGE = "page"
    SETTINGS = "settings"
    MUTE = "mute"
    AS_ROLE = "as"
    TAKE_BACK = "take_back"
    PEOPLE = "people"
    REMOVE = "remove"
    PRACTICE = "practice"
    FILE_APPLY = "file_apply"
    FILE_LEAVE = "file_leave"
    FILE_UNDO = "file_undo"
    SURVEY = "survey"
    GUEST_LINK = "guest_link"
    OUTCOME = "outcome"
    UNDO_OUTCOME = "undo_outcome"
    KEEP_TEMPLATE = "keep_template"
    TEMPLATE_SAVE = "template_save"
    TEMPLATE_WORDS = "template_words"
    TEMPLATES = "templates"
    TEMPLATE = "template"
    RETIRE = "retire"
    RESTORE = "restore"


class CardMenu(StrEnum):
    """The keys that take the place of a card's own for a moment."""

    NONE = ""
    MORE = "more"
    SKIP = "skip"
    SNOOZE = "snooze"
    TOPICS = "topics"
    TRANSFER = "transfer"
    TAKE_OVER = "take_over"
    BACK = "back"
    FORGET = "forget"


class Scope(StrEnum):
    """Where a command is listed."""

    PRIVATE = "private"
    GROUP = "group"
    ADMIN = "admin"
    """An admin's private chat."""


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """One command of the staff. `shows`: its whole answer; else bot.handlers.commands acts."""

    name: str
    description: str
    scopes: tuple[Scope, ...]
    shows: View | None = None


_EVERYWHERE = (Scope.PRIVATE, Scope.GROUP, Scope.ADMIN)

COMMANDS = (
    StaffCommand("queue", N_("What waits for a reply"), _EVERYWHERE),
    StaffCommand("find", N_("Reviews with words: /find cold coffee"), _EVERYWHERE),
    StaffCommand("review", N_("One review with its history: /review 1284"), _EVERYWHERE),
    StaffCommand(
        "stats", N_("Figures and a picture: /stats Tverskaya 30; your own: /stats me"), _EVERYWHERE
    ),
    StaffCommand("templates", N_("Ready replies and how they fare"), _EVERYWHERE),
    StaffCommand(
        "measure",
        N_("What was done, did it help: /measure Tverskaya 24.02 second till"),
        _EVERYWHERE,
    ),
    StaffCommand("past", N_("What past reviews tell"), _EVERYWHERE),
    StaffCommand("health", N_("What I see and what I do not"), _EVERYWHERE, View.HEALTH),
    StaffCommand("whoami", N_("My number, role and locations"), _EVERYWHERE, View.WHOAMI),
    StaffCommand("settings", N_("What to send me in private"), (Scope.PRIVATE, Scope.ADMIN)),
    StaffCommand("duty", N_("Who is on duty: /duty Anna 31.12"), _EVERYWHERE),
    StaffCommand("away", N_("I am away until: /away 31.12"), _EVERYWHERE),
    StaffCommand("ask", N_("A link and a QR code for guests: /ask Tverskaya"), _EVERYWHERE),
    StaffCommand("people", N_("Who is on the list"), (Scope.ADMIN,)),
    StaffCommand("invite", N_("A link for a new person"), (Scope.ADMIN,)),
    StaffCommand("add", N_("A new location, link or day off"), (Scope.ADMIN,)),
    StaffCommand("help", N_("How it works"), _EVERYWHERE, View.HELP),
    StaffCommand("start", N_("Let the bot write to me"), (Scope.PRIVATE, Scope.ADMIN)),
)
"""In the order in which Telegram's menus and /help list them."""
