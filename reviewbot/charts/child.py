"""The process that draws: a line of JSON in, a line with a length and so many bytes out.

It ends with its input, or when nothing was asked for a while, so that its memory goes back.
"""

import json
import select
import signal
import sys
from typing import BinaryIO

from reviewbot.charts.draw import draw
from reviewbot.core.trends.pictures import Picture

IDLE_SECONDS = 120


def answer(line: bytes) -> bytes:
    """Return the answer to one line: its header and the picture, or why there is none."""
    try:
        asked = json.loads(line)
        content = draw(Picture.from_json(asked["picture"]), asked["form"])
    except (ValueError, KeyError, TypeError, RuntimeError, MemoryError) as error:
        fault = f"{type(error).__name__}: {error}"
        return json.dumps({"fault": fault}).encode() + b"\n"
    return json.dumps({"length": len(content)}).encode() + b"\n" + content


def serve(asks: BinaryIO, answers: BinaryIO) -> None:
    # One line at a time is asked: none can lie in the buffer while the descriptor is silent.
    while select.select([asks], [], [], IDLE_SECONDS)[0]:
        line = asks.readline()
        if not line:
            return
        answers.write(answer(line))
        answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends us
    serve(sys.stdin.buffer, sys.stdout.buffer)
