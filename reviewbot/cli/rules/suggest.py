"""`rules suggest`: what staff's words on verdicts say the points of rules should be, as a patch.

Nothing is applied: the operator puts the lines into the configuration, or does not.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.rules.backtest import figures, judge_with, stored_cases
from reviewbot.cli.terminal import err, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.classifier.backtest import (
    SuggestedPoints,
    SuggestedTopic,
    run,
    suggested_points,
    suggested_topics,
    with_suggestions,
)
from reviewbot.lexicons import classifier, load_packs
from reviewbot.queries.rule_precision import corrections, rule_figures
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language


class RulesAction(StrEnum):
    """What is done about rules."""

    SUGGEST = "suggest"


def rules(
    about: Annotated[
        RulesAction, typer.Argument(help="suggest: other points, from staff's words.")
    ],
    config: Config = None,
    database: DatabaseName = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the patch here.")
    ] = None,
) -> None:
    """Suggest points and topics for rules that staff found wrong, and what they would change.

    The patch is TOML with a line per rule and its reason; the figures of a backtest over the
    stored history are told beside it. Nothing is changed: put what you agree with into the file.
    """
    settings = load(config, environ=os.environ).settings
    t = operator_language(settings.language)
    with opened(config, database, for_reading=True) as db:
        said = db.read_now(rule_figures)
        corrected = db.read_now(corrections)
    profiles = {None, settings.profile, *(place.profile for place in settings.locations.values())}
    shipped: dict[str, float] = {}
    for profile in profiles:
        for lexicon in classifier(profile, settings.rules).lexicons.values():
            shipped |= {rule.id: rule.points for rule in lexicon.rules.values()}
    points = suggested_points(said, shipped, corrected.missed)
    topics = suggested_topics(said, corrected.topics, shipped, load_packs())
    if not (points or topics):
        err.print(t("Staff's words give no reason to change a rule."), markup=False)
        return
    written = patch(points, topics, WallClock().now(), t)
    if output is None:
        out.print(written, markup=False, highlight=False, soft_wrap=True, end="")
    else:
        output.write_text(written, encoding="utf-8")
        err.print(t("✓ Written: {file}", file=output), markup=False)
    changed = with_suggestions(settings.rules, points, topics)
    result = run(
        stored_cases(config, database),
        judge_with(settings, changed),
        judge_with(settings, settings.rules),
    )
    for line in figures(result, t, compared=True):
        err.print(line, markup=False)


def patch(
    points: Sequence[SuggestedPoints],
    topics: Sequence[SuggestedTopic],
    now: datetime,
    t: Language,
) -> str:
    """Return the lines for the configuration, each rule with its reason."""
    day = now.date().isoformat()
    lines = [
        t("# Suggested by {command} on {day}.", command="`reviewbot rules suggest`", day=day),
        t("# Put what you agree with into [rules] of the configuration."),
    ]
    if topics:
        lines += ["[rules]", "off = ["]
        below = t("# its topic: see below")
        lines += [f"    {_toml(one.rule)},  {below}" for one in topics]
        lines += ["]", ""]
    if points:
        lines.append("[rules.points]")
        lines += [f"{_toml(one.rule)} = {one.points:g}  # {_why(one, day, t)}" for one in points]
    for topic in topics:
        lines += [
            "",
            t(
                "# {rule} speaks of {topic} here since {day}: "
                "{wrong} of {judged} were about something else",
                rule=topic.rule,
                topic=topic.topic,
                day=day,
                wrong=topic.wrong,
                judged=topic.judged,
            ),
            "[[rules.add]]",
            *(f"{key} = {_toml(value)}" for key, value in topic.added.items()),
        ]
    return "\n".join(lines) + "\n"


def _why(one: SuggestedPoints, day: str, t: Language) -> str:
    before = f"{one.before:g}"
    if one.missed:
        return t(
            "twice {before} since {day}: it spoke in {n} complaints that staff had to name",
            before=before,
            day=day,
            n=one.missed,
        )
    return t(
        "half of {before} since {day}: {wrong} of {judged} were no complaints",
        before=before,
        day=day,
        wrong=one.wrong,
        judged=one.judged,
    )


def _toml(value: object) -> str:
    """Return a text, a number or a list of texts as TOML; JSON writes these alike."""
    return json.dumps(value, ensure_ascii=False)
