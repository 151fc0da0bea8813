"""The file that `init` writes: about twenty lines, everything else by default."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from reviewbot.cli.setup.known_chats import KnownChat
from reviewbot.config.changes.change import key_of
from reviewbot.words.operator_language import operator_language

COMMANDS = {
    "check": "reviewbot check",
    "run": "reviewbot run",
    "example": "config.example.toml",
}


@dataclass(slots=True)
class NewFile:
    """The answers of the wizard."""

    language: str
    time_zone: str
    token_file: str | None
    base_url: str | None = None
    proxy: str | None = None
    chat_id: int = 0
    chat_title: str = ""
    topic: int | None = None
    managers: KnownChat | None = None
    people: list[tuple[int, str, str]] = field(default_factory=list)
    location: str = ""
    contact: str = ""
    links: list[str] = field(default_factory=list)
    allowed_hosts: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the file as TOML, its remarks in its language."""
        t = operator_language(self.language)
        lines = [
            t("# Check: {check} · run: {run} · every setting: {example}", **COMMANDS),
            f"language  = {_quoted(self.language)}",
            f"time_zone = {_quoted(self.time_zone)}",
            "",
            "[telegram]",
            f"token_file = {_quoted(self.token_file)}"
            if self.token_file
            else t("# the token is in the variable {name}", name="REVIEWBOT_TELEGRAM_TOKEN"),
        ]
        if self.base_url:
            lines.append(f"base_url = {_quoted(self.base_url)}")
        if self.proxy:
            lines.append(f"proxy = {_quoted(self.proxy)}")
        support = KnownChat(self.chat_id, self.chat_title, self.topic)
        chats = {"support": support, "managers": self.managers}
        lines += [
            "",
            "[chats]",
            *(_chat_line(key, chat) for key, chat in chats.items() if chat),
            "",
            "[people]",
            *self._people(),
            "",
            "[desk]",
            'hours    = { mon-fri = ["10:00-19:00"] }  ' + t("# when reviews are answered"),
            f"holidays = {_quoted('RU' if self.language == 'ru' else 'none')}",
        ]
        if self.allowed_hosts:
            hosts = ", ".join(_quoted(host) for host in self.allowed_hosts)
            lines += ["", "[fetch]", f"allowed_hosts = [{hosts}]"]
        if self.links:
            key = key_of(self.location, "main")
            lines += [
                "",
                f"[locations.{key}]",
                f"name    = {_quoted(self.location)}",
                f"contact = {_quoted(self.contact)}  " + t("# for replies"),
                "links   = [",
                *(f"    {_quoted(link)}," for link in self.links),
                "]",
            ]
        return "\n".join(lines) + "\n"

    def _people(self) -> list[str]:
        lines: list[str] = []
        keys: set[str] = {"support", "managers"}
        for number, (person_id, name, role) in enumerate(self.people, start=1):
            key = key_of(name, f"person{number}")
            if key in keys:
                key = f"{key}{number}"
            keys.add(key)
            shown = f"id = {person_id}, name = {_quoted(name)}, role = {_quoted(role)}"
            lines.append(f"{key} = {{ {shown} }}")
        return lines


def _chat_line(key: str, chat: KnownChat) -> str:
    topic = f", topic = {chat.topic}" if chat.topic else ""
    title = " ".join(chat.title.split())
    return f"{key} = {{ id = {chat.chat_id}{topic} }}" + (f"  # {title}" if title else "")


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # an older file would keep its mode
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def write_file(path: Path, text: str) -> None:
    """Write the configuration whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _quoted(text: str) -> str:
    return tomlkit.string(text).as_string()
