"""Addresses that the operator writes: of mailboxes, and of programs that are called."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from reviewbot.config.problems import Problems
from reviewbot.words.operator_text import say

_MAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]+@[^@\s<>\"(),:;\[\]\\]+", re.ASCII)


def mail_address(path: str, written: str, problems: Problems) -> str | None:
    """Return a bare mail address, or note that it is none."""
    if _MAIL.fullmatch(written):
        return written
    problems.add(
        path,
        say('"{written}" is no mail address.', written=written),
        say('Write it bare, like "oleg@example.com".'),
    )
    return None


def call_address(path: str, written: str, problems: Problems) -> str | None:
    """Return the address of a program, or note that it is none. In clear only within one's own
    walls: what is told there is what guests wrote."""
    try:
        parts = urlsplit(written)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        right = False
    if not right:
        problems.add(
            path, say("is not the address of a program."), say('Write it like "https://…".')
        )
        return None
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        problems.add(
            path,
            say("What is told would go to {host} in clear.", host=parts.hostname),
            say("Use https; http is for this machine and the own network."),
        )
        return None
    return written


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        # A name without a dot is one of the own network: a container's, a machine's.
        return "." not in host or host.endswith((".local", ".internal", ".lan"))
