from tests.bot.office import Office


async def test_a_card_arrives_and_a_manager_approves_it(office: Office) -> None:
    number = office.house.ticket()
    await office.start()
    card = await office.card(number)
    assert "Жалоба, 1★" in card.text
    answer = await office.press(card, "готов", "marina")
    assert "Утверждено" in answer
    await office.shows(card, "Утверждено: Марина")
    assert office.telegram.violations == []
