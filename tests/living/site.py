"""Three places' sites: two maps' pages and an owner's API that answer, one page that refuses.

Used by today's tests and, unchanged, by `make_asset` under the version that made the asset: it
takes only what both have.
"""

from dataclasses import replace
from typing import Any

from reviewbot.demo.site import PLACE, Site

ARBAT, NEVSKY = "1000000002", "1000000003"
REFUSED = "g2"
"""The review whose reply the owner's API refuses."""


class ThreePlaces(Site):
    """The demo's site for Tverskaya; `arbat` holds the reviews of a second maps' page."""

    arbat: Site

    async def handle(self, asked: Any) -> Any:
        if NEVSKY in asked.path:
            return replace(await super().handle(asked), status=403, body=b"no")
        if ARBAT in asked.path:
            answer = await self.arbat.handle(asked)
            return replace(answer, body=answer.body.replace(PLACE.encode(), ARBAT.encode()))
        if asked.method == "PUT" and asked.path.endswith(f"/{REFUSED}/reply"):
            return await super().handle(replace(asked, path="/nowhere"))
        return await super().handle(asked)
