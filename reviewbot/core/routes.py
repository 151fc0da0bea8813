"""Which chat hears of a review: the first route that fits."""

from collections.abc import Sequence

from reviewbot.core.settings import SUPPORT, Route, Subject, When, matches

DEFAULT = "default"
"""The name of the route taken when none of the operator's fits."""


def route_for(routes: Sequence[Route], subject: Subject) -> Route:
    """Return the first matching route, or one to SUPPORT; its `name` says why.

    `copy` comes without repetitions and without the chat itself: nobody gets a card twice.
    """
    for route in routes:
        if matches(route.when, subject):
            copies = dict.fromkeys(chat for chat in route.copy if chat != route.chat)
            return Route(route.name, route.when, route.chat, tuple(copies))
    return Route(DEFAULT, When(), SUPPORT)
