"""`make drafts`: twenty drafts to read, and what is wrong with or repeated in a thousand of them,
at a usual business and at busy ones.

The reviews are drawn at random (seeded). Nothing is approved meanwhile: what is measured is the
choice of a wording.
"""

import argparse
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from random import Random  # noqa: TID251 - dice with a seed, for a measurement

from reviewbot.core.contract import Limit
from reviewbot.core.settings import Replies
from reviewbot.drafting.drafts import Draft, choose
from reviewbot.drafting.lint import problems
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.drafting.templates import pack
from reviewbot.drafting.trade_lint import TradeFacts
from reviewbot.lexicons import PROFILES

SIGN = {"ru": "Команда «Точки»", "en": "The Tochka team"}
LATELY = 10
AUTHORS = ("Анна К.", "Пётр", "user123", None, "Ольга Сергеевна", "Mark", "Кот Вася", "Elena")


TOPICS = {
    "restaurant": (
        *("waiting", "delivery", "staff", "food", "price", "cleanliness", "place", "booking"),
        *("payment", "parking", "noise"),
    ),
    "clinic": (
        *("waiting", "staff", "price", "cleanliness", "place", "booking", "payment", "medical"),
        *("parking", "quality"),
    ),
    "shop": (
        *("waiting", "delivery", "staff", "quality", "price", "cleanliness", "place", "payment"),
        *("app", "parking"),
    ),
    "dealer": ("waiting", "staff", "quality", "price", "place", "booking", "payment", "parking"),
    "hotel": (
        *("waiting", "staff", "food", "price", "cleanliness", "place", "booking", "payment"),
        *("parking", "noise"),
    ),
    "bank": ("waiting", "staff", "quality", "price", "place", "payment", "app", "parking"),
    "app": ("waiting", "staff", "quality", "price", "payment", "app", "delivery"),
}
"""What guests of each kind of business write about; of no kind, everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Whose guests are answered: how many reviews a day each place of each group has, in which
    languages, with what limit of the site's, and how they are spoken to."""

    name: str
    groups: tuple[tuple[int, ...], ...]
    languages: tuple[str, ...] = ("ru", "en")
    limit: Limit | None = None
    address: str = "вы"

    @property
    def replies(self) -> Replies:
        return Replies(sign=SIGN, address=self.address)


USUAL = Business(name="twelve places, three groups, 12 a day", groups=((1, 1, 1, 1),) * 3)
_ONE_BUSY = ((20, 5, 5),)
_SHORT = Limit(1, 140)
"""Where only short wordings fit; of the sites that come with reviewbot Google Play is
the tightest, 350."""
BUSY = (
    Business(
        name="a place of 20 a day in a group of 30, Russian", groups=_ONE_BUSY, languages=("ru",)
    ),
    Business(name="the same, English", groups=_ONE_BUSY, languages=("en",)),
    Business(name="the same, «ты»", groups=_ONE_BUSY, languages=("ru",), address="ты"),
    Business(
        name="the same, 140 letters at most, Russian",
        groups=_ONE_BUSY,
        languages=("ru",),
        limit=_SHORT,
    ),
    Business(
        name="the same, 140 letters at most, English",
        groups=_ONE_BUSY,
        languages=("en",),
        limit=_SHORT,
    ),
    Business(
        name="the same, 140 letters at most, «ты»",
        groups=_ONE_BUSY,
        languages=("ru",),
        limit=_SHORT,
        address="ты",
    ),
)


@dataclass(slots=True, kw_only=True)
class Told:
    """How many drafts, and among them: with a slot left open, refused by lint, worded as one
    of the last ten at its location or of its group that day, more than four fifths like one of the
    last ten at its location; and for which reviews nothing was proposed. Names do not make a
    wording another. `lacking`: for which kinds of reviews the wordings did not suffice."""

    drafts: int = 0
    none: int = 0
    unfilled: int = 0
    refused: int = 0
    repeated_here: int = 0
    repeated_near: int = 0
    alike: int = 0
    lacking: Counter[str] = field(default_factory=Counter)


