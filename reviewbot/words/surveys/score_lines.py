"""What scores of guests say together, in words; each figure with its formula."""

from collections.abc import Sequence
from datetime import date

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.differences import ComparedVariants, Difference
from reviewbot.core.surveys.scores import Estimate, SurveyFigures
from reviewbot.core.surveys.survey import Scale
from reviewbot.core.trends.stars import SMALL
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
CHURN = N_("100 × (customers at the start − (customers at the end − new ones)) / at the start")
"""How CCR is made."""
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


def guests_line(
    figures: SurveyFigures | None, t: Language, *, on_sites: float | None = None
) -> str:
    """What guests answered, as /stats and digests tell it; "" where nobody did. `on_sites`: the
    rating the sites show of the same places."""
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
        share = f"{t.number(response.value, 0)}%"
        if response.count < SMALL:
            share = estimate(response, t, percent=True)
        parts.append(t("answered {share}", share=share))
    if figures.low:
        parts.append(
            t("{reached} of {low} unhappy reached", reached=figures.reached, low=figures.low)
        )
    if figures.stars is not None and on_sites is not None:
        ours, shown = (t.number(each, 1) for each in (figures.stars, on_sites))
        parts.append(t("{stars} of 5, on the sites {shown}", stars=ours, shown=shown))
    return t("💬 Guests: {parts}", parts=" · ".join(parts))


_IN_SHORT = {
    Scale.NPS: N_("NPS: % of 9–10 less % of 0–6"),
    Scale.CSAT: N_("CSAT: % of 4–5"),
    Scale.CES: N_("CES: mean of 1–7"),
}


def guests_lines(facts: DigestFacts, t: Language) -> Sequence[str]:
    """What guests answered and how many customers were lost, each with its formula; nothing where
    nobody told."""
    return (
        guests_line(facts.guests, t, on_sites=facts.guests_on_sites),
        formulas_line(facts.guests, t),
        customers_line(facts.customers, t),
    )


def formulas_line(figures: SurveyFigures | None, t: Language) -> str:
    """How the figures of `guests_line` are made, in a few words; "" where it says nothing."""
    if not guests_line(figures, t) or figures is None:
        return ""
    parts = [t(said) for scale, said in _IN_SHORT.items() if figures.score(scale) is not None]
    if figures.asked:
        parts.append(t("answered: of links for one guest"))
    if figures.low:
        parts.append(t("reached: within 24 h of the score"))
    return f"({'; '.join(parts)})"


def customers_line(found: Customers | None, t: Language) -> str:
    """How many customers a month lost, with the sum that gives it; "" where nobody told."""
    if found is None or found.churn is None:
        return ""
    return t(
        "{month}: customers lost (CCR) {share} = ({start} − ({end} − {new})) / {start}",
        month=t.month(found.month or date.min),
        share=f"{t.number(found.churn, 1)}%",
        start=found.at_start,
        end=found.at_end,
        new=found.new,
    )


def differences(found: ComparedVariants, t: Language) -> str:
    """What the second of two variants has more of: "warm − plain: response +4% (−10…18): no
    difference can be told yet"."""
    title = SHORT[found.scale] if found.scale else t("score of 5")
    percent = found.scale is Scale.CSAT
    told = (
        (t("response"), found.response, True),
        (title, found.score, percent),
    )
    parts = [_difference(name, each, t, is_percent) for name, each, is_percent in told if each]
    if not parts:
        parts = [t("no answers on both sides")]
    return f"{found.second} − {found.first}: {'; '.join(parts)}"


def _difference(name: str, found: Difference, t: Language, percent: bool) -> str:
    digits = 0 if percent or abs(found.high) > 7 or abs(found.low) > 7 else 1
    value, low, high = (
        t.number(each, digits).replace("-", "−") for each in (found.value, found.low, found.high)
    )
    sign, unit = "+" if found.value > 0 else "", "%" if percent else ""
    told = f"{name} {sign}{value}{unit} ({low}…{high})"
    if found.is_told:
        return told
    none = t("no difference can be told yet")
    return f"{told}: {none}"
