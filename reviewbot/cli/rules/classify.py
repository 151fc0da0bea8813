"""`reviewbot classify`: verdicts on any file of reviews."""

import os
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from reviewbot.cli.codes import code_in_words
from reviewbot.cli.rules.profiles import STYLES, Profile, classifier_of
from reviewbot.cli.rules.review_file import FileRow, read_rows
from reviewbot.cli.terminal import err, out, print_json
from reviewbot.core.model import Verdict
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language
from reviewbot.words.operator_text import language_of

SHOWN_ROWS = 30
SHOWN_TEXT = 60
PROGRESS_FROM = 5_000


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

    t = operator_language(language_of(os.environ))
    judge = classifier_of(profile, t)
    rows = read_rows(file, t)
    table = _Summary(t)
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


def as_json(verdict: Verdict) -> dict[str, object]:
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
                "probability": reason.probability,
            }
            for reason in verdict.reasons
        ],
    }


class _Summary:
    """The table for people: the first rows, then the counts of all."""

    def __init__(self, t: Language) -> None:
        self._t = t
        self.table = Table(box=None, pad_edge=False, expand=True)
        for name in ("", t("tone"), t("severity"), t("score")):
            self.table.add_column(name, no_wrap=True)
        # Said in as many words as a row likes: these share what a narrow terminal leaves.
        self.table.add_column(t("topics"), ratio=3, overflow="fold")
        self.table.add_column(t("words"), ratio=4, overflow="fold")
        self.table.add_column(t("text"), ratio=4, no_wrap=True)
        self.tones: dict[str, int] = {}
        self.critical = 0
        self.rows = 0

    def add(self, row: FileRow, verdict: Verdict) -> None:
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
            Text(code_in_words(tone, self._t), style=STYLES[tone]),
            code_in_words(verdict.severity.value, self._t),
            "" if verdict.score is None else f"{verdict.score:.2f}",
            ", ".join(verdict.topics),
            Text(" · ".join(words[:3])),
            Text(text[:SHOWN_TEXT] + ("…" if len(text) > SHOWN_TEXT else "")),
        )

    def show(self) -> None:
        t = self._t
        out.print(self.table)
        if self.rows > SHOWN_ROWS:
            sentence = t("… and {n} more; --jsonl gives all.", n=self.rows - SHOWN_ROWS)
            out.print(sentence, style="dim")
        counts = " · ".join(
            f"{code_in_words(tone, t)} {self.tones[tone]}"
            for tone in STYLES
            if self.tones.get(tone)
        )
        reviews = t.plural("{n} review", "{n} reviews", self.rows)
        critical = t("critical {n}", n=self.critical)
        counts = counts or t("nothing")
        out.print(f"{reviews}: {counts} · {critical}")
