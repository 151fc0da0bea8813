"""A change of the operator's file: the lines that go and come, and what became of it."""

from collections.abc import Mapping
from typing import Any

from reviewbot.words import N_
from reviewbot.words.html import Button, Message, block, bold, cut, joined, lines
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName, FileStep

MOST = 1500
"""Characters of the lines that changed, and of the warnings."""
_TITLES = {
    FileStep.PROPOSE: ("📝", N_("This changes in the config file")),
    FileStep.APPLY: ("✅", N_("Written, and it holds from now on")),
    FileStep.UNDO: ("↩️", N_("Undone: the file is as it was before")),
    FileStep.REFUSED: ("✋", N_("Nothing was written")),
}


def file_change(params: Mapping[str, Any], language: str) -> Message:
    """Return what became of a change: proposed, written, undone or refused."""
    t = words_in(language)
    step = FileStep(params["step"])
    icon, title = _TITLES[step]
    diff = "\n".join(str(line) for line in params.get("diff", ()))
    html = lines(
        joined(" ", (icon, bold(t(title)))),
        block(cut(diff, MOST)) if diff else "",
        _listed("✗", params.get("problems", ())),
        _listed("⚠️", params.get("warnings", ())),
    )
    return Message(html, _keys(step, t))


def _listed(mark: str, sentences: Any) -> str:
    return cut("\n".join(f"{mark} {sentence}" for sentence in sentences), MOST)


def _keys(step: FileStep, t: Language) -> tuple[tuple[Button, ...], ...]:
    if step is FileStep.PROPOSE:
        return (
            (
                Button(t("✅ Write it"), ButtonName.FILE_APPLY),
                Button(t("Leave it"), ButtonName.FILE_LEAVE),
            ),
        )
    if step is FileStep.APPLY:
        return ((Button(t("↩️ Undo"), ButtonName.FILE_UNDO),),)
    return ()
