"""How a seller's account is named in the operator's file: by a name of one's own, or a product."""

import re

from reviewbot.core.contract import TargetHint


def account_named(name: str, url: str, option: str, shortest: int) -> TargetHint | None:
    """Recognise "source:name". A number of at least so many digits is a product's: it sets the
    option, and that product alone is shown."""
    found = re.fullmatch(rf"{name}:([\w.-]{{1,60}})", url.strip())
    if not found:
        return None
    is_product = re.fullmatch(rf"[0-9]{{{shortest},15}}", found[1])
    return TargetHint(name, found[1], options={option: int(found[1])} if is_product else {})
