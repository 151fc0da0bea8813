"""The second sentence of a reply: what was done after the review, or an apology for what is known
to be our fault. It goes into a text that is approved like any other."""

from collections.abc import Mapping

from reviewbot.drafting.signature import language_of

_DONE = {
    "ru": (
        "После вашего отзыва мы во всём разобрались и приняли меры.",
        "Мы изучили то, о чём вы написали, и изменили порядок работы.",
        "С тех пор мы выяснили причину и устранили её.",
        "Ваши слова дошли до всех, от кого это зависит: порядок уже другой.",
        "Причину мы нашли, меры уже действуют.",
    ),
    "en": (
        "After your review we looked into it and took action.",
        "We have gone through what you wrote and changed how we work.",
        "Since then we have found the cause and put it right.",
        "Your words reached everybody concerned, and things are done differently now.",
        "The cause is found, and what we changed is in force already.",
    ),
}
_FAULT = {
    "ru": "Это наша ошибка, приносим извинения.",
    "en": "This was our fault, and we apologise.",
}


def measure_told(language: str, nth: int = 0) -> str:
    """Return what a guest is told of a measure, the `nth` of many guests in other words.

    What exactly it was is written for colleagues, and whether a guest may know it is for them to
    say."""
    wordings = _DONE.get(language, _DONE["en"])
    return wordings[nth % len(wordings)]


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
