"""Lists of reviews that somebody asks for: the open tickets by page and choice, and a search."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Text, case, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import col, select

from reviewbot.core.facts import FoundLine, ListChoice, ListPage, ListTotals
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Person
from reviewbot.core.source_facts import title_of
from reviewbot.core.text import word_key
from reviewbot.drafting.shown_name import shown_author
from reviewbot.queries.open_tickets import (
    EXCERPT,
    Among,
    Chosen,
    is_complaint,
    is_overdue,
    queue,
    queue_size,
    to_do,
)
from reviewbot.store import cases
from reviewbot.store.database import is_one_of
from reviewbot.store.people import name_of
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx

MOST_OPTIONS = 20
"""How many places or sites a list offers to choose from: those with the most open tickets."""
SEARCHED = (ReviewRow.text, ReviewRow.title, ReviewRow.pros, ReviewRow.cons, ReviewRow.author)


def open_page(
    tx: Tx, person: Person | None, among: Among, offset: int, page: int
) -> tuple[ListPage, int]:
    """Return a page of open tickets and where it begins: the last page where `offset` is behind
    the end, for the list may have grown shorter."""
    matching = queue_size(tx, person, among)
    offset = min(offset, max(0, (matching - 1) // page * page))
    shown = ListPage(
        entries=tuple(queue(tx, person, page, offset, among)),
        matching=matching,
        totals=_totals(tx, person, replace(among, chosen=Chosen())),
        zone=tx.settings.zone,
        at=tx.now,
        offset=offset,
        choice=_in_words(tx, among.chosen),
    )
    return shown, offset


def _totals(tx: Tx, person: Person | None, among: Among) -> ListTotals:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    mine = col(TicketRow.holder) == (person.key if person else "")
    query = to_do(tx, person, among).with_only_columns(
        func.count(), counted(is_overdue(tx.now)), counted(is_complaint()), counted(mine)
    )
    total, overdue, complaints, held = tx.session.exec(query).one()  # type: ignore[call-overload]
    return ListTotals(total, overdue, complaints, held)


def _in_words(tx: Tx, chosen: Chosen) -> ListChoice:
    return ListChoice(
        place=cases.place_of(tx, chosen.place).name if chosen.place else None,
        source_title=title_of(tx.sources, chosen.source) if chosen.source else None,
        holder=name_of(tx, chosen.holder),
        overdue=chosen.overdue,
        complaints=chosen.complaints,
    )


def options(tx: Tx, person: Person | None, among: Among, *, of_sources: bool) -> list[str]:
    """Return what a list can be narrowed to, keys of locations or of sources, the most open
    tickets first."""
    key = col(TargetRow.source) if of_sources else col(TicketRow.location_key)
    query = (
        to_do(tx, person, replace(among, chosen=Chosen()))
        .with_only_columns(key)
        .group_by(key)
        .order_by(func.count().desc(), key)
        .limit(MOST_OPTIONS)
    )
    return [str(found) for (found,) in tx.session.exec(query)]  # type: ignore[call-overload]


def find(
    tx: Tx,
    words: str,
    places: Sequence[str] | None,
    offset: int,
    limit: int,
    *,
    review_id: int | None = None,
) -> list[FoundLine]:
    """Return reviews in which every one of the words stands, the newest first.

    `places`: the locations that may be shown (None: all); `review_id`: no other than this one.
    Part of a word is enough; large and small letters are one, «ё» and «е» too.
    """
    wanted = words.split()
    query = (
        select(ReviewRow, TargetRow, TicketRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(*(_holds(word) for word in wanted))
        .order_by(col(ReviewRow.id).desc())
        .limit(limit)
        .offset(offset)
    )
    if places is not None:
        query = query.where(is_one_of(col(TargetRow.location_key), places))
    if review_id is not None:
        query = query.where(col(ReviewRow.id) == review_id)
    return [
        FoundLine(
            number=ticket.id if ticket else None,
            state=TicketState(ticket.state) if ticket else None,
            source_title=title_of(tx.sources, target.source),
            location_name=cases.place_of(tx, target.location_key).name,
            rating=review.rating,
            published_at=review.published_at,
            excerpt=_around(review, wanted[0], tx.settings.author_names),
            cardless=review.id if _can_get_card(tx, review, target, ticket) else None,
        )
        for review, target, ticket in tx.session.exec(query)
    ]


def _can_get_card(tx: Tx, review: ReviewRow, target: TargetRow, ticket: TicketRow | None) -> bool:
    if ticket is not None or review.gone_at is not None or review.reply_text is not None:
        return False
    return cases.place_of(tx, target.location_key).role == "own"


class _WordKey(GenericFunction[str]):
    """core.text.word_key of a text: on SQLite that function itself (store.database)."""

    name = "word_key"
    type = Text()
    inherit_cache = True


_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


@compiles(_WordKey, "postgresql")
def _on_server(element: _WordKey, compiler: Any, **options: Any) -> str:
    """A server lowers letters by its locale, which may know the Latin ones alone."""
    written = compiler.process(element.clauses, **options)
    return f"translate(lower({written}), '{_SMALL.upper()}Ёё', '{_SMALL}ее')"


def _holds(word: str) -> ColumnElement[bool]:
    """Whether a word stands in anything that is searched; the columns are compared as one text,
    so that each review is read once."""
    whole: ColumnElement[str] = literal("")
    for column in SEARCHED:
        whole = whole + func.coalesce(col(column), "") + "\n"
    return _WordKey(whole).contains(word_key(word), autoescape=True)


def _around(review: ReviewRow, word: str, author_names: str) -> str:
    """Return the words about the place where one was found, on one line, the author after them."""
    author = shown_author(review.author, author_names)
    said = " ".join(filter(None, (review.title, review.text, review.cons, review.pros)))
    line = " ".join(" · ".join(filter(None, (said, author))).split())
    at = word_key(line).find(word_key(word))
    start = max(0, min(at - EXCERPT // 3, len(line) - EXCERPT))
    cut = line[start : start + EXCERPT].strip()
    return f"{'…' if start else ''}{cut}{'…' if start + EXCERPT < len(line) else ''}"
