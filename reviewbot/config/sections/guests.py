"""What guests are asked after a visit, and the secret of the call that makes links."""

from dataclasses import replace

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import Credential, beside, guests_token, password
from reviewbot.config.durations import Mistake
from reviewbot.config.sections.customers_file import read_customers
from reviewbot.core.model import LANGUAGES
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.survey import GuestSettings, Scale, Variant
from reviewbot.words.html import is_link
from reviewbot.words.operator_text import say

LINKS = "guests.links"
"""The name of the secret of `POST /guests/links`."""
OWN_BOT = "guests.bot"
"""The name of the secret that is the token of the guests' own bot."""
SHORTEST_SECRET = 24
LONGEST_WORDS = 300
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
    if table.token_file is not None:
        token = guests_token(table.token_file, context.folder, problems)
        if token is not None:
            secrets[OWN_BOT] = token
    if valid_for is None:
        return None, secrets
    scale, ways = Scale(table.question), _variants(context)
    asked = GuestSettings(scale, valid_for, table.privacy, _customers(context), ways)
    return replace(asked, own_bot=table.token_file is not None), secrets


def _variants(context: ResolveContext) -> tuple[Variant, ...]:
    """Return the two ways of asking that chance chooses from, or none."""
    table, problems = context.file.guests, context.problems
    if table is None or not table.variants:
        return ()
    found, path = [], "guests.variants"
    for key, each in table.variants.items():
        words = {code: " ".join(text.split()) for code, text in each.words.items()}
        found.append(Variant(key, Scale(each.question or table.question), words))
        for code, text in words.items():
            problems.known(f"{path}.{key}.words.{code}", "language", code, LANGUAGES)
            if not 0 < len(text) <= LONGEST_WORDS:
                problems.add(
                    f"{path}.{key}.words.{code}",
                    say("A question has 1 to {most} letters.", most=LONGEST_WORDS),
                )
        if words and set(LANGUAGES) - set(words):
            problems.add(
                f"{path}.{key}.words",
                say("Some guests would be asked in the usual words."),
                say("Write them in every language: {names}.", names=", ".join(LANGUAGES)),
            )
    if len(found) != 2:
        problems.add(path, say("Two ways are compared, not {n}.", n=len(found)))
    elif (found[0].scale, found[0].words) == (found[1].scale, found[1].words):
        problems.add(path, say("Both ask the same."), say("Give one other words or a question."))
    return tuple(found)


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
