"""What guests of a place were offered lately, however many tickets it has."""

from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState
from reviewbot.core.readings.same_guest import LONG_TEXT, NEAR
from reviewbot.core.ticket import Action
from reviewbot.drafting.twins import Twins
from reviewbot.store import drafts
from reviewbot.store.tables import DraftRow, TicketRow
from tests.store.store_world import MONDAY, ON_SQLITE, StoreWorld


def drafted(rows: Session, place: str) -> list[tuple[str | None, str]]:
    """Every template's draft of a place, the newest first."""
    found = rows.exec(
        select(DraftRow)
        .join(TicketRow, col(TicketRow.id) == DraftRow.ticket_id)
        .where(TicketRow.location_key == place, col(DraftRow.template_id).is_not(None))
        .order_by(col(DraftRow.id).desc())
    )
    return [(draft.template_id, draft.text) for draft in found]


def test_the_last_drafts_of_a_place_are_those_of_its_newest_tickets(
    store_world: StoreWorld,
) -> None:
    numbers = [store_world.ticket() for _ in range(2 * drafts.RECENT_DRAFTS)]
    for number in numbers[::3]:
        store_world.act(number, Action.SKIP, "marina", MONDAY, reason="spam")

    def same(rows: Session) -> None:
        every = drafted(rows, "tverskaya")
        assert len(every) >= len(numbers)
        assert list(drafts.recent_templates(rows, "tverskaya")) == every[: drafts.RECENT_DRAFTS]
        assert drafts.recent_templates(rows, "nevsky") == ()

    store_world.db.read_now(same)


@ON_SQLITE
def test_they_are_found_without_reading_the_tickets_of_years(store_world: StoreWorld) -> None:
    def steps(rows: Session) -> list[str]:
        asked = str(
            drafts.RECENT.compile(rows.connection(), compile_kwargs={"render_postcompile": True})
        )
        values = tuple(None for _ in range(asked.count("?")))
        plan = rows.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)
        return [step[3] for step in plan]

    found = store_world.db.read_now(steps)
    by_state = [step for step in found if "ticket_here (location_key=? AND state=?)" in step]
    assert len(by_state) == len(TicketState)
    assert not [step for step in found if step.startswith("SCAN ticket")]


def test_what_answers_nearly_the_same_text_is_found_by_a_few_of_its_words() -> None:
    """Compared with all of them, one by one."""
    words = [f"слово{number}" for number in range(61)]

    def some(start: int, step: int, count: int) -> list[str]:
        return [words[(start + step * place) % len(words)] for place in range(count)]

    first = some(0, 7, 14)
    texts = [some(n, 1 + n % 9, 6 + n % 13) for n in range(60)]
    texts += [[*first[n % 8 :], *some(30 + n, 5, n % 8)] for n in range(32)]
    twins = Twins((" ".join(text), f"t{n}") for n, text in enumerate(texts))

    def alike(one: list[str], other: list[str]) -> bool:
        return len({*one} & {*other}) >= NEAR * len({*one, *other})

    sizes = set()
    for asked in (first, *texts):
        expected = {f"t{n}" for n, text in enumerate(texts) if alike(asked, text)}
        assert twins.of(" ".join(asked)) == expected
        assert len(" ".join(asked)) >= LONG_TEXT
        sizes.add(len(expected))
    assert len(sizes) > 3, "some are like few, some like many"
