"""How the name of a review's author is shown: one rule for cards, lists, replies, webhooks and
exports."""

from reviewbot.drafting.names import SURNAME, first_name
from reviewbot.drafting.templates import known_names


def shown_author(author: str | None, how: str) -> str | None:
    """Return an author's name as the operator lets it be shown (`[privacy] author_names`)."""
    if not author or how == "full":
        return author
    parts = author.split()
    if how == "initials":
        return " ".join(f"{part[0].upper()}." for part in parts if part[0].isalpha()) or None
    known = first_name(author, known_names())
    if known is not None:
        return known
    is_surname_first = len(parts) > 1 and SURNAME.fullmatch(parts[0]) is not None
    return parts[int(is_surname_first)]
