"""The past on the page of figures: by year, and the replies to look at."""

from dataclasses import replace

from reviewbot.core.trends.page import PageFacts
from reviewbot.core.trends.past import ReplyFault, UnwiseReply
from reviewbot.core.trends.stars import StarFigures
from reviewbot.words.html import short
from reviewbot.words.labels import topic_title
from reviewbot.words.language import Language
from reviewbot.words.trends.lines import mean_bounds_of_few
from reviewbot.words.trends.page_tables import PageCell, PageRow, PageTable, number_cell
from reviewbot.words.trends.past import told_of


def past_tables(
    facts: PageFacts, t: Language, *, whatever_is_chosen: bool = False
) -> list[PageTable]:
    """Return what everything stored tells: by year, and the replies to look at; none where it was
    not asked for. `whatever_is_chosen`: they say that they stay those of all places."""
    past, own = facts.past, facts.figures.own_topics
    if past is None or not past.reviews:
        return []
    years = [
        PageRow(
            (
                PageCell(str(year.year), year.year),
                _mean(year.stars, t),
                PageCell(str(year.stars.n), year.stars.n),
                PageCell(
                    ", ".join(f"{topic_title(topic, t, own)} {n}" for topic, n in year.topics),
                    tone="words",
                ),
            )
        )
        for year in past.years
    ]
    faults = {
        ReplyFault.BLAMING: t("blames the guest"),
        ReplyFault.PERSONAL: t("holds the guest's own data"),
    }
    unwise = [
        PageRow(
            (
                PageCell(
                    _which(each, t),
                    url=each.url if each.url.startswith("https://") else "",
                ),
                PageCell(
                    t.day(each.written_at, facts.zone, facts.at), each.written_at.timestamp()
                ),
                PageCell(faults[each.fault]),
                PageCell(short(each.said, 200), tone="words"),
            )
        )
        for each in past.unwise
    ]
    heads = (t("Year"), t("Mean stars"), t("Reviews"), t("Complained of"))
    looked = (t("Location"), t("Day"), t("What"), t("Text"))
    of_all = t("Of all locations, whatever is chosen above.") if whatever_is_chosen else ""
    note = " ".join((*(f"{line}." for line in told_of(past, t)), of_all)).rstrip()
    found = [PageTable("past", t("The past"), note, heads, years)]
    if unwise:
        title = t("Replies to look at")
        last = " ".join((t("The last of them."), of_all)).rstrip()
        found.append(PageTable("unwise", title, last, looked, unwise))
    return found


def _mean(stars: StarFigures, t: Language) -> PageCell:
    shown = number_cell(stars.mean, t)
    return replace(shown, text=f"{shown.text}{mean_bounds_of_few(stars, t)}")


def _which(reply: UnwiseReply, t: Language) -> str:
    """By its number, where staff know its review by one, and its place."""
    place = short(reply.place, 60)
    return f"{t('#{number}', number=reply.number)} {place}" if reply.number else place
