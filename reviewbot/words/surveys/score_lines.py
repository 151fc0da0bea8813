"""What scores of guests say together, in words; each figure with its formula."""

from reviewbot.core.surveys.scores import Estimate, SurveyFigures
from reviewbot.core.surveys.survey import Scale
from reviewbot.words import N_
from reviewbot.words.language import Language

FORMULAS = {
    "NPS": N_("100 × (promoters, 9 and 10, − detractors, 0 to 6) / answers"),
    "CSAT": N_("100 × (scores of 4 and 5) / answers"),
    "CES": N_("sum of scores / answers"),
    "response": N_("100 × links for one guest that got a score / links given"),
    "stars": N_("mean of 1 + 4 × (score − lowest) / (highest − lowest), beside the sites' rating"),
    "reached": N_("100 × low scores that staff marked within 24 h / low scores"),
}
"""How each figure is made, by its name in tables."""
TITLES = {
    "asked": N_("asked"),
    "response": N_("response"),
    "stars": N_("of 5 · on the sites"),
    "unhappy": N_("unhappy"),
    "reached": N_("reached in 24 h"),
}
SHORT = {Scale.NPS: "NPS", Scale.CSAT: "CSAT", Scale.CES: "CES"}


def estimate(found: Estimate | None, t: Language, *, percent: bool = False) -> str:
    """A figure with its interval and its count: "25 (−12…55), 20"."""
    if found is None:
        return "–"
    digits = 0 if percent or abs(found.high) > 7 else 1
    value, low, high = (
        t.number(each, digits).replace("-", "−") for each in (found.value, found.low, found.high)
    )
    unit = "%" if percent else ""
    return f"{value}{unit} ({low}…{high}), {found.count}"


def guests_line(figures: SurveyFigures | None, t: Language) -> str:
    """What guests answered, as /stats and digests tell it; "" where nobody did."""
    if figures is None:
        return ""
    parts = [
        f"{name} {estimate(figures.score(scale), t, percent=scale is Scale.CSAT)}"
        for scale, name in SHORT.items()
        if figures.score(scale) is not None
    ]
    if not parts:
        return ""
    if (response := figures.response) is not None:
        parts.append(t("answered {share}", share=f"{t.number(response.value, 0)}%"))
    if figures.low:
        parts.append(
            t("{reached} of {low} unhappy reached", reached=figures.reached, low=figures.low)
        )
    return t("💬 Guests: {parts}", parts=" · ".join(parts))
