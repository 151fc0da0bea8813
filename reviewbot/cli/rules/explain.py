"""`reviewbot explain`: the arithmetic of one verdict."""

import os
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reviewbot.cli.codes import code_in_words
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.rules.profiles import STYLES, Profile, classifier_of
from reviewbot.cli.terminal import out
from reviewbot.core.classifier.explain import Explanation
from reviewbot.core.classifier.explain import explain as explained
from reviewbot.core.model import Verdict
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language
from reviewbot.words.operator_text import language_of


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
        from reviewbot.config.locale import locale_of

        shown, decisions = explain_stored(int(number), config, database)
        t = operator_language(locale_of(config, os.environ).language)
        out.print(explain_text(shown, t))
        if decisions is not None:
            out.print()
            out.print(decisions)
        return
    t = operator_language(language_of(os.environ))
    judge = classifier_of(profile, t)
    shown = explained(judge, rating=rating, title=title, text=review, pros=pros, cons=cons)
    out.print(explain_text(shown, t))


def explain_text(shown: Explanation, t: Language) -> RenderableType:
    """Return an explanation as people read it."""
    verdict = shown.verdict
    parts: list[RenderableType] = [_head(verdict, t)]
    if verdict.topics or verdict.praise:
        about = [
            *(f"−{each}" for each in verdict.topics),
            *(f"+{each}" for each in verdict.praise),
        ]
        parts.append(Text(t("topics: {topics}", topics=", ".join(about))))
    if verdict.hints:
        hints = ", ".join(code_in_words(hint.value, t) for hint in verdict.hints)
        parts.append(Text(t("hints: {hints}", hints=hints)))
    if verdict.score is None:
        sentence = t("No text that the rules can read: the stars alone decide.")
        parts.append(Text(sentence, style="dim"))
        return Group(*parts)
    parts += [Text(""), _fired(shown, t), Text(""), _sum(shown, t)]
    changes = [change for change in shown.changes if change.verdict.score is not None]
    if changes:
        parts += [Text(""), _changed(shown, t)]
    return Group(*parts)


def _head(verdict: Verdict, t: Language) -> Text:
    head = Text.assemble(
        (code_in_words(verdict.tone.value, t), STYLES[verdict.tone.value] or "bold")
    )
    head.append(f" · {code_in_words(verdict.severity.value, t)}")
    danger = next((reason for reason in verdict.reasons if reason.probability), None)
    if danger is not None:
        name = danger.rule.rpartition(".")[2]
        head.append(f" ({name}, P {danger.probability:.2f})")
    if verdict.score is not None:
        head.append(f" · P(negative) {verdict.score:.2f}")
    named = verdict.language
    language = t("language {language}", language=named) if named else t("language unknown")
    head.append(f" · {language}")
    if verdict.needs_human:
        head.append(" · " + t("needs a person"))
    return head


def _fired(shown: Explanation, t: Language) -> Table:
    head = (t("points"), t("rule"), t("words"), t("damped"))
    table = Table(*head, box=None, pad_edge=False, title_justify="left")
    for piece in sorted(shown.pieces, key=lambda piece: -abs(piece.points)):
        style = "red" if piece.points > 0 else "green" if piece.points < 0 else "dim"
        table.add_row(
            Text(f"{piece.points:+.2f}", style=style),
            piece.rule + (f" [{piece.topic}]" if piece.topic else ""),
            Text(t("«{words}» in: {sentence}", words=piece.words, sentence=piece.sentence[:80])),
            piece.damped,
        )
    if not shown.pieces:
        table.add_row("", t("no rule fired"), "", "")
    return table


def _sum(shown: Explanation, t: Language) -> Text:
    rules = sum(piece.points for piece in shown.pieces)
    words = sum(points for _, points in shown.words)
    shape = shown.total - shown.bias - rules - words
    lines = [
        t(
            "start {start}, rules {rules}, words {words}, the review as a whole {shape} = "
            "{total}, which is P(negative) {score}; a complaint from {threshold}",
            start=f"{shown.bias:+.2f}",
            rules=f"{rules:+.2f}",
            words=f"{words:+.2f}",
            shape=f"{shape:+.2f}",
            total=f"{shown.total:+.2f}",
            score=f"{shown.verdict.score:.2f}",
            threshold=f"{shown.threshold:.2f}",
        )
        + (t("; read as a review of a {kind}", kind=shown.kind) if shown.kind else ""),
    ]
    for name, parts in ((t("words"), shown.words), (t("as a whole"), shown.shape)):
        if parts:
            said = ", ".join(f"{part} {points:+.2f}" for part, points in parts[:8])
            lines.append(f"{name}: {said}")
    if shown.danger:
        said = ", ".join(f"{part} {points:+.2f}" for part, points in shown.danger[:8])
        lines.append(
            t(
                "danger, most in «{words}»: {name}, P {score}, critical from {needed}: {said}",
                words=shown.danger_words,
                name=shown.danger_name or t("any"),
                score=f"{shown.danger_probability:.2f}",
                needed=f"{shown.danger_needed:.2f}",
                said=said,
            )
        )
    return Text("\n".join(lines), style="dim")


def _changed(shown: Explanation, t: Language) -> Text:
    lines = []
    for change in shown.changes:
        verdict, now = change.verdict, shown.verdict
        turned = [
            f"{name} {code_in_words(was, t)} → {code_in_words(is_now, t)}"
            for name, was, is_now in (
                (t("tone"), now.tone.value, verdict.tone.value),
                (t("severity"), now.severity.value, verdict.severity.value),
            )
            if was != is_now
        ]
        said = ", ".join(turned) or t("the verdict stays")
        score = f"P(negative) {verdict.score:.2f}"
        lines.append(
            t("without {rule}: {score}, {said}", rule=change.rule, score=score, said=said)
        )
    return Text("\n".join(lines))
