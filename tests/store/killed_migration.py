"""A child that migrates a database and kills itself at the Nth statement (no test of its own).

`python -m tests.store.killed_migration FILE N`: statements of the copy are not counted, those of
the migrations are. With an N beyond the last it ends by itself and prints how many there were.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade


def main(file: str, at: int) -> None:
    database = Database(file)
    count = 0

    @event.listens_for(database.engine, "before_cursor_execute")
    def _count(*_args: Any) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade.upgrade(database)
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
