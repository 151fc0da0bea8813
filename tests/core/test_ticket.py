"""The ticket's table, cell by cell: what each state allows, to whom, and what refuses it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reviewbot.core.errors import Refused
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES, Approval, Role, TicketState
from reviewbot.core.ticket import (
    BOT,
    CLOCK,
    OUTCOMES,
    SITE,
    Act,
    Action,
    Actor,
    Circumstances,
    Effect,
    Outcome,
    Right,
    Ticket,
)
from reviewbot.core.ticket_table import TABLE, apply, may_approve

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
IVAN = Actor("ivan", "Иван", Role.STAFF)
PETR = Actor("petr", "Пётр", Role.STAFF)
MARINA = Actor("marina", "Марина", Role.MANAGER)
OLEG = Actor("oleg", "Олег", Role.ADMIN)
SERGEY = Actor("sergey", "Сергей", Role.VIEWER)
NOBODY = Actor("nobody", "Никто")

S, A = TicketState, Action

# The states as a grid: from, action, to ("" is the same state).
GRID = """
waiting   propose          proposed
waiting   approve          approved
waiting   another          waiting
waiting   auto_thank       approved
waiting   machine_draft    waiting
waiting   take             waiting
waiting   release          waiting
waiting   transfer         waiting
waiting   snooze           waiting
waiting   already_answered posted
waiting   skip             skipped
waiting   not_ours         skipped
waiting   forgotten        skipped
waiting   reply_seen       answered
waiting   is_a_complaint   waiting
waiting   edited           waiting
waiting   edited_worse     waiting
waiting   confirmed_gone   gone
proposed  propose          proposed
proposed  approve          approved
proposed  another          waiting
proposed  send_back        waiting
proposed  take             proposed
proposed  release          proposed
proposed  transfer         proposed
proposed  snooze           proposed
proposed  already_answered posted
proposed  skip             skipped
proposed  not_ours         skipped
proposed  forgotten        skipped
proposed  published        posted
proposed  reply_seen       answered
proposed  is_a_complaint   proposed
proposed  edited           proposed
proposed  edited_worse     proposed
proposed  confirmed_gone   gone
approved  send_back        waiting
approved  take             approved
approved  release          approved
approved  transfer         approved
approved  snooze           approved
approved  posted           posted
approved  already_answered posted
approved  undo_publish     proposed
approved  skip             skipped
approved  not_ours         skipped
approved  forgotten        skipped
approved  published        posted
approved  publish_refused  failed
approved  outcome_unknown  failed
approved  reply_seen       answered
approved  is_a_complaint   proposed
approved  edited           proposed
approved  edited_worse     proposed
approved  confirmed_gone   gone
posted    undo_posted      approved
posted    skip             skipped
posted    reply_seen       answered
posted    not_confirmed    waiting
posted    mark_stands      answered
posted    edited           posted
posted    edited_worse     posted
posted    confirmed_gone   gone
posted    forgotten        skipped
failed    propose          proposed
failed    approve          approved
failed    another          failed
failed    take             failed
failed    release          failed
failed    transfer         failed
failed    snooze           failed
failed    posted           posted
failed    already_answered posted
failed    published        posted
failed    skip             skipped
failed    not_ours         skipped
failed    forgotten        skipped
failed    reply_seen       answered
failed    is_a_complaint   failed
failed    edited           failed
failed    edited_worse     failed
failed    confirmed_gone   gone
answered  accept_site_text answered
answered  reopen           waiting
answered  reply_vanished   waiting
answered  edited           answered
answered  edited_worse     waiting
answered  confirmed_gone   gone
answered  forgotten        answered
skipped   undo_skip        waiting
skipped   ours_again       waiting
skipped   edited           skipped
skipped   edited_worse     waiting
skipped   confirmed_gone   gone
skipped   forgotten        skipped
gone      seen_again       waiting
gone      forgotten        gone
waiting     reached             reached
waiting     solved              solved
waiting     refused             refused
waiting     not_reached         not_reached
proposed    reached             reached
proposed    solved              solved
proposed    refused             refused
proposed    not_reached         not_reached
approved    reached             reached
approved    solved              solved
approved    refused             refused
approved    not_reached         not_reached
failed      reached             reached
failed      solved              solved
failed      refused             refused
failed      not_reached         not_reached
not_reached reached             reached
not_reached solved              solved
not_reached refused             refused
reached     solved              solved
reached     refused             refused
reached     undo_outcome        waiting
reached     edited              reached
reached     edited_worse        waiting
reached     confirmed_gone      gone
not_reached undo_outcome        waiting
not_reached edited              not_reached
not_reached edited_worse        waiting
not_reached confirmed_gone      gone
solved      undo_outcome        waiting
solved      edited              solved
solved      edited_worse        waiting
solved      confirmed_gone      gone
refused     undo_outcome        waiting
refused     edited              refused
refused     edited_worse        waiting
refused     confirmed_gone      gone
reached     guest_says_solved   solved
reached     guest_says_unsolved waiting
solved      guest_says_solved   solved
solved      guest_says_unsolved waiting
reached     forgotten           reached
not_reached forgotten           not_reached
solved      forgotten           solved
refused     forgotten           refused
"""

CELLS = {
    (S(state), A(action)): S(to)
    for state, action, to in (line.split() for line in GRID.split("\n") if line)
}
EVERY = [(state, action) for state in S for action in A]


def ticket(state: TicketState = S.WAITING, **changes: Any) -> Ticket:
    """A ticket with a template's draft; by its state with what must have come before."""
    made = Ticket(state, holder="ivan", held_at=NOW, draft_id=1)
    if state in (S.APPROVED, S.POSTED, S.ANSWERED, S.FAILED):
        made = replace(
            made,
            approved_by="marina",
            approved_at=NOW,
            approved_draft_id=1,
            proposed_by="ivan",
            publish_at=NOW + timedelta(minutes=2) if state is S.APPROVED else None,
        )
    if state is S.PROPOSED:
        made = replace(made, proposed_by="ivan")
    if state in (S.POSTED, S.ANSWERED):
        made = replace(made, posted_by="ivan", posted_at=NOW, site_differs=state is S.ANSWERED)
    if state is S.SKIPPED:
        made = replace(made, skipped_by="ivan", skip_reason="spam")
    return replace(made, **changes)


