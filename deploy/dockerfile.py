"""Reads deploy/Dockerfile: the instructions it uses and no others, so that what is tried is what
is written there."""

import json
import shlex
from dataclasses import dataclass, field
from string import Template


class NotKnown(Exception):
    """An instruction, or a form of one, that nobody taught this reader."""


@dataclass
class Stage:
    """One FROM and what follows. `steps` are RUN and COPY in their order."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    user: str = "0"
    volumes: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def stages(text: str) -> list[Stage]:
    """Return the stages of a Dockerfile, in their order."""
    found: list[Stage] = []
    for instruction, rest in _instructions(text):
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base.strip(), name.strip()))
        else:
            _take(found[-1], instruction, rest)
    return found


def copied(rest: str) -> tuple[str, list[str], str]:
    """Return (the stage copied from or nothing, what, where to) of a COPY."""
    words = rest.split()
    source = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
    if any(word.startswith("--") for word in words):
        raise NotKnown(f"COPY {rest}")
    return source, words[:-1], words[-1]


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    whole = "\n".join(lines).replace("\\\n", " ")
    pairs = (line.strip().partition(" ") for line in whole.splitlines())
    return [(name.upper(), rest.strip()) for name, _, rest in pairs]


def _take(stage: Stage, instruction: str, rest: str) -> None:
    match instruction:
        case "RUN" | "COPY":
            stage.steps.append((instruction, rest))
        case "ARG":
            name, _, value = rest.partition("=")
            stage.arguments[name] = value.strip('"')
        case "ENV":
            for pair in shlex.split(rest):
                name, _, value = pair.partition("=")
                stage.environ[name] = value
        case "USER":
            stage.user = rest
        case "VOLUME":
            stage.volumes = json.loads(rest) if rest.startswith("[") else rest.split()
        case "STOPSIGNAL":
            stage.stop_signal = rest
        case "CMD":
            stage.command = json.loads(rest)
        case "HEALTHCHECK":
            stage.health = json.loads(rest.partition(" CMD ")[2])
        case _:
            raise NotKnown(f"{instruction} {rest}")


def filled(environ: dict[str, str], base: dict[str, str]) -> dict[str, str]:
    """Return the base image's environment with what ENV says of it, `$PATH` put in."""
    return {**base, **{name: Template(value).substitute(base) for name, value in environ.items()}}
