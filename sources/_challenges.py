"""What stands in place of a page where a site asks whether it is a person who reads it."""

import re
from typing import TYPE_CHECKING

from reviewbot.core.contract import Blocked, Payload
from sources._tree import soup

if TYPE_CHECKING:
    import bs4

_CHALLENGES = re.compile(
    r"showcaptcha|checkcaptcha|captcha_smart|CheckboxCaptcha|captcha_url|cf-chl|__cf_chl"
    r"|Just a moment\.\.\.|__qrator/qauth|_Incapsula_Resource",
    re.IGNORECASE,
)
_ON_ORDINARY_PAGES = re.compile(
    r"g-recaptcha|h-captcha|hcaptcha\.com|challenge-platform|challenges\.cloudflare|smart-?captcha"
    r"|captcha[_-]img|awswaf|captcha-delivery\.com|ddos-guard|px-captcha|geetest|firewall-container",
    re.IGNORECASE,
)
_SAYS_CHECK = re.compile(
    r"\b(?:ro)?bot\b|робот|captcha|капч|human|человек|verif(?:y|ication)"
    r"|security check|access denied|доступ (?:ограничен|запрещ|заблокирован)"
    r"|enable (?:JS|JavaScript)|код с картинки",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"не робот|подозрительн\w{1,8} трафик|unusual traffic|похож на автоматическ"
    r"|checking your browser|провер\w{1,4} (?:\w{4,10} )?браузера|anti-?bot"
    r"|verif\w{1,5} (?:your connection|(?:that )?you are (?:a )?human)"
    r"|что вы человек|(?:confirm|prove) you are (?:a )?human|доступ ограничен: проблема с ip",
    re.IGNORECASE,
)
_LONGEST_CHECK = 1200
"""Letters that a check shows; an ordinary page that speaks of one shows more, or has a form."""
_FIELDS = frozenset({"email", "tel", "file"})
"""Types of inputs that a check does not have."""


def challenge(payload: Payload) -> str | None:
    """Return the word that gives a captcha or a bot check away, or None. Ask only where the page
    is not what it should be: a guest may write "captcha" in a review.

    Words that stand on ordinary pages too (the captcha of a form, a passive script, an article)
    count where the answer is an error, or the page says little but that people are checked.
    """
    text = payload.text[:200_000]
    if found := _CHALLENGES.search(text):
        return found[0]
    found = _ON_ORDINARY_PAGES.search(text)
    if found and payload.status >= 400:
        return found[0]
    page = soup(text)
    shown = " ".join(page.get_text(" ").split())
    if len(shown) > _LONGEST_CHECK or _has_a_form(page):
        return None
    asked = _ASKS.search(shown)
    if asked or (found and _SAYS_CHECK.search(shown)):
        return asked[0] if asked else found[0] if found else None
    return None


def _has_a_form(page: "bs4.Tag") -> bool:
    # By hand: what reads selectors takes longer to start than a page to be read.
    fields = page.find_all(["textarea", "select", "input"])
    return any(
        field.name != "input" or str(field.get("type", "")).lower() in _FIELDS for field in fields
    )


def raise_for_challenge(payload: Payload) -> None:
    """Raise Blocked where the page is a captcha or a bot check."""
    if word := challenge(payload):
        raise Blocked(
            f"a captcha or a bot check in place of the page ({word})", status=payload.status
        )
