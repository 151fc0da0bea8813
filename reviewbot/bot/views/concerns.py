"""What the card of a concern looks like when it is sent, edited, or asked for its picture."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views import stats
from reviewbot.bot.views.cards import asked
from reviewbot.bot.views.scene import Scene
from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import ConcernFacts, ConcernKind
from reviewbot.drafting.second_sentence import measure_told
from reviewbot.queries.trends.concern_facts import concern_facts, is_unwatched, measures_at
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.words import prompts
from reviewbot.words.html import Html, Message
from reviewbot.words.trends.concerns import concern
from reviewbot.words.trends.measures import about, measure_noted, measures_listed
from reviewbot.words.trends.past import places_counted
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.vocabulary import View
from reviewbot.workflow.beside_reply.measures import can_be_told
from reviewbot.workflow.chats import shows_all
from reviewbot.workflow.digests import local_date

CHART_DAYS = 60
CHARTS = {ConcernKind.DROP: Chart.RATING, ConcernKind.BURST: Chart.TOPIC_TIMES}
"""What tells at a glance that it is worse; what came within a day has no curve."""


def _facts(scene: Scene) -> ConcernFacts | None:
    """The facts; None where the chat may not be shown every place they are of."""
    facts = concern_facts(scene.tx, int(scene.row.payload["concern"]), scene.language)
    if facts is None:
        return None
    # As `places_in`: one that is in the file no more is nobody's.
    known = scene.tx.settings.locations
    places = {facts.location, *(each.location for each in facts.replies if each.location in known)}
    return facts if shows_all(scene.tx, scene.row.chat_id or 0, places) else None


def sent(scene: Scene) -> Outgoing | None:
    """The card as it stands now, of a drop or a burst with its chart."""
    facts = _facts(scene)
    if facts is None:
        return None
    out = Outgoing.of(concern(facts, scene.language))
    chart = CHARTS.get(facts.kind)
    if chart is None:
        return out
    params = chart_params(scene.tx, scene.tx.settings.locations[facts.location], chart)
    return replace(out, picture=stats.picture_of(scene, params), picture_of=params)


def chart_params(tx: Tx, place: Location, chart: Chart) -> dict[str, Any]:
    """Return what a view CHART of a place's last CHART_DAYS days, today's too, is asked with."""
    tomorrow = local_date(place.zone, tx.now) + timedelta(days=1)
    return {
        "places": [place.key],
        "about": place.name,
        "days": CHART_DAYS,
        "on": tomorrow.isoformat(),
        "chart": chart,
    }


def edited(scene: Scene) -> Outgoing | None:
    """The card in the place of what it was; with the causes to choose from. That of a place in the
    file no more stays as it is, without keys."""
    params = scene.params
    # An edit put by an earlier version, or for one copy by a press, names the message.
    message_id = params.get("message_id") or outbox.message_of(scene.tx.session, params["copy"])
    if message_id is None:
        return None
    if is_unwatched(scene.tx, int(scene.row.payload["concern"])):
        return replace(Outgoing.of(Message(Html())), edit=message_id, keys_only=True)
    facts = _facts(scene)
    if facts is None:
        return None
    shown = concern(facts, scene.language, asks_cause=bool(params.get("asks_cause")))
    return replace(Outgoing.of(shown), edit=message_id)


def prompt(scene: Scene) -> Outgoing | None:
    """Asks one person what was done, and since when."""
    facts = concern_facts(scene.tx, int(scene.params["concern"]), scene.language)
    if facts is None:
        return None
    what = about(facts, scene.language)
    return Outgoing.of(prompts.concern_prompt(what, scene.language, **asked(scene)))


def noted(scene: Scene) -> Outgoing | None:
    """To who wrote it: from which day the measure counts, and what the guests can be told."""
    facts = concern_facts(scene.tx, int(scene.params["concern"]), scene.language)
    if facts is None:
        return None
    params = scene.params
    said = measure_noted(
        facts,
        date.fromisoformat(params["on"]),
        scene.language,
        sentence=measure_told(scene.language),
        replies=len(can_be_told(scene.tx, facts.sign.tickets)),
        is_taken_back=bool(params.get("is_taken_back")),
    )
    return replace(Outgoing.of(said), edit=params.get("message_id"))


def measures(scene: Scene) -> Outgoing:
    """What was done at some places, and whether it helped."""
    settings = scene.tx.settings
    places = tuple(key for key in scene.params["places"] if key in settings.locations)
    told, more = measures_at(scene.tx, places)
    about = scene.params["about"] or places_counted(len(places), scene.language)
    said = measures_listed(
        told, more.total(), scene.tx.now, scene.language, about=about, own_topics=settings.topics
    )
    return Outgoing.of(said)


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.CONCERN: edited,
    View.CONCERN_PROMPT: prompt,
    View.CONCERN_NOTED: noted,
    View.MEASURES: measures,
}
