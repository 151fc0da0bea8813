"""A loop that does next to nothing: what a processor charges for waking up, with caches cold. On a
virtual machine whose neighbours are busy that may be fifty times what the same work takes at once.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing

WAKEUPS = 4
"""A second."""


async def main() -> None:
    """Wake and read a row in a thread, so many times a second, until standard input ends."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as rows:
        ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        print(flush=True)
        while not ended.done():
            await asyncio.to_thread(lambda: rows.execute("SELECT 1").fetchall())
            await asyncio.sleep(1 / WAKEUPS)


if __name__ == "__main__":
    asyncio.run(main())
