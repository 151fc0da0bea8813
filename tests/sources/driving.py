"""Drives a source's generator by hand: what it asks, what it is told, how it ends."""

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from reviewbot.core.contract import NotModified, Payload, Request, encoding_of

DATA = Path(__file__).parent / "data"


def payload(body: Any = b"", *, status: int = 200, url: str = "", **headers: str) -> Payload:
    """An answer; `body` is bytes, text, or a path below data/."""
    if isinstance(body, Path):
        body = (DATA / body).read_bytes()
    content = body.encode() if isinstance(body, str) else body
    return Payload(
        status=status,
        url=url,
        content=content,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        encoding=encoding_of(content),
    )


def drive(
    steps: Generator[Request, Any, Any], answers: Iterable[Payload | NotModified]
) -> tuple[list[Request], Any]:
    """Return the requests made and what the generator returned (None if it would go on)."""
    asked = []
    told = iter(answers)
    answer: Payload | NotModified | None = None
    while True:
        try:
            asked.append(steps.send(answer))
        except StopIteration as end:
            return asked, end.value
        answer = next(told, None)
        if answer is None:
            steps.close()
            return asked, None


def query(request: Request) -> dict[str, str]:
    return dict(request.params)
