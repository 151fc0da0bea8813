"""How the cost of something grows: a ratio of two spans of one process, never of a wall clock."""

import time
from collections.abc import Callable

PROMPT = 0.01
"""Seconds: below, the clock measures itself."""
TRIES = 7


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def is_within(
    times: float, less: Callable[[], object], more: Callable[[], object], prompt: float = PROMPT
) -> bool:
    """Whether `more` costs at most so many times what `less` does, or at most `prompt` seconds of
    this process. A busy machine only adds to a span: the least of some tries is the true one."""
    once, many = seconds(less), seconds(more)
    for _ in range(TRIES):
        if many <= max(prompt, times * once):
            return True
        once, many = min(once, seconds(less)), min(many, seconds(more))
    return many <= max(prompt, times * once)
