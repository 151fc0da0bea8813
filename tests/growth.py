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


def grows_in_step(on: Callable[[int], Callable[[], object]], length: int) -> bool:
    """Whether twice the length costs at most thrice the time. Where the machine's own pace changed
    between the two spans, eight times the length decides: what is linear takes eight times the
    time, what is quadratic sixty-four times."""
    return is_within(3, on(length), on(2 * length)) or is_within(
        20, on(max(1, length // 4)), on(2 * length)
    )
