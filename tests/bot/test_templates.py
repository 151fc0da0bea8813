"""A colleague's text becomes a template: offered with slots, kept, proposed, listed, retired."""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sqltext
from sqlmodel import Session
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Template
from reviewbot.core.ticket import Action
from reviewbot.drafting.drafts import choose
from reviewbot.store import cases, drafts
from reviewbot.store.migrations.upgrade import known
from reviewbot.store.tables import (
    AuditRow,
    RetiredTemplateRow,
    ReviewRow,
    SavedTemplateRow,
    TargetRow,
)
from reviewbot.workflow import checks
from reviewbot.workflow.forgetting.forgotten_review import forget
from reviewbot.workflow.templates import keeping
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY, StoreWorld, actor
from tests.telegram_world import Shown

MARINA, IVAN = 502, 504
OWN = "Анна, добрый день! Смену сорока минут мы нашли. Позвоните: +7 495 000-00-01."
KEPT = "{{ greeting }} Смену сорока минут мы нашли. Позвоните: {{ contact }}."
WORDS = {
    "ru": ("Изменить", "Ответьте на это", "Ещё", "В шаблоны", "Сохранить", "Убрать", "Вернуть"),
    "en": ("Edit", "Reply to this", "More", "As a template", "Keep", "Retire", "Restore"),
}


async def own_text(bot_world: BotWorld, language: str, text: str = OWN) -> Shown:
    """Marina writes a text of her own; return the card."""
    edit, ask = WORDS[language][:2]
    card = await bot_world.said(SUPPORT, "🔴")
    assert await bot_world.press(card, edit, "marina")
    prompt = await bot_world.said(SUPPORT, ask)
    await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=prompt.message_id)
    await bot_world.shows(card, text[:20])
    return card


async def opened(bot_world: BotWorld, card: Shown, language: str, who: str) -> str:
    """Press [As a template…] in the card's menu; return what pops up."""
    more, key = WORDS[language][2:4]
    if key not in str(card.labels):
        await bot_world.press(card, more, who)
        await bot_world.telegram.wait_for(lambda: key in str(card.labels), "the menu")
    return await bot_world.press(card, key, who)


def proposed(bot_world: BotWorld, topic: str = "waiting") -> str:
    """Return what is proposed for another such review at the same place."""

    def ask(session: Session) -> str:
        world = bot_world.store_world
        tx = world.tx(session, bot_world.clock.now())
        review = session.get_one(ReviewRow, 1)
        review.topics = [topic]
        target = session.get_one(TargetRow, review.target_id)
        place = cases.place_of(tx, target.location_key)
        asked = drafts.draft_ask(tx, review, target.source, place, drafts.recent_of(tx, place))
        draft = choose(replace(tx.settings.replies, templates=()), asked)
        session.rollback()
        assert draft is not None
        return draft.template_id

    return bot_world.store_world.db.write_now(ask)


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_a_managers_text_is_kept_proposed_retired_and_restored(
    bot_world: BotWorld, language: str
) -> None:
    *_, keep, retire, restore = WORDS[language]
    change_language(bot_world, language)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await own_text(bot_world, language)
    assert await opened(bot_world, card, language, "ivan"), "only a manager may"
    said = bot_world.telegram.chat(SUPPORT).of_bot
    assert not any("{{" in each.text for each in said)
    await opened(bot_world, card, language, "marina")
    offer = await bot_world.said(SUPPORT, "{{ greeting }}")
    assert KEPT in offer.text
    assert bot_world.rows_of(SavedTemplateRow) == [], "an offer keeps nothing"
    await bot_world.kill()
    await bot_world.start()
    assert await bot_world.press(offer, keep, "marina")
    await bot_world.shows(offer, "saved.1")
    [row] = bot_world.rows_of(SavedTemplateRow)
    assert (row.text, row.by, row.language) == (KEPT, "marina", "ru")
    assert row.when == {"tone": ["negative"], "topic": ["waiting"]}
    assert proposed(bot_world) == "saved.1"
    assert proposed(bot_world, "food") == "ru.negative.food.1", "another topic, another wording"
    assert await bot_world.press(offer, retire, "ivan"), "refused"
    assert bot_world.rows_of(RetiredTemplateRow) == []
    await bot_world.press(offer, retire, "marina")
    await bot_world.shows(offer, "⏸")
    assert proposed(bot_world) == "ru.negative.waiting.1"
    await bot_world.telegram.say(SUPPORT, IVAN, "/templates")
    listing = await bot_world.said(SUPPORT, "⏸ saved.1")
    await bot_world.kill()
    await bot_world.start()
    await bot_world.press(listing, "1", "marina")
    await bot_world.telegram.wait_for(lambda: restore in str(listing.labels), "one by itself")
    assert KEPT in listing.text
    await bot_world.press(listing, restore, "marina")
    await bot_world.telegram.wait_for(lambda: retire in str(listing.labels), "the other key")
    assert proposed(bot_world) == "saved.1"
    acts = [(each.actor, each.action) for each in bot_world.rows_of(AuditRow)]
    assert acts[-3:] == [
        ("marina", "template_saved"),
        ("marina", "template_retired"),
        ("marina", "template_restored"),
    ]
    assert bot_world.telegram.violations == []


