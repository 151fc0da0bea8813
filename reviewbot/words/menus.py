"""Command menus: what the "/" key lists, by scope and language."""

from reviewbot.words.language import N_, words_in

_COMMANDS = (
    ("queue", N_("What waits for a reply"), ("private", "group", "admin")),
    ("review", N_("One review with its history: /review 1284"), ("private", "group", "admin")),
    ("health", N_("What I see and what I do not"), ("group", "admin", "private")),
    ("whoami", N_("My number, role and locations"), ("private", "group", "admin")),
    ("settings", N_("What to send me in private"), ("private", "admin")),
    ("people", N_("Who is on the list"), ("admin",)),
    ("invite", N_("A link for a new person"), ("admin",)),
    ("help", N_("How it works"), ("private", "group", "admin")),
    ("start", N_("Let the bot write to me"), ("private", "admin")),
)

SCOPES = ("private", "group", "admin")


def commands(scope: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return (command, description): for private chats, groups, or an admin's private chat."""
    t = words_in(language)
    return tuple((name, t(told)) for name, told, scopes in _COMMANDS if scope in scopes)
