"""What answers on the web port: monitoring, the page of figures, the call for guests' links."""

from collections.abc import Callable, Mapping, Sequence

from starlette.routing import Route

from reviewbot.charts.painter import Painter
from reviewbot.clock import Clock
from reviewbot.config.credentials import Credential
from reviewbot.config.sections.guests import LINKS
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources
from reviewbot.integrations import figures_page
from reviewbot.integrations.guest_calls import GuestCalls
from reviewbot.integrations.monitoring import Monitoring
from reviewbot.store.database import Database


def routes_of(
    db: Database,
    settings: Settings,
    sources: Sources,
    clock: Clock,
    secrets: Mapping[str, Credential],
    stuck: Callable[[], Sequence[str]],
    bot_name: Callable[[], str],
    painter: Painter,
) -> list[Route]:
    """Return the routes; `stuck` and `bot_name` are asked at each call; `painter` is whose it is
    to close."""
    parts = (db, settings, sources, clock)
    routes = Monitoring(*parts, stuck).routes
    routes += figures_page.routes_of(*parts, secrets, painter)
    secret = secrets.get(LINKS)
    if secret is not None and settings.guests is not None:
        password = secret["password"].get_secret_value()
        routes += GuestCalls(*parts, password, bot_name).routes
    return routes
