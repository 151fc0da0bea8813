"""The kind of business by which `classify` and `explain` judge, and the colours of verdicts."""

from typing import Annotated

import typer

from reviewbot.cli.terminal import fail
from reviewbot.core.classifier.classify import Classifier
from reviewbot.lexicons import PROFILES, classifier

STYLES = {"negative": "red", "mixed": "yellow", "neutral": "", "positive": "green"}

Profile = Annotated[
    str | None,
    typer.Option(help="restaurant, clinic, shop, dealer, hotel, bank or app."),
]


def classifier_of(profile: str | None) -> Classifier:
    """Return the classifier of a profile. Ends with a sentence where there is none."""
    if profile is not None and profile not in PROFILES:
        fail(f"There is no profile {profile}; there are: {', '.join(PROFILES)}.", code=2)
    return classifier(profile)
