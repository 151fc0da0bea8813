"""Whatever strangers write, Telegram takes the message first time."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.core.facts import (
    DraftFacts,
    EditFacts,
    HistoryLine,
    ListChoice,
    ListPage,
    ListTotals,
    QueueLine,
    ReminderFacts,
)
from reviewbot.core.model import ReminderKind, TicketState
from reviewbot.words import answers
from reviewbot.words.cards import review_lists
from reviewbot.words.cards.card import card
from reviewbot.words.cards.reminders import bundle, reminder
from reviewbot.words.html import cut, length, short, units
from reviewbot.words.refusals import refusal
from reviewbot.words.toasts import Toast, toast
from tests.words.facts_for_words import SITES, ZONE, answered, complaint, moscow
from tests.words.message_text import assert_telegram_takes, text_of

HOSTILE = (
    "<b>&amp;</i>\"'<script>{{ 7*7 }}{0.__class__}%s",
    "\u202eevil\u2066 rtl \u05d0\u05d1",
    "a\ud83d lone \ude00 surrogates \x00\x07",
    "e\u0301" * 5000,
    "👨‍👩‍👧‍👦" * 3000,
    "x" * 100_000,
    " \n\t ",
    "=cmd|' /C calc'!A0",
)

any_text = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    st.sampled_from(HOSTILE),
    st.builds(lambda text, n: text * n, st.text(max_size=20), st.integers(0, 3000)),
)
maybe_text = st.none() | any_text


@settings(max_examples=60, deadline=None)
@given(
    state=st.sampled_from(list(TicketState)),
    texts=st.tuples(*[maybe_text] * 6),
    draft=st.none() | any_text,
    names=st.tuples(*[maybe_text] * 4),
    language=st.sampled_from(["ru", "en"]),
    differs=st.booleans(),
)
def test_a_card_of_anything_is_taken(
    state: TicketState,
    texts: tuple[str | None, ...],
    draft: str | None,
    names: tuple[str | None, ...],
    language: str,
    differs: bool,
) -> None:
    title, text, pros, cons, translation, reply = texts
    author, holder, url, failure = names
    facts = replace(
        answered(),
        state=state,
        title=title,
        text=text,
        pros=pros,
        cons=cons,
        translation=translation,
        reply_text=reply,
        author=author,
        holder=holder,
        review_url=url,
        failure=failure,
        location_name=author or "",
        location_short="",
        skip_reason=holder,
        approved_text=draft,
        draft=DraftFacts(1, draft) if draft is not None else None,
        edit=EditFacts(moscow(14), 3, text),
        site_differs=differs,
    )
    message = card(facts, language, group=True)
    assert_telegram_takes(message)


@settings(max_examples=30, deadline=None)
@given(text=any_text, name=any_text, count=st.integers(1, 120))
def test_lists_and_answers_of_anything_are_taken(text: str, name: str, count: int) -> None:
    facts = complaint(text=text, author=name, holder=name, location_name=name, location_short="")
    items = [
        ReminderFacts(facts, ReminderKind.BREACH, moscow(15, 2), name, moscow(16), name)
    ] * count
    line = QueueLine(1, TicketState.WAITING, SITES, name, 1, text, moscow(15), holder=name)
    history = [HistoryLine(moscow(14), name, "note", {"note": text})] * count
    for message in (
        bundle([facts] * count, "ru"),
        reminder(items, "ru"),
        review_lists.queue(
            ListPage(
                entries=(line,) * min(count, 8),
                matching=count,
                totals=ListTotals(count, count, count, count),
                zone=ZONE,
                at=moscow(14),
                choice=ListChoice(place="М" * 200, holder="И" * 200, overdue=True),
            ),
            "en",
        ),
        answers.history(facts, history, "ru"),
        answers.explain(facts, "en"),
        answers.edit_prompt(facts, "ru", name=name),
        answers.ask_meaning(facts, "en", text),
        answers.unknown_review("ru", text),
        answers.stranger("en", telegram_id=1, operator=name),
    ):
        assert_telegram_takes(message)
    assert units(refusal("held", {"who": name, "at": moscow(14)}, "ru")) <= 200
    assert units(refusal("reply_forbidden", {"word": text}, "en")) <= 200
    assert units(toast(Toast.TRANSFER, facts, "ru")) <= 200


def test_a_long_review_shows_its_beginning_and_goes_whole_as_a_file() -> None:
    text = " ".join(f"слово{n}" for n in range(3000))
    message = card(complaint(text=text), "ru", group=True)
    assert length(message.html) <= 4096
    assert "слово0 слово1 " in text_of(message)
    assert "Анна, здравствуйте! Спасибо, что написали…" in text_of(message)
    assert message.attachment is not None
    assert message.attachment[0] == "review-1284.txt"
    assert text in message.attachment[1].decode()


def test_a_long_draft_comes_before_a_long_review() -> None:
    draft = "Здравствуйте! " * 200
    message = card(complaint(text="жалоба " * 2000, draft=DraftFacts(1, draft)), "ru", group=True)
    assert draft.strip() in text_of(message)
    assert "жалоба жалоба" in text_of(message)
    assert length(message.html) <= 4096


def test_a_text_to_post_is_shown_whole_or_not_at_all() -> None:
    long = "Ответ " * 1000
    facts = complaint(state=TicketState.APPROVED, approved_text=long)
    message = card(facts, "ru", group=True)
    assert "Ответ Ответ" not in text_of(message)
    assert "Текст слишком длинный для сообщения: он в файле." in text_of(message)
    assert message.attachment is not None
    assert long in message.attachment[1].decode()


def test_untrusted_text_is_text() -> None:
    text = "<b>жирно</b> & <a href='https://evil'>ссылка</a>"
    message = card(complaint(text=text, author=text), "ru", group=True)
    assert text in text_of(message)
    assert "<a " not in message.html


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("коротко", 7, "коротко"),
        ("коротко", 6, "корот…"),
        ("одно два три четыре", 13, "одно два три…"),
        ("одно два три четыре", 15, "одно два три…"),
        ("🙂🙂🙂", 6, "🙂🙂🙂"),
        ("🙂🙂🙂", 5, "🙂🙂…"),
        ("🙂🙂🙂", 4, "🙂…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("e\u0301e\u0301e\u0301", 2, "…"),
        ("", 5, ""),
        ("abc", 0, ""),
    ],
)
def test_cut_counts_utf16_and_never_splits_a_letter(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
    assert units(cut(text, limit)) <= limit


def test_short_is_one_clean_line() -> None:
    assert short("  два\n\nслова\x00 ", 40) == "два слова"
    assert short(None, 40) == ""
