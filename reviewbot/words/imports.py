"""What is said of a saved page: what it brought, or whose it could be."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reviewbot.core.contract import instant
from reviewbot.words.blind_notices import number_of
from reviewbot.words.causes import reason_in_words
from reviewbot.words.html import (
    Button,
    Html,
    Message,
    Rows,
    bold,
    code,
    escaped,
    joined,
    lines,
    safe,
    short,
)
from reviewbot.words.labels import title_of
from reviewbot.words.language import Language, words_in
from reviewbot.words.refusals import refusal
from reviewbot.words.vocabulary import ButtonName


def imported(
    params: Mapping[str, Any], language: str, zone: str = "UTC", *, now: datetime | None = None
) -> Message:
    """Tell what a page showed and what of it was news; cards come by themselves."""
    t = words_in(language)
    listed = number_of(params, "listed")
    saved_at = instant(params.get("read_at"))
    shown = t.plural("{n} review on the page", "{n} reviews on the page", listed)
    counts = (
        (t("new: {n}", n=number_of(params, "new")), number_of(params, "new")),
        (t("edited: {n}", n=number_of(params, "edited")), number_of(params, "edited")),
        (
            t("with a new reply: {n}", n=number_of(params, "answered")),
            number_of(params, "answered"),
        ),
    )
    news = [news_of_kind for news_of_kind, count in counts if count]
    when = t("As of {stamp}.", stamp=t.stamp(saved_at, zone, now)) if saved_at else ""
    doubt = ""
    if params.get("doubtful"):
        doubt = t("The replies known before are not on it, so I took only new reviews from it.")
    return Message(
        lines(
            joined(" ", ("📄", t("Page read: {place}.", place=_place(params, t)))),
            Html(joined(", ", (shown, *(news or (t("nothing new"),)))) + "."),
            when,
            doubt,
            *not_read(params, t),
        )
    )


def not_read(params: Mapping[str, Any], t: Language) -> list[Html]:
    """Lines about what on the page could not be read, and why; none where all was read."""
    count = number_of(params, "unreadable")
    if not count:
        return []
    reasons = [str(each) for each in params.get("why") or ()]
    said = [joined(" ", ("·", short(reason_in_words(each, t), 300))) for each in reasons]
    title = t.plural("⚠️ {n} review could not be read:", "⚠️ {n} reviews could not be read:", count)
    return [escaped(title), *said, *([escaped("…")] if count > len(said) else [])]


def how_to_send(params: Mapping[str, Any], language: str) -> Message:
    """How a page is saved and sent: docs/saved-pages.md in four lines. `url`: which page, where
    only one is meant."""
    t = words_in(language)
    titles = params.get("source_title")
    site = title_of(titles, t) if isinstance(titles, Mapping) else ""
    url = str(params.get("url") or "")
    opened = t("1. Open its reviews in a browser on a computer, newest first.")
    if url.startswith(("https://", "http://")):
        opened = joined(" ", (opened, safe(url)))
    return Message(
        lines(
            joined(" ", ("📎", bold(t("How to send a page: {site}", site=site)))),
            opened,
            t("2. Save the page: Ctrl+S, “HTML only”; on a Mac ⌘S, “Page Source”."),
            t("3. Send me the file, here or in private: up to 20 MB, no picture, PDF or archive."),
            t("If I cannot tell which location it is of, I will ask."),
        )
    )


def which(params: Mapping[str, Any], language: str) -> Message:
    """Ask whose page it is. Keys: import:<work>.<number>, the number counting from 0; `none`."""
    t = words_in(language)
    work = number_of(params, "work")
    given: list[Mapping[str, Any]] = params.get("choices") or [{}]
    choices = [each for each in given if isinstance(each, Mapping)]
    rows: Rows = tuple(
        (Button(short(_place(each, t), 50), ButtonName.IMPORT, f"{work}.{number}"),)
        for number, each in enumerate(choices)
    )
    more, example = number_of(params, "more"), short(str(choices[0].get("target") or ""), 80)
    hint = t.plural(
        "{n} more would fit. Send the file with a caption such as “{target}”.",
        "{n} more would fit. Send the file with a caption such as “{target}”.",
        more,
        target=example,
    )
    return Message(
        lines(
            joined(" ", ("📄", t("The page does not say which place it is of. Whose is it?"))),
            hint if more else "",
        ),
        (*rows, (Button(t("None of these"), ButtonName.IMPORT, f"{work}.none"),)),
    )


def not_imported(params: Mapping[str, Any], t: Language, zone: str) -> Html:
    """For the operator: a file of the watched folder that nobody else will hear of."""
    given = params.get("params")
    facts = given if isinstance(given, Mapping) else {}
    if params.get("view") == "import_which":
        fitting = [str(each.get("target")) for each in facts.get("choices") or ()]
        sentence: str = t(
            "It could be of any of these: {targets}.", targets=short(", ".join(fitting), 300)
        )
        how = Html(code("reviewbot import FILE --target …"))
        return lines(sentence, how)
    if params.get("view") == "imported":
        return lines(*not_read(facts, t))
    return escaped(refusal(str(facts.get("code")), facts, t.language, zone))


def _place(params: Mapping[str, Any], t: Language) -> str:
    titles = params.get("source_title")
    site = title_of(titles, t) if isinstance(titles, Mapping) else ""
    return joined(" · ", (site, short(str(params.get("location") or ""), 60)))
