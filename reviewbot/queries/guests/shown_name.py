"""How the name of a review's author is shown: one rule for everything people and systems see."""


def shown_author(author: str | None, how: str) -> str | None:
    """Return an author's name as the operator lets it be shown (`[privacy] author_names`)."""
    if not author or how == "full":
        return author
    parts = author.split()
    if how == "first_name":
        return parts[0]
    return " ".join(f"{part[0].upper()}." for part in parts if part[0].isalpha()) or None
