"""Templates beside those of the file: a colleague's text kept as one, any retired and restored."""

import re
from collections.abc import Collection
from hashlib import sha256

from sqlmodel import col, select

from reviewbot.core.errors import Refused
from reviewbot.core.model import LANGUAGES, DraftSource, Kind, Role, Severity
from reviewbot.core.settings import Person, Settings, Template, is_of_place
from reviewbot.core.text import is_same_text, typed
from reviewbot.core.ticket import Actor
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.drafting.signature import language_of
from reviewbot.drafting.suggested import check_saved, suggested
from reviewbot.drafting.templates import CLINIC, pack
from reviewbot.store import audit, drafts
from reviewbot.store.cases import Case
from reviewbot.store.people import person_of
from reviewbot.store.tables import AuditRow, DraftRow, RetiredTemplateRow, SavedTemplateRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.checks import case_of, check_person

MAY_KEEP = (Role.MANAGER, Role.ADMIN)
LONGEST = 4000
GROUP = "group:"
KEY_LENGTH = 12
"""So many letters of a button stand for a template's name."""


def check_may_keep(actor: Actor) -> None:
    """Raises Refused(manager_only)."""
    if actor.role not in MAY_KEEP:
        raise Refused("manager_only")


def offered(tx: Tx, ticket_id: int, draft_id: int | None = None) -> tuple[int, str]:
    """Return the number of a person's draft and its text with slots suggested: that draft's, by
    default the newest of the ticket. Raises Refused(no_own_text)."""
    rows = select(DraftRow).where(
        DraftRow.ticket_id == ticket_id, DraftRow.author_kind == DraftSource.PERSON
    )
    if draft_id is not None:
        rows = rows.where(DraftRow.id == draft_id)
    draft = tx.session.exec(rows.order_by(col(DraftRow.id).desc()).limit(1)).first()
    if draft is None or not draft.text.strip():
        raise Refused("no_own_text")
    case = case_of(tx, ticket_id)
    return draft.id or 0, suggested(draft.text, tx.settings.replies, _ask(tx, case))


def save(tx: Tx, ticket_id: int, actor: Actor, text: str) -> str:
    """Keep a text as a template for reviews like this one; return its name. It serves the places
    that its author may see.

    Raises Refused: manager_only, template_known, and what drafting.suggested.check_saved does.
    """
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    check_may_keep(actor)
    words = typed(text, limit=LONGEST)
    review = case.review
    guest = " ".join(
        filter(None, (review.title, review.text, review.pros, review.cons, review.translation))
    )
    trade = drafts.trade_of(tx, review, case.target.source, case.place)
    if trade.profile == CLINIC and not re.search(r"\bsign\b", words):
        words += "\n{{ sign }}"  # a clinic signs
    check_saved(words, tx.settings.replies, _ask(tx, case), trade, guest)
    wanted = _when(_ask(tx, case)) | places_of_author(tx, actor)
    every = (*tx.settings.replies.templates, *drafts.saved_templates(tx.session))
    known = (each for each in every if is_of_place(each.when, case.place.key, case.place.groups))
    if any(is_same_text(words, each.text) for each in known):
        raise Refused("template_known")
    row = SavedTemplateRow(
        at=tx.now,
        by=actor.key,
        language=language_of(words),
        text=words,
        when=wanted,
    )
    tx.session.add(row)
    tx.session.flush()
    name = drafts.saved_id(row.id or 0)
    audit.audit(tx, case, "template_saved", actor.key, role=actor.role, template=name)
    tx.session.flush()
    return name


def places_of_author(tx: Tx, actor: Actor) -> dict[str, list[str]]:
    """Return which places a template of this person is for, as `when` asks it; nothing: all."""
    person, settings = person_of(tx, actor.key), tx.settings
    if person is None or not person.only:
        return {}
    groups = [each.removeprefix(GROUP) for each in person.only if each.startswith(GROUP)]
    if len(groups) == len(person.only):
        return {"group": groups}
    return {"location": [key for key in settings.locations if settings.may_see(person, key)]}


