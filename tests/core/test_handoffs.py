"""Whose turn it is after an act: a table of acts and who hears of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reviewbot.core.errors import Refused
from reviewbot.core.handoffs import HandoffKind, handoffs_after
from reviewbot.core.model import Approval, Role, TicketState
from reviewbot.core.ticket import SITE, Act, Action, Actor, Circumstances, Ticket
from reviewbot.core.ticket_table import apply

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
IVAN = Actor("ivan", "Иван", Role.STAFF)
PETR = Actor("petr", "Пётр", Role.STAFF)
MARINA = Actor("marina", "Марина", Role.MANAGER)
ANNA = Actor("anna", "Анна", Role.MANAGER)

WAITING = Ticket(TicketState.WAITING, draft_id=1)
PROPOSED = replace(WAITING, state=TicketState.PROPOSED, proposed_by="ivan", draft_author="ivan")
APPROVED = replace(PROPOSED, state=TicketState.APPROVED, approved_by="marina")
HELD = replace(WAITING, holder="ivan", held_at=NOW)
K = HandoffKind


def told(before: Ticket, actor: Actor, action: Action, **more: Any) -> list[tuple[K, str | None]]:
    approval = more.pop("approval", Approval.MANAGER)
    can_publish = more.pop("can_publish", False)
    act = Act(action, actor, **more)
    met = Circumstances(
        now=NOW, approval=approval, new_text=True, can_publish=can_publish, publish_at=NOW
    )
    outcome = apply(before, act, met)
    return [(each.kind, each.to) for each in handoffs_after(before, act, outcome, met)]


@pytest.mark.parametrize(
    ("before", "actor", "action", "more", "hear"),
    [
        (WAITING, IVAN, Action.APPROVE, {}, [(K.APPROVE, None)]),
        (PROPOSED, IVAN, Action.PROPOSE, {}, []),
        (WAITING, MARINA, Action.PROPOSE, {}, []),
        (
            WAITING,
            MARINA,
            Action.PROPOSE,
            {"approval": Approval.TWO_PEOPLE},
            [(K.APPROVE, None)],
        ),
        (WAITING, IVAN, Action.APPROVE, {"approval": Approval.ANYONE}, []),
        (PROPOSED, MARINA, Action.APPROVE, {}, [(K.POST, "ivan")]),
        (PROPOSED, MARINA, Action.APPROVE, {"can_publish": True}, []),
        (HELD, MARINA, Action.APPROVE, {}, [(K.POST, "ivan")]),
        (WAITING, MARINA, Action.APPROVE, {}, []),
        (PROPOSED, MARINA, Action.SEND_BACK, {}, [(K.REWORK, "ivan")]),
        (APPROVED, MARINA, Action.SEND_BACK, {}, [(K.REWORK, "ivan")]),
        (PROPOSED, IVAN, Action.SEND_BACK, {}, []),
        (WAITING, MARINA, Action.TRANSFER, {"to": "anna"}, [(K.RECEIVE, "anna")]),
        (WAITING, MARINA, Action.TRANSFER, {"to": "marina"}, []),
        (
            HELD,
            MARINA,
            Action.TRANSFER,
            {"to": "anna"},
            [(K.RECEIVE, "anna"), (K.LOST, "ivan")],
        ),
        (HELD, IVAN, Action.TRANSFER, {"to": "anna"}, [(K.RECEIVE, "anna")]),
        (HELD, MARINA, Action.TAKE, {"over": "ivan"}, [(K.LOST, "ivan")]),
        (HELD, MARINA, Action.RELEASE, {}, [(K.LOST, "ivan")]),
        (HELD, IVAN, Action.RELEASE, {}, []),
        (APPROVED, SITE, Action.EDITED_WORSE, {}, [(K.APPROVE, "marina")]),
        (WAITING, PETR, Action.TAKE, {}, []),
        (PROPOSED, PETR, Action.TAKE, {}, []),
    ],
)
def test_whose_turn_it_is(
    before: Ticket,
    actor: Actor,
    action: Action,
    more: dict[str, Any],
    hear: list[tuple[K, str | None]],
) -> None:
    assert told(before, actor, action, **more) == hear


def test_nobody_hears_of_their_own_act() -> None:
    for actor in (IVAN, PETR, MARINA, ANNA):
        for before in (WAITING, HELD, PROPOSED, APPROVED):
            for action in (Action.SEND_BACK, Action.RELEASE, Action.TRANSFER, Action.TAKE):
                try:
                    heard = told(before, actor, action, to=actor.key, over=before.holder)
                except Refused:
                    continue
                assert (HandoffKind.RECEIVE, actor.key) not in heard
                assert all(to != actor.key for _, to in heard)
