"""Replies written by hand before the rules: what puts the blame on a guest, and what does not."""

import pytest

from reviewbot.core.trends.past import blames

BLAMING = """
Надо было внимательнее читать меню.
Сами опоздали, а теперь жалуетесь.
Ваш отзыв — неправда.
Это фейк!
Вы хамили сотрудникам.
Вы сами отказались от десерта.
Простите, но вам следовало предупредить заранее.
Мы вас предупреждали: надо было бронировать.
Не надо было заказывать острое.
Нужно было уточнить состав у официанта.
Вы просто не разбираетесь в кофе.
Никто вас не заставлял приходить.
Не нравится — не ходите.
В следующий раз читайте меню внимательнее.
Вы всё выдумали, такого заказа не было.
Виноваты вы сами, стол держат 15 минут.
Вы вели себя вызывающе и кричали на девушек.
Очередной заказной отзыв от конкурентов.
Это ваша вина, что торт растаял.
Учитесь читать, на двери всё написано.
You should have read the menu.
You should've asked before ordering.
This review is fake.
You were rude to our staff.
It is your own fault that you were late.
You shouted at our waiter.
Your review is simply not true.
You are making this up.
Nobody forced you to order it.
You ought to have booked a table.
You failed to tell us about the allergy.
Next time read the menu.
That is your problem.
Learn to read the sign on the door.
If you had bothered to call, we would have helped.
"""
HARMLESS = """
Вы сами можете выбрать столик, будем рады!
Не надо было вам ждать так долго, простите.
Мы сами виноваты, простите.
Сами разберёмся и всё исправим.
Нам надо было предупредить вас.
Надо было нам сразу заменить блюдо.
Вам не следовало ждать сорок минут, извините нас.
Это не ваша вина, а наша.
Наши сотрудники сами опоздали, приносим извинения.
Жаль, что вам нагрубили.
Простите, что на вас накричали.
Вы сами увидите, как мы изменились.
Спасибо, вы сами отметили, что вкус прежний.
Нам надо было внимательнее читать ваш заказ.
Читайте наши новости и приходите!
Не нравится, когда гости уходят огорчёнными.
Вам не пришлось бы ждать, если бы мы успели.
Сотруднику следовало предложить вам замену.
Мы не считаем ваш отзыв выдумкой.
Ваши слова правдивы, мы проверили.
Повару надо было довести стейк до готовности.
We are sorry you should have had to wait.
You should have been told about the delay, sorry.
You should not have waited so long.
You should have received a call from us.
It is not your fault at all.
You were right to tell us.
We were rude, please forgive us.
This is a false start for us and we will do better.
You yourselves said the soup was good, thank you.
Next time come by for a coffee on us.
We should have read your order with more care.
We do not think your review is fake.
Your problem is ours now, we will solve it.
We learn to read our guests better every day.
"""


@pytest.mark.parametrize("reply", BLAMING.strip().splitlines())
def test_it_blames(reply: str) -> None:
    assert blames(f"Здравствуйте, Анна! {reply} До встречи.")


@pytest.mark.parametrize("reply", HARMLESS.strip().splitlines())
def test_it_does_not_blame(reply: str) -> None:
    assert not blames(f"Здравствуйте, Анна! {reply} До встречи.")
