"""A business with a past: reviews by the day, site ratings, a competitor; for tests of figures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 - a story, seeded

from sqlmodel import Session, select

from reviewbot.core.model import Tone
from reviewbot.store.tables import ReadingRow, ReviewRow, TargetRow
from reviewbot.store.upserts import insert_all, plain, values_of
from tests.store.store_world import MONDAY, StoreWorld

TOPICS = ("waiting", "staff", "food", "cleanliness")
WORDS = {
    "waiting": "Ждали заказ сорок минут.",
    "staff": "Бариста нахамила.",
    "food": "Еда холодная.",
    "cleanliness": "На столах грязно.",
}


class Past:
    """Writes reviews straight into the rows, as readings would have."""

    def __init__(self, world: StoreWorld, seed: int = 3) -> None:
        self._world, self._rng, self._seed, self._n = world, Random(seed), seed, 0
        self._ids: dict[str, int] = {}
        self._together: list[Callable[[Session], None]] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written within becomes one transaction: half a year is a hundred of them."""
        self._together = stores = []
        yield
        self._together = None

        def store(session: Session) -> None:
            for each in stores:
                each(session)

        self._world.db.write_now(store)

    def _write(self, store: Callable[[Session], None]) -> None:
        if self._together is None:
            self._world.db.write_now(store)
        else:
            self._together.append(store)

    def _id_of(self, session: Session, target: str) -> int:
        if target not in self._ids:
            asked = select(TargetRow.id).where(TargetRow.key == target)
            self._ids[target] = session.exec(asked).one() or 0
        return self._ids[target]

    def watched_since(self, at: datetime) -> None:
        for key in self._world.settings.targets:
            self._world.change_target(key, first_contact_at=at)

    def day(
        self,
        on: datetime,
        target: str = "tverskaya/yandex_maps",
        stars: Sequence[int] = (5,),
        topic: str = "waiting",
        text: str | None = None,
        **values: object,
    ) -> None:
        """Reviews written and found on one day."""

        def store(session: Session) -> None:
            target_id = self._id_of(session, target)
            reviews = []
            for rating in stars:
                self._n += 1
                at = on + timedelta(minutes=self._rng.randrange(600))
                is_bad = rating <= 2
                about: dict[str, object] = {
                    "target_id": target_id,
                    "external_id": f"past{self._seed}.{self._n}",
                    "fingerprint": "f",
                    "kind": "review",
                    "published_precision": "second",
                    "last_seen_at": at,
                    "author": f"Гость {self._n}",
                    "published_at": at,
                    "first_seen_at": at + timedelta(minutes=20),
                    "rating": rating,
                    "tone": Tone.NEGATIVE if is_bad else Tone.POSITIVE,
                    "topics": [topic] if is_bad else [],
                    "praise": [] if is_bad else ["food"],
                    "text": text or (WORDS[topic] if is_bad else "Вкусно, спасибо!"),
                    "reasons": [{"rule": "r", "words": WORDS[topic][:8], "topic": topic}],
                }
                reviews.append(values_of(plain(ReviewRow, about | values)))
            insert_all(session, ReviewRow, reviews)

        self._write(store)

    def shows(self, at: datetime, rating: float, count: int | None, target: str) -> None:
        """The site shows a rating."""

        def store(session: Session) -> None:
            session.add(
                ReadingRow(
                    target_id=self._id_of(session, target),
                    read_at=at,
                    outcome="ok",
                    complete=True,
                    site_rating=rating,
                    site_ratings=count,
                )
            )

        self._write(store)

    def month(self, until: datetime = MONDAY, *, days: int = 60) -> None:
        """Two places, two months: the second falls at Tverskaya, where guests wait."""
        self.watched_since(until - timedelta(days=days + 30))
        with self.together():
            for back in range(days, 0, -1):
                on = until - timedelta(days=back)
                late = back <= days // 2
                self.day(on, stars=(1, 5, 3) if late and back % 2 else (5, 4, 5))
                self.day(on, "nevsky/yandex_maps", stars=(5, 2) if back % 9 == 0 else (5,))
        self.shows(until - timedelta(days=days), 4.6, 300, "tverskaya/yandex_maps")
        self.shows(until - timedelta(days=1), 4.4, 400, "tverskaya/yandex_maps")
        self.shows(until - timedelta(days=days), 4.8, 100, "nevsky/yandex_maps")
