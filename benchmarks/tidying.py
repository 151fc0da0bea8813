"""Letting old rows go: what a batch costs whoever waits for the writer, and an idle look."""

import json
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from benchmarks.installation import START
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.privacy import retention
from reviewbot.store.tables import InboxRow, OutboxRow, WorkRow
from reviewbot.store.upserts import insert_all_new

ROWS = 50_000
"""Of each kind; half of them are old. A busy installation makes as many in a year."""
KEEP = timedelta(days=30)


def _fill(rows: Session) -> None:
    raw = json.dumps({"message": {"text": "Hello there. " * 40}})
    for first in range(0, ROWS, 1000):
        made = [(n, START + timedelta(days=60) * n / ROWS) for n in range(first, first + 1000)]
        updates = [
            {"update_id": n, "raw": raw, "received_at": at, "attempts": 0, "done_at": at}
            for n, at in made
        ]
        messages = [
            {
                "kind": "reply",
                "dedupe_key": f"reply:{n}:0",
                "chat_key": "support",
                "chat_id": -1001,
                "payload": {"view": "toast", "params": {"text": "Hello there. " * 10}},
                "silent": False,
                "created_at": at,
                "not_before": at,
                "attempts": 1,
                "sent_at": at,
                "message_id": n,
            }
            for n, at in made
        ]
        work = [
            {
                "kind": "poll_now",
                "dedupe_key": f"ring:1:{n}",
                "payload": {},
                "created_at": at,
                "not_before": at,
                "attempts": 1,
                "done_at": at,
            }
            for n, at in made
        ]
        insert_all_new(rows, InboxRow, updates)
        insert_all_new(rows, OutboxRow, messages)
        insert_all_new(rows, WorkRow, work)


def table() -> list[str]:
    """Measure; return the lines of the results."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(str(Path(folder) / "bench.sqlite3"))
        upgrade.prepare(db)
        db.write_now(_fill)
        now, spent, gone = START + timedelta(days=60), [], 0
        while True:
            started = time.perf_counter()
            went = db.write_now(lambda rows: retention.prune(rows, now, KEEP))
            spent.append(time.perf_counter() - started)
            gone += went
            if not went:
                break
        db.close()
    batches = sorted(spent[:-1])
    return [
        "| rows let go | batches | a batch, median | the longest | a look that finds nothing |",
        "|---|---|---|---|---|",
        f"| {gone:,} of {ROWS * 3:,} | {len(batches)} | {statistics.median(batches) * 1000:.1f} ms"
        f" | {batches[-1] * 1000:.1f} ms | {spent[-1] * 1000:.1f} ms |",
    ]
