"""The second sentence of a reply: what was done after the review, or an apology for what is known
to be our fault. It goes into a text that is approved like any other."""

from collections.abc import Mapping

from reviewbot.drafting.signature import language_of

_DONE = {
    "ru": "После вашего отзыва мы во всём разобрались и приняли меры.",
    "en": "After your review we looked into it and took action.",
}
_FAULT = {
    "ru": "Это наша ошибка, приносим извинения.",
    "en": "This was our fault, and we apologise.",
}


def measure_told(language: str) -> str:
    """Return what a guest is told of a measure. What exactly it was is written for colleagues, and
    whether a guest may know it is for them to say."""
    return _DONE.get(language, _DONE["en"])


def apology(language: str) -> str:
    """Return the apology for a fault that a manager has confirmed."""
    return _FAULT.get(language, _FAULT["en"])


def with_sentence(text: str, sentence: str, sign: Mapping[str, str]) -> str:
    """Return the reply with the sentence at its end, before the signature; as it is where it says
    that already."""
    if sentence in text:
        return text
    signature = sign.get(language_of(text), "").strip()
    head, tail = text.rstrip(), ""
    if signature and head.endswith(signature):
        head, tail = head[: -len(signature)], signature
    between = head[len(head.rstrip()) :] or " "
    together = f"{head.rstrip()} {sentence}"
    return f"{together}{between}{tail}" if tail else together