async def test_other_words_are_asked_for_and_checked(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await own_text(bot_world, "ru")
    await opened(bot_world, card, "ru", "marina")
    offer = await bot_world.said(SUPPORT, "{{ greeting }}")
    await bot_world.press(offer, "Другими словами", "marina")
    prompt = await bot_world.said(SUPPORT, "текстом шаблона")
    assert KEPT in prompt.text
    chat = bot_world.telegram.chat(SUPPORT)
    for text, said in (
        ("{{ gretting }} Мы вас ждём.", "известные поля"),
        ("Кузнецова, мы вас ждём!", "«Кузнецова»"),
        ("{{ greeting }} Вы ждали капучино сорок минут, бариста уволен.", "ждали капучино"),
        ("{{ greeting }} Дарим скидку, приходите.", "скидк"),
        ("{{ greeting }} Уже ответили Анне Кузнецовой.", "«Анне»"),
        ("Ок", "слишком коротко"),
        ("+7 916 123-45-67, 12-00", "слишком коротко"),
        ("{{ greeting }} Спасибо!!! Ждём!!! Приходите!!!", "Много восклицаний"),
        ("{{ greeting }} Иван Петров поможет вам.", "фамилия коллеги"),
        ("{{ greeting }} Зайдите за ответом на tochka.ru.", "ссылка"),
    ):
        before = len(chat.of_bot)
        await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=prompt.message_id)
        await bot_world.telegram.wait_for(
            lambda before=before, said=said: any(
                said in each.text for each in chat.of_bot[before:]
            ),
            said,
        )
    assert bot_world.rows_of(SavedTemplateRow) == []
    good = "{{ greeting }} Смену нашли, ждём вас."
    for said in ("saved.1", "Такой шаблон уже есть"):
        await bot_world.telegram.say(SUPPORT, MARINA, good, reply_to=prompt.message_id)
        await bot_world.said(SUPPORT, said)
    assert [row.text for row in bot_world.rows_of(SavedTemplateRow)] == [good]
    assert bot_world.telegram.violations == []


