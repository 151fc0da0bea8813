"""Good reviews with a ready draft: read and approved several at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.core.facts import CardFacts
from reviewbot.core.model import Role
from reviewbot.words.cards.keyboards import ready_only
from reviewbot.words.html import Button, Html, Message, Rows, bold, joined, lines, quote, short
from reviewbot.words.labels import author, number, place, site, stars
from reviewbot.words.language import Language, words_in
from reviewbot.words.refusals import refusal
from reviewbot.words.vocabulary import ButtonName

EXCERPT = 100


def ready_page(
    cards: Sequence[CardFacts],
    language: str,
    *,
    offset: int,
    total: int,
    step: int,
    group: bool,
    role: Role | None = None,
) -> Message:
    """Return a page of good reviews with their drafts, whole; one key approves them all.

    `cards` are those from `offset` of `total` on; `step` is the length of a full page.
    """
    t = words_in(language)
    if not cards:
        return Message(joined(" ", ("🙂", t("No good review waits with a ready reply."))))
    head = t.plural(
        "{n} good review with a ready reply", "{n} good reviews with a ready reply", total
    )
    shown = ""
    if total > len(cards):
        last = offset + len(cards)
        shown = t("{first}–{last} of {total}", first=offset + 1, last=last, total=total)
    title = joined(" · ", (joined(" ", ("🙂", bold(head))), shown))
    about = t("A key with 🔴: this one is a complaint.")
    html = joined("\n\n", (title, *(_entry(facts, t) for facts in cards), about))
    count = len(cards)
    if any(ready_only(facts, group=group, role=role) for facts in cards):
        approve = t.plural("✅ Ready: {n}", "✅ Ready: {n}", count)
    else:
        approve = t.plural("✅ Approve {n}", "✅ Approve all {n}", count)
    turning = []
    if offset:
        turning.append(Button(t("⬅️ Back"), ButtonName.GOOD, f"{max(0, offset - step)}"))
    if offset + count < total:
        turning.append(Button(t("➡️ Next"), ButtonName.GOOD, f"{offset + count}"))
    rows: list[tuple[Button, ...]] = [
        _openers(cards, t),
        tuple(
            Button(f"🔴 {number(facts, t)}", ButtonName.COMPLAINT, ticket=facts.number)
            for facts in cards
        ),
        (Button(approve, ButtonName.GOOD_OK),),
    ]
    return Message(html, (*rows, tuple(turning)) if turning else tuple(rows))


def _entry(facts: CardFacts, t: Language) -> Html:
    who = " ".join(part for part in (stars(facts), author(facts, t)) if part)
    words = short(" ".join(filter(None, (facts.title, facts.text, facts.pros))), EXCERPT)
    quoted = t.quoted(words) if words else t("no words")
    return lines(
        joined(" · ", (number(facts, t), who, site(facts, t), place(facts, brief=True))),
        quoted,
        quote(facts.draft.text) if facts.draft else "",
    )


def _openers(cards: Sequence[CardFacts], t: Language) -> tuple[Button, ...]:
    return tuple(Button(number(facts, t), ButtonName.OPEN, ticket=facts.number) for facts in cards)


def ready_done(
    approved: Sequence[CardFacts],
    proposed: Sequence[CardFacts],
    refused: Sequence[tuple[int, str, Mapping[str, Any]]],
    language: str,
    *,
    zone: str,
    who: str,
    left: int,
    open_: int,
) -> Message:
    """Return what came of approving a page. `refused`: (number, code, parameters); `left` good
    ones are left, `open_` others wait for somebody."""
    t = words_in(language)
    by_itself = sum(facts.publish_at is not None for facts in approved)
    by_hand = len(approved) - by_itself
    head = [t("Approved: {n}", n=len(approved))] if approved else []
    if proposed:
        head.append(t("Proposed: {n}, a manager approves", n=len(proposed)))
    html = lines(
        joined(" · ", (joined(" ", ("✅", bold(". ".join(head)))), short(who, 40))),
        t.plural(
            "{n} goes to its site by itself.", "{n} go to their sites by themselves.", by_itself
        )
        if by_itself
        else "",
        t.plural("{n} is to be posted by hand.", "{n} are to be posted by hand.", by_hand)
        if by_hand
        else "",
        *(
            joined(
                ": ",
                (t("#{number}", number=ticket), refusal(code, params, language, zone)),
            )
            for ticket, code, params in refused
        ),
    )
    keys = []
    if open_:
        keys.append(Button(t("📋 Work through {n}", n=open_), ButtonName.QUEUE, "0"))
    if left:
        keys.append(Button(t("🙂 Good: {n}", n=left), ButtonName.GOOD, "0"))
    rows: Rows = (_openers((*approved, *proposed), t),)
    return Message(html, (*rows, tuple(keys)) if keys else rows)
