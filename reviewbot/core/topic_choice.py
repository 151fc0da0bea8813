"""Which topics of complaint concern which trade; their titles stand in words.labels."""

from collections.abc import Iterable

GENERAL = ("staff", "waiting", "quality", "price", "cleanliness", "place", "payment")
_FOOD = ("food", "delivery", "booking", "noise", "parking")
OF_TRADE = {
    "restaurant": _FOOD,
    "hotel": ("food", "booking", "noise", "parking"),
    "clinic": ("medical", "booking", "parking"),
    "shop": ("delivery", "app", "parking"),
    "bank": ("app",),
    "dealer": ("booking", "parking"),
    "app": ("app", "delivery"),
}
OTHER = "other"


def offered(profile: str | None, met: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the topics a person may choose from: the general ones, those of the trade, what
    guests of the house have complained of before (`met`), the operator's `own`, and "other"."""
    of_trade = OF_TRADE.get(profile or "", ())
    known = (*GENERAL, *of_trade, *met, *own)
    return (*dict.fromkeys(each for each in known if each != OTHER), OTHER)
