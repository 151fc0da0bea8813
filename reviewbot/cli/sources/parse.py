"""`reviewbot parse` and `reviewbot sources`: what the sources are, and how one reads a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.text import Text

from reviewbot import registry
from reviewbot.cli.sources.shell_language import in_its_words, shell_language
from reviewbot.cli.terminal import err, fail, out, print_json
from reviewbot.core.contract import (
    CollectError,
    Item,
    Page,
    Payload,
    Source,
    Target,
    TargetHint,
    encoding_of,
)
from reviewbot.core.readings.changes import is_answered

if TYPE_CHECKING:
    from reviewbot.words.language import Language


def parse(
    source: Annotated[
        str, typer.Argument(help="A source's name; `reviewbot sources` lists them.")
    ],
    file: Annotated[Path, typer.Argument(help="A saved answer: HTML or JSON.")],
    status: Annotated[int | None, typer.Option(help="The HTTP status it came with.")] = None,
    url: Annotated[str | None, typer.Option(help="The address it came from.")] = None,
    zone: Annotated[
        str, typer.Option(help="The time zone of times that the page tells without one.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object per review.")] = False,
) -> None:
    """Read a saved page as the bot would read it, without storing anything.

    A page that cannot be trusted ends with the error's name, its reason and exit code 1.
    """
    t = shell_language()
    module = registry.load(source)
    payload = _payload(t, file, status, url)
    try:
        page = module.parse(payload, _target(module, payload, _zone(t, zone)))
    except CollectError as error:
        fail(f"{type(error).__name__}: {in_its_words(error.reason, t)}")
    if json:
        for item in page.items:
            print_json(item.to_json())
    else:
        for item in page.items:
            out.print(_shown(item, t))
        out.print(_summary(page, t), style="dim")
    for entry in page.unreadable:
        why = in_its_words(entry.why, t)
        said = t("unreadable: {why}: {sample}", why=why, sample=entry.sample)
        err.print(said, style="yellow", markup=False)


def _payload(t: Language, file: Path, status: int | None, url: str | None) -> Payload:
    try:
        content = file.read_bytes()
        saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        reason = in_its_words(error.strerror or error, t)
        fail(t("{file} cannot be read: {reason}.", file=file, reason=reason))
    return Payload(
        status=200 if status is None else status,
        url=url or "",
        content=content,
        read_at=saved_at,
        encoding=encoding_of(content),
    )


def _zone(t: Language, name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        fail(
            t('There is no time zone "{name}".', name=name)
            + " "
            + t('Write it like "Europe/Moscow".')
        )


def _target(module: Source, payload: Payload, zone: str) -> Target:
    hint: TargetHint | None = module.recognise_url(payload.url) if payload.url else None
    if hint is None and hasattr(module, "recognise"):
        hint = module.recognise(payload)
    options: dict[str, Any] = dict(hint.options) if hint else {}
    return Target(
        key="file",
        source=module.NAME,
        ref=hint.ref if hint else payload.url,
        url=payload.url or None,
        options=module.Options(**options),
        zone=zone,
    )


def _shown(item: Item, t: Language) -> Text:
    mark = "★" * item.rating + "☆" * (5 - item.rating) if item.rating else t("no stars")
    when = item.published_at.date().isoformat() if item.published_at else t("no date")
    text = Text()
    text.append(f"{mark}  {when}  {item.author or '–'}", style="bold")
    text.append(f"  {item.external_id}\n", style="dim")
    for label, part in (
        ("", item.title),
        ("", item.text),
        ("+ ", item.pros),
        ("− ", item.cons),
        ("↳ ", item.reply_text),
    ):
        if part:
            text.append(f"  {label}" + part.replace("\n", "\n  ") + "\n")
    return text


def _summary(page: Page, t: Language) -> str:
    counters = page.counters
    unanswered = sum(not is_answered(item) for item in page.items)
    parts = [
        t.plural("{n} review", "{n} reviews", len(page.items)),
        t("without a reply: {n}", n=unanswered),
    ]
    if counters.rating is not None:
        parts.append(t("rating {rating}", rating=counters.rating))
    if counters.reviews is not None:
        parts.append(t("reviews by the site's count: {n}", n=counters.reviews))
    if counters.ratings is not None:
        parts.append(t("marks: {n}", n=counters.ratings))
    parts.append(t("the list ends here") if page.complete else t("there may be more pages"))
    return " · ".join(parts)
