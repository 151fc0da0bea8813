"""`reviewbot explain`: the arithmetic of one verdict."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.rules.profiles import STYLES, Profile, classifier_of
from reviewbot.cli.terminal import out
from reviewbot.core.classifier.explain import Explanation
from reviewbot.core.classifier.explain import explain as explained
from reviewbot.core.model import Verdict


def explain(
    review: Annotated[str, typer.Argument(help="A stored review's number, or a text.")],
    rating: Annotated[int | None, typer.Option(min=1, max=5, help="The text's stars.")] = None,
    title: Annotated[str | None, typer.Option(help="The text's title.")] = None,
    pros: Annotated[str | None, typer.Option(help="What was liked.")] = None,
    cons: Annotated[str | None, typer.Option(help="What was not.")] = None,
    profile: Profile = None,
    config: Config = None,
    database: DatabaseName = None,
) -> None:
    """Show what fired in a review, what was damped, and what would have changed the verdict.

    A number is the № on the card of a stored review, which its location's rules judge again; with
    the configuration also the arithmetic of its deadline, and why this draft and this chat.
    """
    number = review.strip().removeprefix("№").strip()
    if number.isdecimal():
        # Only now: a text needs neither a file nor a database.
        from reviewbot.cli.rules.explain_ticket import explain_stored

        shown, decisions = explain_stored(int(number), config, database)
        out.print(explain_text(shown))
        if decisions is not None:
            out.print()
            out.print(decisions)
        return
    judge = classifier_of(profile)
    shown = explained(judge, rating=rating, title=title, text=review, pros=pros, cons=cons)
    out.print(explain_text(shown))


def explain_text(shown: Explanation) -> RenderableType:
    """Return an explanation as people read it."""
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


def _head(verdict: Verdict) -> Text:
    head = Text.assemble((verdict.tone.value, STYLES[verdict.tone.value] or "bold"))
    head.append(f" · {verdict.severity.value}")
    danger = next((reason for reason in verdict.reasons if reason.probability), None)
    if danger is not None:
        name = danger.rule.rpartition(".")[2]
        head.append(f" ({name}, P {danger.probability:.2f})")
    if verdict.score is not None:
        head.append(f" · P(negative) {verdict.score:.2f}")
    head.append(f" · language {verdict.language or 'unknown'}")
    if verdict.needs_human:
        head.append(" · needs a person")
    return head


def _fired(shown: Explanation) -> Table:
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


def _sum(shown: Explanation) -> Text:
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
    if shown.danger:
        said = ", ".join(f"{part} {points:+.2f}" for part, points in shown.danger[:8])
        lines.append(
            f"danger, most in «{shown.danger_words}»: {shown.danger_name or 'any'},"
            f" P {shown.danger_probability:.2f}, critical from {shown.danger_needed:.2f}: {said}"
        )
    return Text("\n".join(lines), style="dim")


def _changed(shown: Explanation) -> Text:
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
