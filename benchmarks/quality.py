"""The classifier's quality and speed, cross-validated, beside simpler ways in the same run.

    python -m benchmarks.quality DATASETS

Every figure is of reviews the numbers were not fitted on: the packs' points are fitted again in
each of the five folds. What was written by hand (patterns, priors) is the same in all.
"""

import argparse
import json
import random  # noqa: TID251 - the bootstrap's seed is fixed
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks import labelled
from benchmarks.labelled import ASPECTS, CATEGORIES, SETS, Row
from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.core.model import Severity
from reviewbot.lexicons import classifier, load_pack

FOLDS = 5
RESAMPLES = 500
GOALS = {
    "ru_goods_natural": (0.62, 0.95),
    "ru_wb_goods_balanced": (0.69, 0.82),
    "ru_bank_otzovik": (0.88, 0.92),
    "ru_hotels_service": (0.85, 0.92),
    "ru_autodealer_maps": (0.78, 0.96),
    "en_restaurants_zomato": (0.84, 0.95),
}
NAIVE = {
    "ru": "плох ужас отврат хам груб брак дорог долго ждал обман разочар кошмар грязн невкус "
    "сломал верн деньги жаль хуже никогда не_рекоменд не_совет не_понрав",
    "en": "bad worst terrible horrible awful rude cold dirty disappoint waste poor pathetic slow "
    "never disgust overpriced stale tasteless",
}
SPEED_TEXTS = {"median, 150 characters": (130, 170), "long, 1,500 characters": (1_300, 1_700)}
SPEED_REVIEWS = 300
LISTS = Path(__file__).parents[1] / "tests" / "core" / "data"
MEASURED_ONCE = (
    "measured_once",
    "measured_once_second",
    "measured_once_third",
    "measured_once_fourth",
    "measured_once_fifth",
    "measured_once_sixth",
    "measured_once_seventh",
    "measured_once_eighth",
    "measured_once_ninth",
    "measured_once_tenth",
    "measured_once_eleventh",
    "measured_once_twelfth",
    "measured_ordinary",
    "measured_ordinary_second",
    "measured_roundabout",
    "measured_short",
)


def tables(datasets: Path | None) -> list[str]:
    """Return the report as lines of Markdown; without the sets it says "not measured"."""
    rows = labelled.read(datasets) if datasets else []
    if not rows:
        return ["Classifier: not measured (no labelled sets; give DATASETS)."]
    if not (find_spec("sklearn") and find_spec("vaderSentiment")):
        return ["Classifier: not measured (install the `bench` dependency group)."]
    scores = cross_validated(rows)
    blocks = (
        _hashes(datasets),
        quality_table(rows, scores),
        critical_table(rows, classifier()),
        lists_table(classifier()),
        topic_table(rows, classifier()),
        speed_table(rows),
    )
    return [line for block in blocks for line in (*block.split("\n"), "")]


def _hashes(folder: Path | None) -> str:
    lines = ["Sets (SHA-256):", ""]
    assert folder is not None
    lines += [f"* `{name}` {digest}" for name, digest in labelled.hashes(folder).items()]
    return "\n".join(lines)


def folds(rows: Sequence[Row]) -> list[list[int]]:
    """Deal the rows into FOLDS parts, each set and each answer evenly; the same every time."""
    dealt: list[list[int]] = [[] for _ in range(FOLDS)]
    by_kind: dict[tuple[str, bool], list[int]] = {}
    for number, row in enumerate(rows):
        by_kind.setdefault((row.dataset, row.negative), []).append(number)
    for numbers in by_kind.values():
        random.Random(0).shuffle(numbers)
        for place, number in enumerate(numbers):
            dealt[place % FOLDS].append(number)
    return dealt


