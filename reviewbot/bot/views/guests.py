"""What guests read, and the links staff get for them, at the moment it is sent."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.charts.qr import as_png
from reviewbot.core.surveys.survey import GuestSaying, Scale, SurveyStep, mood_of
from reviewbot.queries.surveys.place_pages import pages_of
from reviewbot.store.surveys.guest_rows import hash_of_link
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.words.language import words_in
from reviewbot.words.surveys import invitation, questions
from reviewbot.words.vocabulary import View
from reviewbot.workflow.surveys.guest_links import GuestLink, Visit

PERSONAL, OF_PLACE = "g", "p"


def survey(scene: Scene) -> Outgoing | None:
    """The question that is asked now; None where it is answered, or the survey is gone."""
    row = scene.tx.session.get(SurveyRow, scene.params["survey"])
    guests = scene.tx.settings.guests
    if row is None or guests is None or row.telegram_id != scene.row.chat_id:
        return None
    if row.step != scene.params["step"] or row.bot != scene.row.bot:
        return None
    place = scene.tx.settings.locations.get(row.location_key)
    scale, variant = Scale(row.scale), guests.variant(row.variant)
    facts = questions.SurveyFacts(
        survey_id=row.id or 0,
        step=SurveyStep(row.step),
        scale=scale,
        mood=mood_of(scale, row.score) if row.score is not None else None,
        place=place.name if place else "",
        privacy=guests.privacy,
        username=scene.params["username"],
        pages=pages_of(scene.tx, row.location_key, scene.language),
        own_topics=scene.tx.settings.topics,
        words=variant.words.get(scene.language) if variant else None,
    )
    return Outgoing.of(questions.question(facts, scene.language))


def said(scene: Scene) -> Outgoing:
    saying, address = GuestSaying(scene.params["code"]), scene.params.get("link", "")
    out = Outgoing.of(questions.said(saying, scene.params["speaks"], address))
    return replace(out, forgets=("link",)) if address else out


def guest_link(scene: Scene) -> Outgoing | None:
    """A link whose code is made here, and nowhere kept but in the message; or: which place."""
    settings, params = scene.tx.settings, scene.params
    if "places" in params:
        places = [(key, settings.locations[key].name) for key in params["places"]]
        return Outgoing.of(invitation.which_place(scene.language, places))
    if settings.guests is None or params["place"] not in settings.locations:
        return None
    if not scene.guests_bot_name and settings.guests.own_bot:
        return Outgoing.of(invitation.no_link_yet(scene.language))
    if not scene.guests_bot_name:
        raise LookupError("Telegram has not told the bot's own name yet")
    code, personal = scene.new_code(), params["personal"]
    address = invitation.link(scene.guests_bot_name, code)
    until = scene.tx.now + settings.guests.valid_for
    message = invitation.link_message(
        scene.language,
        place=settings.locations[params["place"]].name,
        address=address,
        valid_until=words_in(scene.language).day(until, settings.zone) if personal else None,
        switch=f"{OF_PLACE if personal else PERSONAL}.{params['place']}",
    )
    visit = Visit() if personal else None
    given = GuestLink(hash_of_link(code), params["place"], params["person"], visit)
    return replace(Outgoing.of(message), photo=as_png(address), guest_link=given)


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.SURVEY: survey,
    View.GUEST_SAID: said,
    View.GUEST_LINK: guest_link,
}