MET = {each.name for each in fields(Circumstances)}


def act(action: Action, actor: Actor = MARINA, **more: Any) -> tuple[Act, Circumstances]:
    """An act with everything any guard asks for, and what it meets."""
    comes: dict[str, Any] = {
        "reason": "spam",
        "until": NOW + timedelta(hours=1),
        "to": "anna",
        "over": "ivan",
        **{name: value for name, value in more.items() if name not in MET},
    }
    met: dict[str, Any] = {
        "new_text": True,
        "is_survey": True,
        "publish_at": NOW + timedelta(minutes=2),
        **{name: value for name, value in more.items() if name in MET},
    }
    return Act(action, actor, **comes), Circumstances(now=NOW, **met)


def who_may(state: TicketState, action: Action) -> Actor:
    return SITE if TABLE[state, action].right is Right.MACHINE else MARINA


def refusal(before: Ticket, what: tuple[Act, Circumstances]) -> Refused:
    with pytest.raises(Refused) as caught:
        apply(before, *what)
    return caught.value


def test_the_table_is_the_grid_and_nothing_else() -> None:
    assert set(TABLE) == set(CELLS)


@pytest.mark.parametrize(("state", "action"), EVERY)
def test_every_cell(state: TicketState, action: Action) -> None:
    before = ticket(state)
    if (state, action) in CELLS:
        outcome = apply(before, *act(action, who_may(state, action)))
        assert (outcome.ticket.state, outcome.changed) == (CELLS[state, action], True)
        assert outcome.action is action
        return
    for machine in (SITE, CLOCK, BOT):
        assert apply(before, *act(action, machine)) == Outcome(before, action, changed=False)
    if action in {cell for _, cell in CELLS if TABLE[_, cell].right is not Right.MACHINE}:
        told = refusal(before, act(action, MARINA))
        assert told.code in ("already", "not_now")
        assert told.params["state"] is state


@pytest.mark.parametrize("action", OUTCOMES)
def test_what_a_site_shows_does_not_end_by_an_outcome(action: Action) -> None:
    assert refusal(ticket(), act(action, is_survey=False)).code == "not_now"


