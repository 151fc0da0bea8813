"""What became of the drafts of each template, over a quarter, against what the audit says."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - dice with a seed

import pytest
from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState
from reviewbot.core.ticket import BOT, SITE, Act, Action
from reviewbot.core.trends.templates import TemplateUse
from reviewbot.drafting.drafts import MACHINE, Draft, choose
from reviewbot.queries.trends.answering import by_template, replies
from reviewbot.queries.trends.template_uses import template_uses
from reviewbot.store import drafts
from reviewbot.store.tables import AuditRow, DraftRow, ReviewRow, RevisionRow, TicketRow
from reviewbot.workflow.act import act, another_draft
from reviewbot.workflow.checks import case_of
from tests.store.store_world import MONDAY, StoreWorld, actor

QUARTER = timedelta(days=91)
PLACES = ("tverskaya", "nevsky")
HOUR = timedelta(hours=1)


def a_quarter(world: StoreWorld, tickets: int, seed: int = 14) -> None:
    """Let colleagues answer, each review in its own way; some guests give more stars after."""
    chance = Random(seed)
    for n in range(tickets):
        now = MONDAY + QUARTER * n / tickets
        place = chance.choice(PLACES)
        number = world.ticket(
            now=now, target=f"{place}/yandex_maps", text=f"Ждали {n} минут, это долго."
        )
        for _ in range(chance.choice((0, 0, 1, 2))):
            world.db.write_now(
                lambda rows, number=number, now=now: another_draft(
                    world.tx(rows, now + HOUR), number, actor("ivan")
                )
            )
        ways = ("as_is", "as_is", "edited", "skipped", "again", "open", "twice")
        way = chance.choice(ways)
        if way == "skipped":
            world.act(number, Action.SKIP, "marina", now + 2 * HOUR, reason="nothing")
        if way in ("edited", "again"):
            text = f"Здравствуйте! Своими словами, номер {n}."
            world.act(number, Action.PROPOSE, "ivan", now + 2 * HOUR, text=text)
        if way in ("as_is", "edited", "again", "twice"):
            world.act(number, Action.APPROVE, "marina", now + 3 * HOUR)
        if way == "again":
            world.act(number, Action.SEND_BACK, "marina", now + 4 * HOUR, reason="короче")
        if way in ("as_is", "edited", "twice"):
            seen(world, number, now + 5 * HOUR, raised=way != "twice" and chance.random() < 0.5)
        if way == "twice":
            worse(world, number, now + 6 * HOUR)
            if chance.random() < 0.5:
                world.act(number, Action.APPROVE, "marina", now + 7 * HOUR)
                seen(world, number, now + 8 * HOUR, raised=False)


def worse(world: StoreWorld, number: int, at: datetime) -> None:
    """The guest makes an answered review worse: a new round, with a draft of its own."""

    def change(rows: Session) -> None:
        tx, ticket = world.tx(rows, at), rows.get_one(TicketRow, number)
        case = case_of(tx, number)
        ask = drafts.draft_ask(
            tx, case.review, case.target.source, case.place, drafts.recent_of(tx, case.place)
        )
        act(tx, ticket.id or 0, Act(Action.EDITED_WORSE, SITE), choose(tx.settings.replies, ask))

    world.db.write_now(change)


def seen(world: StoreWorld, number: int, at: datetime, *, raised: bool) -> None:
    """The reply is on the site; the guest may give more stars after it."""

    def change(rows: Session) -> None:
        ticket = rows.get_one(TicketRow, number)
        review = rows.get_one(ReviewRow, ticket.review_id)
        approved = rows.get_one(DraftRow, ticket.approved_draft_id)
        review.reply_text = approved.text
        if raised:
            rows.add(
                RevisionRow(
                    review_id=review.id,
                    at=at + timedelta(days=1),
                    change="edited",
                    rating=1,
                    text=review.text,
                    fingerprint="f",
                )
            )
            review.rating = 4

    world.db.write_now(change)
    world.act(number, Action.REPLY_SEEN, SITE, at)


def told_by_the_audit(rows: Session) -> dict[str, Counter[str]]:
    """Count the same by what the audit says alone: which draft stood when what was done."""
    texts = {each.id: each for each in rows.exec(select(DraftRow))}
    first = {each.ticket_id: each.id for each in reversed(list(texts.values()))}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    tickets: dict[int, list[AuditRow]] = defaultdict(list)
    for row in rows.exec(select(AuditRow).order_by(col(AuditRow.id))):
        if row.ticket_id is not None:
            tickets[row.ticket_id].append(row)
    for number, acts in tickets.items():
        proposed, ends = first[number], ""
        for row in acts:
            if row.action == Action.EDITED_WORSE:
                found[texts[proposed].template_id or ""][ends or "open"] += 1
                proposed, ends = row.detail["draft_id"], ""
            elif row.action == Action.ANOTHER:
                found[texts[proposed].template_id or ""]["replaced"] += 1
                proposed = row.detail["draft_id"]
            elif row.action == Action.APPROVE:
                ends = "as_is" if row.detail["draft_id"] == proposed else "edited"
            elif row.action == Action.SKIP:
                ends = "skipped"
            elif row.action == Action.SEND_BACK:
                ends = ""
        found[texts[proposed].template_id or ""][ends or "open"] += 1
    return found


@pytest.mark.parametrize("tickets", [20, pytest.param(90, marks=pytest.mark.slow)])
def test_figures_of_a_quarter_agree_with_the_audit(tmp_path: Path, tickets: int) -> None:
    world = StoreWorld(tmp_path)
    a_quarter(world, tickets)

    def compare(rows: Session) -> None:
        tx = world.tx(rows, MONDAY + QUARTER)
        uses = template_uses(tx, PLACES, MONDAY, MONDAY + QUARTER + timedelta(days=1))
        audit = told_by_the_audit(rows)
        assert len(uses) > 5, "many wordings were taken"
        for name, use in uses.items():
            counted = audit[name]
            assert (use.as_is, use.edited, use.replaced, use.skipped) == (
                counted["as_is"],
                counted["edited"],
                counted["replaced"],
                counted["skipped"],
            ), name
            assert use.drafted == counted.total()
            assert use.answered == use.as_is + use.edited, "all approved ones were seen"
        assert set(audit) == set(uses)
        assert sum(use.raised.k for use in uses.values()) == len(
            rows.exec(select(RevisionRow)).all()
        )
        page = by_template(replies(tx, PLACES, MONDAY, MONDAY + QUARTER + timedelta(days=1)))
        assert {each.name: each.answered for each in page} == {
            name: use.answered for name, use in uses.items() if use.answered
        }
        assert any(each.unchanged.k < each.unchanged.n for each in page)

    world.db.read_now(compare)


def test_only_the_places_and_the_time_asked_for_count(tmp_path: Path) -> None:
    world = StoreWorld(tmp_path)
    number = world.ticket()
    world.ticket(target="nevsky/yandex_maps", now=MONDAY + timedelta(days=2))
    world.act(number, Action.SKIP, "marina", MONDAY, reason="nothing")

    def used(rows: Session, *places: str, days: int = 1) -> dict[str, TemplateUse]:
        return template_uses(world.tx(rows), places, MONDAY, MONDAY + timedelta(days=days))

    assert world.look(number).state == TicketState.SKIPPED
    uses = world.db.read_now(lambda rows: used(rows, *PLACES))
    assert uses == {"one": TemplateUse(drafted=1, skipped=1)}
    assert world.db.read_now(lambda rows: used(rows, "nevsky")) == {}
    assert world.db.read_now(lambda rows: used(rows, *PLACES, days=3))["one"].drafted == 2


def test_what_no_colleague_decided_counts_neither_for_nor_against_a_template(
    tmp_path: Path,
) -> None:
    """A program's draft took the template's place; the bot thanked by itself."""
    world = StoreWorld(tmp_path)
    by_program, thanked = world.ticket(), world.ticket(text="Час ждали стол.")
    text = "Здравствуйте! Жаль, что так вышло. Позвоните нам, пожалуйста."
    machine = Draft(text, MACHINE, None, 1, "")

    def change(rows: Session) -> None:
        act(world.tx(rows), by_program, Act(Action.MACHINE_DRAFT, BOT), machine)
        act(world.tx(rows), thanked, Act(Action.AUTO_THANK, BOT))

    world.db.write_now(change)
    world.act(by_program, Action.APPROVE, "marina", MONDAY)
    for number in (by_program, thanked):
        seen(world, number, MONDAY + HOUR, raised=False)

    def compare(rows: Session) -> None:
        tx = world.tx(rows, MONDAY + QUARTER)
        uses = template_uses(tx, PLACES, MONDAY, MONDAY + QUARTER)
        assert sum(use.drafted for use in uses.values()) == 2
        assert not any(use.as_is or use.edited or use.replaced for use in uses.values())
        told = replies(tx, PLACES, MONDAY, MONDAY + QUARTER)
        assert [each.unchanged for each in told] == [None, None]
        assert sum(each.template is not None for each in told) == 1, "the thanks alone"

    world.db.read_now(compare)
