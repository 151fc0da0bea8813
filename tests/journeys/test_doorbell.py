"""A complaint that a site's mail announces is on a card within seconds, between two readings."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, select

from reviewbot.store.tables import MeasureRow, TicketRow
from reviewbot.workflow import doorbell_polls
from tests.collect.imap_server import PASSWORD, USER, mail_server
from tests.journeys.journey_world import JourneyWorld
from tests.patience import PATIENCE

MAIL = """From: Yandex Business <no-reply@business.yandex.ru>
To: owner@cafe.test
Message-ID: <review-1@yandex.ru>
Subject: =?utf-8?b?0J3QvtCy0YvQuSDQvtGC0LfRi9Cy?=
Content-Type: text/html; charset=utf-8

<p>New: <a href="https://yandex.ru/maps/org/tochka/1000000001/reviews/?utm=mail&amp;x=1">look</a></p>
"""
DOORBELL = """
[doorbell.imap]
host = "127.0.0.1"
port = {port}
tls = false
user = "{user}"
password_file = "{file}"
"""


async def until(journey_world: JourneyWorld, table: type[MeasureRow] | type[TicketRow]) -> None:
    """Wait for a row of a table, woken by commits."""

    def there(rows: Session) -> bool:
        query = select(table.id)
        if table is MeasureRow:
            query = query.where(MeasureRow.name == doorbell_polls.MEASURE)
        return rows.exec(query.limit(1)).first() is not None

    woken = asyncio.Event()
    journey_world.app.db.wakers.append(woken)
    async with asyncio.timeout(PATIENCE):
        while not await journey_world.app.db.read(there):
            await woken.wait()
            woken.clear()


async def test_a_mail_brings_the_complaint_within_seconds(tmp_path: Path) -> None:
    (tmp_path / "mail.password").write_text(PASSWORD)
    (tmp_path / "mail.password").chmod(0o600)
    with mail_server() as post:
        more = DOORBELL.format(user=USER, file=tmp_path / "mail.password", port=post.port)
        async with JourneyWorld(tmp_path, "2026-03-02 11:01", more, every="3h") as journey_world:
            await journey_world.app.ticks.listen()
            await until(journey_world, MeasureRow)
            journey_world.clock.set(journey_world.clock.now() + timedelta(minutes=1))
            journey_world.guest(1, "Ждали полтора часа, официант нахамил. Ужасно.")
            await asyncio.to_thread(post.deliver, MAIL.encode())
            await until(journey_world, TicketRow)
            await journey_world.app.sender.deliver_due()
            await journey_world.app.sender.settle()
            assert "официант нахамил" in journey_world.card().text
