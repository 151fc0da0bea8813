"""A guest who writes neither Russian nor English: what the draft is in is said, and nobody is
blamed for answering in the guest's own language."""

import pytest

from reviewbot.core.model import Hint
from reviewbot.core.ticket import Action
from reviewbot.queries.card_facts import card_facts
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY

GUESTS = {
    "de": (
        "Das Essen war kalt und der Kellner unfreundlich. Nie wieder!",
        "Guten Tag, danke für die offenen Worte. Schreiben Sie uns bitte.",
    ),
    "tr": (
        "Yemek soğuktu, garson kabaydı. Bir daha gelmem.",
        "Merhaba, yazdığınız için teşekkürler. Bize yazın lütfen.",
    ),
    "kk": (
        "Тамақ суық болды, даяшы дөрекі. Енді келмеймін.",
        "Сәлеметсіз бе, пікіріңізге рақмет. Бізге жазыңызшы.",
    ),
}
SPEAKS = {
    "ru": "по-русски, гость пишет на другом языке",
    "en": "in Russian, the guest writes in another language",
}


def advice(bot_world: BotWorld, number: int) -> list[str]:
    world = bot_world.store_world
    facts = world.db.read_now(lambda session: card_facts(world.tx(session, MONDAY), number))
    assert facts is not None
    assert facts.draft is not None
    return [code for code, _ in facts.draft.advice]


@pytest.mark.parametrize("card_language", ["ru", "en"])
@pytest.mark.parametrize("language", GUESTS)
async def test_the_card_says_what_the_draft_is_in(
    bot_world: BotWorld, language: str, card_language: str
) -> None:
    said, answer = GUESTS[language]
    change_language(bot_world, card_language)
    world = bot_world.store_world
    number = world.ticket(text=said)
    # A site that calls it Russian tells the language of its page.
    world.change_review(
        number, language="ru", verdict_language=None, hints=[Hint.UNKNOWN_LANGUAGE]
    )
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    assert SPEAKS[card_language] in card.text
    world.act(number, Action.PROPOSE, "ivan", MONDAY, text=answer)
    assert advice(bot_world, number) == []
    facts = world.db.read_now(lambda session: card_facts(world.tx(session, MONDAY), number))
    assert facts is not None
    assert facts.draft is not None
    assert facts.draft.speaks == "", "of a colleague's own text nothing is said"


@pytest.mark.parametrize(
    ("said", "answer", "told"),
    [
        ("Schlechter Service", "Wir bedauern das und melden uns gern.", []),
        ("Ochen ploho, bolshe ne pridu", "Жаль, что так вышло. Напишите нам, пожалуйста.", []),
        ("The food was cold.", "Жаль, что так вышло. Напишите нам, пожалуйста.", ["language"]),
        ("Суп был холодный.", "We regret to read this, please write to us.", ["language"]),
    ],
)
async def test_only_who_is_surely_misunderstood_is_told(
    bot_world: BotWorld, said: str, answer: str, told: list[str]
) -> None:
    world = bot_world.store_world
    number = world.ticket(text=said)
    spoken = "ru" if "Суп" in said else "en"
    world.change_review(number, language=spoken, verdict_language=spoken)
    world.act(number, Action.PROPOSE, "ivan", MONDAY, text=answer)
    assert advice(bot_world, number) == told
