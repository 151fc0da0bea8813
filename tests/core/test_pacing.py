"""Telegram's limits, kept from what was sent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.pacing import (
    OVERALL,
    PER_CHAT,
    PER_GROUP,
    Rate,
    Turns,
    alerts_wait_until,
    may_send,
    should_bundle,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=each) for each in seconds]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("chat_sent", "all_sent", "group", "at"),
    [
        pytest.param([], [], True, NOW, id="nothing sent"),
        pytest.param(ago(0.4), ago(0.4), False, later(0.6), id="a second between two"),
        pytest.param(ago(1), ago(1), False, NOW, id="a second has passed"),
        pytest.param(ago(*range(2, 22)), [], False, NOW, id="a person has no minute's limit"),
        pytest.param(ago(*range(2, 22)), [], True, later(39), id="20 a minute to a group"),
        pytest.param(ago(*range(2, 21)), [], True, NOW, id="19 are fine"),
        pytest.param([], ago(*[0.2] * 30), False, later(0.8), id="30 a second in all"),
        pytest.param([], ago(*[0.2] * 29), False, NOW, id="29 are fine"),
        pytest.param(ago(-3600), ago(-3600), True, later(1), id="the clock was set back"),
    ],
)
def test_when_the_next_may_go(
    chat_sent: list[datetime], all_sent: list[datetime], group: bool, at: datetime
) -> None:
    assert may_send(NOW, chat_sent, all_sent, group=group) == at


def test_telegram_may_ask_for_more_patience() -> None:
    assert may_send(NOW, [], [], group=True, not_before=later(17)) == later(17)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=80))
def test_no_window_ever_holds_more_than_the_rate(chats: list[int]) -> None:
    """Messages to six groups, each sent as soon as it may be."""
    now, sent = NOW, []
    for chat in chats:
        mine = [moment for moment, where in sent if where == chat]
        now = may_send(now, mine, [moment for moment, _ in sent], group=True)
        sent.append((now, chat))

    def busiest(moments: list[datetime], rate: Rate) -> int:
        return max(
            (sum(begin <= each < begin + rate.window for each in moments) for begin in moments),
            default=0,
        )

    assert busiest([moment for moment, _ in sent], OVERALL) <= OVERALL.messages
    for chat in range(6):
        mine = [moment for moment, where in sent if where == chat]
        for rate in (PER_CHAT, PER_GROUP):
            assert busiest(mine, rate) <= rate.messages


@pytest.mark.parametrize(
    ("waiting", "minutes_ago", "bundled"),
    [
        (5, [], False),
        (6, [], True),
        (3, [1, 2], False),
        (3, [1, 2, 3], True),
        (3, [10, 11, 12], False),
        (1, [1, 2, 3, 4, 5, 6], False),
        (0, [1, 2, 3, 4, 5, 6], False),
    ],
)
def test_more_than_five_in_ten_minutes_are_a_list(
    waiting: int, minutes_ago: list[int], bundled: bool
) -> None:
    sent = ago(*(60 * each for each in minutes_ago))
    assert should_bundle(waiting, sent, NOW) is bundled


def test_the_drops_after_a_flood_gather_for_a_minute() -> None:
    flood = ago(60, 90, 120, 150, 180)
    assert alerts_wait_until(1, NOW, [], NOW) == NOW
    assert alerts_wait_until(1, NOW, flood, NOW) == later(60)
    assert alerts_wait_until(2, NOW - timedelta(seconds=45), flood, NOW) == later(15)
    assert alerts_wait_until(9, NOW - timedelta(hours=1), flood, NOW) == NOW


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=60),
    st.lists(st.integers(0, 900), min_size=1, max_size=60),
)
def test_turns_keep_the_rates_whenever_a_message_is_counted(
    chats: list[int], spans: list[int]
) -> None:
    """Lanes that ask at once: between its turn and its end a message may count at any moment."""
    turns, now, on_their_way, went = Turns(), NOW, [], []
    for chat, span in zip(chats, spans, strict=False):
        number = -chat if chat % 2 else chat + 1
        while True:
            for each in [each for each in on_their_way if each[1] <= now or each[2] == number]:
                turns.ended(each[2], each[1])
                on_their_way.remove(each)
                now = max(now, each[1])
            free_at = turns.take(number, now)
            if free_at is None:
                break
            assert free_at > now
            now = min(free_at, *(each[1] for each in on_their_way), free_at)
        on_their_way.append((now, now + timedelta(milliseconds=span), number))
        went.append((now, now + timedelta(milliseconds=span), number))
    for count in ("begin", "end"):
        moments = sorted(begin if count == "begin" else end for begin, end, _ in went)
        for first in moments:
            within = sum(first <= each < first + OVERALL.window for each in moments)
            assert within <= OVERALL.messages


def test_turns_remember_what_went_before_a_restart_and_bear_a_clock_set_back() -> None:
    turns = Turns([(5, NOW - timedelta(milliseconds=400)), (6, NOW + timedelta(hours=1))])
    assert turns.take(5, NOW) == later(0.6)
    assert turns.take(7, NOW) is None
    assert turns.take(6, NOW) == later(1)
    assert turns.take(6, later(1)) is None, "it does not stand still for an hour"


def test_a_chat_waits_for_its_own_time_before_it_waits_for_that_of_all() -> None:
    turns = Turns([(number, NOW - timedelta(milliseconds=700)) for number in range(1, 31)])
    assert turns.chat_free_at(99, NOW) == NOW
    assert turns.take(99, NOW) == later(0.3), "thirty went in this second"
    turns.ended(99, NOW)
    assert turns.chat_free_at(99, NOW) == later(1)
    assert turns.chat_free_at(99, NOW - timedelta(hours=1)) == NOW + timedelta(seconds=1, hours=-1)
