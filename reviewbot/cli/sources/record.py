"""`reviewbot record`: today's answer of a target as a fixture, without the people in it."""

import asyncio
import os
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import tomlkit
import typer
from tomlkit.items import AoT

from reviewbot import registry
from reviewbot.cli.databases import working_database
from reviewbot.cli.options import Config
from reviewbot.cli.sources import source_cases
from reviewbot.cli.sources.anonymise import (
    Pseudonyms,
    headers_worth_keeping,
    named_in,
    without_secrets,
)
from reviewbot.cli.targets import refuse_unknown_target
from reviewbot.cli.terminal import err, fail, out
from reviewbot.cli.time_format import TimeFormat
from reviewbot.clock import WallClock
from reviewbot.collect.fetching.fetch import Fetcher
from reviewbot.collect.saved_pages.saved_page import open_page
from reviewbot.config import Loaded, load
from reviewbot.core.contract import (
    Blocked,
    CollectError,
    Page,
    Payload,
    Source,
    Target,
    encoding_of,
)
from reviewbot.core.errors import Refused, ReviewbotError
from reviewbot.queries import exports
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language
from reviewbot.words.operator_text import say
from reviewbot.words.refusals import refusal

MOST_PAGES = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer and what the source made of it: a page, or the contract's error."""

    payload: Payload
    page: Page | None
    error: CollectError | None

    @property
    def people(self) -> list[str | None]:
        """Everybody the page names, as far as its source tells."""
        if self.page is None:
            return []
        named = [item.author for item in self.page.items]
        return named + [str(item.site.get("reply_author") or "") for item in self.page.items]


