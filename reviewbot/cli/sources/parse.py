"""`reviewbot parse` and `reviewbot sources`: what the sources are, and how one reads a file."""

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.table import Table
from rich.text import Text

from reviewbot import registry
from reviewbot.cli.app import app, err, fail, out, print_json
from reviewbot.cli.sources import source_cases, source_pages
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
from reviewbot.core.errors import PluginError


@app.command()
def parse(
    source: Annotated[
        str, typer.Argument(help="A source's name; `reviewbot sources` lists them.")
    ],
    file: Annotated[Path, typer.Argument(help="A saved answer: HTML or JSON.")],
    status: Annotated[int | None, typer.Option(help="The HTTP status it came with.")] = None,
    url: Annotated[str | None, typer.Option(help="The address it came from.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per review.")] = False,
) -> None:
    """Read a saved page as the bot would read it, without storing anything.

    A page that cannot be trusted ends with the error's name, its reason and exit code 1.
    """
    module = registry.load(source)
    payload = _payload(file, status, url)
    try:
        page = module.parse(payload, _target(module, payload))
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


@app.command()
def sources(
    json: Annotated[bool, typer.Option("--json", help="For a machine.")] = False,
    check: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="MODULE DIR", help="Test a source module on a folder of answers."),
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Renew the generated part of this Markdown file.")
    ] = None,
) -> None:
    """List the installed sources: what they read, how replies go, how sure we are."""
    if check:
        _check(*check)
        return
    modules = [registry.load(name) for name in registry.installed()]
    if into:
        document = into.read_text(encoding="utf-8")
        renewed = source_pages.with_generated(document, source_pages.markdown(modules))
        into.write_text(renewed, encoding="utf-8")
    elif json:
        print_json([source_pages.facts(module) for module in modules], indent=1)
    else:
        out.print(_table(modules))
        for module in modules:
            if module.TRAITS.unseen:
                out.print(f"{module.NAME}: never seen: {module.TRAITS.unseen}", style="dim")


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


def _target(module: Source, payload: Payload) -> Target:
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
    unanswered = sum(item.reply_text is None for item in page.items)
    parts = [f"{len(page.items)} reviews, {unanswered} without a reply"]
    if counters.rating is not None:
        parts.append(f"rating {counters.rating}")
    if counters.reviews is not None:
        parts.append(f"the site counts {counters.reviews} reviews")
    if counters.ratings is not None:
        parts.append(f"{counters.ratings} marks")
    parts.append("the list ends here" if page.complete else "there may be more pages")
    return " · ".join(parts)


def _table(modules: list[Source]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("source", "title", "reads", "reply", "limit", "every", "gap", "tested on"):
        table.add_column(heading, no_wrap=heading == "source")
    for module in modules:
        traits = module.TRAITS
        table.add_row(
            module.NAME,
            module.TITLE["ru"],
            traits.reads,
            traits.reply,
            source_pages.limit(module.REPLY_LIMIT),
            source_pages.span(traits.every),
            source_pages.span(traits.gap),
            traits.evidence,
        )
    return table


def _check(name: str, folder: Path) -> None:
    """Run our source test on a module that need not be installed: the folder we are in counts."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = cast(Source, importlib.import_module(name))
    except ImportError as error:
        raise PluginError(f"{name} cannot be imported: {error}") from error
    registry.check(module, getattr(module, "NAME", name))
    try:
        cases = source_cases.read_cases(folder)
    except (OSError, ValueError, TypeError) as error:
        fail(f"{folder}: {error}")
    problems = [*source_cases.module_problems(module), *source_cases.missing_kinds(module, cases)]
    for case in cases:
        problems += source_cases.judge(module, case, write_missing=True)
    for problem in problems:
        err.print(f"✗ {problem}", style="red", markup=False)
    if problems:
        raise typer.Exit(1)
    out.print(f"✓ {module.NAME}: {len(cases)} cases", style="green")
