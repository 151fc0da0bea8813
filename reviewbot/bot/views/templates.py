"""What templates in chat look like when they are sent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.core.errors import Refused
from reviewbot.core.settings import SAVED, Template
from reviewbot.core.trends.templates import TemplateUse
from reviewbot.queries.trends.template_uses import template_uses
from reviewbot.store.drafts import retired_templates
from reviewbot.words.cards import templates as words
from reviewbot.words.cards.templates import Origin, TemplateLine
from reviewbot.words.people import place_names
from reviewbot.words.vocabulary import View
from reviewbot.workflow.templates import keeping

DAYS = 90
"""What figures of templates in chat are of."""


def offer(scene: Scene) -> Outgoing | None:
    """None where the text is gone meanwhile: its guest was forgotten."""
    text = _offered(scene)
    if text is None:
        return None
    person = scene.asking
    places = place_names(scene.tx.settings, person) if person else ()
    return Outgoing.of(words.offer(scene.facts(), scene.language, text, places))


def prompt(scene: Scene) -> Outgoing | None:
    text, params = _offered(scene), scene.params
    if text is None:
        return None
    return Outgoing.of(
        words.prompt(
            scene.facts(),
            scene.language,
            text,
            name=params.get("name", ""),
            user_id=params.get("telegram_id") if scene.group else None,
        )
    )


def _offered(scene: Scene) -> str | None:
    assert scene.row.ticket_id is not None
    try:
        _, text = keeping.offered(scene.tx, scene.row.ticket_id, int(scene.params["draft"]))
    except Refused:
        return None
    return text


def listed(scene: Scene) -> Outgoing:
    """A page of all templates."""
    used = _used(scene)
    found = keeping.listed(scene.tx, used, scene.params.get("places", ()))
    offset = min(int(scene.params.get("offset", 0)), max(0, len(found) - 1))
    offset -= offset % words.PAGE
    shown = [_line(scene, each, used) for each in found[offset : offset + words.PAGE]]
    message = words.listed(shown, scene.language, total=len(found), offset=offset, days=DAYS)
    return replace(Outgoing.of(message), edit=scene.params.get("message_id"))


def one(scene: Scene) -> Outgoing | None:
    """One template; None where it is gone meanwhile."""
    params = scene.params
    template = keeping.every_template(scene.tx).get(params["template"])
    if template is None:
        return None
    line = _line(scene, template, _used(scene))
    message = words.one(line, scene.language, days=DAYS, saved=bool(params.get("saved")))
    return replace(Outgoing.of(message), edit=params.get("message_id"))


def _used(scene: Scene) -> Mapping[str, TemplateUse]:
    now = scene.tx.now
    places, since = scene.params.get("places", ()), now - timedelta(days=DAYS)
    return template_uses(scene.tx, places, since, now + timedelta(seconds=1))


def _line(scene: Scene, template: Template, used: Mapping[str, TemplateUse]) -> TemplateLine:
    if template.own:
        origin = Origin.FILE
    else:
        origin = Origin.SAVED if template.id.startswith(SAVED) else Origin.SHIPPED
    tone, topic = "".join(template.when.tone[:1]), "".join(template.when.topic[:1])
    if origin is Origin.SHIPPED:
        tone, topic = keeping.shelf_of(template.id)
    return TemplateLine(
        name=template.id,
        key=keeping.key_of(template.id),
        origin=origin,
        language=template.language,
        text=template.text,
        tone=tone,
        topic=topic,
        retired=template.id in retired_templates(scene.tx.session),
        use=used.get(template.id, TemplateUse()),
        own_topics=scene.tx.settings.topics,
        places=_places(scene, template),
    )


def _places(scene: Scene, template: Template) -> tuple[str, ...]:
    """Return the names of the places shown here that a template is for; nothing: all."""
    if not (template.when.location or template.when.group):
        return ()
    settings, here = scene.tx.settings, scene.params.get("places", ())
    found = (key for key in keeping.served(settings, template) if key in here)
    return tuple(settings.locations[key].name for key in found)


VIEWS: dict[View, Callable[[Scene], Outgoing | None]] = {
    View.TEMPLATE_OFFER: offer,
    View.TEMPLATE_PROMPT: prompt,
    View.TEMPLATE_SAVED: one,
    View.TEMPLATES: listed,
    View.TEMPLATE: one,
}
