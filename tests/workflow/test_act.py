from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.core.errors import Refused
from reviewbot.core.model import Approval, OutboxKind, Severity, TicketState, Tone, WorkKind
from reviewbot.core.ticket import BOT, CLOCK, SITE, Act, Action
from reviewbot.queries.card_facts import card_facts
from reviewbot.store import drafts
from reviewbot.store.drafts import text_hash
from reviewbot.store.queues import work
from reviewbot.store.tables import DraftRow, OutboxRow, TicketRow, WorkRow
from reviewbot.workflow import act, remarks
from reviewbot.workflow.act import another_draft
from reviewbot.workflow.sweep import sweep
from tests.store.store_world import MANAGERS, MONDAY, SUPPORT, StoreWorld, actor, at

LATER = MONDAY + timedelta(minutes=10)


def refusal(
    store_world: StoreWorld, number: int, action: Action, who: str, **more: object
) -> Refused:
    with pytest.raises(Refused) as caught:
        store_world.act(number, action, who, LATER, **more)
    return caught.value


def test_a_negative_review_is_alerted_once_with_its_deadline(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    [alert] = store_world.outbox()
    assert (alert.kind, alert.chat_id, alert.thread_id) == (OutboxKind.ALERT, SUPPORT, 12)
    assert alert.dedupe_key == f"alert:{number}:1:support:12"
    assert store_world.round(number).reply_deadline == at("2026-03-02 12:00")
    assert store_world.look(number).next_duty_at == at("2026-03-02 11:28")


def test_copies_of_a_route_are_alerted_too(store_world: StoreWorld) -> None:
    store_world.ticket(target="nevsky/yandex_maps")
    assert [row.chat_id for row in store_world.outbox()] == [SUPPORT, MANAGERS]


def test_a_positive_review_waits_in_the_queue(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.POSITIVE, rating=5)
    assert store_world.outbox() == []
    assert not store_world.look(number).carded


def test_a_mixed_review_is_told_at_once_without_a_sound(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    [alert] = store_world.outbox()
    assert (alert.kind, alert.silent) == (OutboxKind.ALERT, True)
    assert store_world.look(number).carded
    store_world.ticket(tone=Tone.MIXED, rating=3, severity=Severity.CRITICAL)
    assert not store_world.outbox()[-1].silent


def test_an_open_mixed_ticket_of_an_earlier_version_gets_no_card(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.MIXED, rating=3)

    def as_it_was(session: Session) -> None:
        session.get_one(TicketRow, number).carded = False
        for row in session.exec(select(OutboxRow)):
            session.delete(row)

    store_world.db.write_now(as_it_was)
    store_world.db.write_now(lambda session: sweep(store_world.tx(session, LATER)))
    store_world.act(number, Action.EDITED, SITE, LATER)
    assert store_world.outbox(OutboxKind.ALERT, OutboxKind.REMINDER) == []


def test_what_staff_calls_a_complaint_gets_the_times_of_one(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.POSITIVE, rating=5)
    store_world.db.write_now(
        lambda session: remarks.is_a_complaint(
            store_world.tx(session, LATER), number, actor("ivan")
        )
    )
    assert store_world.round(number).reply_deadline == LATER + timedelta(hours=1)
    [alert] = store_world.outbox()
    assert (alert.kind, alert.silent) == (OutboxKind.ALERT, False)
    assert [row.action for row in store_world.audit(number)][1:] == ["feedback", "is_a_complaint"]
    with pytest.raises(Refused, match="is_complaint"):
        store_world.db.write_now(
            lambda session: remarks.is_a_complaint(
                store_world.tx(session, LATER), number, actor("marina")
            )
        )


def test_thanks_that_were_approved_are_asked_about_again(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.POSITIVE, rating=5, target="tverskaya/google_business")
    store_world.act(number, Action.APPROVE, "marina", LATER)
    store_world.db.write_now(
        lambda session: remarks.is_a_complaint(
            store_world.tx(session, LATER), number, actor("ivan")
        )
    )
    ticket = store_world.look(number)
    assert (ticket.state, ticket.publish_at) == (TicketState.PROPOSED, None)
    [posting] = store_world.db.read_now(lambda session: session.exec(select(WorkRow)).all())
    assert posting.cancelled_at is not None


def test_bare_stars_get_no_ticket(store_world: StoreWorld) -> None:
    assert store_world.review(text=None) is None


def test_backlog_has_no_deadline_and_no_alert(store_world: StoreWorld) -> None:
    number = store_world.ticket(backlog=True)
    assert store_world.outbox() == []
    assert store_world.round(number).reply_deadline is None
    assert store_world.look(number).next_duty_at is None


def test_at_night_an_alert_comes_without_a_sound(store_world: StoreWorld) -> None:
    store_world.ticket(now=at("2026-03-02 23:30"))
    assert store_world.outbox()[0].silent


def test_staff_propose_and_the_manager_approves(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    acted = store_world.act(number, Action.APPROVE, "ivan", LATER)
    assert (acted.action, acted.ticket.state) == (Action.PROPOSE, TicketState.PROPOSED)
    acted = store_world.act(number, Action.APPROVE, "marina", LATER)
    assert (acted.action, acted.ticket.state) == (Action.APPROVE, TicketState.APPROVED)
    assert [row.action for row in store_world.audit(number)] == ["opened", "propose", "approve"]
    told = store_world.audit(number)[-1]
    assert (told.actor, told.role, told.from_state) == ("marina", "manager", "proposed")
    assert told.text_hash == text_hash("Здравствуйте!  Разберёмся сегодня.")


def test_the_second_press_hears_who_was_first(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.APPROVE, "marina", MONDAY + timedelta(minutes=5))
    told = refusal(store_world, number, Action.APPROVE, "anna", revision=1)
    assert told.code == "already"
    assert told.params == {
        "state": TicketState.APPROVED,
        "who": "Марина",
        "at": MONDAY + timedelta(minutes=5),
    }


def test_a_repeated_proposal_hears_when_it_was_made(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.APPROVE, "ivan", MONDAY)
    told = refusal(store_world, number, Action.APPROVE, "ivan")
    assert told.params == {"state": TicketState.PROPOSED, "who": "Иван", "at": MONDAY}


def test_two_people_are_two_people(tmp_path: Path, database_path: str) -> None:
    store_world = StoreWorld(tmp_path, Approval.TWO_PEOPLE, database_path)
    number = store_world.ticket()
    store_world.act(number, Action.PROPOSE, "marina", LATER, text="Анна, нам жаль, разберёмся.")
    assert refusal(store_world, number, Action.APPROVE, "marina").code == "own_text"
    acted = store_world.act(number, Action.APPROVE, "anna", LATER)
    assert acted.ticket.approved_by == "anna"
    store_world.db.close()


def test_a_viewer_and_a_stranger_to_the_place_act_on_nothing(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    assert refusal(store_world, number, Action.TAKE, "sergey").code == "viewer"
    told = refusal(store_world, number, Action.TAKE, "petr")
    assert (told.code, told.params) == ("not_your_location", {}), "a foreign place is not named"
    assert len(store_world.audit(number)) == 1


def test_a_card_older_than_the_review_is_refused(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.EDITED_WORSE, SITE, LATER)
    told = refusal(store_world, number, Action.APPROVE, "marina", revision=1)
    assert (told.code, told.params) == ("stale_card", {"at": LATER})
    assert store_world.act(number, Action.APPROVE, "marina", LATER, revision=2).changed


def test_a_card_that_showed_another_draft_does_not_approve_it(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.db.write_now(
        lambda session: another_draft(store_world.tx(session, LATER), number, actor("ivan"))
    )
    told = refusal(store_world, number, Action.APPROVE, "marina", revision=1)
    assert (told.code, told.params) == ("draft_changed", {"who": "Иван", "at": LATER})


def test_another_draft_goes_round_the_templates(store_world: StoreWorld) -> None:
    number = store_world.ticket()

    def press() -> str | None:
        acted = store_world.db.write_now(
            lambda session: another_draft(store_world.tx(session, LATER), number, actor("ivan"))
        )
        return store_world.db.read_now(
            lambda session: session.get_one(DraftRow, acted.ticket.draft_id)
        ).template_id

    first, second = press(), press()
    assert first != "one"
    assert second != first


def test_a_text_that_lint_refuses_changes_nothing(store_world: StoreWorld) -> None:
    number = store_world.ticket(target="tverskaya/google_business")
    told = refusal(store_world, number, Action.PROPOSE, "ivan", text="ы" * 2155)
    assert told.code == "reply_too_long"
    assert (told.params["limit"], told.params["over"]) == (4096, 214)
    assert refusal(store_world, number, Action.PROPOSE, "ivan", text="Дарим скидку").code == (
        "reply_forbidden"
    )
    assert store_world.look(number).revision == 1


def test_a_forbidden_word_in_letters_of_both_alphabets_is_that_word(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    for word in ("cкидку", "скид\N{SOFT HYPHEN}ку", "скид\N{ZERO WIDTH SPACE}ку"):
        told = refusal(store_world, number, Action.PROPOSE, "ivan", text=f"Дарим {word}")
        assert (told.code, told.params["word"]) == ("reply_forbidden", "скидку")


def test_a_guests_name_does_not_change_the_language_of_a_reply(store_world: StoreWorld) -> None:
    replies = store_world.settings.replies
    sign = {"ru": "Команда «Точки»", "en": "The Tochka team"}
    store_world.settings = replace(store_world.settings, replies=replace(replies, sign=sign))
    number = store_world.ticket(author="Анна", text="Waited an hour.")
    text = "Hello Анна! Our café on Тверская will look into it today."
    acted = store_world.act(number, Action.PROPOSE, "ivan", LATER, text=text)
    said = store_world.db.read_now(
        lambda session: session.get_one(DraftRow, acted.ticket.draft_id).text
    )
    assert said == f"{text}\nThe Tochka team"


def test_what_the_guest_wrote_of_himself_is_not_published(store_world: StoreWorld) -> None:
    number = store_world.ticket(text="Перезвоните мне: 8 916 123-45-67, анна@почта.рф")
    told = refusal(
        store_world, number, Action.PROPOSE, "ivan", text="Звоним вам на +7 916 123 45 67"
    )
    assert (told.code, told.params["kind"]) == ("reply_personal_data", "phone")
    store_world.change_review(number, text="Ждали", title="Пишите на anna@example.test")
    told = refusal(
        store_world, number, Action.PROPOSE, "ivan", text="Написали на anna@example.test"
    )
    assert (told.code, told.params["kind"]) == ("reply_personal_data", "email")
    ours = "Позвоните нам: +7 495 000-00-01"
    assert store_world.act(number, Action.PROPOSE, "ivan", LATER, text=ours).changed


def test_a_text_like_the_last_reply_is_a_persons_right_but_no_template(
    store_world: StoreWorld,
) -> None:
    before, number = store_world.ticket(), store_world.ticket()
    text = "Добрый день! Уже разбираемся."
    store_world.act(before, Action.APPROVE, "marina", LATER, text=text)
    assert store_world.db.read_now(lambda s: drafts.recent_replies(s, "tverskaya")) == (text,)
    assert store_world.db.read_now(lambda s: drafts.recent_replies(s, "nevsky")) == ()
    acted = store_world.act(number, Action.PROPOSE, "ivan", LATER, text=text)
    assert acted.ticket.state == TicketState.PROPOSED


def test_a_template_like_what_was_just_said_there_is_passed_over(store_world: StoreWorld) -> None:
    """Somebody wrote by hand what template "two" would say: "Another" offers something else."""
    before, number = store_world.ticket(), store_world.ticket()
    store_world.act(before, Action.APPROVE, "marina", LATER, text="Добрый день! Уже разбираемся.")
    acted = store_world.db.write_now(
        lambda session: another_draft(store_world.tx(session, LATER), number, actor("ivan"))
    )
    draft = store_world.db.read_now(
        lambda session: session.get_one(DraftRow, acted.ticket.draft_id)
    )
    assert draft.template_id not in ("one", "two")
    assert "two:too_like" in draft.why


def test_an_empty_text_is_not_the_draft(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    assert refusal(store_world, number, Action.PROPOSE, "ivan", text=" \n").code == "reply_empty"
    assert store_world.look(number).state == TicketState.WAITING


def test_what_lint_refuses_can_be_caught_in_the_same_transaction(store_world: StoreWorld) -> None:
    number = store_world.ticket()

    def press(session: Session) -> None:
        with pytest.raises(Refused):
            act.act(
                store_world.tx(session, LATER),
                number,
                Act(Action.APPROVE, actor("marina"), text="Дарим скидку"),
            )

    store_world.db.write_now(press)
    assert (store_world.look(number).revision, len(store_world.audit(number))) == (1, 1)


def test_approval_is_published_after_the_undo_window(store_world: StoreWorld) -> None:
    number = store_world.ticket(target="tverskaya/google_business")
    ticket = store_world.act(number, Action.APPROVE, "marina", LATER).ticket
    assert ticket.publish_at == LATER + timedelta(minutes=2)

    def claim(now: timedelta) -> str | None:
        row = store_world.db.write_now(lambda session: work.claim_due(session, LATER + now))
        return row.kind if row else None

    assert claim(timedelta(minutes=1)) is None
    assert claim(timedelta(minutes=2)) == WorkKind.POST_REPLY
    late = LATER + timedelta(minutes=3)
    with pytest.raises(Refused, match="publishing"):
        store_world.act(number, Action.UNDO_PUBLISH, "marina", late)
    acted = store_world.act(number, Action.PUBLISHED, BOT, late)
    assert (acted.ticket.state, acted.ticket.posted_by) == (TicketState.POSTED, "bot")


def test_a_target_without_credentials_is_answered_by_hand(store_world: StoreWorld) -> None:
    """The same source, two targets: the bot posts to the one it has a key for."""
    google = replace(
        store_world.source_facts["google_business"], by_hand=frozenset({"nevsky/google_business"})
    )
    store_world.source_facts = {**store_world.source_facts, "google_business": google}
    ours = store_world.ticket(target="tverskaya/google_business")
    by_hand = store_world.ticket(target="nevsky/google_business")
    for number in (ours, by_hand):
        store_world.act(number, Action.APPROVE, "marina", LATER)
    assert store_world.look(ours).publish_at == LATER + timedelta(minutes=2)
    assert store_world.look(by_hand).publish_at is None
    jobs = store_world.db.read_now(lambda session: list(session.exec(select(WorkRow))))
    assert [job.ticket_id for job in jobs] == [ours]
    shown = [
        store_world.db.read_now(lambda s, n=n: card_facts(store_world.tx(s, LATER), n))
        for n in (ours, by_hand)
    ]
    assert [facts.can_publish for facts in shown if facts] == [True, False]
    assert (
        store_world.act(by_hand, Action.POSTED, "ivan", LATER).ticket.state == TicketState.POSTED
    )


def test_a_target_no_longer_read_is_answered_by_hand(store_world: StoreWorld) -> None:
    number = store_world.ticket(target="tverskaya/google_business")
    store_world.change_target("tverskaya/google_business", retired_at=MONDAY)
    assert store_world.act(number, Action.APPROVE, "marina", LATER).ticket.publish_at is None


def test_undo_cancels_what_is_not_claimed(store_world: StoreWorld) -> None:
    number = store_world.ticket(target="tverskaya/google_business")
    store_world.act(number, Action.APPROVE, "marina", LATER)
    acted = store_world.act(number, Action.UNDO_PUBLISH, "ivan", LATER)
    assert (acted.ticket.state, acted.ticket.publish_at) == (TicketState.WAITING, None)
    much_later = LATER + timedelta(hours=1)
    assert store_world.db.write_now(lambda session: work.claim_due(session, much_later)) is None
    store_world.act(number, Action.APPROVE, "marina", LATER)
    row = store_world.db.write_now(lambda session: work.claim_due(session, much_later))
    assert row is not None


def test_posted_by_hand_marks_and_waits_for_the_site(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.APPROVE, "marina", LATER)
    store_world.act(number, Action.POSTED, "ivan", LATER)
    assert store_world.round(number).marked_at == LATER
    assert store_world.look(number).next_duty_at == LATER + timedelta(hours=48)


def test_a_reply_on_the_site_closes_with_its_interval(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.APPROVE, "marina", LATER)
    store_world.act(number, Action.POSTED, "ivan", LATER)
    seen = LATER + timedelta(minutes=30)
    store_world.change_review(
        number,
        unanswered_seen_at=LATER,
        reply_text="Здравствуйте!\nРазберёмся  сегодня.",
        reply_seen_at=seen,
    )
    ticket = store_world.act(number, Action.REPLY_SEEN, SITE, seen).ticket
    assert (ticket.state, ticket.site_differs) == (TicketState.ANSWERED, False)
    turn = store_world.round(number)
    assert (turn.answered_after, turn.answered_by) == (LATER, seen)
    assert ticket.next_duty_at is None


def test_another_text_on_the_site_is_told(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.APPROVE, "marina", LATER)
    store_world.change_review(number, reply_text="Спасибо за отзыв!", reply_seen_at=LATER)
    assert store_world.act(number, Action.REPLY_SEEN, SITE, LATER).ticket.site_differs
    store_world.act(number, Action.ACCEPT_SITE_TEXT, "ivan", LATER)
    assert not store_world.look(number).site_differs


def test_a_site_date_in_time_refutes_a_recorded_breach(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    night = at("2026-03-02 20:00")

    store_world.change_round(number, breached_at=at("2026-03-02 12:00"))
    store_world.change_review(
        number,
        reply_text="Простите",
        unanswered_seen_at=at("2026-03-02 11:20"),
        reply_at=at("2026-03-02 11:40"),
        reply_seen_at=night,
    )
    store_world.act(number, Action.REPLY_SEEN, SITE, night)
    turn = store_world.round(number)
    assert turn.refuted
    assert turn.breached_at == at("2026-03-02 12:00")
    assert turn.answered_by == at("2026-03-02 11:40")


def test_marked_after_the_deadline_is_a_breach_though_nobody_swept(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    late = at("2026-03-02 12:00") + timedelta(seconds=5)
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", late)
    assert store_world.round(number).breached_at == at("2026-03-02 12:00")


def test_what_comes_back_is_a_new_round_and_alerts_again(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", LATER)
    back = LATER + timedelta(hours=48)
    ticket = store_world.act(number, Action.NOT_CONFIRMED, CLOCK, back).ticket
    assert (ticket.state, ticket.round, ticket.posted_at) == (TicketState.WAITING, 2, None)
    alerts = store_world.outbox(OutboxKind.ALERT)
    assert [row.dedupe_key for row in alerts] == [
        f"alert:{number}:1:support:12",
        f"alert:{number}:2:support:12",
    ]
    assert store_world.round(number).clock_start_at == back


def test_skip_needs_a_reason_and_can_be_undone(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    assert refusal(store_world, number, Action.SKIP, "ivan", reason=" ").code == "reason_needed"
    store_world.act(number, Action.SKIP, "ivan", LATER, reason="spam")
    assert store_world.look(number).next_duty_at is None
    ticket = store_world.act(number, Action.UNDO_SKIP, "ivan", LATER).ticket
    assert (ticket.state, ticket.round, ticket.closed_at) == (TicketState.WAITING, 1, None)
    assert ticket.next_duty_at == at("2026-03-02 11:28")


def test_an_edit_for_the_worse_shortens_the_time_and_tells_the_chat(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    store_world.change_review(number, severity=Severity.CRITICAL)
    store_world.act(number, Action.EDITED_WORSE, SITE, LATER)
    turn = store_world.round(number)
    assert turn.reply_deadline == at("2026-03-02 12:00")
    assert turn.seen_deadline == LATER + timedelta(minutes=15)
    [notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload["code"] == "review_edited"


def test_a_quiet_ticket_that_became_negative_is_alerted(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.POSITIVE, rating=5)
    store_world.change_review(number, tone=Tone.NEGATIVE, rating=1)
    store_world.act(number, Action.EDITED_WORSE, SITE, LATER)
    assert [row.kind for row in store_world.outbox()] == [OutboxKind.ALERT]
    assert store_world.round(number).reply_deadline == LATER + timedelta(hours=1)


def test_taking_makes_the_holder_and_satisfies_seen(store_world: StoreWorld) -> None:
    number = store_world.ticket(severity=Severity.CRITICAL)
    store_world.act(number, Action.TAKE, "ivan", LATER)
    assert store_world.round(number).seen_done_at == LATER
    assert refusal(store_world, number, Action.TAKE, "marina").code == "take_over"
    taken = store_world.act(number, Action.TAKE, "marina", LATER, over="ivan")
    assert taken.ticket.holder == "marina"
    told = refusal(store_world, number, Action.TAKE, "ivan")
    assert (told.code, told.params["who"]) == ("held", "Марина")


def test_transfer_goes_only_to_people_who_can_answer_there(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    assert (
        refusal(store_world, number, Action.TRANSFER, "ivan", to="petr").code == "unknown_person"
    )
    assert (
        refusal(store_world, number, Action.TRANSFER, "ivan", to="nobody").code == "unknown_person"
    )
    ticket = store_world.act(number, Action.TRANSFER, "ivan", LATER, to="anna").ticket
    assert ticket.holder == "anna"


def test_a_failed_publication_tells_the_chat(store_world: StoreWorld) -> None:
    number = store_world.ticket(target="tverskaya/google_business")
    store_world.act(number, Action.APPROVE, "marina", LATER)
    store_world.act(number, Action.PUBLISH_REFUSED, BOT, LATER, reason="profile is suspended")
    [notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload == {
        "code": "publish_failed",
        "params": {"failure": "profile is suspended"},
    }
    store_world.act(number, Action.TAKE, "ivan", LATER)
    store_world.act(number, Action.EDITED, SITE, LATER)
    assert len(store_world.outbox(OutboxKind.NOTICE)) == 1, "what is done later is no news"


def test_notes_and_feedback_leave_the_ticket_alone(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()

    def speak(session: object) -> None:
        remarks.note(
            store_world.tx(session, LATER),
            number,
            actor("ivan"),
            "Звонил гостю",
        )  # type: ignore[arg-type]
        remarks.verdict_feedback(
            store_world.tx(session, LATER),
            number,
            actor("ivan"),
            "not_a_complaint",
        )

    store_world.db.write_now(speak)
    assert store_world.look(number).state == TicketState.WAITING
    [note] = store_world.db.read_now(
        lambda session: card_facts(store_world.tx(session, LATER), number).notes  # type: ignore[union-attr]
    )
    assert (note.who, note.text) == ("Иван", "Звонил гостю")
    assert store_world.look(number).revision == 2
    assert [row.detail.get("note") for row in store_world.audit(number)][1] == "Звонил гостю"
    assert store_world.audit(number)[2].action == "feedback"


def test_an_unknown_number_is_refused(store_world: StoreWorld) -> None:
    with pytest.raises(Refused, match="unknown_ticket"):
        store_world.act(4711, Action.TAKE, "ivan", LATER)


def test_a_group_is_not_told_the_same_twice_within_a_day(store_world: StoreWorld) -> None:
    """Shipped wordings only: two locations of one group, then the same two days later."""
    places = {
        key: replace(place, groups=("spb",))
        for key, place in store_world.settings.locations.items()
    }
    shipped = replace(store_world.settings.replies, templates=())
    store_world.settings = replace(store_world.settings, locations=places, replies=shipped)

    def another(target: str, now: datetime) -> str | None:
        number = store_world.ticket(target=target, now=now, text=f"Ждали: {target}, {now}.")

        def draw(session: Session) -> str | None:
            another_draft(store_world.tx(session, now), number, actor("ivan"))
            ticket = session.get_one(TicketRow, number)
            return session.get_one(DraftRow, ticket.draft_id).template_id

        return store_world.db.write_now(draw)

    assert another("tverskaya/yandex_maps", MONDAY) == "ru.negative.waiting.1"
    assert another("nevsky/yandex_maps", LATER) == "ru.negative.waiting.2"
    assert another("nevsky/yandex_maps", LATER + timedelta(days=2)) == "ru.negative.waiting.1"