def drafted(
    number: int, seed: int = 14, profile: str | None = None, business: Business = USUAL
) -> Iterator[tuple[int, str, DraftAsk, Draft | None]]:
    """Yield the day, the group, the review and its draft, `number` times, at places of one
    kind."""
    chance = Random(seed)
    topics = (None, *TOPICS.get(profile or "", pack("ru").topics))
    places = [
        (f"location-{group}-{place}", f"group-{group}")
        for group, shares in enumerate(business.groups)
        for place, share in enumerate(shares)
        for _ in range(share)
    ]
    here: dict[str, deque[Draft]] = defaultdict(lambda: deque(maxlen=LATELY))
    today: dict[str, list[str]] = defaultdict(list)
    for count in range(number):
        if count % len(places) == 0:
            today.clear()
            chance.shuffle(places)
        location, group = places[count % len(places)]
        ask = DraftAsk(
            tone=chance.choices(("negative", "mixed", "neutral", "positive"), (4, 2, 1, 3))[0],
            language=chance.choice(business.languages),
            severity="critical" if chance.random() < 0.03 else "normal",
            topic=chance.choice(topics),
            location=location,
            groups=(group,),
            author=chance.choice(AUTHORS),
            location_name=f"Точка, {location[-3:]}",
            contact="+7 495 000-00-01" if int(location[-1]) % 2 else "",
            has_text=chance.random() > 0.15,
            recent_template_ids=tuple(dict.fromkeys(each.template_id for each in here[location])),
            drafted_texts=tuple(each.text for each in here[location]),
            profile=profile,
            group_template_ids=tuple(today[group]),
            limit=business.limit,
        )
        draft = choose(business.replies, ask)
        if draft is not None:
            here[location].appendleft(draft)
            today[group].append(draft.template_id)
        yield count // len(places), group, ask, draft


def measured(
    number: int, seed: int = 14, profile: str | None = None, business: Business = USUAL
) -> Told:
    """Return what is wrong with so many drafts."""
    told = Told()
    here: dict[str, deque[Draft]] = defaultdict(lambda: deque(maxlen=LATELY))
    said: set[tuple[int, str, str]] = set()
    for day, group, ask, draft in drafted(number, seed, profile, business):
        if draft is None:
            told.none += 1
            told.lacking[_kind(ask)] += 1
            continue
        last, near = here[ask.location], (day, group, draft.template_id)
        guest, texts = ask.author or "", [each.text for each in last]
        trade = TradeFacts(profile=profile, language=ask.language, author=guest)
        found = problems(
            draft.text,
            business.limit,
            business.replies,
            ask.has_text,
            texts,
            guest=guest,
            trade=trade,
        )
        again = draft.template_id in [each.template_id for each in last]
        alike = any(each.params.get("percent", 0) > 80 for each in found)
        told.drafts += 1
        told.unfilled += any(each.code == "unfilled" for each in found)
        told.refused += any(each.refuses for each in found)
        told.repeated_here += again
        told.repeated_near += near in said
        told.alike += alike
        if again or alike or near in said:
            told.lacking[_kind(ask)] += 1
        last.append(draft)
        said.add(near)
    return told


def _kind(ask: DraftAsk) -> str:
    return f"{ask.severity} {ask.tone}{'' if ask.has_text else ' wordless'}".removeprefix(
        "normal "
    )


def sentence(told: Told) -> str:
    """Say what was found, and where wordings do not suffice."""
    found = (
        f"{told.drafts} drafts: {told.unfilled} with a slot left open, {told.refused} refused by"
        f" lint, {told.repeated_here} said again within {LATELY} at a location,"
        f" {told.repeated_near} within a day in a group, {told.alike} more than 80 % alike"
    )
    if told.none:
        found += f"; nothing to propose for {told.none}"
    if told.lacking:
        where = ", ".join(f"{kind} ({number})" for kind, number in told.lacking.most_common())
        found += f". WORDINGS DO NOT SUFFICE for {where}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--profile", choices=PROFILES, help="the kind of business; default: none")
    parser.add_argument("--language", choices=("ru", "en"), help="read only these")
    parser.add_argument("--short", action="store_true", help="read those for short limits")
    given = parser.parse_args()
    seed, profile = given.seed, given.profile
    read = USUAL
    if given.language or given.short:
        languages = (given.language,) if given.language else USUAL.languages
        read = replace(USUAL, languages=languages, limit=_SHORT if given.short else None)
    for _, _, ask, draft in islice(drafted(1000, seed, profile, read), None, None, 50):
        if draft is None:
            continue
        what = [
            ask.severity,
            ask.tone,
            ask.topic or "no topic",
            "" if ask.has_text else "wordless",
        ]
        print(f"[{', '.join(filter(None, what))}] {draft.template_id}\n{draft.text}\n")
    for business in (USUAL, *BUSY):
        print(f"{business.name}: {sentence(measured(1000, seed, profile, business))}")


if __name__ == "__main__":
    main()
