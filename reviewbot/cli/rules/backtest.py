"""`backtest`: what other rules would have said of past reviews. Nothing is sent or stored."""

import os
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from reviewbot.cli.codes import code_in_words
from reviewbot.cli.databases import opened
from reviewbot.cli.options import DatabaseName
from reviewbot.cli.rules.review_file import FileRow, read_rows
from reviewbot.cli.terminal import err, fail, out
from reviewbot.config import load
from reviewbot.config.locale import locale_of
from reviewbot.core.classifier.backtest import Backtest, BacktestCase, ChangedVerdict, Judge, run
from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.core.classifier.score import PAST_REVIEWS
from reviewbot.core.model import Verdict
from reviewbot.core.routes import route_for
from reviewbot.core.settings import Settings, Subject
from reviewbot.lexicons import classifier
from reviewbot.queries.past_reviews import past_reviews
from reviewbot.registry import source_facts_of
from reviewbot.store.reviews import latest_texts
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language

SHOWN_RULES = 25
SHOWN_TEXT = 140
COMPLAINT = {"negative", "neg", "complaint", "is_a_complaint", "yes", "true", "1"}
NO_COMPLAINT = {
    "positive", "pos", "neutral", "neu", "mixed", "not_a_complaint", "no", "false", "0",
}  # fmt: skip

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>backtest</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;margin:1rem 0}}td,th{{padding:.3rem .8rem;text-align:left;
border-bottom:1px solid #ddd;vertical-align:top}}td.n{{text-align:right}}
blockquote{{margin:.5rem 0;padding-left:1rem;border-left:3px solid #ccc}}</style>
{body}</html>
"""


def backtest(
    config: Annotated[Path, typer.Argument(help="The candidate configuration.")],
    against: Annotated[
        Path | None, typer.Option(help="The configuration to hold it against.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="A labelled CSV or JSON Lines, with `label` or `stars`."),
    ] = None,
    database: DatabaseName = None,
    html: Annotated[Path | None, typer.Option(help="Write a page for a manager here.")] = None,
) -> None:
    """Run rules over past reviews: what they flag, what changes, what each rule is worth.

    Without --labels the stored history is taken, and staff's words on past verdicts with it.
    Nothing is sent and nothing is stored. With labels, the verdicts are by the text alone.
    """

    t = operator_language(locale_of(config, os.environ).language)
    candidate = _judge(config)
    other = _judge(against) if against else None
    cases = labelled_cases(labels, t) if labels else stored_cases(config, database)
    with Progress(console=err, transient=True) as progress:
        result = run(progress.track(cases, description="backtest"), candidate, other)
    _show(result, t, compared=other is not None)
    if html is not None:
        html.write_text(page(result, t, compared=other is not None), encoding="utf-8")
        out.print(t("✓ Written: {file}", file=html), markup=False)


def _judge(config: Path) -> Judge:
    settings = load(config, environ=os.environ).settings
    return judge_with(settings, settings.rules)


def judge_with(settings: Settings, rules: RuleSet) -> Judge:
    """Return what judges a review of a house by these rules, as its location's business: told by
    a profile, else by the location's latest reviews, as when a review comes in."""

    # Two sets of rules are asked by turns, and only the last of a profile is kept elsewhere.
    judges: dict[str | None, Classifier] = {}
    places: dict[str, Classifier] = {}

    def verdict_on(case: BacktestCase) -> Verdict:
        place = settings.locations.get(case.location)
        profile = (place.profile if place else None) or settings.profile
        if profile not in judges:
            judges[profile] = classifier(profile, rules)
        if case.location not in places:
            places[case.location] = judges[profile].knowing(case.past)
        return places[case.location].classify(
            rating=case.rating,
            title=case.title,
            text=case.text,
            pros=case.pros,
            cons=case.cons,
            language=case.language,
            comment=case.comment,
        )

    return verdict_on


def stored_cases(config: Path | None, database: str | None) -> list[BacktestCase]:
    """Return the stored history; each case's chat is where the candidate's routes send it."""
    settings = load(config, environ=os.environ).settings
    sources = source_facts_of(settings)

    def cases(session: Session) -> list[BacktestCase]:
        found = []
        latest: dict[str, tuple[str, ...]] = {}
        for past in past_reviews(session):
            row = past.review
            place = settings.locations.get(past.location)
            if past.location not in latest:
                latest[past.location] = (*latest_texts(session, past.location, PAST_REVIEWS),)
            # Routes look at the verdict too; the stored one stands for both candidates.
            subject = Subject(
                tone=row.tone,
                severity=row.severity,
                source=past.source,
                location=past.location,
                topics=tuple(row.topics),
                groups=place.groups if place else (),
                rating=row.rating,
            )
            found.append(
                BacktestCase(
                    name=f"{past.location}/{past.source} {row.external_id}",
                    rating=row.rating,
                    title=row.title,
                    text=row.text,
                    pros=row.pros,
                    cons=row.cons,
                    language=row.language,
                    label=past.is_complaint,
                    at=row.first_seen_at,
                    chat=route_for(settings.routes, subject).chat,
                    location=past.location,
                    comment=past.source in sources and sources[past.source].is_comments(past.ref),
                    past=latest[past.location],
                )
            )
        return found

    with opened(config, database, for_reading=True) as db:
        return db.read_now(cases)


def labelled_cases(file: Path, t: Language) -> list[BacktestCase]:
    """Return a labelled file's rows; its stars are the truth, not what the classifier sees."""
    return [_case(number, row, t) for number, row in enumerate(read_rows(str(file), t), 1)]


def _case(number: int, row: FileRow, t: Language) -> BacktestCase:
    return BacktestCase(
        name=t("row {n}", n=number),
        rating=row.rating,
        title=row.title,
        text=row.text,
        pros=row.pros,
        cons=row.cons,
        language=row.language,
        label=_label(number, row, t),
    )


def _label(number: int, row: FileRow, t: Language) -> bool | None:
    for column in ("says", "label", "negative"):
        said = str(row.other.get(column) or "").strip().lower()
        if said in COMPLAINT:
            return True
        if said in NO_COMPLAINT:
            return False
    stars = str(row.other.get("stars") or "").strip()
    if not stars:
        return None
    try:
        return float(stars) <= 2
    except ValueError:
        written = repr(stars[:20])
        sentence = t("Row {n}: the stars {stars} are not a number.", n=number, stars=written)
        fail(sentence, code=2)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def figures(result: Backtest, t: Language, *, compared: bool) -> list[str]:
    """Return the run's figures as sentences."""
    lines = [
        t(
            "{reviews} reviews, {flagged} flagged, {critical} critical.",
            reviews=result.reviews,
            flagged=result.flagged,
            critical=result.critical,
        ),
        t(
            "Of the flagged, {precision} are complaints; of the complaints, {recall} are flagged.",
            precision=_percent(result.precision),
            recall=_percent(result.recall),
        ),
    ]
    if compared:
        lines.append(
            t(
                "Before: {before} flagged. Newly flagged {newly}, no longer {gone}.",
                before=result.flagged_before,
                newly=result.newly_count,
                gone=result.no_longer_count,
            )
        )
    for chat, count in sorted(result.alerts.items()):
        per_day = result.alerts_per_day(chat)
        if per_day is not None:
            hour, most = result.busiest[chat]
            lines.append(
                t(
                    "{chat}: {n} in all, {per_day} a day; the busiest hour {hour} with {most}.",
                    chat=chat or t("alerts"),
                    n=count,
                    per_day=f"{per_day:.1f}",
                    hour=hour,
                    most=most,
                )
            )
    return lines


def confusion_rows(result: Backtest, t: Language) -> list[tuple[str, int, int]]:
    """Return (what it is, flagged, not flagged) for each truth that occurs."""
    names = ((True, t("complaint")), (False, t("no complaint")), (None, t("unknown")))
    rows = [
        (name, result.confusion[truth, True], result.confusion[truth, False])
        for truth, name in names
    ]
    return [row for row in rows if row[1] or row[2]]


def star_rows(result: Backtest) -> list[tuple[str, dict[str, int]]]:
    """Return how many reviews of each rating got each tone."""
    ratings = sorted({rating for rating, _ in result.stars if rating is not None})
    return [
        (
            f"{rating}★",
            {tone.value: n for (stars, tone), n in result.stars.items() if stars == rating},
        )
        for rating in ratings
    ]


def rule_rows(result: Backtest) -> list[tuple[str, int, str, int]]:
    """Return (rule, hits, precision, what only it catches), most hits first."""
    chosen = sorted(result.rules.items(), key=lambda pair: (-pair[1].hits, pair[0]))
    return [
        (name, found.hits, _percent(found.precision), found.alone)
        for name, found in chosen[:SHOWN_RULES]
    ]


def _show(result: Backtest, t: Language, *, compared: bool) -> None:
    for line in figures(result, t, compared=compared):
        out.print(line, markup=False)
    _table(("", t("flagged"), t("not flagged")), confusion_rows(result, t))
    tones = ("negative", "mixed", "neutral", "positive")
    stars = [(name, *(found.get(tone, 0) for tone in tones)) for name, found in star_rows(result)]
    if stars:
        _table((t("stars"), *(code_in_words(tone, t) for tone in tones)), stars)
    for title, changes in (
        (t("Newly flagged"), result.newly),
        (t("No longer flagged"), result.no_longer),
    ):
        if changes:
            out.print(f"\n{title}", style="bold")
        for change in changes:
            out.print(Text(_changed(change)))
    _table((t("rule"), t("hits"), t("precision"), t("only it")), rule_rows(result))


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(value) for value in row))
    out.print()
    out.print(table)


def _changed(change: ChangedVerdict) -> str:
    text = " ".join((change.case.text or change.case.title or "").split())[:SHOWN_TEXT]
    after = change.after
    words = [reason.words for reason in after.reasons if reason.speaks_for(after.severity)][:3]
    why = f" ({' · '.join(words)})" if words else ""
    return f"{change.case.name}: {text}{why}"


def page(result: Backtest, t: Language, *, compared: bool) -> str:
    """Return the run as an HTML page."""
    title, rules = t("Rules over past reviews"), t("Rules")
    body = [f"<h1>{escape(title)}</h1>"]
    body += [f"<p>{escape(line)}</p>" for line in figures(result, t, compared=compared)]
    body.append(_html_table(("", t("flagged"), t("not flagged")), confusion_rows(result, t)))
    for title, changes in (
        (t("Newly flagged"), result.newly),
        (t("No longer flagged"), result.no_longer),
    ):
        if changes:
            body.append(f"<h2>{title}</h2>")
            body += [f"<blockquote>{escape(_changed(change))}</blockquote>" for change in changes]
    body.append(f"<h2>{escape(rules)}</h2>")
    body.append(
        _html_table((t("rule"), t("hits"), t("precision"), t("only it")), rule_rows(result))
    )
    return PAGE.format(body="\n".join(body), language=t.language)


def _html_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["<table><tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr>"]
    lines += ["<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table>"])


def _cell(value: object) -> str:
    kind = ' class="n"' if isinstance(value, int) else ""
    return f"<td{kind}>{escape(str(value))}</td>"
