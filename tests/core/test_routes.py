"""The first route that fits decides the chat."""

from reviewbot.core.routes import route_for
from reviewbot.core.settings import Route, Subject, When

ROUTES = (
    Route("critical of petrov", When(severity=("critical",), group=("petrov",)), "managers"),
    Route("petrov", When(group=("petrov",)), "petrov", ("managers", "petrov", "managers")),
)


def subject(severity: str = "normal", *groups: str) -> Subject:
    return Subject("negative", severity, "yandex_maps", "nevsky", groups=groups)


def test_the_first_that_fits_wins() -> None:
    assert route_for(ROUTES, subject("critical", "spb", "petrov")).name == "critical of petrov"


def test_nobody_gets_two_copies() -> None:
    route = route_for(ROUTES, subject("normal", "petrov"))
    assert (route.name, route.chat, route.copy) == ("petrov", "petrov", ("managers",))


def test_without_a_route_support_hears_of_it() -> None:
    route = route_for(ROUTES, subject("critical"))
    assert (route.name, route.chat, route.copy) == ("default", "support", ())