async def test_a_template_of_a_clinic_is_signed_and_says_nothing_of_a_patient(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    world.settings = replace(world.settings, profile="clinic")
    number = world.ticket()

    def keep(text: str) -> str:
        return world.db.write_now(
            lambda rows: keeping.save(world.tx(rows), number, actor("marina"), text)
        )

    with pytest.raises(Refused, match="reply_patient"):
        keep("{{ greeting }} Ваше лечение у нас продолжится, ждём на приём.")
    keep("{{ greeting }} Спасибо за отзыв, напишите нам, пожалуйста, лично.")
    (row,) = bot_world.rows_of(SavedTemplateRow)
    assert row.text.endswith("лично.\n{{ sign }}")


async def test_a_text_of_nobodys_own_is_no_template(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    said = await bot_world.press(card, "Изменить", "marina", data=f"1:{number}:0:keep_template")
    assert "стоит шаблон" in said
    said = await bot_world.press(card, "Изменить", "marina", data="1:0:0:retire:abcdefabcdef")
    assert said, "a key of somebody else's making"
    assert bot_world.rows_of(RetiredTemplateRow) == []


async def test_a_template_of_all_places_is_retired_by_who_sees_them_all(
    bot_world: BotWorld,
) -> None:
    world = bot_world.store_world
    anna = replace(world.settings.people["anna"], only=("group:spb",), role=Role.MANAGER)
    people = {**world.settings.people, "anna": anna}
    world.settings = replace(world.settings, people=people)
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, MARINA, "/templates")
    listing = await bot_world.said(SUPPORT, "📎")
    data = f"1:0:0:retire:{keeping.key_of('one')}"
    said = await bot_world.press(listing, "", "anna", data=data)
    assert "ваши не все" in said
    assert bot_world.rows_of(RetiredTemplateRow) == []
    await bot_world.press(listing, "", "marina", data=data)
    assert [row.template_id for row in bot_world.rows_of(RetiredTemplateRow)] == ["one"]


async def test_a_kept_one_is_written_for_the_file_and_is_the_files_there(
    bot_world: BotWorld, tmp_path: Path
) -> None:
    world = bot_world.store_world
    number = world.ticket()
    text = "{{ greeting }} Смену нашли.\nЖдём вас."
    name = world.db.write_now(
        lambda rows: keeping.save(world.tx(rows), number, actor("marina"), text)
    )
    file = tmp_path / "templates.toml"
    database = world.db.url
    with world.db.engine.begin() as connection:
        connection.execute(sqltext("CREATE TABLE alembic_version (version_num TEXT)"))
        newest = {"newest": known()[-1]}
        connection.execute(sqltext("INSERT INTO alembic_version VALUES (:newest)"), newest)
    done = CliRunner().invoke(
        app, ["export", "templates", "--database", database, "-o", str(file)]
    )
    assert done.exit_code == 0, done.output
    [entry] = tomllib.loads(file.read_text(encoding="utf-8"))["replies"]["templates"]
    assert entry == {
        "id": name,
        "language": "ru",
        "when": {"tone": "negative", "topic": "waiting"},
        "text": text,
    }
    in_file = Template(name, "ru", "{{ greeting }} Уже из файла.", own=True)
    replies = replace(world.settings.replies, templates=(in_file,))

    def drafted(rows: Session) -> str:
        tx = world.tx(rows)
        case = checks.case_of(tx, number)
        recent = drafts.recent_of(tx, case.place)
        ask = drafts.draft_ask(tx, case.review, "yandex_maps", case.place, recent)
        draft = choose(replies, ask)
        assert draft is not None
        return draft.text

    assert "Уже из файла." in world.db.read_now(drafted)
    wrong = CliRunner().invoke(app, ["export", "audit", "--database", database, "-f", "toml"])
    assert wrong.exit_code == 2


async def test_a_forgotten_guest_takes_their_words_along(bot_world: BotWorld) -> None:
    """What one kept before the review was edited may be what the guest says now."""
    world = bot_world.store_world
    number, other = world.ticket(), world.ticket(text="Холодный суп.")
    for about, text in (
        (number, "{{ greeting }} Вас не ждали два часа."),
        (other, "Суп будет горячим."),
    ):
        world.db.write_now(
            lambda rows, about=about, text=text: keeping.save(
                world.tx(rows), about, actor("marina"), text
            )
        )
    world.change_review(number, text="Вас не ждали два часа, сказали мне.")
    world.db.write_now(
        lambda rows: forget(world.tx(rows), world.look(number).review_id, actor("oleg"), b"k" * 32)
    )
    assert [row.text for row in bot_world.rows_of(SavedTemplateRow)] == ["Суп будет горячим."]


async def test_figures_are_of_the_chats_places(bot_world: BotWorld) -> None:
    """What became of the drafts of a template, and how many stars came after it."""
    world = bot_world.store_world
    day = timedelta(days=1)
    as_is, edited, skipped, open_ = (world.ticket(now=MONDAY - day) for _ in range(4))
    world.act(as_is, Action.APPROVE, "marina", MONDAY - day / 2)
    world.act(
        edited, Action.PROPOSE, "ivan", MONDAY - day / 2, text="Здравствуйте! Сами написали."
    )
    world.act(edited, Action.APPROVE, "marina", MONDAY - day / 2)
    world.act(skipped, Action.SKIP, "marina", MONDAY - day / 2, reason="nothing")
    assert open_
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/templates")
    shown = await bot_world.said(SUPPORT, "шаблона")
    told = "Предложен 4 раза: без правок 1, свой текст вместо него 1, без ответа 1"
    assert told in shown.text
    assert "2. two" in shown.text
    assert "Не предлагался 90 дней." in shown.text


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("Anna Guest7", "{{ greeting }} Анна, смену мы нашли и посмотрим запись зала."),
        ("Анна Котова", "{{ greeting }} Anna, we found the shift and look at the record."),
    ],
)
def test_the_guests_name_in_other_letters_is_no_templates(
    tmp_path: Path, author: str, text: str
) -> None:
    store_world = StoreWorld(tmp_path)
    number = store_world.ticket(author=author)

    def keep(rows: Session) -> None:
        keeping.save(store_world.tx(rows), number, actor("marina"), text)

    with pytest.raises(Refused) as refused:
        store_world.db.write_now(keep)
    assert refused.value.code == "template_guest"
