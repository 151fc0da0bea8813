"""`reviewbot parse` and `reviewbot sources`: what the sources are, and how one reads a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.text import Text

from reviewbot import registry
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
    module = registry.load(source)
    payload = _payload(file, status, url)
    try:
        page = module.parse(payload, _target(module, payload, _zone(zone)))
    except CollectError as error:
        fail(f"{type(error).__name__}: {error.reason}")
    if json:
        for item in page.items:
            print_json(item.to_json())
    else:
        for item in page.items:
            out.print(_shown(item))
        out.print(_summary(page), style="dim")
    for entry in page.unreadable:
        err.print(f"unreadable: {entry.why}: {entry.sample}", style="yellow", markup=False)


def _payload(file: Path, status: int | None, url: str | None) -> Payload:
    try:
        content = file.read_bytes()
        saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")
    return Payload(
        status=200 if status is None else status,
        url=url or "",
        content=content,
        read_at=saved_at,
        encoding=encoding_of(content),
    )


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        fail(f'there is no time zone "{name}": write it as "Europe/Moscow"')


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


def _shown(item: Item) -> Text:
    mark = "★" * item.rating + "☆" * (5 - item.rating) if item.rating else "no stars"
    when = item.published_at.date().isoformat() if item.published_at else "no date"
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


def _summary(page: Page) -> str:
    counters = page.counters
    unanswered = sum(not is_answered(item) for item in page.items)
    parts = [f"{len(page.items)} reviews, {unanswered} without a reply"]
    if counters.rating is not None:
        parts.append(f"rating {counters.rating}")
    if counters.reviews is not None:
        parts.append(f"the site counts {counters.reviews} reviews")
    if counters.ratings is not None:
        parts.append(f"{counters.ratings} marks")
    parts.append("the list ends here" if page.complete else "there may be more pages")
    return " · ".join(parts)
