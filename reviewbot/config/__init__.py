"""The operator's file: read, checked, resolved. Every mistake is reported at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from reviewbot.clock import WallClock
from reviewbot.config.credentials import TOKEN_VARIABLE, Credential, telegram_token
from reviewbot.config.load import find, parse, shape
from reviewbot.config.locale import locale_in, locale_of
from reviewbot.config.problems import Problems
from reviewbot.config.resolve import resolve
from reviewbot.config.schema import File
from reviewbot.config.sections.guests import OWN_BOT
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.core.redaction import Redaction
from reviewbot.core.settings import Settings
from reviewbot.words.operator_text import say

__all__ = ["TOKEN_VARIABLE", "Loaded", "WithTables", "load", "load_with_tables"]


@dataclass(frozen=True)
class Loaded:
    """What a file says. `token` is None where there is none: a warning to `check`, the end for
    `run`. `secrets` are credentials by `secret_ref`: a source's name, or a target's key."""

    settings: Settings
    token: SecretStr | None
    secrets: Mapping[str, Credential] = field(repr=False)
    warnings: tuple[Problem, ...]
    path: Path
    redaction: Redaction = field(default_factory=Redaction, repr=False, compare=False)
    """Knows every secret there is from the start."""
    writable: bool = field(default=True, kw_only=True)
    """Whether a command or a press may change the file."""

    def __post_init__(self) -> None:
        self.redaction.learn(self.all_secrets())

    @property
    def guests_token(self) -> SecretStr | None:
        """The token of the guests' own bot; None where the file names none, or it is not there."""
        return self.secrets.get(OWN_BOT, {}).get("token")

    def all_secrets(self) -> tuple[str, ...]:
        """Return every secret text there is, for whoever keeps them out of logs."""
        fields = [each for held in self.secrets.values() for each in held.values()]
        texts = [each.get_secret_value() for each in fields]
        telegram = self.settings.telegram
        sites = [source.base_url for source in self.settings.sources.values()]
        for url in (telegram.proxy, telegram.base_url, self.settings.database, *sites):
            if url and "://" in url and (password := urlsplit(url).password):
                texts += [password, unquote(password)]
        if ping := self.settings.fallback.ping:
            texts.append(urlsplit(ping).path.strip("/"))
        return (*texts, self.token.get_secret_value()) if self.token else tuple(texts)


@dataclass(frozen=True)
class WithTables(Loaded):
    """The same, with the file's own tables, which `dump` tells. For the bot they would be so much
    memory: of ten thousand places 14 MiB."""

    file: File = field(repr=False, kw_only=True)


def load(path: Path | None, *, environ: Mapping[str, str], today: date | None = None) -> Loaded:
    """Read the file named, or the one at a usual place (REVIEWBOT_CONFIG, ./config.toml, …).

    Raises ConfigError with every mistake: key path, sentence, remedy. `today` chooses the years of
    the holidays; by default it is today.
    """
    found = load_with_tables(path, environ=environ, today=today)
    return Loaded(
        found.settings,
        found.token,
        found.secrets,
        found.warnings,
        found.path,
        found.redaction,
        writable=found.writable,
    )


def load_with_tables(
    path: Path | None, *, environ: Mapping[str, str], today: date | None = None
) -> WithTables:
    """The same as `load`, for who prints the file."""
    try:
        found = find(path, environ)
        raw = parse(found)
    except ConfigError as error:
        raise ConfigError(error.problems, locale_of(path, environ).language) from None
    problems = Problems()
    file, refused = shape(raw, problems)
    folder = found.resolve().parent
    token = telegram_token(file.telegram.token_file, folder, environ, problems)
    settings, secrets = resolve(
        file,
        raw,
        refused,
        folder=folder,
        environ=environ,
        today=today or WallClock().now().astimezone(ZoneInfo("UTC")).date(),
        problems=problems,
    )
    own = secrets.get(OWN_BOT, {}).get("token")
    if token and own and _number_of(token) == _number_of(own):
        problems.add(
            "guests.token_file",
            say("This is the bot of staff."),
            say("Leave token_file out, or get a second bot from @BotFather."),
        )
    if problems.errors:
        raise ConfigError(tuple(problems.errors), locale_in(raw).language)
    return WithTables(
        settings,
        token,
        secrets,
        tuple(problems.warnings),
        found,
        writable=file.writable,
        file=file,
    )


def _number_of(token: SecretStr) -> str:
    """Return a bot's public number: it stays where a token is renewed."""
    return token.get_secret_value().partition(":")[0]