def cross_validated(rows: Sequence[Row]) -> dict[str, list[tuple[float, bool]]]:
    """Return per method every row's (score, flagged), judged by a fit that never saw it."""
    ours: dict[int, tuple[float, bool]] = {}
    learned: dict[int, tuple[float, bool]] = {}
    for language in ("ru", "en"):
        numbers = [i for i, row in enumerate(rows) if row.language == language]
        chosen = [rows[i] for i in numbers]
        for train, test in _split(chosen):
            judge = _fitted(language, [chosen[i] for i in train])
            for i in test:
                ours[numbers[i]] = _judged(judge, chosen[i])
    for name in dict.fromkeys(row.dataset for row in rows):
        numbers = [i for i, row in enumerate(rows) if row.dataset == name]
        chosen = [rows[i] for i in numbers]
        for train, test in _split(chosen):
            for i, judged in zip(test, _tfidf(chosen, train, test), strict=True):
                learned[numbers[i]] = judged
    return {
        "reviewbot": [ours[i] for i in range(len(rows))],
        "TF-IDF + LR, same set": [learned[i] for i in range(len(rows))],
        "naive stems": [_naive(row) for row in rows],
        "VADER": _vader(rows),
    }


def _split(rows: Sequence[Row]) -> list[tuple[list[int], list[int]]]:
    dealt = folds(rows)
    pairs = []
    for number, test in enumerate(dealt):
        train = [i for other, part in enumerate(dealt) if other != number for i in part]
        pairs.append((train, test))
    return pairs


def _fitted(language: str, rows: list[Row]) -> Classifier:
    from benchmarks import fitting

    pack = dict(load_pack(language))
    lexicon = fitting.open_lexicon(pack, [row.text for row in rows])
    weights = fitting.fit([fitting.example(row, lexicon) for row in rows], lexicon)
    return Classifier([fitting.fitted_pack(pack, lexicon, weights)], rules=RuleSet())


def _judged(judge: Classifier, row: Row) -> tuple[float, bool]:
    verdict = judge.classify(title=row.title, text=row.text, pros=row.pros, cons=row.cons)
    return (0.25 if verdict.score is None else verdict.score), verdict.is_negative


def _tfidf(rows: list[Row], train: list[int], test: list[int]) -> list[tuple[float, bool]]:
    """The learned rival at its best of those tried: words, pairs of words and letters in words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
        ),
        LogisticRegression(C=3, class_weight="balanced", solver="liblinear"),
    )
    model.fit([rows[i].text for i in train], [rows[i].negative for i in train])
    found = model.predict_proba([rows[i].text for i in test])[:, 1]
    return [(float(score), bool(score >= 0.5)) for score in found]


def _naive(row: Row) -> tuple[float, bool]:
    words = row.text.lower().replace("не ", "не_").split()
    hits = sum(word.startswith(tuple(NAIVE[row.language].split())) for word in words)
    return float(hits), hits > 0


def _vader(rows: Sequence[Row]) -> list[tuple[float, bool]]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    judge = SentimentIntensityAnalyzer()
    found = []
    for row in rows:
        compound = judge.polarity_scores(row.text)["compound"] if row.language == "en" else 0.0
        found.append((-compound, compound < 0.05))
    return found


def f1(answers: Sequence[bool], flagged: Sequence[bool]) -> float:
    right = sum(a and b for a, b in zip(answers, flagged, strict=True))
    return 2 * right / max(1, sum(answers) + sum(flagged))


def auc(answers: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the area under the ROC curve by ranks, ties counted half."""
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    ranks = [0.0] * len(scores)
    place = 0
    while place < len(order):
        end = place
        while end < len(order) and scores[order[end]] == scores[order[place]]:
            end += 1
        for i in order[place:end]:
            ranks[i] = (place + end + 1) / 2
        place = end
    positives = sum(answers)
    if not positives or positives == len(answers):
        return float("nan")
    total = sum(rank for rank, answer in zip(ranks, answers, strict=True) if answer)
    return (total - positives * (positives + 1) / 2) / (positives * (len(answers) - positives))