def served(settings: Settings, template: Template) -> list[str]:
    """Return the keys of the own places a template is for."""
    return [
        place.key
        for place in settings.locations.values()
        if place.role == "own" and is_of_place(template.when, place.key, place.groups)
    ]


def check_may_change(tx: Tx, template: Template, person: Person) -> None:
    """Raises Refused(template_all) for who does not see every place a template is for."""
    places = served(tx.settings, template)
    if person.only and not (
        places and all(tx.settings.may_see(person, place) for place in places)
    ):
        raise Refused("template_all")


def retire(tx: Tx, template_id: str, actor: Actor) -> None:
    """Propose a template no more; drafts made from it stay. Twice is as once."""
    _set(tx, template_id, actor, retired=True)


def restore(tx: Tx, template_id: str, actor: Actor) -> None:
    """Propose a retired template again. Twice is as once."""
    _set(tx, template_id, actor, retired=False)


def _set(tx: Tx, template_id: str, actor: Actor, *, retired: bool) -> None:
    check_may_keep(actor)
    row = tx.session.get(RetiredTemplateRow, template_id)
    if (row is not None) == retired:
        return
    if row is not None:
        tx.session.delete(row)
    else:
        tx.session.add(RetiredTemplateRow(template_id=template_id, at=tx.now, by=actor.key))
    tx.session.add(
        AuditRow(
            at=tx.now,
            actor=actor.key,
            role=actor.role,
            action="template_retired" if retired else "template_restored",
            detail={"template": template_id},
        )
    )
    tx.session.flush()


def key_of(template_id: str) -> str:
    """Return what a button carries for a template: names may be long, and of any letters."""
    return sha256(template_id.encode()).hexdigest()[:KEY_LENGTH]


def every_template(tx: Tx) -> dict[str, Template]:
    """Return all templates by name: saved ones, the file's, the shipped ones; retired too."""
    address = tx.settings.replies.address
    shipped = (
        template
        for language in LANGUAGES
        for profile in (None, CLINIC)
        for shelf in pack(language, address, profile).templates.values()
        for template in shelf
    )
    found: dict[str, Template] = {}
    own = tx.settings.replies.templates
    for template in (*drafts.saved_templates(tx.session), *own, *shipped):
        found[template.id] = template
    return found


def shelf_of(template_id: str) -> tuple[str, str]:
    """Return the tone and the topic of a shipped template, "" where it has none."""
    shelf, theme = template_id.split(".")[-3:-1]
    return shelf, theme if theme in pack("en").topics else ""


def listed(tx: Tx, used: Collection[str], places: Collection[str]) -> list[Template]:
    """Return what a list of templates shows of those for some of `places`: saved ones, newest
    first; the file's; of the shipped ones those that were used or retired."""
    every = every_template(tx)
    saved = [each.id for each in drafts.saved_templates(tx.session)]
    own = [each.id for each in tx.settings.replies.templates]
    retired = drafts.retired_templates(tx.session)
    shipped = sorted(
        name for name in {*used, *retired} if name in every and name not in {*saved, *own}
    )
    names = dict.fromkeys((*reversed(saved), *own, *shipped))
    shown = set(places)
    return [every[name] for name in names if shown & set(served(tx.settings, every[name]))]


def _ask(tx: Tx, case: Case) -> DraftAsk:
    source = case.target.source
    return drafts.draft_ask(tx, case.review, source, case.place, drafts.Recent())


def _when(ask: DraftAsk) -> dict[str, list[str]]:
    """Return which reviews a text is kept for: those of this one's tone and topic."""
    found = {"tone": [ask.tone]}
    if ask.topic:
        found["topic"] = [ask.topic]
    if ask.severity == Severity.CRITICAL:
        found["severity"] = [ask.severity]
    if ask.kind == Kind.QUESTION:
        found["kind"] = [ask.kind]
    return found