def test_who_was_reached_stays_reached_at_the_first_of_it() -> None:
    reached = apply(ticket(), *act(A.REACHED, IVAN))
    assert {Effect.MARK, Effect.CLOSE_ROUND} <= reached.effects
    assert (reached.ticket.posted_by, reached.ticket.posted_at) == ("ivan", NOW)
    solved = apply(reached.ticket, *act(A.SOLVED, MARINA))
    assert solved.effects == frozenset()
    assert solved.ticket.posted_by == "ivan"
    not_reached = apply(ticket(), *act(A.NOT_REACHED, IVAN))
    assert Effect.MARK not in not_reached.effects


@pytest.mark.parametrize(("state", "action"), sorted(CELLS))
def test_viewers_and_strangers_act_on_nothing(state: TicketState, action: Action) -> None:
    for actor in (SERGEY, NOBODY):
        assert refusal(ticket(state), act(action, actor)).code == "viewer"


@pytest.mark.parametrize(
    ("state", "action"), sorted(cell for cell in CELLS if TABLE[cell].right is Right.MACHINE)
)
def test_people_cannot_speak_for_the_site(state: TicketState, action: Action) -> None:
    assert refusal(ticket(state), act(action, OLEG)).code == "viewer"


@pytest.mark.parametrize(
    ("approval", "role", "may"),
    [
        (Approval.ANYONE, Role.STAFF, True),
        (Approval.ANYONE, Role.MANAGER, True),
        (Approval.ANYONE, Role.VIEWER, False),
        (Approval.MANAGER, Role.STAFF, False),
        (Approval.MANAGER, Role.MANAGER, True),
        (Approval.MANAGER, Role.ADMIN, True),
        (Approval.TWO_PEOPLE, Role.STAFF, False),
        (Approval.TWO_PEOPLE, Role.MANAGER, True),
        (Approval.MANAGER, None, False),
    ],
)
def test_who_may_approve(approval: Approval, role: Role | None, may: bool) -> None:
    assert may_approve(role, approval) is may


def test_a_press_of_staff_on_approve_proposes() -> None:
    outcome = apply(ticket(), *act(A.APPROVE, IVAN, new_text=False))
    assert (outcome.action, outcome.ticket.proposed_by) == (A.PROPOSE, "ivan")
    again = refusal(outcome.ticket, act(A.APPROVE, PETR, new_text=False))
    assert (again.code, again.params["who"]) == ("already", "ivan")


@pytest.mark.parametrize("mine", [{"draft_author": "marina"}, {"proposed_by": "marina"}])
def test_two_people_means_another_persons_text(mine: dict[str, str]) -> None:
    before = ticket(S.PROPOSED, **mine)
    alone, together = Approval.MANAGER, Approval.TWO_PEOPLE
    assert refusal(before, act(A.APPROVE, approval=together)).code == "own_text"
    by_oleg = apply(before, *act(A.APPROVE, OLEG, approval=together))
    assert by_oleg.ticket.approved_by == "oleg"
    assert apply(before, *act(A.APPROVE, approval=alone)).changed


def test_nothing_is_approved_without_a_text() -> None:
    for action in (A.APPROVE, A.PROPOSE):
        assert refusal(ticket(draft_id=None), act(action)).code == "no_draft"


@pytest.mark.parametrize("can_publish", [True, False])
def test_approval_schedules_what_the_bot_can_post(can_publish: bool) -> None:
    outcome = apply(ticket(), *act(A.APPROVE, can_publish=can_publish))
    assert (outcome.ticket.publish_at is not None) is can_publish
    assert (Effect.SCHEDULE_PUBLISH in outcome.effects) is can_publish
    assert outcome.ticket.approved_draft_id == 1


@pytest.mark.parametrize(
    ("action", "where"),
    [
        (action, state)
        for state, action in sorted(CELLS)
        if state is S.APPROVED
        and CELLS[state, action] is not S.APPROVED
        and TABLE[state, action].right is not Right.MACHINE
    ],
)
def test_leaving_approved_by_hand_cancels_the_publication(
    action: Action, where: TicketState
) -> None:
    outcome = apply(ticket(where), *act(action))
    assert Effect.CANCEL_PUBLISH in outcome.effects
    assert outcome.ticket.publish_at is None


