"""The command menus Telegram shows when somebody types "/": per scope and language."""

from collections.abc import Iterable

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden

from reviewbot.bot.telegram.client import Bot
from reviewbot.words.answers import command_menu
from reviewbot.words.surveys.questions import guests_menu
from reviewbot.words.vocabulary import Scope

SCOPES: tuple[tuple[Scope, BotCommandScope], ...] = (
    (Scope.PRIVATE, BotCommandScopeAllPrivateChats()),
    (Scope.GROUP, BotCommandScopeAllGroupChats()),
    (Scope.PRIVATE, BotCommandScopeDefault()),
)
TELEGRAM_CODES = {"": "en", "ru": "ru"}
"""Telegram's language code ("": everyone else) → ours."""


async def tell(bot: Bot, admins: Iterable[int] = ()) -> None:
    """Set the menus; `admins` are Telegram ids. Raises telegram.error.TelegramError."""
    for scope, where in SCOPES:
        await _set(bot, scope, where)
    for telegram_id in admins:
        try:
            await _set(bot, Scope.ADMIN, BotCommandScopeChat(telegram_id))
        except (BadRequest, Forbidden):
            # Has not written to the bot yet: the menu of all private chats serves until then.
            continue


async def tell_guests(bot: Bot) -> None:
    """Set the menu of the guests' own bot. Raises telegram.error.TelegramError."""
    for code, language in TELEGRAM_CODES.items():
        menu = [BotCommand(name, text) for name, text in guests_menu(language)]
        where = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands(menu, scope=where, language_code=code or None)


async def _set(bot: Bot, scope: Scope, where: BotCommandScope) -> None:
    for code, language in TELEGRAM_CODES.items():
        menu = [BotCommand(name, text) for name, text in command_menu(scope, language)]
        await bot.set_my_commands(menu, scope=where, language_code=code or None)
