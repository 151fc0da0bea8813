"""The small site, with reviews whose links are asked for in writing: `author` names the file."""

from pathlib import Path

from reviewbot.core.contract import Item, Target
from tests.collect.small_site import *  # noqa: F403


def review_url(target: Target, item: Item) -> str | None:
    with Path(item.author or "").open("a") as asked:
        asked.write(f"{item.external_id}\n")
    return f"https://small.test/{item.external_id}"