def test_undo_returns_to_where_the_text_came_from() -> None:
    proposed = apply(ticket(S.APPROVED), *act(A.UNDO_PUBLISH)).ticket
    waiting = apply(ticket(S.APPROVED, proposed_by=None), *act(A.UNDO_PUBLISH)).ticket
    assert (proposed.state, waiting.state) == (S.PROPOSED, S.WAITING)
    assert proposed.approved_by is None
    by_hand = ticket(S.APPROVED, publish_at=None)
    assert refusal(by_hand, act(A.UNDO_PUBLISH)).code == "not_now"


@pytest.mark.parametrize(
    ("before", "can_publish", "state", "proposed_by"),
    [
        (ticket(S.POSTED), False, S.APPROVED, "ivan"),
        (ticket(S.POSTED), True, S.PROPOSED, "ivan"),
        (ticket(S.POSTED, proposed_by=None), True, S.PROPOSED, "marina"),
        (ticket(S.POSTED, approved_by=None), False, S.PROPOSED, "ivan"),
        (ticket(S.POSTED, approved_by=None, proposed_by=None), False, S.WAITING, None),
    ],
)
def test_a_mark_taken_back_leads_to_where_the_text_stood(
    before: Ticket, can_publish: bool, state: TicketState, proposed_by: str | None
) -> None:
    outcome = apply(before, *act(A.UNDO_POSTED, IVAN, can_publish=can_publish))
    after = outcome.ticket
    assert (after.state, after.proposed_by) == (state, proposed_by)
    assert (after.posted_by, after.posted_at, after.publish_at) == (None, None, None)
    assert outcome.effects == {Effect.UNMARK}


def test_what_the_bot_posted_is_not_taken_back() -> None:
    by_bot = ticket(S.POSTED, posted_by="bot")
    assert refusal(by_bot, act(A.UNDO_POSTED)).code == "not_now"


@pytest.mark.parametrize(
    ("action", "actor", "code"),
    [
        (A.TAKE, IVAN, "held"),
        (A.TAKE, PETR, "held"),
        (A.TAKE, MARINA, None),
        (A.RELEASE, IVAN, None),
        (A.RELEASE, PETR, "not_holder"),
        (A.RELEASE, MARINA, None),
        (A.TRANSFER, IVAN, None),
        (A.TRANSFER, PETR, "not_holder"),
        (A.TRANSFER, OLEG, None),
    ],
)
def test_what_ivan_holds(action: Action, actor: Actor, code: str | None) -> None:
    if code is None:
        assert apply(ticket(), *act(action, actor)).changed
    else:
        assert refusal(ticket(), act(action, actor)).params["who"] == "ivan"
        assert refusal(ticket(), act(action, actor)).code == code


def test_a_manager_takes_nothing_from_a_colleague_without_being_asked() -> None:
    for seen in (None, "anna"):
        asked = refusal(ticket(), act(A.TAKE, MARINA, over=seen))
        assert (asked.code, asked.params["who"], asked.params["at"]) == ("take_over", "ivan", NOW)
    assert apply(ticket(), *act(A.TAKE, MARINA, over="ivan")).ticket.holder == "marina"
    assert refusal(ticket(), act(A.TAKE, PETR, over="ivan")).code == "held"


def test_what_nobody_holds_can_be_taken_but_not_released() -> None:
    free = ticket(holder=None, held_at=None)
    taken = apply(free, *act(A.TAKE, PETR)).ticket
    assert (taken.holder, taken.held_at, taken.snoozed_until) == ("petr", NOW, None)
    assert refusal(free, act(A.RELEASE, IVAN)).params == {"who": None}


@pytest.mark.parametrize(
    ("action", "missing", "code"),
    [
        (A.SKIP, {"reason": "  "}, "reason_needed"),
        (A.SNOOZE, {"until": NOW}, "bad_time"),
        (A.SNOOZE, {"until": None}, "bad_time"),
        (A.TRANSFER, {"to": None}, "unknown_person"),
    ],
)
def test_what_must_come_with_an_act(action: Action, missing: dict[str, Any], code: str) -> None:
    assert refusal(ticket(), act(action, **missing)).code == code


