"""Where secrets lie: environment variables and files. No Setup and no log holds their values."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from reviewbot.config.problems import Problems
from reviewbot.words.operator_text import say

TOKEN_VARIABLE = "REVIEWBOT_TELEGRAM_TOKEN"  # noqa: S105 - a variable's name
UNUSABLE = say("Until it is there, nothing can use it.")
NO_GUESTS_BOT = say("Until it is there, guests cannot be asked; the bot of staff runs.")


Credential = Mapping[str, SecretStr]
"""The fields of one credential: name → secret text. Printing it shows their names only."""


def sealed(fields: Mapping[str, str]) -> Credential:
    return {name: SecretStr(value) for name, value in fields.items()}


def beside(folder: Path, name: str) -> Path:
    """Return the file of that name: relative to the configuration's folder, or absolute."""
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:  # "~somebody" who is not there
        return folder / name


def variable_of(source: str) -> str:
    """Return the environment variable that may hold a source's token."""
    return f"REVIEWBOT_{source.upper()}_TOKEN"


def telegram_token(
    token_file: str | None, folder: Path, environ: Mapping[str, str], problems: Problems
) -> SecretStr | None:
    """Return the bot's token: the variable first, then the file; None, with a warning, if none."""
    path = "telegram.token_file"
    value = environ.get(TOKEN_VARIABLE, "").strip()
    if not value and token_file:
        hint = say("Until it is there, `run` will not start.")
        value = _text(path, token_file, folder, problems, hint) or ""
        if not value:
            return None
    if not value:
        problems.warn(
            "telegram.token_file",
            say("There is no bot token: `run` will not start."),
            say(
                "Set {variable} or name a token_file; @BotFather gives the token.",
                variable=TOKEN_VARIABLE,
            ),
        )
        return None
    if not _looks_like_token(value):
        problems.warn(path, say("This does not look like a bot token (123456:ABC…)."))
    return SecretStr(value)


def guests_token(token_file: str, folder: Path, problems: Problems) -> Credential | None:
    """Return the token of the guests' own bot, as `token`; None, with a warning, where there is
    none that Telegram could take: the bot of staff runs without it."""
    path = "guests.token_file"
    value = _text(path, token_file, folder, problems, NO_GUESTS_BOT)
    if value and not _looks_like_token(value):
        looks = say("This does not look like a bot token (123456:ABC…).")
        problems.warn(path, looks, NO_GUESTS_BOT)
        return None
    return sealed({"token": value}) if value else None


def _looks_like_token(value: str) -> bool:
    number, colon, rest = value.partition(":")
    return bool(colon) and number.isdecimal() and len(rest) >= 20 and len(value.split()) == 1


def credential(
    path: str,
    credentials_file: str | None,
    token_file: str | None,
    folder: Path,
    problems: Problems,
) -> Credential | None:
    """Return the fields of a credential from its file: JSON, or a bare token as `token`."""
    if credentials_file:
        path = f"{path}.credentials_file"
        text = _text(path, credentials_file, folder, problems)
        return _fields(path, text, problems) if text else None
    if token_file:
        text = _text(f"{path}.token_file", token_file, folder, problems)
        return sealed({"token": text}) if text else None
    return None


def password(path: str, name: str, folder: Path, problems: Problems) -> Credential | None:
    """Return a password from its file, as `password`; None, with a warning, if there is none."""
    text = _text(path, name, folder, problems)
    return sealed({"password": text}) if text else None


def _fields(path: str, text: str, problems: Problems) -> Credential | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        # Not the error's own text: it may quote the secret.
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        problems.add(path, say("The file is not JSON (line {line}).", line=line))
        return None
    if isinstance(value, dict):
        for wrapper in ("installed", "web"):  # the forms of Google's client files
            value = {**value, **value[wrapper]} if isinstance(value.get(wrapper), dict) else value
    if not isinstance(value, dict):
        problems.add(path, say("The file must hold one JSON object with the credential's fields."))
        return None
    return sealed(
        {
            key: str(field)
            for key, field in value.items()
            if isinstance(field, str | int) and not isinstance(field, bool)
        }
    )


def _text(
    path: str, name: str, folder: Path, problems: Problems, hint: str = UNUSABLE
) -> str | None:
    """Return a secret file's text, with a warning if others may read it too. A missing file is a
    warning: the rest can still be checked."""
    file = beside(folder, name)
    try:
        text = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        problems.warn(path, say("There is no file {file}.", file=file), hint)
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else say("it is not UTF-8 text")
        problems.warn(path, say("{file} cannot be read: {reason}.", file=file, reason=reason))
        return None
    if not text:
        problems.warn(path, say("{file} is empty.", file=file))
        return None
    if file.stat().st_mode & 0o004:
        problems.warn(
            path,
            say("Everyone on this machine can read {file}.", file=file),
            f"chmod 600 {file}",
        )
    return text
