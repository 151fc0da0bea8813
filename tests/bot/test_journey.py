from tests.bot.bot_world import BotWorld


async def test_a_card_arrives_and_a_manager_approves_it(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    assert "Жалоба, 1★" in card.text
    answer = await bot_world.press(card, "готов", "marina")
    assert "Утверждено" in answer
    await bot_world.shows(card, "Утверждено: Марина")
    assert bot_world.telegram.violations == []
