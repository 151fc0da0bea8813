"""A stored review explained: its verdict, and why this deadline, this draft and this chat."""

import os
from functools import partial
from pathlib import Path

from rich.text import Text
from sqlmodel import Session

from reviewbot.cli.databases import opened
from reviewbot.cli.terminal import fail
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.config.locale import locale_of
from reviewbot.core.classifier.explain import Explanation, explain
from reviewbot.core.classifier.score import PAST_REVIEWS
from reviewbot.core.settings import Settings
from reviewbot.lexicons import classifier, classifier_for
from reviewbot.queries.card_facts import card_facts
from reviewbot.queries.past_reviews import review_of_ticket
from reviewbot.registry import source_facts_of
from reviewbot.store.database import Database
from reviewbot.store.reviews import latest_texts
from reviewbot.store.tx import Tx
from reviewbot.words.cards import history
from reviewbot.words.operator_language import operator_language
from reviewbot.words.terminal_text import terminal_text


def explain_stored(
    number: int, config: Path | None, database: str | None
) -> tuple[Explanation, Text | None]:
    """Return the explanation of a ticket's review, judged by its location's rules, and what staff
    read under «Почему» of the ticket. Where a database is named without a configuration, the
    rules are the product's and there is nothing under «Почему»."""
    settings = None
    if config is not None or database is None:
        settings = load(config, environ=os.environ).settings
    with opened(config, database, for_reading=True) as db:
        past = db.read_now(partial(review_of_ticket, number=number))
        known = db.read_now(partial(_texts_of, place=past.location)) if past else []
        decided = _decisions(db, settings, number) if settings else None
    if past is None:
        t = operator_language(locale_of(config, os.environ).language)
        fail(t("There is no review № {number}.", number=number))
    judge = classifier_for(settings, past.location) if settings else classifier()
    judge = judge.knowing(known)
    row = past.review
    source = source_facts_of(settings).get(past.source) if settings else None
    shown = explain(
        judge,
        rating=row.rating,
        title=row.title,
        text=row.text,
        pros=row.pros,
        cons=row.cons,
        comment=source is not None and source.is_comments(past.ref),
    )
    return shown, decided


def _texts_of(session: Session, place: str) -> list[str]:
    return [*latest_texts(session, place, PAST_REVIEWS)]


def _decisions(db: Database, settings: Settings, number: int) -> Text | None:
    """Return the decisions about a ticket in the language of the settings; None without one."""
    now, source_facts = WallClock().now(), source_facts_of(settings)
    facts = db.read_now(lambda rows: card_facts(Tx(rows, settings, source_facts, now), number))
    return terminal_text(history.explain(facts, settings.language).html) if facts else None
