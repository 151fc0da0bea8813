"""The doorbell's section: a mailbox, a subscription, a port; and their secrets."""

import re

from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import Credential, credential, password
from reviewbot.config.schema import ImapTable, PubSubTable, WebhookTable
from reviewbot.config.sections import locations
from reviewbot.core.connections import DoorbellSettings, Mailbox, Notifications
from reviewbot.words.operator_text import say

MAILBOX, NOTIFICATIONS, WEBHOOK = "doorbell.imap", "doorbell.pubsub", "doorbell.webhook"
"""The names of the three secrets, and where they stand in the file."""
WEB = "web"

_SUBSCRIPTION = re.compile(r"projects/[^/\s]+/subscriptions/[^/\s]+")
_HERE = ("localhost", "127.0.0.1", "::1")
SHORTEST_SECRET = 16


def doorbell(context: ResolveContext) -> tuple[DoorbellSettings, dict[str, Credential]]:
    """Return what may ring, each with its secret; what lacks its secret is noted and left out."""
    table, secrets = context.file.doorbell, dict[str, Credential]()
    return (
        DoorbellSettings(
            mailbox=_mailbox(table.imap, context, secrets) if table.imap else None,
            notifications=_pubsub(table.pubsub, context, secrets) if table.pubsub else None,
            webhook_port=_webhook(table.webhook, context, secrets) if table.webhook else None,
        ),
        secrets,
    )


def _mailbox(
    table: ImapTable, context: ResolveContext, secrets: dict[str, Credential]
) -> Mailbox | None:
    if not table.tls and table.host not in _HERE:
        context.problems.add(
            f"{MAILBOX}.tls",
            say("The password would go to {host} in clear.", host=table.host),
            say("Leave `tls` out; without it only a server on this machine may be asked."),
        )
    for name in table.senders:
        context.problems.known(f"{MAILBOX}.senders", "source", name, context.sources)
    _keep(
        MAILBOX,
        password(
            f"{MAILBOX}.password_file", table.password_file, context.folder, context.problems
        ),
        secrets,
    )
    return Mailbox(
        host=table.host,
        user=table.user,
        port=table.port,
        tls=table.tls,
        folder=table.folder,
        senders=tuple((name, tuple(who)) for name, who in table.senders.items()),
    )


def _pubsub(
    table: PubSubTable, context: ResolveContext, secrets: dict[str, Credential]
) -> Notifications:
    if not _SUBSCRIPTION.fullmatch(table.subscription):
        context.problems.add(
            f"{NOTIFICATIONS}.subscription",
            say(
                '"{subscription}" is not the name of a subscription.',
                subscription=table.subscription,
            ),
            say('Write "projects/…/subscriptions/…".'),
        )
    found = credential(
        NOTIFICATIONS, table.credentials_file, None, context.folder, context.problems
    )
    for field in ("client_email", "private_key"):
        if found is not None and field not in found:
            context.problems.add(
                f"{NOTIFICATIONS}.credentials_file",
                say("The file lacks {field}: it is not a service account's key.", field=field),
            )
    _keep(NOTIFICATIONS, found, secrets)
    base_url = locations.address(f"{NOTIFICATIONS}.base_url", table.base_url, context)
    default = Notifications(table.subscription)
    return Notifications(table.subscription, base_url) if base_url else default


def web_secrets(context: ResolveContext) -> dict[str, Credential]:
    """Return the token of the page's link, where the file names one; a short one is a mistake."""
    name, path = context.file.web.token_file, "web.token_file"
    if name is None:
        return {}
    found = password(path, name, context.folder, context.problems)
    _must_be_long(path, found, context)
    return {WEB: found} if found else {}


def _must_be_long(path: str, found: Credential | None, context: ResolveContext) -> None:
    if found is not None and len(found["password"]) < SHORTEST_SECRET:
        context.problems.add(
            path,
            say(
                "The secret is shorter than {least} letters.",
                least=SHORTEST_SECRET,
            ),
            "openssl rand -hex 32",
        )


def _webhook(table: WebhookTable, context: ResolveContext, secrets: dict[str, Credential]) -> int:
    path = f"{WEBHOOK}.secret_file"
    found = password(path, table.secret_file, context.folder, context.problems)
    _must_be_long(path, found, context)
    _keep(WEBHOOK, found, secrets)
    return table.port


def _keep(name: str, found: Credential | None, secrets: dict[str, Credential]) -> None:
    if found is not None:
        secrets[name] = found
