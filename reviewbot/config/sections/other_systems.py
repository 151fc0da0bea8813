"""Other systems that are told or asked, and the second way out: their addresses and secrets."""

import base64
import binascii
from datetime import timedelta

from reviewbot.config import durations
from reviewbot.config.addresses import call_address, mail_address
from reviewbot.config.context import ResolveContext, check_key
from reviewbot.config.credentials import Credential, password
from reviewbot.config.schema import MailTable
from reviewbot.core.connections import (
    OF_REVIEWS,
    DraftingEndpoint,
    Endpoint,
    Event,
    Fallback,
    MailServer,
)
from reviewbot.words.operator_text import say

MAIL = "fallback.mail"
"""The name of the mail server's secret, and where it stands in the file."""
SHORTEST_KEY = 24
"""Bytes, as the Standard Webhooks scheme asks (24 to 64)."""
SOONEST = timedelta(minutes=1)
_HERE = ("localhost", "127.0.0.1", "::1")


def secret_of(key: str) -> str:
    """Return the name of an endpoint's secret."""
    return f"webhooks.{key}"


def endpoints(context: ResolveContext) -> tuple[dict[str, Endpoint], dict[str, Credential]]:
    """Return the systems to tell, each with its secret; what lacks its secret is noted."""
    found, secrets = dict[str, Endpoint](), dict[str, Credential]()
    for key, table in context.file.webhooks.items():
        path = secret_of(key)
        check_key(path, key, context.problems)
        for name in table.events:
            context.problems.known(f"{path}.events", "event", name, tuple(Event))
        for name in table.only:
            group = name.removeprefix("group:")
            kind, names = ("group", context.groups) if group != name else ("location", context.own)
            context.problems.known(f"{path}.only", kind, group, tuple(names))
        url = call_address(f"{path}.url", table.url, context.problems)
        secret = password(
            f"{path}.secret_file", table.secret_file, context.folder, context.problems
        )
        if secret is not None:
            _check_key(f"{path}.secret_file", secret, context)
            secrets[path] = secret
        if url is not None:
            events = tuple(table.events) or OF_REVIEWS
            found[key] = Endpoint(key, url, events, tuple(table.only))
    return found, secrets


def fallback(context: ResolveContext) -> tuple[Fallback, dict[str, Credential]]:
    """Return the second way out, with the mail server's secret."""
    table, problems, secrets = context.file.fallback, context.problems, dict[str, Credential]()
    after = problems.read("fallback.after", durations.positive, table.after)
    every = problems.read("fallback.ping_every", durations.positive, table.ping_every)
    for path, length in (("after", after), ("ping_every", every)):
        if length is not None and length < SOONEST:
            problems.add(
                f"fallback.{path}",
                say("{found} is too short.", found=durations.brief(length)),
                say('Write "1m" or more.'),
            )
    if table.webhook is not None:
        problems.known("fallback.webhook", "webhook", table.webhook, tuple(context.file.webhooks))
    ping = call_address("fallback.ping", table.ping, problems) if table.ping else None
    mail = _mail(table.mail, context, secrets) if table.mail else None
    default = Fallback()
    return (
        Fallback(after or default.after, mail, table.webhook, ping, every or default.ping_every),
        secrets,
    )


def drafting(context: ResolveContext) -> tuple[DraftingEndpoint, dict[str, Credential]]:
    """Return the program that writes drafts, with its key, where it asks for one."""
    table, problems, secrets = context.file.drafting, context.problems, dict[str, Credential]()
    url = call_address("drafting.url", table.url, problems) if table.url else None
    timeout = problems.read("drafting.timeout", durations.positive, table.timeout)
    if table.key_file is not None:
        secret = password("drafting.key_file", table.key_file, context.folder, problems)
        if secret is not None:
            secrets["drafting"] = secret
    default = DraftingEndpoint()
    address = url.rstrip("/") if url else None
    return DraftingEndpoint(address, table.model, timeout or default.timeout), secrets


def _mail(
    table: MailTable, context: ResolveContext, secrets: dict[str, Credential]
) -> MailServer | None:
    problems = context.problems
    if table.tls == "none" and table.host not in _HERE:
        problems.add(
            f"{MAIL}.tls",
            say("Mail and password would go to {host} in clear.", host=table.host),
            say('Leave `tls` out; "none" is for a server on this machine.'),
        )
    if table.password_file is not None:
        secret = password(f"{MAIL}.password_file", table.password_file, context.folder, problems)
        if secret is not None:
            secrets[MAIL] = secret
    sender = mail_address(f"{MAIL}.from", table.from_, problems)
    to = [mail_address(f"{MAIL}.to", each, problems) for each in table.to]
    return MailServer(
        host=table.host,
        sender=sender or "",
        to=tuple(filter(None, to)),
        port=table.port,
        tls=table.tls,
        user=table.user,
    )


def _check_key(path: str, secret: Credential, context: ResolveContext) -> None:
    """Note what the scheme's library could not sign with."""
    text = secret["password"].get_secret_value().removeprefix("whsec_")
    try:
        # Libraries of the scheme take it without its padding too.
        length = len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if length < SHORTEST_KEY:
        context.problems.add(
            path,
            say("is not a key of {least} bytes or more in base64.", least=SHORTEST_KEY),
            "echo whsec_$(openssl rand -base64 32)",
        )
