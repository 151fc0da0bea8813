"""`reviewbot forget`: a guest asked for it: their name and words go, the counts stay."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config
from reviewbot.cli.terminal import fail, out
from reviewbot.cli.time_format import TimeFormat, time_format
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.text import folded, word_key
from reviewbot.core.ticket import Actor
from reviewbot.queries.guests.same_author import reviews_of_guest
from reviewbot.queries.open_tickets import excerpt
from reviewbot.registry import source_facts_of
from reviewbot.store.database import Database, chunks
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.operator_language import operator_language
from reviewbot.workflow.forgetting.forgotten_review import forget_all

OPERATOR = Actor("operator", "operator")
Found = tuple[ReviewRow, TargetRow, int | None]
"""A review, where it stands, and the number of its ticket."""


def forget(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="NUMBER", help="Numbers of reviews (№).")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", help="All reviews by this name, as the site has it.")
    ] = None,
    only_this: Annotated[
        bool,
        typer.Option("--only-this", help="These reviews alone, not what else the guest wrote."),
    ] = False,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove a guest's name, words and pictures for good. Figures stay as they are."""
    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    if not numbers and not author:
        fail(t("Say which: `reviewbot forget 412`, or --author with the name on the site."))
    now = WallClock().now()
    with opened(config, None, for_reading=True) as db:
        found = db.read_now(lambda rows: _found(rows, numbers or [], author, only_this))
        if not found:
            fail(t("No such review is kept, or it is forgotten already."))
        _show(found, time_format(config, now))
        asked = t("Remove name and words of {count} for good?", count=len(found))
        if not yes and not typer.confirm(asked):
            raise typer.Exit(1)
        sources = source_facts_of(loaded.settings, loaded.secrets)

        def work(rows: Session) -> int:
            tx = Tx(rows, loaded.settings, sources, now)
            key = forgotten.key_of(rows)
            return forget_all(tx, [review.id or 0 for review, *_ in found], OPERATOR, key)

        count = db.write_now(work)
        db.read_now(forgotten.keep)
        is_clean = _clean(db)
    said = t("✓ Removed: {count}. The bot changes the cards that were sent.", count=count)
    out.print(said, style="green", markup=False)
    out.print(
        t(
            "What stands in chats beside the cards (digests, lists, files) and in earlier backups"
            " you remove by hand; a restored backup forgets anew."
        ),
        markup=False,
    )
    if not is_clean:
        said = t(
            "Old pages stay in the database's log until the running bot has tidied up, within an"
            " hour."
        )
        out.print(said, markup=False)


def _found(
    rows: Session, numbers: Sequence[int], author: str | None, only_this: bool
) -> list[Found]:
    """Return what was named, and what else its guests wrote."""
    wanted: ColumnElement[bool] = col(TicketRow.id).in_(numbers)
    if author:
        name = word_key(folded(author))
        named = select(ReviewRow.id, ReviewRow.author).where(col(ReviewRow.author).is_not(None))
        same = [
            row_id for row_id, each in rows.exec(named) if word_key(folded(each or "")) == name
        ]
        wanted = or_(wanted, col(ReviewRow.id).in_(same))
    named_ids = rows.exec(
        select(ReviewRow.id)
        .outerjoin(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .where(wanted, col(ReviewRow.forgotten_at).is_(None))
    ).all()
    ids = {each or 0 for each in named_ids}
    if not only_this:
        for each in sorted(ids):
            ids.update(reviews_of_guest(rows, each))
    return [one for some in chunks(sorted(ids)) for one in _rows_of(rows, some)]


def _rows_of(rows: Session, ids: Sequence[int]) -> list[Found]:
    query = (
        select(ReviewRow, TargetRow, TicketRow.id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .outerjoin(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .where(col(ReviewRow.id).in_(ids))
        .order_by(col(ReviewRow.id))
    )
    return list(rows.exec(query).all())


def _show(found: Sequence[Found], clock: TimeFormat) -> None:
    for review, target, number in found:
        at: datetime = review.published_at or review.first_seen_at
        name = f"№{number}" if number else "—"
        parts = (name, target.key, clock.in_full(at), review.author or "", excerpt(review))
        out.print("  ".join(part for part in parts if part), markup=False)


def _clean(db: Database) -> bool:
    """Take what was removed out of the file's free pages and out of its log."""
    db.write_anew()
    return db.empty_log_now()
