"""Starts and ends the processes in which sources run, and gives them their calls.

What a source reads there for ever, or with all memory, costs that process and nothing else.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from threading import Event, Timer
from typing import Any, BinaryIO, cast

from reviewbot.core.errors import ReviewbotError, TooHeavy
from reviewbot.processes import parsing_process as there
from reviewbot.processes.parsing_process import Limits

log = logging.getLogger(__name__)

PROGRAM = f"from {there.__name__} import main; main({{}}, {{}})"
ENDLESS = "too slow to read: no end is in sight"


class Broken(ReviewbotError):
    """A source failed in a way no source should: an error of its own in its code."""


class ChildProcess:
    """One child, with its two pipes."""

    def __init__(self, limits: Limits) -> None:
        self.over: list[str] = []
        """Walks in this child that nobody goes on with: told with the next call."""
        self._is_asked = self._is_ended = False
        # No secret of ours is in its environment, and no descriptor but its pipes.
        kept = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        self._child = subprocess.Popen(  # noqa: S603 - the interpreter, a fixed line
            [sys.executable, "-c", PROGRAM.format(limits.computing, limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the bot; and what it starts ends with it
        )

    def exchange(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Send a call and wait for its answer. Raises EOFError where the child died of it."""
        over, self.over = self.over, []
        call = pickle.dumps((function, args, over), pickle.HIGHEST_PROTOCOL)
        self._is_asked = True
        to, back = cast(BinaryIO, self._child.stdin), cast(BinaryIO, self._child.stdout)
        try:
            there.send(to, call)
            packed = there.receive(back, there.MOST_BYTES)
        except (OSError, ValueError):  # it is gone, or was ended meanwhile
            packed = None
        finally:
            self._is_asked = False
            if self._is_ended:
                self._close()
        if packed is None:
            raise EOFError
        return there.FromProcess(BytesIO(packed)).load()

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def end(self) -> int:
        """Kill the child where it still runs; return how it ended."""
        self._is_ended = True
        with suppress(OSError):
            os.killpg(self._child.pid, signal.SIGKILL)
        ended = self._child.wait()
        if not self._is_asked:  # else who asks closes the pipes: they may be held
            self._close()
        return ended

    def _close(self) -> None:
        for pipe in (self._child.stdin, self._child.stdout):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()


class Processes:
    """The children. Those that wait for work are ended after IDLE seconds; all, with this."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._idle: list[ChildProcess] = []
        self._alive: set[ChildProcess] = set()
        weakref.finalize(self, _end_all, self._alive)

    def take(self, wanted: ChildProcess | None = None) -> ChildProcess:
        """Return the wanted child where it waits, another that does, or a new one."""
        if wanted is not None and wanted in self._idle and wanted.is_alive:
            self._idle.remove(wanted)
            return wanted
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                return process
            self.end(process)
        process = ChildProcess(self.limits)
        self._alive.add(process)
        return process

    def give_back(self, process: ChildProcess) -> None:
        self._idle.append(process)

    def end(self, process: ChildProcess) -> int:
        self._alive.discard(process)
        return process.end()

    def end_idle(self) -> None:
        while self._idle:
            self.end(self._idle.pop())

    def close(self) -> None:
        """End all, whatever they are at; others may be taken afterwards."""
        self._idle.clear()
        _end_all(self._alive)


def _end_all(alive: set[ChildProcess]) -> None:
    while alive:
        alive.pop().end()


def opened(answer: Any) -> Any:
    """Return what a call brought. Raises what the source raised of the contract's errors, TooHeavy
    where it takes too much memory, Broken for any other fault."""
    if isinstance(answer, there.Raised):
        raise answer.error()
    if isinstance(answer, there.TooLarge):
        raise TooHeavy("too large to read: it takes more memory than it may")
    if isinstance(answer, there.Fault):
        log.error("a source failed:\n%s", answer.trace)
        raise Broken(answer.name)
    return answer


def died_of_it(ended: int, limits: Limits) -> TooHeavy:
    """Return what to say of a call of which its process died; `ended` is how."""
    if ended == -signal.SIGXCPU:
        return TooHeavy(f"too slow to read: more than {limits.computing} s of computing")
    return TooHeavy(f"too much to read: it brings its reader down ({ended})")


class OneByOne:
    """Calls that somebody waits for, one after another; their process is ended with this."""

    def __init__(self, limits: Limits) -> None:
        self._processes = Processes(limits)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a module's function in another process. Raises as `opened` and `died_of_it`."""
        process, is_over = self._processes.take(), Event()
        last = Timer(self._processes.limits.waiting, _end_late, (process, is_over))
        last.daemon = True
        last.start()
        try:
            answer = process.exchange(function, args)
        except EOFError:
            ended = self._processes.end(process)
            late = TooHeavy(ENDLESS)
            raise (
                late if is_over.is_set() else died_of_it(ended, self._processes.limits)
            ) from None
        except BaseException as error:
            self._processes.end(process)
            if isinstance(error, pickle.UnpicklingError):
                raise Broken(str(error)) from None
            raise
        finally:
            last.cancel()
        self._processes.give_back(process)
        return opened(answer)


def _end_late(process: ChildProcess, is_over: Event) -> None:
    is_over.set()
    process.end()
