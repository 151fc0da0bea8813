"""`reviewbot check`: is the file right, what will it do, and does the world answer."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from reviewbot.cli.door import app, err, out

if TYPE_CHECKING:
    from reviewbot.config import Loaded
    from reviewbot.config.traffic import HostTraffic
    from reviewbot.core.errors import Problem


@app.command()
def check(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file.")] = None,
    effective: Annotated[
        bool, typer.Option("--effective", help="Print everything, defaults included.")
    ] = False,
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask Telegram and read a few pages; writes nothing."),
    ] = False,
) -> None:
    """Check the configuration. Exit codes: 0 right (warnings too), 1 --live failed, 2 mistakes."""
    from reviewbot.config import load

    loaded = load(config, environ=os.environ)
    if effective:
        from reviewbot.config.effective import effective as written

        out.print(written(loaded), markup=False, end="")
        return
    _print_file(loaded)
    if live:
        from reviewbot.cli.live import look

        answers = look(loaded)
        out.print("\nLive", style="bold")
        for answer in answers:
            mark, style = ("✓", "green") if answer.good else ("✗", "red")
            out.print(f"{mark} {answer.subject}: {answer.sentence}", style=style, markup=False)
        if not all(answer.good for answer in answers):
            raise typer.Exit(1)


def _print_file(loaded: "Loaded") -> None:
    from reviewbot.config.traffic import traffic, warnings

    hosts = traffic(loaded.setup)
    told = [*loaded.warnings, *warnings(hosts)]
    out.print(f"✓ {loaded.path}: {_counts(loaded)}", style="green", markup=False)
    for problem in told:
        _warn(problem)
    if hosts:
        out.print()
        out.print(_table(hosts))


def _counts(loaded: "Loaded") -> str:
    setup = loaded.setup
    own = sum(place.role == "own" for place in setup.locations.values())
    parts = [
        (own, "location"),
        (len(setup.locations) - own, "competitor"),
        (len(setup.targets), "page"),
        (len(setup.people), "person"),
        (len(setup.chats), "chat"),
    ]
    plurals = {"person": "people"}
    return ", ".join(
        f"{number} {noun if number == 1 else plurals.get(noun, f'{noun}s')}"
        for number, noun in parts
        if number
    )


def _warn(problem: "Problem") -> None:
    # Warnings go to the other stream: what a script reads stays clean.
    err.print(f"! {problem}", style="yellow", markup=False)


def _table(hosts: "tuple[HostTraffic, ...]") -> Table:
    from reviewbot.config.spans import brief, rounded

    table = Table(box=None, pad_edge=False)
    for heading in ("host", "pages", "every", "attainable", "gap", "a day", "safe"):
        first = heading == "host"
        table.add_column(heading, justify="left" if first else "right", no_wrap=first)
    for host in hosts:
        safe = "unknown" if host.budget is None else f"≤ {host.budget}"
        table.add_row(
            host.host,
            str(host.targets),
            brief(host.every),
            rounded(host.attainable),
            brief(host.gap),
            f"≥ {host.requests}",
            safe,
        )
    return table
