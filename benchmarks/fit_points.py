"""Fit the packs' numbers from the labelled sets and write them into the packs.

    python -m benchmarks.fit_points DATASETS             # tone and dangers
    python -m benchmarks.fit_points DATASETS --dangers   # dangers alone

What people wrote in a pack stays as it is; everything under the line of MARK is written anew. The
same sets and the same rules give the same file.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks import fitting, fitting_danger, labelled
from reviewbot.core.classifier.weights import unpacked

PACKS = Path(__file__).parents[1] / "reviewbot" / "lexicons"
MARK = (
    "# === fitted by benchmarks/fit_points.py: do not edit below, use [rules] points instead ===\n"
)
WIDTH = 110


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("datasets", type=Path)
    parser.add_argument("--dangers", action="store_true", help="leave the tone's numbers")
    asked = parser.parse_args(arguments)
    folder = asked.datasets
    rows = labelled.read(folder)
    if not rows:
        print(f"no labelled sets in {folder}", file=sys.stderr)
        return 1
    for language in ("ru", "en"):
        chosen = [row for row in rows if row.language == language]
        path = PACKS / f"{language}.toml"
        before = path.read_text(encoding="utf-8")
        written = before.split(MARK)[0].rstrip() + "\n"
        pack = tomllib.loads(written)
        if asked.dangers:
            fitted = tomllib.loads(before)
        else:
            lexicon = fitting.open_lexicon(pack, [row.text for row in chosen])
            weights = fitting.fit([fitting.example(row, lexicon) for row in chosen], lexicon)
            fitted = fitting.fitted_pack(pack, lexicon, weights)
        lists = fitting_danger.handmade(language)
        found = fitting_danger.examples(fitted, lists, chosen)
        points = fitting_danger.fit_danger(found)
        fitted["danger"] = fitting_danger.danger_table(points, found, language)
        path.write_text(f"{written}\n{MARK}{numbers(fitted, pack)}", encoding="utf-8")
        print(
            f"{path.name}: {len(chosen)} reviews;"
            f" of dangers {len(found)} texts, {len(points)} points"
        )
    return 0


def numbers(pack: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Return the fitted tables of a pack as TOML; stems of equal points share a line."""
    parts = [_table("model", pack["model"]), _table("points", pack["points"])]
    parts.append(_words("words", unpacked(pack["words"])))
    danger = pack["danger"]
    parts.append(_table("danger.model", danger["model"]))
    parts.append(_table("danger.groups", danger["groups"]))
    parts.append(_table("danger.manner", danger["manner"]))
    parts.append(_table("danger.kinds", danger["kinds"]))
    parts.append(_words("danger.small", danger["small"]))
    parts.append(_words("danger.pairs", danger["pairs"]))
    parts += [_words(f"danger.words.{of}", stems) for of, stems in danger["words"].items()]
    for name, profile in pack.get("profile", {}).items():
        if "model" not in profile or "model" in before["profile"][name]:
            continue
        parts.append(_table(f"profile.{name}.model", profile["model"]))
        parts.append(_table(f"profile.{name}.points", profile["points"]))
        parts.append(_words(f"profile.{name}.words", unpacked(profile.get("words", {}))))
    return "\n".join(part for part in parts if part)


def _table(name: str, values: Mapping[str, float]) -> str:
    if not values:
        return ""
    lines = [f"{json.dumps(key, ensure_ascii=False)} = {value}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _words(name: str, values: Mapping[str, float]) -> str:
    by_points: dict[float, list[str]] = {}
    for stem, value in values.items():
        by_points.setdefault(value, []).append(stem)
    if not by_points:
        return ""
    lines = [
        f'"{value}" = """\n{fill(" ".join(sorted(stems)), WIDTH, break_on_hyphens=False)}"""'
        for value, stems in sorted(by_points.items(), reverse=True)
    ]
    return "\n".join([f"[{name}]", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
