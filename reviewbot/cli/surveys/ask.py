"""`reviewbot ask`: a link for guests of a place, as text, QR code and table card."""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from reviewbot.charts.qr import as_png, as_svg
from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config
from reviewbot.cli.setup.bot_api import BotApi
from reviewbot.cli.terminal import err, fail, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.errors import Refused
from reviewbot.registry import source_facts_of
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.tx import Tx
from reviewbot.words.operator_language import operator_language
from reviewbot.words.surveys.invitation import link, table_card
from reviewbot.workflow.surveys.guest_links import (
    CODE_BYTES,
    GuestLink,
    Visit,
    hand_out_link,
    withdraw_links,
)

CREATED_BY = "command"


def ask(
    location: Annotated[str, typer.Argument(help="A location of the file, by its key.")],
    visit: Annotated[
        str | None,
        typer.Option("--visit", help="For one guest: your own number of the visit. Good once."),
    ] = None,
    item: Annotated[str | None, typer.Option("--item", help="What the visit was about.")] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="Like new, or returning.")
    ] = None,
    png: Annotated[Path | None, typer.Option("--png", help="Write the QR code there.")] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the QR code there.")] = None,
    card: Annotated[
        Path | None, typer.Option("--card", help="Write a table card (A6, HTML) there.")
    ] = None,
    withdraw: Annotated[
        bool,
        typer.Option("--withdraw", help="End the place's links for everybody, printed ones too."),
    ] = False,
    config: Config = None,
) -> None:
    """Make a link that asks guests of a place: everybody there, or with --visit one of them."""
    loaded = load(config, environ=os.environ)
    settings, now = loaded.settings, WallClock().now()
    t = operator_language(settings.language)
    place = settings.locations.get(location)
    if settings.guests is None:
        fail(t("Guests are asked nothing yet: write [guests] into the file."), code=2)
    if place is None or place.role != "own":
        names = ", ".join(key for key, each in settings.locations.items() if each.role == "own")
        fail(
            t('There is no location "{key}". Locations: {names}.', key=location, names=names),
            code=2,
        )
    facts = source_facts_of(settings, loaded.secrets)
    if withdraw:
        with opened(config, settings.database, for_reading=True) as db:
            gone = db.write_now(
                lambda rows: withdraw_links(Tx(rows, settings, facts, now), location)
            )
        out.print(t("Withdrawn links: {n}. Print new cards.", n=gone), markup=False)
        return
    token = loaded.guests_token if settings.guests.own_bot else loaded.token
    if token is None:
        fail(t("The link leads into the bot, so its token is needed."), code=2)
    telegram = settings.telegram
    with BotApi(token.get_secret_value(), telegram.base_url, telegram.proxy) as api:
        address = link(api.me()["username"], code := token_urlsafe(CODE_BYTES))
    about = Visit(visit, item, segment) if visit is not None else None
    given = GuestLink(hash_of_link(code), location, CREATED_BY, about)
    with opened(config, settings.database, for_reading=True) as db:
        try:
            db.write_now(lambda rows: hand_out_link(Tx(rows, settings, facts, now), given))
        except Refused as refused:
            fail(t("The link was not made: {why}.", why=refused.code))
    out.print(address, markup=False, soft_wrap=True)
    for path, content in (
        (png, png and as_png(address)),
        (svg, svg and as_svg(address).encode()),
        (card, card and _card(place.name, address)),
    ):
        if path is not None and isinstance(content, bytes):
            path.write_bytes(content)
            err.print(t("Written: {path}", path=path), style="dim", markup=False)


def _card(place: str, address: str) -> bytes:
    return table_card(place=place, svg=as_svg(address), address=address).encode()
