"""How tests/living/v0_1_0 was made: a world lived through by version 0.1.0 itself.

    git worktree add /tmp/v0_1_0 1d1b7fd && cd /tmp/v0_1_0 && make .venv/installed-dev
    cp -r WHERE_THIS_IS/tests/living tests/
    .venv/bin/python -m tests.living.make_asset WHERE_THIS_IS/tests/living/v0_1_0

It runs on that version's code only (`Town` is its name for the journeys' world) and writes
`database.sql` (rows as left when the process ended), `config.toml`, and `world.json`: what stood
on the sites and in Telegram, and, for every key of every message then on show, what that version
did when it was pressed. Another release's asset is made by a copy of this file.
"""

import asyncio
import json
import re
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reviewbot.config import load
from reviewbot.demo.site import Site, Written
from tests.journeys.town import IVAN, MANAGERS, MARINA, SUPPORT, Town, moscow
from tests.living.living_world import LivingWorld
from tests.living.site import ThreePlaces
from tests.telegram_world import TOKEN

NINA, STRANGER = 505, 777
MORE = """
[locations.{arbat}]
name = "Точка, Арбат 7"
{formerly}
links = ["https://yandex.ru/maps/org/tochka/1000000002/"]
[locations.nevsky]
name = "Точка, Невский 3"
links = ["https://yandex.ru/maps/org/tochka/1000000003/"]
[people.nina]
id = 505
name = "Нина"
role = "admin"
[digest]
managers = {{ daily = "09:15" }}
"""
TEXTS = {
    "m1": "Ждали капучино сорок минут, бариста нахамила. Больше не придём.",
    "m2": "Грязные столы, липкий пол и запах из туалета. Ужасно.",
    "m3": "Отравились пирожным, ночью вызывали скорую помощь.",
    "m4": "Очень дорого, а порции крошечные. Обман с ценой на кассе.",
    "m5": "Музыка орёт так, что не слышно друг друга. Отвратительно.",
    "m6": "Официант забыл про нас, ждали счёт полчаса. Хамство.",
    "m7": "Кофе холодный и кислый, десерт чёрствый. Разочарованы.",
    "m8": "Нахамили по телефону и не приняли бронь. Ужасный сервис.",
    "m9": "Администратор грубо выставил нас с ребёнком. Позор.",
    "a1": "Заказ перепутали дважды, деньги не вернули. Отвратительно.",
    "a2": "Долго, невкусно, грязно. Ужасное место.",
    "g1": "Бариста хамит, кофе ждали полчаса. Ужасно.",
    "g2": "Волос в супе, официант пожал плечами. Отвратительно.",
    "g3": "Обсчитали на кассе и нагрубили. Больше ни ногой.",
    "late": "Стол шатается, приборы грязные, ждали час. Ужасно.",
}


async def lived(town: Town) -> None:
    """Monday to Wednesday: one ticket for each state, and what hangs on them."""
    site, telegram = town.site, town.telegram

    def guest(name: str, rating: int = 1) -> Written:
        where = {"m": site.maps, "g": site.business, "a": site.arbat.maps}[name[0]]
        review = Written(name, "Анна Котова", rating, TEXTS[name], town.clock.now())
        where.append(review)
        return review

    async def press(name: str, *labels: str, who: int = MARINA) -> None:
        for label in labels:
            number = town.ticket(name).id
            await town.press(town.card(number), label, who)

    reviews = {name: guest(name) for name in ("m1", "m2", "g1")}
    await town.pass_until("2026-03-02 11:40")
    reviews |= {name: guest(name) for name in ("m3", "m4", "g2")}
    await town.pass_until("2026-03-02 12:20")
    guest("a1")
    reviews["m1"].reply, reviews["m1"].reply_at = "Анна, простите нас!", town.clock.now()
    await press("m2", "готов", "Размещено")
    await press("m3", "готов", who=IVAN)
    await press("m4", "Ещё", "Не отвечаем", "спам")
    await press("g1", "готов")
    await press("g2", "готов")
    await town.pass_until("2026-03-02 13:00")
    await press("a1", "Беру", who=IVAN)
    reviews["m2"].reply, reviews["m2"].reply_at = "Совсем другой текст.", town.clock.now()
    guest("m5")
    reviews["m6"] = guest("m6")
    guest("m7")
    await town.pass_until("2026-03-02 13:40")
    await press("m5", "готов")
    await press("m7", "Ещё", "Отложить", "завтра")
    site.maps.remove(reviews["m6"])
    # The one that was answered comes back, worse: its second round.
    reviews["m1"].text += " И нашли стекло в пирожном, порезали рот."
    reviews["m1"].at = town.clock.now()
    reviews["m1"].reply = reviews["m1"].reply_at = None
    for who, text in ((NINA, "/start"), (MARINA, "/start"), (IVAN, "/start")):
        await telegram.say(who, who, text)
        await town.take_in()
    await town.pass_until("2026-03-03 14:00")
    guest("a2")
    await town.pass_until("2026-03-04 10:40")
    guest("m8")
    guest("m9")
    await town.pass_until("2026-03-04 11:20")
    await press("m9", "готов", "Размещено")
    for who, text in (
        (MARINA, "/queue"),
        (MARINA, "/today"),
        (MARINA, "/settings"),
        (NINA, "/health"),
        (NINA, "/people"),
        (NINA, "/invite"),
        (IVAN, "/queue"),
    ):
        await telegram.say(who, who, text)
        await town.take_in()
    guest("g3")
    await town.pass_until("2026-03-04 12:00")


