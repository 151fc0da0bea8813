"""The errors, one tree.

ReviewbotError
 ├ ConfigError        what is wrong with the operator's file, all of it at once; exit code 2
 ├ PluginError        a source that cannot be loaded
 ├ CollectError       a reading failed
 │  ├ Unreachable     no answer, or 5xx: retry
 │  ├ RateLimited     the site said when to come back: retry then
 │  ├ Denied          a credential or a right is missing: stop, tell
 │  ├ TargetGone      the place is no longer there: stop, tell
 │  ├ Blocked         the site does not want us: back off hard, tell
 │  ├ LayoutChanged   the answer is not the page we know: poll slowly, tell, keep the page
 │  │  └ TooHeavy     reading the answer takes more time or memory than it may
 │  └ OwnFault        our code or a source's broke on the way: poll slowly, tell, log the trace
 └ Refused            a press that does not fit: code and parameters, a sentence in `words`
"""

from dataclasses import dataclass
from typing import Any

from reviewbot.core.parse_time import LONGEST_REST


class ReviewbotError(Exception):
    """Base of every error the product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the operator's file: where, what, and what to do."""

    path: str
    sentence: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" + (f" {self.hint}" if self.hint else "")


class ConfigError(ReviewbotError):
    """The configuration cannot be used; carries every problem found, not the first. `language` is
    the one the operator chose, for whoever shows them."""

    def __init__(self, problems: tuple[Problem, ...], language: str = "en") -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
        self.language = language


class PluginError(ReviewbotError):
    """A source module is missing, broken, or does not keep the contract."""


class CollectError(ReviewbotError):
    """A reading failed. `status` is the HTTP status where there was one."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Unreachable(CollectError):
    """No answer, a broken answer, or the site's own trouble (5xx)."""


class RateLimited(CollectError):
    """Too many requests. `retry_after` is in seconds, a day at most; None where the site did not
    say."""

    def __init__(
        self, reason: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(reason, status=status)
        if retry_after is not None:
            retry_after = min(max(0.0, retry_after), LONGEST_REST)
        self.retry_after = retry_after


class Denied(CollectError):
    """The credential is refused or lacks a right: a person must act.

    `credential` tells an expired or wrong credential (True) from a missing right (False).
    """

    def __init__(
        self, reason: str, *, status: int | None = None, credential: bool = False
    ) -> None:
        super().__init__(reason, status=status)
        self.credential = credential


class TargetGone(CollectError):
    """The page or the place does not exist any more."""


class Blocked(CollectError):
    """A challenge, a ban or an empty shell in place of the page."""


class LayoutChanged(CollectError):
    """The answer came, but the list of reviews is not where it was."""


class TooHeavy(LayoutChanged):
    """The answer cannot be read within the time and memory that one page may take."""


class OwnFault(CollectError):
    """Code of reviewbot or of a source broke on the way: no word of the site's."""


class Refused(ReviewbotError):
    """An act that does not fit. The person reads `words.refusals` of the code and parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