def record(
    target: Annotated[str, typer.Argument(help="location/source, as `check` lists them.")],
    into: Annotated[
        Path | None,
        typer.Option(help="The folder with cases.toml; by default the source's, or ./SOURCE."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="A page saved in a browser, instead of asking the site.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    pages: Annotated[
        int, typer.Option(min=1, max=MOST_PAGES, help="How many pages of the list to keep.")
    ] = 1,
    config: Config = None,
) -> None:
    """Save what a site answers now, or a saved page, as a test case, with people's names replaced.

    Keys, tokens and cookies are taken out. Read the file before you share it: a name inside a
    sentence may have stayed.
    """

    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    refuse_unknown_target(loaded, target)
    entry = loaded.settings.targets[target]
    place, source = entry.target, registry.load(entry.target.source)
    with working_database(loaded, must_keep=False) as db:
        if file is not None:
            known = db.read_now(lambda rows: exports.authors(rows, target))
            recorded = [_parsed(_saved(file, t), source, place, loaded.redaction)]
        else:
            recorded, known = asyncio.run(_read(loaded, db, source, target, pages))
    folder = into or _folder(source.NAME)
    folder.mkdir(parents=True, exist_ok=True)
    people = [
        *(name for each in recorded for name in named_in(each.payload.text, known)),
        *(name for each in recorded for name in each.people),
    ]
    names = Pseudonyms(people)
    for each in recorded:
        _keep(each, source, place, folder, names, t)
    if any(each.error for each in recorded) and not people:
        err.print(
            t("This answer could not be read, so nobody in it was recognised: look for names."),
            style="yellow",
        )
    module = getattr(source, "__name__", source.NAME)
    command = f"reviewbot sources --check {module} {folder}"
    out.print(t("Read what was saved, then: {command}", command=command), style="dim")
    what = t(
        "To contribute it, send the files of {folder} with a word of what is read wrongly, in an "
        "issue or a pull request; nothing else of yours is needed.",
        folder=folder,
    )
    out.print(what, style="dim")


def _saved(file: Path, t: Language) -> Payload:
    """A saved page as an answer of its site."""
    saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    try:
        return open_page(file.read_bytes(), saved_at, WallClock().now(), any_text=True)
    except Refused as refused:
        fail(refusal(refused.code, refused.params, t.language))


async def _read(
    loaded: Loaded, db: Database, source: Source, target: str, most: int
) -> tuple[list[Recorded], list[str]]:
    """The first pages of the list and the names the database knows at this target."""
    clock, place = WallClock(), loaded.settings.targets[target].target
    plan = await db.read(lambda rows: targets.plan_for(rows, target, clock.now()))
    if plan and plan.rests_until:
        t = operator_language(loaded.settings.language)
        shown = TimeFormat(loaded.settings.desks[""].zone, clock.now(), t)
        until = f"{shown.in_full(plan.rests_until)} ({shown.zone})"
        fail(shown.t("Its host is left alone until {moment}.", moment=until))
    known = await db.read(lambda rows: exports.authors(rows, target))
    async with Fetcher(
        db, loaded.settings, clock, lambda: 0.5, loaded.secrets, loaded.redaction
    ) as fetcher:
        try:
            return await _walk(fetcher, source, place, most), known
        except CollectError as error:
            reason = in_words(fetcher.redaction(error.reason), loaded.settings.language)
            fail(f"{type(error).__name__}: {reason}")
        finally:
            await db.write(lambda rows: fetcher.limits.save(rows, clock.now()))


async def _walk(fetcher: Fetcher, source: Source, place: Target, most: int) -> list[Recorded]:
    found: list[Recorded] = []
    walk = source.pages(place, {})
    try:
        request = next(walk)
        while True:
            answer = await fetcher.fetch(request, source.NAME)
            if isinstance(answer, Payload) and request.is_page(answer):
                found.append(_parsed(answer, source, place, fetcher.redaction))
                if len(found) >= most or found[-1].page is None or found[-1].page.complete:
                    return found
            request = walk.send(answer)
    except StopIteration:
        return found
    finally:
        walk.close()


def _parsed(payload: Payload, source: Source, place: Target, hide: Any) -> Recorded:
    if payload.content.startswith(b"PK"):
        raise ReviewbotError(
            say("A spreadsheet is not recorded: the names in it cannot be replaced.")
        )
    text = hide(payload.content.decode(payload.encoding, "surrogateescape"))
    payload = replace(payload, content=text.encode(payload.encoding, "surrogateescape"))
    try:
        return Recorded(payload, source.parse(payload, place), None)
    except CollectError as error:
        return Recorded(payload, None, error)


def _folder(name: str) -> Path:
    ours = Path("tests") / "sources" / "data" / name
    return ours if ours.is_dir() else Path(name)


def _keep(
    each: Recorded,
    source: Source,
    place: Target,
    folder: Path,
    names: Pseudonyms,
    t: Language,
) -> None:
    """Write the answer and its row, where the fixture still says what the answer said."""
    payload = each.payload
    text = payload.content.decode(payload.encoding, "surrogateescape")
    for alone in (False, True):
        shared = without_secrets(names.replace_names(text, alone=alone))
        made = replace(payload, content=shared.encode(payload.encoding, "surrogateescape"))
        again = _parsed(made, source, place, str)
        if _alike(each, again):
            break
    else:
        fail(t("Without the names the answer reads differently: nothing was saved."))
    assert payload.read_at is not None
    file = _free(folder, payload.read_at, shared)
    file.write_bytes(made.content)
    _add_case(folder / "cases.toml", _row(file, made, again, place, source))
    (case,) = (case for case in source_cases.read_cases(folder) if case.file == file.name)
    again = _parsed(case.payload(), source, case.target(source), str)
    if not _alike(each, again):
        err.print(t("The saved case reads differently from the answer: complete its row."))
    if stayed := names.left(shared):
        words = ", ".join(stayed)
        err.print(
            t("Look for these words in {file}: {words}", file=file, words=words), style="yellow"
        )
    what = type(again.error).__name__
    if again.page:
        what = t.plural("{n} review", "{n} reviews", len(again.page.items))
    replaced = t("names replaced: {n}", n=len(names.people))
    said = f"✓ {file} · {what}, {replaced}"
    out.print(said, style="green", markup=False)


def _alike(before: Recorded, after: Recorded) -> bool:
    if before.page is None or after.page is None:
        return type(before.error) is type(after.error)
    facts = [
        [
            (item.rating, item.published_at, bool(item.text), bool(item.reply_text))
            for item in items
        ]
        for items in (before.page.items, after.page.items)
    ]
    return facts[0] == facts[1] and len(before.page.unreadable) == len(after.page.unreadable)


def _free(folder: Path, read_at: datetime, text: str) -> Path:
    start = text.lstrip("\ufeff \r\n\t")[:1]
    kind = "json" if start in ("{", "[") else "xml" if text.lstrip()[:5] == "<?xml" else "html"
    name = f"recorded_{read_at:%Y-%m-%d}"
    taken = (folder / f"{name}.{kind}", *(folder / f"{name}_{n}.{kind}" for n in range(2, 100)))
    return next(path for path in taken if not path.exists())


def _row(
    file: Path, payload: Payload, recorded: Recorded, place: Target, source: Source
) -> dict[str, Any]:
    """The row of cases.toml: how the answer came and what it must give."""
    headers = headers_worth_keeping(payload.headers.items())
    if encoding_of(payload.content) == payload.encoding:
        headers.pop("content-type", None)
    row: dict[str, Any] = {"file": file.name, "kind": _kinds(recorded)}
    if payload.status != 200:
        row["status"] = payload.status
    row["url"] = without_secrets(payload.url)
    row["ref"] = place.ref
    row["options"] = _options(place.options)
    row["headers"] = headers
    if recorded.page is None:
        row["error"] = type(recorded.error).__name__
    else:
        items = recorded.page.items
        row["items"] = len(items)
        row["unanswered"] = sum(item.reply_text is None for item in items)
        row["unreadable"] = len(recorded.page.unreadable)
    return {name: value for name, value in row.items() if value not in ({}, "")}


def _kinds(recorded: Recorded) -> list[str]:
    if recorded.page is None:
        return ["blocked" if isinstance(recorded.error, Blocked) else "changed"]
    items = recorded.page.items
    kinds = ["typical"] if items else ["empty"]
    if any(item.reply_text for item in items):
        kinds.append("answered")
    if any(item.edited_at for item in items):
        kinds.append("edited")
    return kinds


def _options(options: Any) -> dict[str, Any]:
    """The target's own options as far as they differ from the source's."""
    return {
        entry.name: value
        for entry in fields(options)
        if (value := getattr(options, entry.name)) is not None
        and (entry.default is MISSING or value != entry.default)
        and isinstance(value, str | int | float | bool | list | tuple)
    }


def _add_case(table: Path, row: dict[str, Any]) -> None:
    """Add a row at the end of the table; what people wrote into it stays."""
    written = table.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if table.exists() else ""
    case = tomlkit.table()
    for name, value in row.items():
        case.add(name, _value(value))
    table.write_text(written + tomlkit.dumps({"case": AoT([case])}), encoding="utf-8")


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update({name: _value(each) for name, each in value.items()})
        return inline
    return list(value) if isinstance(value, tuple) else value
