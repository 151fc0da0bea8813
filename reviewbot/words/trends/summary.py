"""The pinned summary of a chat: how things stand, edited in place."""

from reviewbot.core.trends.summary import SummaryFacts
from reviewbot.words.digest import about_places, open_line, unseen_lines
from reviewbot.words.html import Message, bold, escaped, joined, lines
from reviewbot.words.language import words_in
from reviewbot.words.trends.lines import shown_ratings


def summary(facts: SummaryFacts, language: str) -> Message:
    """Return what is open and overdue, the ratings, what is out of sight, and since when all that
    stands. It has no keys: it stays for months, and a key is good for thirty days."""
    t = words_in(language)
    sites = ", ".join(shown_ratings(facts.sites, t))
    hidden = unseen_lines(facts, t)
    if not hidden and facts.all_in_sight:
        hidden = (t("All sites in sight"),)
    since = t.dated(facts.since, facts.zone, facts.at)
    return Message(
        lines(
            joined(" · ", (joined(" ", ("📌", bold(t("How it stands")))), about_places(facts, t))),
            open_line(facts, t),
            f"⭐ {sites}" if sites else "",
            *hidden,
            t("Unchanged since {since}", since=since),
        )
    )


def summary_over(language: str) -> Message:
    """What takes its place where the file asks for none any more."""
    t = words_in(language)
    return Message(escaped(t("This summary is not kept any more.")))
