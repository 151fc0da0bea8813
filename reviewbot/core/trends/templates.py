"""What becomes of the drafts that one template proposes."""

from dataclasses import dataclass, field

from reviewbot.core.trends.stars import Share


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """The drafts made from a template in a period, by what became of them: approved as they were,
    a colleague's own text approved in their place, replaced by another wording, the review not
    answered at all; the rest is open. `answered` replies were seen on their sites; `raised`: after
    how many the guest gave more stars, of those of which that is known."""

    drafted: int = 0
    as_is: int = 0
    edited: int = 0
    replaced: int = 0
    skipped: int = 0
    answered: int = 0
    raised: Share = field(default_factory=Share)
