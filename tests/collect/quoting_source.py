"""The small site, which quotes in its errors what it was sent."""

from reviewbot.core.contract import Denied, Page, Payload, Target
from tests.collect.small_site import *  # noqa: F403


def parse(payload: Payload, target: Target) -> Page:
    raise Denied(f"the site says: {payload.json()['broken']}")
