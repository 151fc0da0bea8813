"""`make drafts`: twenty drafts to read, and what is wrong with or repeated in a thousand of them.

The reviews are drawn at random (seeded): twelve locations in three groups, ten reviews a day in
all. Nothing is approved meanwhile: what is measured is the choice of a wording.
"""

import argparse
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random  # noqa: TID251 - dice with a seed, for a measurement

from reviewbot.core.settings import Replies
from reviewbot.drafting.drafts import Draft, DraftAsk, choose
from reviewbot.drafting.lint import problems
from reviewbot.drafting.templates import pack
from reviewbot.drafting.trade_lint import TradeFacts
from reviewbot.lexicons import PROFILES

REPLIES = Replies(sign={"ru": "Команда «Точки»", "en": "The Tochka team"})
LOCATIONS, GROUPS, A_DAY, LATELY = 12, 3, 10, 10
AUTHORS = ("Анна К.", "Пётр", "user123", None, "Ольга Сергеевна", "Mark", "Кот Вася", "Elena")


@dataclass(slots=True, kw_only=True)
class Told:
    """How many drafts, and among them: with a slot left open, refused by lint, worded as one
    of the last ten at its location or of its group that day, more than four fifths like one of the
    last ten at its location. Names do not make a wording another."""

    drafts: int = 0
    unfilled: int = 0
    refused: int = 0
    repeated_here: int = 0
    repeated_near: int = 0
    alike: int = 0


def drafted(
    number: int, seed: int = 14, profile: str | None = None
) -> Iterator[tuple[int, int, DraftAsk, Draft]]:
    """Yield the day, the location, the review and its draft, `number` times, at places of one
    kind."""
    chance = Random(seed)
    topics = (None, *pack("ru").topics)
    here: dict[int, deque[Draft]] = defaultdict(lambda: deque(maxlen=LATELY))
    today: list[tuple[int, str]] = []
    for count in range(number):
        if count % A_DAY == 0:
            today.clear()
        location = chance.randrange(LOCATIONS)
        group = location % GROUPS
        near = [name for place, name in today if place % GROUPS == group and place != location]
        ask = DraftAsk(
            tone=chance.choices(("negative", "mixed", "neutral", "positive"), (4, 2, 1, 3))[0],
            language=chance.choice(("ru", "en")),
            severity="critical" if chance.random() < 0.03 else "normal",
            topic=chance.choice(topics),
            location=f"location-{location}",
            groups=(f"group-{group}",),
            author=chance.choice(AUTHORS),
            location_name=f"Точка, {location}",
            contact=f"+7 495 000-00-{location:02}" if location % 2 else "",
            has_text=chance.random() > 0.15,
            recent_template_ids=tuple(dict.fromkeys(each.template_id for each in here[location])),
            drafted_texts=tuple(each.text for each in here[location]),
            profile=profile,
            group_template_ids=tuple(near),
        )
        draft = choose(REPLIES, ask)
        if draft is None:
            raise RuntimeError(f"no draft is proposed for {ask}")
        here[location].appendleft(draft)
        today.append((location, draft.template_id))
        yield count // A_DAY, location, ask, draft


def measured(number: int, seed: int = 14, profile: str | None = None) -> Told:
    """Return what is wrong with so many drafts."""
    told = Told()
    here: dict[int, deque[Draft]] = defaultdict(lambda: deque(maxlen=LATELY))
    said: set[tuple[int, int, str]] = set()
    for day, location, ask, draft in drafted(number, seed, profile):
        last, near = here[location], (day, location % GROUPS, draft.template_id)
        guest, texts = ask.author or "", [each.text for each in last]
        trade = TradeFacts(profile=profile, language=ask.language, author=guest)
        found = problems(draft.text, None, REPLIES, ask.has_text, texts, guest=guest, trade=trade)
        told.drafts += 1
        told.unfilled += any(each.code == "unfilled" for each in found)
        told.refused += any(each.refuses for each in found)
        told.repeated_here += draft.template_id in [each.template_id for each in last]
        told.repeated_near += near in said
        told.alike += any(each.params.get("percent", 0) > 80 for each in found)
        last.append(draft)
        said.add(near)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--profile", choices=PROFILES, help="the kind of business; default: none")
    given = parser.parse_args()
    seed, profile = given.seed, given.profile
    for _, _, ask, draft in islice(drafted(1000, seed, profile), None, None, 50):
        what = [
            ask.severity,
            ask.tone,
            ask.topic or "no topic",
            "" if ask.has_text else "wordless",
        ]
        print(f"[{', '.join(filter(None, what))}] {draft.template_id}\n{draft.text}\n")
    told = measured(1000, seed, profile)
    print(
        f"{told.drafts} drafts: {told.unfilled} with a slot left open, {told.refused} refused by"
        f" lint, {told.repeated_here} said again within {LATELY} at a location,"
        f" {told.repeated_near} within a day in a group, {told.alike} more than 80 % alike"
    )


if __name__ == "__main__":
    main()
