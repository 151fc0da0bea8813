"""The command menus Telegram shows when somebody types "/": per scope and language."""

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from reviewbot.bot.telegram.client import Bot
from reviewbot.words.answers import command_menu
from reviewbot.words.vocabulary import Scope

SCOPES: tuple[tuple[Scope, BotCommandScope], ...] = (
    (Scope.PRIVATE, BotCommandScopeAllPrivateChats()),
    (Scope.GROUP, BotCommandScopeAllGroupChats()),
    (Scope.PRIVATE, BotCommandScopeDefault()),
)
TELEGRAM_CODES = {"": "en", "ru": "ru"}
"""Telegram's language code ("": everyone else) → ours."""


async def tell(bot: Bot) -> None:
    """Set the menus. Raises telegram.error.TelegramError."""
    for scope, where in SCOPES:
        for code, language in TELEGRAM_CODES.items():
            menu = [BotCommand(name, text) for name, text in command_menu(scope, language)]
            await bot.set_my_commands(menu, scope=where, language_code=code or None)
