"""What guests are asked after a visit, and the secret of the call that makes links."""

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import Credential, beside, password
from reviewbot.config.durations import Mistake
from reviewbot.config.sections.customers_file import read_customers
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.survey import GuestSettings, Scale
from reviewbot.words.html import is_link
from reviewbot.words.operator_text import say

LINKS = "guests.links"
"""The name of the secret of `POST /guests/links`."""
SHORTEST_SECRET = 24
CUSTOMERS = "guests.customers_file"
"""The key of the table of customers."""


def guests(context: ResolveContext) -> tuple[GuestSettings | None, dict[str, Credential]]:
    """Return what the file says of guests, and the secret; what is wrong is noted."""
    table, problems = context.file.guests, context.problems
    if table is None:
        return None, {}
    valid_for = problems.read("guests.valid_for", durations.positive, table.valid_for)
    if not is_link(table.privacy):
        problems.add(
            "guests.privacy",
            say("is no address that guests can open."),
            say('Write it like "https://…": the page that says what happens with their answers.'),
        )
    secrets = dict[str, Credential]()
    if table.secret_file is not None:
        path = "guests.secret_file"
        found = password(path, table.secret_file, context.folder, problems)
        if found is not None and len(found["password"]) < SHORTEST_SECRET:
            problems.add(
                path,
                say("The secret is shorter than {least} letters.", least=SHORTEST_SECRET),
                "openssl rand -hex 32",
            )
        if found is not None:
            secrets[LINKS] = found
        if context.file.web.port is None:
            problems.add(
                path, say("The call that makes links needs a port."), say("Write [web] port.")
            )
    if valid_for is None:
        return None, secrets
    asked = GuestSettings(Scale(table.question), valid_for, table.privacy, _customers(context))
    return asked, secrets


def _customers(context: ResolveContext) -> tuple[Customers, ...]:
    """A table that cannot be read costs its figures, never the start."""
    table = context.file.guests
    if table is None or table.customers_file is None:
        return ()
    try:
        return read_customers(beside(context.folder, table.customers_file))
    except Mistake as mistake:
        context.problems.warn(CUSTOMERS, mistake.sentence, say("Churn is not told until then."))
        return ()