def interval(size: int, figure: Callable[[list[int]], float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a figure of the chosen rows."""
    dice = random.Random(1)
    found = sorted(figure(dice.choices(range(size), k=size)) for _ in range(RESAMPLES))
    return found[int(RESAMPLES * 0.025)], found[int(RESAMPLES * 0.975)]


def quality_table(rows: Sequence[Row], scores: dict[str, list[tuple[float, bool]]]) -> str:
    methods = list(scores)
    lines = [
        "Text only, negative = 1–2★, five-fold cross-validation, F1 / ROC-AUC [95 % intervals]:",
        "",
        "| set | rows | goal | " + " | ".join(methods) + " |",
        "|---" * (3 + len(methods)) + "|",
    ]
    for name in dict.fromkeys(row.dataset for row in rows):
        numbers = [i for i, row in enumerate(rows) if row.dataset == name]
        answers = [rows[i].negative for i in numbers]
        goal = GOALS.get(name)
        cells = [SETS[name][0], str(len(numbers))]
        cells.append(f"{goal[0]:.2f} / {goal[1]:.2f}" if goal else "–")
        for method in methods:
            if method == "VADER" and SETS[name][1] != "en":
                cells.append("–")
                continue
            judged = [scores[method][i] for i in numbers]
            cells.append(_figures(answers, judged, whole=method == "reviewbot"))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _figures(answers: list[bool], judged: list[tuple[float, bool]], *, whole: bool) -> str:
    points = [score for score, _ in judged]
    flagged = [flag for _, flag in judged]
    said = f"{f1(answers, flagged):.3f} / {auc(answers, points):.3f}"
    if not whole:
        return said

    def f1_of(chosen: list[int]) -> float:
        return f1([answers[i] for i in chosen], [flagged[i] for i in chosen])

    def auc_of(chosen: list[int]) -> float:
        return auc([answers[i] for i in chosen], [points[i] for i in chosen])

    low, high = interval(len(answers), f1_of)
    below, above = interval(len(answers), auc_of)
    return f"{said} [{low:.2f}–{high:.2f} / {below:.2f}–{above:.2f}]"


def topic_table(rows: Sequence[Row], judge: Classifier) -> str:
    """Topics come from patterns and a threshold, none of it fitted to this set's aspects."""
    lines = [
        "Topics of the complaint, restaurant aspect set (negative = `negative` or `both`):",
        "",
        "| category | complaints | precision | recall | F1 | goal |",
        "|---|---|---|---|---|---|",
    ]
    goals = {"cat_Food": 0.75, "cat_Service": 0.75, "cat_Interior": 0.60}
    verdicts = [
        (row, set(judge.classify(title=row.title, text=row.text).topics))
        for row in rows
        if row.dataset == ASPECTS
    ]
    for category, topics in CATEGORIES.items():
        answers = [row.aspects.get(category) in ("negative", "both") for row, _ in verdicts]
        flagged = [bool(found & set(topics)) for _, found in verdicts]
        right = sum(a and b for a, b in zip(answers, flagged, strict=True))
        precision, recall = right / max(1, sum(flagged)), right / max(1, sum(answers))
        goal = f"{goals[category]:.2f}" if category in goals else "–"
        lines.append(
            f"| {category.removeprefix('cat_')} → {', '.join(topics)} | {sum(answers)} "
            f"| {precision:.2f} | {recall:.2f} | {f1(answers, flagged):.3f} | {goal} |"
        )
    return "\n".join(lines)


def speed_table(rows: Sequence[Row]) -> str:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    ours = classifier()
    vader = SentimentIntensityAnalyzer()
    learned = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression())
    learned.fit([row.text for row in rows], [row.negative for row in rows])
    lines = [
        *_stream_lines(rows),
        "",
        f"Speed on one core of {machine()}, reviews a second of processor time (best of 5), each",
        "text seen before:",
        "",
        "| reviews | reviewbot | VADER | TF-IDF + LR | to VADER | to TF-IDF + LR |",
        "|---|---|---|---|---|---|",
    ]
    for label, (low, high) in SPEED_TEXTS.items():
        for language in ("ru", "en"):
            texts = [
                row.text
                for row in rows
                if row.language == language and low <= len(row.text) <= high
            ][:SPEED_REVIEWS]
            mine = _rate(texts, lambda text: ours.classify(text=text))
            third = _rate(texts, lambda text: learned.predict_proba([text]))
            cells = [f"{label}, {language}", f"{mine:,.0f}", "–", f"{third:,.0f}", "–"]
            if language == "en":  # VADER knows no Russian: there it only splits the words
                other = _rate(texts, vader.polarity_scores)
                cells[2], cells[4] = f"{other:,.0f}", f"×{mine / other:.1f}"
            lines.append("| " + " | ".join([*cells, f"×{mine / third:.1f}"]) + " |")
    return "\n".join(lines)


STREAM_TEXTS = {"median": (60, 300), "long": (1_000, 2_500)}
WARMED_ON = 400


def _stream_lines(rows: Sequence[Row]) -> list[str]:
    """Return the speed on texts never seen: what a bot that runs meets. One pass over each."""
    lines = [
        f"A stream of texts never seen, reviews a second of processor time on {machine()}:",
        "",
        "| reviews | texts | characters, mean | reviewbot |",
        "|---|---|---|---|",
    ]
    for label, (low, high) in STREAM_TEXTS.items():
        for language in ("ru", "en"):
            all_texts = [row.text for row in rows if row.language == language]
            texts = list(dict.fromkeys(text for text in all_texts if low <= len(text) <= high))
            chosen = set(texts)
            judge = Classifier([load_pack(language)])
            for text in [text for text in all_texts if text not in chosen][:WARMED_ON]:
                judge.classify(text=text)
            started = time.process_time()
            for text in texts:
                judge.classify(text=text)
            rate = len(texts) / (time.process_time() - started)
            mean = sum(map(len, texts)) // len(texts)
            lines.append(f"| {label}, {language} | {len(texts)} | {mean} | {rate:,.0f} |")
    return lines


def critical_table(rows: Sequence[Row], judge: Classifier) -> str:
    """Critical among held-out 4–5★ reviews, which no number of dangers was fitted to."""
    lines = [
        "Critical among 4–5★ reviews that the model of dangers was not fitted to [95 %]:",
        "",
        "| set | reviews | critical |",
        "|---|---|---|",
    ]
    whole: list[bool] = []
    for name in dict.fromkeys(row.dataset for row in rows):
        found = [
            judge.classify(
                rating=row.stars, title=row.title, text=row.text, pros=row.pros, cons=row.cons
            ).severity
            is Severity.CRITICAL
            for row in rows
            if row.dataset == name and row.stars >= 4 and labelled.is_held_out(row)
        ]
        whole += found
        lines.append(f"| {SETS[name][0]} | {len(found)} | {sum(found)} |")
    low, high = interval(len(whole), lambda chosen: sum(whole[i] for i in chosen) / len(chosen))
    share = sum(whole) / len(whole)
    lines.append(f"| all | {len(whole)} | {sum(whole)}: {share:.2%} [{low:.2%}–{high:.2%}] |")
    return "\n".join(lines)


def lists_table(judge: Classifier) -> str:
    """Events and look-alikes nothing was fitted to, as texts and with their authors' stars."""
    lines = [
        "Lists written by somebody else (`tests/core/data`):",
        "",
        "| list | kind | texts | critical by the text | critical with the stars its author gave |",
        "|---|---|---|---|---|",
    ]
    for name in MEASURED_ONCE:
        told: dict[str, list[tuple[bool, bool]]] = {}
        for line in map(json.loads, (LISTS / f"{name}.jsonl").read_text("utf-8").splitlines()):
            verdicts = (
                judge.classify(text=line["text"]),
                judge.classify(text=line["text"], rating=line["stars"]),
            )
            bare, starred = (one.severity is Severity.CRITICAL for one in verdicts)
            told.setdefault(line["kind"], []).append((bare, starred))
        for kind, found in told.items():
            cells = [_share([flags[column] for flags in found]) for column in (0, 1)]
            lines.append(f"| {name} | {kind} | {len(found)} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _share(flags: Sequence[bool]) -> str:
    """Return how many are set, with Wilson's 95 % interval of the share."""
    n, share = len(flags), sum(flags) / len(flags)
    middle = (share + 1.92 / n) / (1 + 3.84 / n)
    reach = 1.96 / (1 + 3.84 / n) * (share * (1 - share) / n + 0.96 / n**2) ** 0.5
    return f"{sum(flags)} [{max(0.0, middle - reach):.0%}–{middle + reach:.0%}]"


def _rate(texts: Sequence[str], judge: Callable[[str], object]) -> float:
    best = []
    for _ in range(6):
        started = time.process_time()
        for text in texts:
            judge(text)
        best.append(time.process_time() - started)
    return len(texts) / min(best[1:])


def machine() -> str:
    """Return the processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "an unknown machine"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "an unknown machine"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Print the classifier's tables.")
    parser.add_argument("datasets", type=Path, nargs="?")
    print("\n".join(tables(parser.parse_args(arguments).datasets)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
