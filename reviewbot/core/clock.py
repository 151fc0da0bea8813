"""The one notion of time. Core takes `now` as an argument; the shell carries a Clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...

    def seconds_until(self, moment: datetime) -> float:
        """How many real seconds to wait for `moment`; never negative. A fast clock waits less."""
        ...
