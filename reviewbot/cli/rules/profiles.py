"""The kind of business by which `classify` and `explain` judge, and the colours of verdicts."""

from typing import Annotated

import typer

from reviewbot.cli.terminal import fail
from reviewbot.core.classifier.classify import Classifier
from reviewbot.lexicons import PROFILES, classifier
from reviewbot.words.language import Language

STYLES = {"negative": "red", "mixed": "yellow", "neutral": "", "positive": "green"}

Profile = Annotated[
    str | None,
    typer.Option(help="restaurant, clinic, shop, dealer, hotel, bank or app."),
]


def classifier_of(profile: str | None, t: Language) -> Classifier:
    """Return the classifier of a profile. Ends with a sentence where there is none."""
    if profile is not None and profile not in PROFILES:
        names = ", ".join(PROFILES)
        sentence = t("There is no profile {name}; there are: {names}.", name=profile, names=names)
        fail(sentence, code=2)
    return classifier(profile)
