"""`classify` and `explain`: verdicts on any file of reviews, and the arithmetic of one."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from reviewbot.cli.app import app, err, fail, out, print_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from reviewbot.cli.rules.review_file import FileRow
    from reviewbot.core.classifier.classify import Classifier
    from reviewbot.core.classifier.explain import Explanation
    from reviewbot.core.model import Verdict

STYLES = {"negative": "red", "mixed": "yellow", "neutral": "", "positive": "green"}
SHOWN_ROWS = 30
SHOWN_TEXT = 60
PROGRESS_FROM = 5_000

Profile = Annotated[
    str | None,
    typer.Option(help="restaurant, clinic, shop, dealer, hotel, bank or app."),
]


@app.command()
def classify(
    file: Annotated[
        str, typer.Argument(help="CSV or JSON Lines with `text`; - is standard input.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON verdict per row.")] = False,
    profile: Profile = None,
) -> None:
    """Say of every review in a file what the bot would say, and why.

    Read are `text` and, where they stand, `rating`, `title`, `pros`, `cons`. Other columns, a
    labelled file's `stars` among them, are never looked at.
    """
    from rich.progress import Progress

    from reviewbot.cli.rules.review_file import read_rows

    judge = _classifier(profile)
    rows = read_rows(file)
    table = _Summary()
    with Progress(console=err, transient=True, disable=len(rows) < PROGRESS_FROM) as progress:
        for row in progress.track(rows, description="classify"):
            verdict = judge.classify(
                rating=row.rating,
                title=row.title,
                text=row.text,
                pros=row.pros,
                cons=row.cons,
                language=row.language,
            )
            if jsonl:
                print_json(as_json(verdict))
            else:
                table.add(row, verdict)
    if not jsonl:
        table.show()


@app.command()
def explain(
    review: Annotated[str, typer.Argument(help="A stored review's number, or a text.")],
    rating: Annotated[int | None, typer.Option(min=1, max=5, help="The text's stars.")] = None,
    title: Annotated[str | None, typer.Option(help="The text's title.")] = None,
    pros: Annotated[str | None, typer.Option(help="What was liked.")] = None,
    cons: Annotated[str | None, typer.Option(help="What was not.")] = None,
    profile: Profile = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file.")] = None,
    database: Annotated[
        str | None, typer.Option("--database", help="In place of the configured one.")
    ] = None,
) -> None:
    """Show what fired in a review, what was damped, and what would have changed the verdict.

    A number is the № on the card of a stored review, which its location's rules judge again; with
    the configuration also the arithmetic of its deadline, and why this draft and this chat.
    """
    from reviewbot.core.classifier.explain import explain as explained

    number = review.strip().removeprefix("№").strip()
    if number.isdecimal():
        _explain_stored(int(number), config, database)
        return
    judge = _classifier(profile)
    shown = explained(judge, rating=rating, title=title, text=review, pros=pros, cons=cons)
    out.print(explain_text(shown))


def _explain_stored(number: int, config: Path | None, database: str | None) -> None:
    from functools import partial

    from reviewbot.cli.migrate import opened
    from reviewbot.cli.rules.explain_ticket import decisions
    from reviewbot.core.classifier.explain import explain as explained
    from reviewbot.lexicons import classifier
    from reviewbot.queries.past_reviews import review_of_ticket

    settings = None
    if config is not None or database is None:
        from reviewbot.config import load

        settings = load(config, environ=os.environ).settings
    with opened(config, database, for_reading=True) as db:
        past = db.read_now(partial(review_of_ticket, number=number))
        decided = decisions(db, settings, number) if settings else None
    if past is None:
        fail(f"There is no review № {number}.")
    judge = classifier()
    if settings is not None:
        place = settings.locations.get(past.location)
        judge = classifier((place.profile if place else None) or settings.profile, settings.rules)
    row = past.review
    shown = explained(
        judge, rating=row.rating, title=row.title, text=row.text, pros=row.pros, cons=row.cons
    )
    out.print(explain_text(shown))
    if decided is not None:
        out.print()
        out.print(decided)


def _classifier(profile: str | None) -> "Classifier":
    from reviewbot.lexicons import PROFILES, classifier

    if profile is not None and profile not in PROFILES:
        fail(f"There is no profile {profile}; there are: {', '.join(PROFILES)}.", code=2)
    return classifier(profile)


def as_json(verdict: "Verdict") -> dict[str, object]:
    """Return a verdict as `classify --jsonl` writes it."""
    return {
        "negative": verdict.is_negative,
        "tone": verdict.tone.value,
        "severity": verdict.severity.value,
        "score": verdict.score,
        "topics": list(verdict.topics),
        "praise": list(verdict.praise),
        "hints": [hint.value for hint in verdict.hints],
        "needs_human": verdict.needs_human,
        "language": verdict.language,
        "reasons": [
            {
                "rule": reason.rule,
                "words": reason.words,
                "sentence": reason.sentence,
                "points": reason.points,
                "topic": reason.topic,
            }
            for reason in verdict.reasons
        ],
    }


class _Summary:
    """The table for people: the first rows, then the counts of all."""

    def __init__(self) -> None:
        self.table = Table(box=None, pad_edge=False)
        for name in ("", "tone", "severity", "score", "topics", "words", "text"):
            self.table.add_column(name, no_wrap=name != "words")
        self.tones: dict[str, int] = {}
        self.critical = 0
        self.rows = 0

    def add(self, row: "FileRow", verdict: "Verdict") -> None:
        self.rows += 1
        tone = verdict.tone.value
        self.tones[tone] = self.tones.get(tone, 0) + 1
        self.critical += verdict.needs_human
        if self.rows > SHOWN_ROWS:
            return
        text = " ".join((row.text or row.title or row.cons or row.pros or "").split())
        words = [reason.words for reason in verdict.reasons if reason.speaks_for(verdict.severity)]
        self.table.add_row(
            str(self.rows),
            Text(tone, style=STYLES[tone]),
            verdict.severity.value,
            "" if verdict.score is None else f"{verdict.score:.2f}",
            ", ".join(verdict.topics),
            Text(" · ".join(words[:3])),
            Text(text[:SHOWN_TEXT] + ("…" if len(text) > SHOWN_TEXT else "")),
        )

    def show(self) -> None:
        out.print(self.table)
        if self.rows > SHOWN_ROWS:
            out.print(f"… and {self.rows - SHOWN_ROWS} more; --jsonl gives all.", style="dim")
        counts = " · ".join(
            f"{tone} {self.tones[tone]}" for tone in STYLES if self.tones.get(tone)
        )
        out.print(f"{self.rows} reviews: {counts or 'nothing'} · critical {self.critical}")


def explain_text(shown: "Explanation") -> "RenderableType":
    """Return an explanation as people read it."""
    from rich.console import Group

    verdict = shown.verdict
    parts: list[RenderableType] = [_head(verdict)]
    if verdict.topics or verdict.praise:
        about = [*(f"−{topic}" for topic in verdict.topics), *(f"+{t}" for t in verdict.praise)]
        parts.append(Text("topics: " + ", ".join(about)))
    if verdict.hints:
        parts.append(Text("hints: " + ", ".join(hint.value for hint in verdict.hints)))
    if verdict.score is None:
        parts.append(Text("No text that the rules can read: the stars alone decide.", style="dim"))
        return Group(*parts)
    parts += [Text(""), _fired(shown), Text(""), _sum(shown)]
    changes = [change for change in shown.changes if change.verdict.score is not None]
    if changes:
        parts += [Text(""), _changed(shown)]
    return Group(*parts)


def _head(verdict: "Verdict") -> Text:
    head = Text.assemble((verdict.tone.value, STYLES[verdict.tone.value] or "bold"))
    head.append(f" · {verdict.severity.value}")
    if verdict.score is not None:
        head.append(f" · P(negative) {verdict.score:.2f}")
    head.append(f" · language {verdict.language or 'unknown'}")
    if verdict.needs_human:
        head.append(" · needs a person")
    return head


def _fired(shown: "Explanation") -> Table:
    table = Table(
        "points", "rule", "words", "damped", box=None, pad_edge=False, title_justify="left"
    )
    for piece in sorted(shown.pieces, key=lambda piece: -abs(piece.points)):
        style = "red" if piece.points > 0 else "green" if piece.points < 0 else "dim"
        table.add_row(
            Text(f"{piece.points:+.2f}", style=style),
            piece.rule + (f" [{piece.topic}]" if piece.topic else ""),
            Text(f"«{piece.words}» in: {piece.sentence[:80]}"),
            piece.damped,
        )
    if not shown.pieces:
        table.add_row("", "no rule fired", "", "")
    return table


def _sum(shown: "Explanation") -> Text:
    rules = sum(piece.points for piece in shown.pieces)
    words = sum(points for _, points in shown.words)
    shape = shown.total - shown.bias - rules - words
    lines = [
        f"start {shown.bias:+.2f}, rules {rules:+.2f}, words {words:+.2f}, the review as a whole "
        f"{shape:+.2f} = {shown.total:+.2f}, which is P(negative) {shown.verdict.score:.2f}; "
        f"a complaint from {shown.threshold:.2f}"
        + (f"; read as a review of a {shown.kind}" if shown.kind else ""),
    ]
    for name, parts in (("words", shown.words), ("as a whole", shown.shape)):
        if parts:
            said = ", ".join(f"{part} {points:+.2f}" for part, points in parts[:8])
            lines.append(f"{name}: {said}")
    if shown.event:
        said = ", ".join(f"{part} {points:+.2f}" for part, points in shown.event[:8])
        whole = sum(points for _, points in shown.event)
        lines.append(
            f"of a critical event: {said} = {whole:+.2f}; one from {shown.event_needed:+.2f}"
        )
    return Text("\n".join(lines), style="dim")


def _changed(shown: "Explanation") -> Text:
    lines = []
    for change in shown.changes:
        verdict, now = change.verdict, shown.verdict
        turned = [
            f"{name} {was} → {is_now}"
            for name, was, is_now in (
                ("tone", now.tone.value, verdict.tone.value),
                ("severity", now.severity.value, verdict.severity.value),
            )
            if was != is_now
        ]
        said = ", ".join(turned) or "the verdict stays"
        lines.append(f"without {change.rule}: P(negative) {verdict.score:.2f}, {said}")
    return Text("\n".join(lines))