async def left(town: Town, late: Written) -> None:
    """What is under way when the process ends: a message, a reply and a press not done yet."""
    town.site.arbat.maps.append(late)
    town.clock.advance(minutes=45)
    for _ in range(4):
        await town.app.ticks.poll()
        await town.app.lanes.settle()
    await town.telegram.press(town.card(town.ticket("g3").id), "готов", MARINA)
    await town.app.intake.step()
    await town.telegram.press(town.card(town.ticket("m3").id), "Утвердить", MARINA)
    await town.app.intake._poll(0)


def unhurried(town: Town) -> None:
    """Days pass in seconds here: the library's own limit, in real time, would hold us up."""
    town.app.intake.application.bot._rate_limiter = None


def as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else sorted(value)


async def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = [
            Written("old", "Пётр", 1, TEXTS["m1"], moscow("2026-02-20 12:00")),
        ]
        first = MORE.format(arbat="arbat-7", formerly="")
        town = Town(folder, "2026-03-02 11:00", first, before=old)
        town.site = ThreePlaces(town.clock.now, "Точка, Тверская 12")
        town.site.arbat = Site(town.clock.now, "Точка, Арбат 7")
        town.site.arbat.maps.append(
            Written("a0", "Ева", 5, "Вкусно.", moscow("2026-01-10 12:00"), "Спасибо!")
        )
        town.site.arbat.maps[0].reply_at = moscow("2026-01-11 12:00")
        town.telegram.add_user(STRANGER, "Вера")
        town.telegram.add_user(NINA, "Нина")
        async with town:
            unhurried(town)
            for group in (SUPPORT, MANAGERS):
                town.telegram.chat(group).members.add(NINA)
            config = folder / "config.toml"
            moved = config.read_text().replace(
                first, MORE.format(arbat="arbat", formerly='formerly = "arbat-7"')
            )
            await lived(town)
            config.write_text(moved)
            town.loaded = load(
                config,
                environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
                today=town.clock.now().date(),
            )
            await town.restart()
            unhurried(town)
            await town.turn()
            late = Written("late", "Анна Котова", 1, TEXTS["late"], town.clock.now())
            await left(town, late)
            file = folder / "town.sqlite3"
            with closing(sqlite3.connect(file)) as rows:
                # What people wrote and the bot has dealt with; kept small.
                rows.execute(
                    "DELETE FROM inbox WHERE done_at IS NOT NULL AND id < "
                    "(SELECT max(id) - 3 FROM inbox)"
                )
                rows.commit()
                dump = "\n".join(rows.iterdump()) + "\n"
            ended_at = town.clock.now()
            site = {
                "maps": [asdict(each) for each in town.site.maps],
                "business": [asdict(each) for each in town.site.business],
                "arbat": [asdict(each) for each in town.site.arbat.maps],
            }
            chats = [slim(asdict(chat)) for chat in town.telegram.chats.values()]
            [link] = re.findall(r"start=(\w+)", town.telegram.chat(NINA).find("start=").text)
        text = moved.replace(str(folder), "{folder}").replace(town.telegram.base_url, "{telegram}")
        text = re.sub(r"http://127\.0\.0\.1:\d+", "{site}", text)
        assert str(folder) not in dump
        text = text.replace("town.sqlite3", "living.sqlite3")
        world = {
            "ended_at": ended_at,
            "link": link,
            "site": site,
            "users": town.telegram.users,
            "chats": chats,
        }
    put(target / "config.toml", text)
    put(target / "database.sql", dump)
    put(target / "world.json", world)
    await pressed(target)


async def pressed(target: Path) -> None:
    """Write what each key on show does in this version."""
    with tempfile.TemporaryDirectory() as name:
        async with LivingWorld(Path(name), target) as world:
            keys = world.old_keys()
            world.clock.advance(minutes=4)
            await world.settle()
            put(target / "keys.json", await world.did(keys))


def slim(chat: dict[str, Any]) -> dict[str, Any]:
    """A chat without what of its messages is nothing, or can be told from the rest."""
    for message in chat["messages"]:
        for name in [*message]:
            if name in ("html", "entities") or not message[name]:
                del message[name]
    return chat


def put(file: Path, value: Any) -> None:
    """Write text as it is, all else as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, indent=0, default=as_json) + "\n"
    file.write_text(value)


if __name__ == "__main__":
    asyncio.run(pressed(Path(sys.argv[2])) if sys.argv[1] == "keys" else main(Path(sys.argv[1])))
