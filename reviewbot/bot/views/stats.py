"""What /stats and single pictures look like when they are sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Period,
    days_back,
    days_of,
    desk_for,
)
from reviewbot.core.model import Role
from reviewbot.core.trends.pictures import Picture
from reviewbot.queries.trends import answering
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.store.tables import OutboxRow
from reviewbot.words.trends.own_answering import own_answering
from reviewbot.words.trends.past import past, places_counted
from reviewbot.words.trends.pictures import Chart, no_picture, offered, picture, titled
from reviewbot.words.trends.stats import stats
from reviewbot.words.vocabulary import View
from reviewbot.workflow.digests import local_date, period_facts


def shown(scene: Scene) -> Outgoing:
    """Five lines and a picture."""
    facts, about = _facts(scene, scene.params), scene.params.get("about", "")
    out = Outgoing.of(stats(facts, scene.language, about=about))
    return replace(
        out,
        picture=picture(facts, scene.language, about=about),
        picture_of={**scene.params, "chart": Chart.ALL},
    )


def chart(scene: Scene) -> Outgoing | None:
    """One picture alone; nothing where it would say nothing."""
    drawn = picture_of(scene, scene.params)
    if drawn is None:
        return None
    title, failed = titled(drawn), no_picture(scene.language)
    return replace(Outgoing.of(title), picture=drawn, undrawn=failed)


def picture_of(scene: Scene, params: dict[str, Any]) -> Picture | None:
    """Return the picture that is meant; None where it would say nothing."""
    facts, wanted = _facts(scene, params), Chart(params["chart"])
    if wanted is not Chart.ALL and wanted not in offered(facts):
        return None
    return picture(facts, scene.language, wanted, about=params.get("about", ""))


def album(scene: Scene, rows: Sequence[OutboxRow]) -> Outgoing | None:
    """Several pictures as one album below the message they were asked for under; those that would
    say nothing are left out."""
    shown = [out for row in rows if (out := chart(replace(scene, row=row))) is not None]
    if not shown:
        return None
    first = replace(shown[0], reply_to=scene.row.payload.get("reply_to"))
    if len(shown) == 1:
        return first
    pictures = [(out.picture, out.message) for out in shown if out.picture is not None]
    return replace(first, picture=None, album=tuple(pictures))


def past_told(scene: Scene) -> Outgoing:
    """What was before."""
    settings = scene.tx.settings
    places = tuple(key for key in scene.params["places"] if key in settings.locations)
    facts = past_audit(scene.tx, places)
    count = places_counted(len(places), scene.language)
    about = scene.params["about"] or count
    if scene.params["about"] and len(places) > 1:
        about = f"{about}: {count}"
    return Outgoing.of(past(facts, scene.language, about=about, own_topics=settings.topics))


def own_figures(scene: Scene) -> Outgoing | None:
    """What the person who asked answered; an admin hears of everybody. Nothing where that was
    switched off since, or the chat is no longer that person's own."""
    tx, person, params = scene.tx, scene.asking, scene.params
    if person is None or scene.group or not tx.settings.people_figures:
        return None
    places = tuple(key for key in params["places"] if key in tx.settings.locations)
    zone = desk_for(tx.settings, places).zone
    days = days_back(params["days"], date.fromisoformat(params["on"]), zone)
    found = answering.replies(tx, places, days.since, min(days.until, tx.now))
    own = answering.of_person(tx, found, person.key)
    every = answering.by_person(tx, found) if person.role is Role.ADMIN else ()
    today = local_date(zone, tx.now)
    return Outgoing.of(own_answering(own, every, days, today, scene.language))


def _facts(scene: Scene, params: dict[str, Any]) -> DigestFacts:
    """The figures of the places that are still ours."""
    known = scene.tx.settings.locations
    places = tuple(key for key in params["places"] if key in known)
    zone, on = desk_for(scene.tx.settings, places).zone, date.fromisoformat(params["on"])
    period = Period(params.get("period", Period.RECENT))
    days = days_of(period, on, zone)
    if "days" in params:
        days = days_back(params["days"], on, zone)
    return period_facts(scene.tx, places, period, days, zone)


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.STATS: shown,
    View.CHART: chart,
    View.PAST: past_told,
    View.OWN_FIGURES: own_figures,
}
