"""What must be known of the sites without importing a source; `app` gathers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from reviewbot.core.contract import Limit


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source. `can_publish`: the bot itself may post replies there, as it can and as the
    operator allows, but not for the targets `by_hand` (keys), which lack the credentials. `undo`
    is how long an approved reply waits before it is posted. `rating_days`: of how many last days
    the site makes its rating, as far as known (None: of all). `shows_replies`: a reading can see
    the owner's reply; where it cannot, staff's mark is all there is. `declines`: the site takes
    that a review needs no reply. `comments`: how the `ref` of a target begins whose texts are
    comments under posts. `reader` stands for the code that reads its answers: what another one
    read may be read better now, which is no edit."""

    title: Mapping[str, str]
    limit: Limit | None = None
    can_publish: bool = False
    undo: timedelta = timedelta(minutes=2)
    by_hand: frozenset[str] = frozenset()
    shows_replies: bool = True
    rating_days: int | None = None
    declines: bool = False
    comments: str = ""
    reader: str = ""

    def is_comments(self, ref: str) -> bool:
        """Whether people speak of anything at a target, not only of the business."""
        return bool(self.comments) and ref.startswith(self.comments)

    def publishes(self, target_key: str) -> bool:
        """Whether the bot itself may post replies to this target."""
        return self.can_publish and target_key not in self.by_hand


SURVEY = "survey"
"""The source of what guests answered to us; no module reads it."""
OF_SURVEYS = SourceFacts({"ru": "Опрос", "en": "Survey"}, shows_replies=False)

Sources = Mapping[str, SourceFacts]


def title_of(sources: Sources, source: str) -> Mapping[str, str]:
    """Return a source's title by language; its key where the source is not installed any more."""
    facts = sources.get(source)
    return facts.title if facts else {"ru": source, "en": source}
