"""`reviewbot sources`: what the sources are, and a test of one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.table import Table

from reviewbot import registry
from reviewbot.cli.cells import print_table
from reviewbot.cli.options import Config
from reviewbot.cli.sources import source_cases, source_pages
from reviewbot.cli.sources.shell_language import in_its_words, shell_language
from reviewbot.cli.terminal import err, fail, out, print_json
from reviewbot.core.contract import Source
from reviewbot.core.errors import PluginError

if TYPE_CHECKING:
    from reviewbot.words.language import Language


def sources(
    json: Annotated[bool, typer.Option("--json", help="For a machine.")] = False,
    check: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="MODULE DIR", help="Test a source module on a folder of answers."),
    ] = None,
    link: Annotated[
        str | None, typer.Option(help="Tell which source reads a link, or what to do with it.")
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Read one target of each configured source and compare its shape; store nothing.",
        ),
    ] = False,
    shape: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="MODULE DIR", help="Keep the shape of a folder of answers."),
    ] = None,
    config: Config = None,
    into: Annotated[
        Path | None, typer.Option(help="Renew the generated part of this Markdown file.")
    ] = None,
) -> None:
    """List the installed sources: what they read, how replies go, how sure we are."""
    if check:
        _check(*check)
        return
    if shape:
        _keep_shape(*shape)
        return
    if live:
        # Only now: the list of sources needs nothing of what reads sites.
        from reviewbot.cli.sources import live_shapes

        live_shapes.look(config, json=json)
        return
    if link is not None:
        _tell_link(link, json=json)
        return
    modules = [registry.load(name) for name in registry.installed()]
    if into:
        document = into.read_text(encoding="utf-8")
        renewed = source_pages.with_generated(document, source_pages.markdown(modules))
        into.write_text(renewed, encoding="utf-8")
    elif json:
        print_json([source_pages.facts(module) for module in modules], indent=1)
    else:
        _tell_all(modules, shell_language())


def _tell_all(modules: list[Source], t: Language) -> None:
    # Loaded only now, with the language.
    from reviewbot.words.language import words_in

    own = words_in(t.language, "sources")
    print_table(_table(modules, t, own), sys.stdout)
    for module in modules:
        if unseen := module.TRAITS.unseen:
            said = t("{source}: never seen: {what}", source=module.NAME, what=own(unseen))
            out.print(said, style="dim", markup=False)


def _tell_link(link: str, *, json: bool) -> None:
    """Print what a pasted link is read as; exit code 1 where no source reads it."""
    # Only now: the list of sources needs nothing of what reads the file.
    from reviewbot.config import links
    from reviewbot.config.durations import Mistake

    try:
        hint = links.installed().recognise(link)
    except Mistake as mistake:
        parts = [part for part in (mistake.sentence, mistake.hint) if part]
        t = shell_language()
        reason = " ".join(in_its_words(part, t) for part in parts)
        if not json:
            fail(reason)
        print_json({"source": None, "reason": reason})
        raise typer.Exit(1) from None
    if json:
        print_json({"source": hint.source, "ref": hint.ref, "url": hint.url})
    else:
        out.print(f"{hint.source}:{hint.ref}", markup=False, highlight=False)
        if hint.url:
            out.print(hint.url, style="dim", markup=False)


def _table(modules: list[Source], t: Language, own: Language) -> Table:
    """All sources; `own`: what they say of themselves."""
    table = Table(box=None, pad_edge=False)
    table.add_column(t("source"), no_wrap=True)
    for heading in (t("title"), t("reads"), t("reply"), t("limit")):
        table.add_column(heading)
    for heading in (t("every"), t("gap"), t("tested on")):
        table.add_column(heading)
    for module in modules:
        traits = module.TRAITS
        table.add_row(
            module.NAME,
            module.TITLE[t.language],
            own(traits.reads),
            t(source_pages.REPLIES[traits.reply]),
            source_pages.limit(module.REPLY_LIMIT, t),
            source_pages.span(traits.every),
            source_pages.span(traits.gap),
            t(source_pages.TESTED_ON[traits.evidence]),
        )
    return table


def _check(name: str, folder: Path) -> None:
    """Run our source test on a module that need not be installed."""
    module, cases = _module_of(name), _cases_of(folder)
    problems = [*source_cases.module_problems(module), *source_cases.missing_kinds(module, cases)]
    for case in cases:
        problems += source_cases.judge(module, case, write_missing=True)
    for problem in problems:
        err.print(f"✗ {problem}", style="red", markup=False)
    if problems:
        raise typer.Exit(1)
    _say_cases(module, len(cases))


def _keep_shape(name: str, folder: Path) -> None:
    """Write the shape of the answers in a folder beside the module, for `--live`."""
    module, cases = _module_of(name), _cases_of(folder)
    path = registry.shapes_file(module)
    if path is None:
        fail(shell_language()("{source} reads any page: there is no shape to keep.", source=name))
    path.parent.mkdir(exist_ok=True)
    path.write_text(source_cases.shapes_text(module, cases), encoding="utf-8")
    _say_cases(module, len(cases))


def _module_of(name: str) -> Source:
    """The module of that name: the folder we are in counts."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = cast(Source, importlib.import_module(name))
    except ImportError as error:
        raise PluginError(f"{name} cannot be imported: {error}") from error
    registry.check(module, getattr(module, "NAME", name))
    return module


def _cases_of(folder: Path) -> tuple[source_cases.SourceCase, ...]:
    try:
        return source_cases.read_cases(folder)
    except (OSError, ValueError, TypeError) as error:
        fail(f"{folder}: {error}")


def _say_cases(module: Source, count: int) -> None:
    said = shell_language().plural("{n} case", "{n} cases", count)
    out.print(f"✓ {module.NAME}: {said}", style="green")
