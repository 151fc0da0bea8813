"""What `init` asks about the location: its name, the contact, the links to its reviews."""

from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from reviewbot.cli.setup import patience
from reviewbot.cli.setup.new_file import NewFile
from reviewbot.cli.setup.page_check import FirstPage, first_pages
from reviewbot.cli.setup.prompts import confirm, forget_typed
from reviewbot.cli.terminal import err, fail, out
from reviewbot.config import load
from reviewbot.config.durations import Mistake
from reviewbot.config.link_advice import NOT_ANSWERED
from reviewbot.config.links import installed
from reviewbot.core.errors import ConfigError
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words

GOOGLE = "google_business"


def ask_location(
    t: Language,
    new: NewFile,
    name: str | None,
    contact: str | None,
    given: list[str],
    *,
    yes: bool,
) -> None:
    for text in given:
        if not _add_link(t, new, text, sure=True) and yes:
            raise typer.Exit(2)
    question = t("The location's name")
    known = new.location
    if name or yes:
        new.location = name or known
    else:
        new.location = typer.prompt(f"\n{question}", default=known or None).strip()
    if yes and not (new.location and new.links):
        fail(t("Say what to watch: {options}.", options="--location NAME, --link URL"), code=2)
    if contact is not None or yes:
        new.contact = contact or ""
    else:
        question = t("Contact for guests, named in replies")
        kept = bool(new.contact)
        new.contact = typer.prompt(question, default=new.contact, show_default=kept).strip()
    while not given:
        question = (
            t("Another link to its reviews (Enter: that is all)")
            if new.links
            else t("A link to its reviews")
        )
        text = typer.prompt(question, default="", show_default=False).strip()
        if text:
            _add_link(t, new, text, sure=False)
        elif new.links:
            return


def _add_link(t: Language, new: NewFile, text: str, *, sure: bool) -> bool:
    """Recognise a link, look at its page, and ask whether it is the right one."""
    links = installed()
    try:
        hint = links.recognise(text)
    except Mistake as mistake:
        parts = (in_words(part, t.language) for part in (mistake.sentence, mistake.hint))
        err.print(" ".join(parts), style="yellow", markup=False)
        return False
    if hint.source == GOOGLE and not hint.options and not sure:
        text = f"{GOOGLE}:{_account(t)}/{hint.ref}"
    title = links.modules[hint.source].TITLE[new.language]
    out.print(t("{title}: looking …", title=title), style="dim", markup=False)
    try:
        page = _look(new, text)
    except ConfigError as error:
        for problem in error.problems:
            parts = (in_words(part, t.language) for part in (problem.sentence, problem.hint))
            err.print(" ".join(filter(None, parts)), style="yellow", markup=False)
        return False
    forget_typed()
    seen = page.line(t)
    if page.trouble is None:
        question = t("Is this your place? {seen}", seen=seen)
    else:
        question = t("It cannot be read now ({seen}). Keep the link?", seen=seen)
    if not page.answered:
        err.print(in_words(NOT_ANSWERED, t.language), style="yellow", markup=False)
    if sure:
        out.print(f"  {seen}", markup=False)
    elif not confirm(t, question, default=True):
        return False
    new.links.append(text)
    return True


def _account(t: Language) -> str:
    """Ask whose location it is: Google's API names both, and a location's number alone is not
    enough."""
    while True:
        asked = t(
            "The account that the location belongs to, such as {example}", example="accounts/1089"
        )
        account = typer.prompt(asked).strip().removeprefix("accounts/")
        if account.isdecimal():
            return f"accounts/{account}"
        err.print(t("That is not an account's number."), style="yellow")


def _look(new: NewFile, link: str) -> FirstPage:
    """Read the first page with a file that holds this link alone. Raises ConfigError where a file
    cannot hold it."""
    alone = NewFile(new.language, new.time_zone, None, chat_id=-1, people=[(1, "a", "manager")])
    alone.location, alone.links, alone.allowed_hosts = "a", [link], new.allowed_hosts
    with TemporaryDirectory(prefix="reviewbot-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(alone.text(), encoding="utf-8")
        loaded = load(path, environ={})
        (key,) = loaded.settings.targets

        async def first() -> FirstPage:
            async for page in first_pages(loaded.settings, [key], loaded.secrets):
                found = page
            return found

        return patience.run(first())