@pytest.mark.parametrize(
    ("state", "action"),
    [cell for cell in sorted(CELLS) if Effect.NEW_ROUND in TABLE[cell].effects],
)
def test_a_new_round_begins_with_a_clean_slate(state: TicketState, action: Action) -> None:
    outcome = apply(ticket(state), *act(action, who_may(state, action)))
    assert outcome.round_reason == action.value
    kept = {"state", "draft_id", "draft_author", "site_differs"}
    cleared = {
        each.name: getattr(outcome.ticket, each.name)
        for each in fields(Ticket)
        if each.name not in kept
    }
    assert set(cleared.values()) == {None}
    assert outcome.ticket.draft_id == 1


def test_exactly_the_returns_are_new_rounds() -> None:
    returns = {cell for cell in TABLE if Effect.NEW_ROUND in TABLE[cell].effects}
    assert returns == {
        (S.ANSWERED, A.REOPEN),
        (S.ANSWERED, A.REPLY_VANISHED),
        (S.ANSWERED, A.EDITED_WORSE),
        (S.SKIPPED, A.EDITED_WORSE),
        (S.POSTED, A.NOT_CONFIRMED),
        (S.REACHED, A.GUEST_SAYS_UNSOLVED),
        (S.SOLVED, A.GUEST_SAYS_UNSOLVED),
        *((state, A.EDITED_WORSE) for state in OUTCOME_STATES),
    }


@pytest.mark.parametrize(
    ("has_reply", "state", "effect"),
    [(True, S.ANSWERED, Effect.ANSWER), (False, S.WAITING, Effect.NEW_ROUND)],
)
def test_a_review_that_is_back(has_reply: bool, state: TicketState, effect: Effect) -> None:
    outcome = apply(ticket(S.GONE), *act(A.SEEN_AGAIN, SITE, has_reply=has_reply))
    assert outcome.ticket.state is state
    assert outcome.effects == {effect}


def test_a_reply_on_the_site_closes_whatever_was_open() -> None:
    for state in OPEN_STATES:
        outcome = apply(ticket(state), *act(A.REPLY_SEEN, SITE, differs=True))
        assert {Effect.ANSWER, Effect.CLOSE_ROUND, Effect.CANCEL_PUBLISH} <= outcome.effects
        assert outcome.ticket.site_differs


@pytest.mark.parametrize(
    ("edited", "effect"),
    [(A.EDITED_WORSE, Effect.LOOK_AGAIN), (A.EDITED, Effect.TELL_EDIT)],
)
def test_text_approved_for_another_review_is_decided_anew(edited: Action, effect: Effect) -> None:
    outcome = apply(ticket(S.APPROVED), *act(edited, SITE))
    assert (outcome.ticket.state, outcome.ticket.approved_by) == (S.PROPOSED, None)
    assert {Effect.CANCEL_PUBLISH, effect} <= outcome.effects


@pytest.mark.parametrize(
    ("action", "failure"),
    [(A.PUBLISH_REFUSED, "suspended"), (A.OUTCOME_UNKNOWN, "outcome_unknown")],
)
def test_a_failure_is_named(action: Action, failure: str) -> None:
    outcome = apply(ticket(S.APPROVED), *act(action, BOT, reason="suspended"))
    assert (outcome.ticket.failure, outcome.ticket.publish_at) == (failure, None)
    assert outcome.ticket.approved_draft_id == 1


@pytest.mark.parametrize(
    ("state", "action", "params"),
    [
        (S.APPROVED, A.APPROVE, {"state": S.APPROVED, "who": "marina", "at": NOW}),
        (S.POSTED, A.TAKE, {"state": S.POSTED, "who": "ivan", "at": NOW}),
        (S.SKIPPED, A.APPROVE, {"state": S.SKIPPED, "who": "ivan", "at": None}),
        (S.ANSWERED, A.SKIP, {"state": S.ANSWERED, "who": None, "at": None}),
        (S.WAITING, A.SEND_BACK, {"state": S.WAITING, "who": None, "at": None}),
    ],
)
def test_who_comes_second_hears_who_was_first(
    state: TicketState, action: Action, params: dict[str, Any]
) -> None:
    told = refusal(ticket(state), act(action))
    assert (told.code, told.params) == ("already", params)
