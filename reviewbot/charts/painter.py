"""Asks a process of its own for pictures, one after another; the bot's loop never waits for one.

matplotlib is an extra (`pip install reviewbot[charts]`): without it there are no pictures, and the
figures go as text.
"""

import asyncio
import json
import logging
import sys
from contextlib import suppress
from importlib.util import find_spec

from reviewbot.core.errors import ReviewbotError
from reviewbot.core.trends.pictures import Picture

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0
"""For one picture, the start of the process included; what takes longer is stuck."""
MOST_BYTES = 10 * 1024 * 1024
"""Of one picture; Telegram takes no larger photo."""


class NotDrawn(ReviewbotError):
    """There is no picture; the sentence says why and what to do."""


def can_draw() -> bool:
    """Whether the extra is installed; imports nothing."""
    return find_spec("matplotlib") is not None


class Painter:
    """Draws pictures. The process starts with the first, ends when it is idle, starts again."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None

    async def draw(self, picture: Picture, form: str = "png") -> bytes:
        """Return the picture. Raises NotDrawn."""
        if not can_draw():
            raise NotDrawn("pictures need matplotlib: pip install 'reviewbot[charts]'")
        line = json.dumps({"picture": picture.to_json(), "form": form}).encode() + b"\n"
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await self._ask(line)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                await self._end()
                raise NotDrawn(f"the drawing process gave no picture ({error!r})") from error

    async def close(self) -> None:
        """End the process, if there is one."""
        await self._end()

    async def _ask(self, line: bytes) -> bytes:
        for again in (True, False):
            child = await self._started()
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                child.stdin.write(line)
                await child.stdin.drain()
                head = await child.stdout.readline()
            except (BrokenPipeError, ConnectionResetError):
                head = b""
            if not head and again:
                await self._end()  # it went idle a moment ago
                continue
            if not head:
                raise EOFError("it ended")
            told = json.loads(head)
            if "fault" in told:
                raise NotDrawn(f"the picture could not be drawn: {told['fault']}")
            length = int(told["length"])
            if length > MOST_BYTES:
                raise ValueError(f"{length} bytes")
            return await child.stdout.readexactly(length)
        raise AssertionError("unreachable")

    async def _started(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "reviewbot.charts.child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
