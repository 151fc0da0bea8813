"""Ourselves and competitors side by side, as values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reviewbot.core.trends.stars import Share, StarFigures, share_difference

NEVER = datetime.min.replace(tzinfo=UTC)
STEM, SHORTEST = 5, 3
"""A word of a name this long may be inflected: its last letter may differ; of a shorter one that
is Russian only by the endings of cases."""
_CASES = r"(?:ами|ями|ого|ому|ой|ей|ою|ом|ем|ам|ям|ах|ях|ов|ев|а|я|ы|и|е|у|ю|о|й|ь)?"
_COMMON = """
точка остров дом домик место вкус вишня лес море солнце хлеб кофе чашка булка булочка пекарня кухня
столовая печка печь ромашка весна лето осень зима берег площадь парк сад огонь свет мир друзья
друг семья бабушка мама папа счастье радость улыбка песня музыка театр город центр рынок
базар лавка погреб подвал крыша балкон терраса веранда двор дворик мост река озеро гора горы
звезда луна небо облако ветер дождь снег соль перец сахар мёд мед молоко сыр мясо рыба суп борщ
пирог пирожок блин блины вареник пельмени чай чайник самовар ложка вилка тарелка стол очаг камин
гость гости встреча вечер утро день ночь час время начало красота стиль образ локон бигуди здоровье
доктор врач клиника улитка кот кошка лиса волк медведь птица ласточка голубь сова слон рыбка
краб креветка устрица роза лилия сирень яблоко груша лимон апельсин малина клубника ягода зерно
сказка легенда традиция хозяин хозяйка дача усадьба деревня ферма терем изба уют комфорт
home house point corner place spot kitchen garden table spoon fork plate cup bread bakery coffee
tea sun moon star sky sea ocean river bridge park street square market story friends family
mama papa taste spice salt pepper honey fire light time day night morning evening harvest season
root leaf
"""
_COMMON_WORDS = frozenset(_COMMON.split())
"""Words that name a place only with a capital inside a sentence, or in quotation marks."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A review that names a competitor: `about_us` (a guest of ours speaks of them) or a guest of
    theirs who speaks of us. `number`: of our review, where it has one."""

    quote: str
    about_us: bool
    number: int | None = None
    written_at: datetime = NEVER


@dataclass(frozen=True, slots=True)
class Beside:
    """Ourselves (`is_ours`) or a competitor in the period: what the sites show, what was written,
    the topics complained of and praised most, and how it is answered. `praised_more`: topics
    praised in a larger share of its reviews than of ours beyond doubt; `named`: how many reviews
    set us beside it, of which `said` are the newest, of both sides. `is_unseen`: too much of the
    period was out of sight to compare it."""

    name: str
    is_ours: bool
    site_rating: float | None
    stars: StarFigures
    complaints: Share
    bad: tuple[str, ...]
    good: tuple[str, ...]
    replies: Share
    reply_time: timedelta | None
    praised_more: tuple[str, ...] = ()
    named: int = 0
    said: tuple[Comparison, ...] = ()
    is_unseen: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether enough is known of it to set it beside others."""
        return not self.stars.is_few and not self.is_unseen


def praised_more(
    theirs: Mapping[str, int], n: int, ours: Mapping[str, int], our_n: int
) -> tuple[str, ...]:
    """Return the topics that a larger share of their `n` reviews praises than of ours, where the
    interval of the difference leaves no doubt; the largest difference first. None under ten
    reviews on either side."""
    found = []
    for topic, count in theirs.items():
        differs = share_difference(Share(ours.get(topic, 0), our_n), Share(count, n))
        if differs is not None and differs[1] > 0:
            found.append((-differs[0], topic))
    return tuple(topic for _, topic in sorted(found))


def newest_of_both(
    ours: Sequence[Comparison], theirs: Sequence[Comparison], count: int
) -> tuple[Comparison, ...]:
    """Return the newest, one of each side at least where both said something."""
    order = sorted((*ours, *theirs), key=lambda each: each.written_at, reverse=True)
    told = order[:count]
    for side in (ours, theirs):
        if side and told and not any(each in side for each in told):
            told[-1] = max(side, key=lambda each: each.written_at)
    return tuple(told)


def named_by(name: str) -> re.Pattern[str]:
    """Return what finds a name in a text, in whatever case it stands (в Шоколаднице, Кофе Хауса).
    A name of one common word (Точка) needs a capital inside a sentence, or quotation marks."""
    words = re.findall(r"\w+", name)
    spelled = r"\W+".join(map(_inflected, words))
    if not words:
        return re.compile(r"(?!)")
    if len(words) > 1 or words[0].casefold() not in _COMMON_WORDS:
        return re.compile(rf"\b{spelled}\b", re.IGNORECASE)
    capital, rest = words[0][0].upper(), spelled[1:]
    quoted = rf"(?<=[«\"“„‘'])(?i:{spelled})(?=[»\"”’'])"
    return re.compile(rf"{quoted}|(?<=[\w,;»)–—-][ \u00a0]){capital}(?i:{rest})\b")


def _inflected(word: str) -> str:
    if len(word) >= STEM:
        return re.escape(word[:-1]) + r"\w{0,3}"
    if len(word) < SHORTEST or not re.fullmatch("[а-яё]+", word, re.IGNORECASE):
        return re.escape(word)
    return (word[:-1] if word[-1].casefold() in "аяоеыийь" else word) + _CASES
