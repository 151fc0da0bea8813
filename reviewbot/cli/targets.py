"""A target named on the command line."""

from difflib import get_close_matches

from reviewbot.cli.terminal import fail
from reviewbot.config import Loaded
from reviewbot.words.operator_language import operator_language


def refuse_unknown_target(loaded: Loaded, target: str) -> None:
    """End with the nearest names where the file has no such target."""
    if target not in loaded.settings.targets:
        t = operator_language(loaded.settings.language)
        near = get_close_matches(target, loaded.settings.targets, n=3, cutoff=0.4)
        known = ", ".join(near or list(loaded.settings.targets)[:5])
        if not known:
            fail(t('The file has no "{target}", and no other either.', target=target))
        fail(t('The file has no "{target}". Did you mean: {names}?', target=target, names=known))
