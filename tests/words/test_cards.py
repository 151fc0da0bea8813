"""A card in each of its states, word for word, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.core.classifier.classify import TOPICS
from reviewbot.core.facts import CardFacts, DraftFacts, EditFacts
from reviewbot.core.model import (
    Approval,
    Hint,
    Kind,
    Precision,
    Reason,
    Role,
    Severity,
    TicketState,
    Tone,
)
from reviewbot.lexicons import classifier
from reviewbot.words import labels
from reviewbot.words.cards.card import card
from reviewbot.words.language import words_in
from tests.words.facts_for_words import answered, approved, complaint, moscow
from tests.words.message_text import keys_of, text_of


@pytest.mark.parametrize(
    ("product", "line"),
    [
        (
            {"product": "Кофе <b>", "article": "КЗ-1000", "nm_id": "14917842"},
            "🛒 Кофе <b> · артикул КЗ-1000 · nmId 14917842",
        ),
        ({"sku": "148601234"}, "🛒 SKU 148601234"),
    ],
)
def test_a_card_names_the_goods_it_is_about(product: dict[str, str], line: str) -> None:
    message = card(complaint(product=product), "ru", group=True)
    assert line in text_of(message).splitlines()


def shown(facts: CardFacts, language: str = "ru") -> str:
    return text_of(card(facts, language, group=True))


def keys(facts: CardFacts, language: str = "ru", *, group: bool = True) -> str:
    return keys_of(card(facts, language, group=group))


def test_what_may_be_offered_is_said_on_complaints_only() -> None:
    sums = {Role.STAFF: 500, Role.MANAGER: 3000}
    shown = text_of(card(complaint("ru", goodwill=sums), "ru", group=True))
    assert "🎁 Жест без согласования: сотрудник до 500, менеджер до 3000. Не в ответе." in shown
    english = text_of(card(complaint("en", goodwill=sums), "en", group=True))
    assert "🎁 A gesture without asking: staff member up to 500, manager up to 3000." in english
    assert "🎁" not in text_of(card(complaint("ru"), "ru", group=True))


def test_an_alert_in_russian() -> None:
    message = card(complaint("ru"), "ru", group=True)
    assert message.html == (
        "🔴 <b>Жалоба, 1★</b> · Яндекс · Точка, Тверская 12\n"
        "Анна К. · 3 мар, 13:31, увидели в 14:02 · № 1284\n"
        "<blockquote expandable>Ждали капучино сорок минут, бариста нахамила."
        " Больше не придём.</blockquote>\n"
        "📷 2 · Почему: 1★, «ждали … минут» (ожидание), «нахамила» (персонал)\n"
        '⏰ Ответить до <tg-time unix="1772539320">15:02</tg-time>\n'
        "Черновик (ожидание, вариант 3):\n"
        "<blockquote expandable>Анна, здравствуйте! Спасибо, что написали…</blockquote>"
    )
    assert keys_of(message) == (
        "[✅ Утвердить][✏️ Изменить] / [🔄 Другой][✋ Беру] / [↗️ Отзыв][⋯ Ещё]"
    )


def test_a_calm_card_in_both_languages() -> None:
    calm = complaint(tone=Tone.MIXED, rating=3, hints=(Hint.HIDDEN_COMPLAINT,))
    assert shown(calm).startswith("🟡 Есть замечание, 3★ · ")
    assert shown(calm, "en").startswith("🟡 Some criticism, 3★ · ")
    for language, label in (("ru", "🔴 Это жалоба"), ("en", "🔴 It is a complaint")):
        more = card(calm, language, group=True, menu="more")
        assert label in [button.label for row in more.buttons for button in row]


def test_an_alert_in_english() -> None:
    message = card(complaint("en"), "en", group=True)
    assert text_of(message) == (
        "🔴 Complaint, 1★ · Yandex · Tochka, Tverskaya 12\n"
        "Anna K. · 3 Mar, 13:31, seen 14:02 · #1284\n"
        "Waited forty minutes for a cappuccino, the barista was rude. Not coming back.\n"
        "📷 2 · Why: 1★, “waited … minutes” (waiting), “rude” (staff)\n"
        "⏰ Reply by 15:02\n"
        "Draft (waiting, wording 3):\n"
        "Hello Anna, thank you for writing…"
    )
    assert keys_of(message) == "[✅ Approve][✏️ Edit] / [🔄 Another][✋ Take] / [↗️ Review][⋯ More]"


@pytest.mark.parametrize(
    ("approval", "group", "role", "first"),
    [
        (Approval.ANYONE, True, None, "✅ Утвердить"),
        (Approval.MANAGER, True, None, "✅ Ответ готов"),
        (Approval.TWO_PEOPLE, True, None, "✅ Ответ готов"),
        (Approval.MANAGER, False, Role.MANAGER, "✅ Утвердить"),
        (Approval.MANAGER, False, Role.ADMIN, "✅ Утвердить"),
        (Approval.MANAGER, False, Role.STAFF, "✅ Ответ готов"),
        (Approval.ANYONE, False, Role.STAFF, "✅ Утвердить"),
    ],
)
def test_the_first_key_says_what_its_press_does(
    approval: Approval, group: bool, role: Role | None, first: str
) -> None:
    message = card(complaint(approval=approval), "ru", group=group, role=role)
    assert message.buttons[0][0].label == first
    assert message.buttons[0][0].action == "approve"


def test_approved_to_be_posted_by_hand() -> None:
    message = card(approved("ru"), "ru", group=True)
    assert message.html == (
        "✅ <b>Утверждено: Марина, 14:20</b> · № 1284\n"
        "Яндекс · Тверская 12 · Анна К., 1★\n"
        'Разместите до <tg-time unix="1772539320">15:02</tg-time>.'
        " Нажмите на текст, он скопируется:\n"
        "<pre>Анна, здравствуйте! Спасибо.</pre>"
    )
    assert keys_of(message).startswith(
        "[↗️ Открыть кабинет][📤 Размещено] / [↩️ На правку][✋ Беру]"
    )
    english = card(approved("en"), "en", group=True)
    assert text_of(english) == (
        "✅ Approved: Marina, 14:20 · #1284\n"
        "Yandex · Tverskaya 12 · Anna K., 1★\n"
        "Post it by 15:02. Tap the text to copy:\n"
        "Hello Anna, thank you."
    )
    assert keys_of(english).startswith("[↗️ Open cabinet][📤 Posted] / [↩️ Back to edit][✋ Take]")


def test_a_copy_key_only_where_telegram_lets_it_hold_the_whole_text() -> None:
    copied = [
        key.copy
        for text in ("я" * 256, "я" * 257, "🙂" * 128, "🙂" * 129)
        for row in card(approved(approved_text=text), "ru", group=True).buttons
        for key in row
        if key.copy
    ]
    assert copied == ["я" * 256, "🙂" * 128]


def test_approved_where_the_bot_posts_shows_when_and_how_to_undo() -> None:
    facts = approved(publish_at=moscow(14, 22), can_publish=True)
    assert "Размещу на сайте в 14:22; до этого можно отменить." in shown(facts)
    assert keys(facts).startswith("[↩️ Отменить]")
    begun = approved(publish_at=moscow(14, 22), can_publish=True, at=moscow(14, 23))
    assert "Размещение на сайте началось в 14:22." in shown(begun)


def test_seen_on_the_site() -> None:
    message = card(answered("ru"), "ru", group=True)
    assert text_of(message) == (
        "🟢 Ответ виден на сайте · № 1284\n"
        "Яндекс · Тверская 12 · Анна К., 1★\n"
        "Отметили через 24 мин, ответ на сайте появился не позже 15:10. Срок был 1 ч.\n"
        "Текст совпал. Утверждено: Марина. Размещено: Иван."
    )
    assert keys_of(message) == "[↗️ Отзыв][🕘 История] / [📌 Мера…][⚖️ Гость прав]"
    assert shown(answered("en"), "en") == (
        "🟢 Reply is visible · #1284\n"
        "Yandex · Tverskaya 12 · Anna K., 1★\n"
        "Marked after 24 min, on the site by 15:10 at the latest. Goal was 1 h.\n"
        "Text matches. Approved: Marina. Posted: Ivan."
    )


def test_another_text_on_the_site_shows_both_and_asks() -> None:
    facts = answered(site_differs=True, reply_text="Спасибо за отзыв")
    assert shown(facts).endswith(
        "Утверждали:\nАнна, здравствуйте! Спасибо.\nНа сайте:\nСпасибо за отзыв"
    )
    assert keys(facts).startswith("[👍 Так и надо][🔁 Вернуть в работу]")
    assert "🟠 На сайте другой текст" in shown(facts)


def test_a_reply_nobody_approved_here_is_shown() -> None:
    facts = complaint(
        state=TicketState.ANSWERED, reply_text="Приносим извинения", answered_by=moscow(15, 10)
    )
    assert "Ответили не через бота.\nПриносим извинения" in shown(facts)
    assert "Ответ на сайте появился не позже 15:10." in shown(facts)


def test_the_time_until_marked_is_working_time_where_it_is_known() -> None:
    facts = answered(marked_at=moscow(10, 30, day=6), marked_after=timedelta(hours=1, minutes=20))
    assert "Отметили через 1 ч 20 мин" in shown(facts)


def test_posted_counts_as_done_until_the_site_says_otherwise() -> None:
    by_hand = answered(state=TicketState.POSTED, at=moscow(14, 26))
    assert shown(by_hand) == (
        "📤 Размещено: Иван, 14:26 · № 1284\n"
        "Яндекс · Тверская 12 · Анна К., 1★\n"
        "Проверю на сайте, напоминать не буду.\n"
        "Утверждено: Марина."
    )
    by_bot = answered(state=TicketState.POSTED, posted_by="bot", at=moscow(14, 26))
    assert shown(by_bot).startswith("📤 Отправлено на сайт: 14:26")
    already = answered(state=TicketState.POSTED, approved_by=None, at=moscow(14, 26))
    assert shown(already).startswith("📤 Отмечено «уже ответили»: Иван, 14:26")


def test_where_the_site_shows_no_replies_the_mark_is_believed() -> None:
    posted = answered(state=TicketState.POSTED, at=moscow(14, 26), shows_replies=False)
    assert shown(posted) == (
        "📤 Размещено: Иван, 14:26 · № 1284\n"
        "Яндекс · Тверская 12 · Анна К., 1★\n"
        "Яндекс не показывает ответы: верю отметке.\n"
        "Утверждено: Марина."
    )
    closed = answered(answered_by=None, answered_after=None, shows_replies=False)
    assert shown(closed) == (
        "☑️ Отвечено по отметке · № 1284\n"
        "Яндекс · Тверская 12 · Анна К., 1★\n"
        "Отметили через 24 мин. Срок был 1 ч.\n"
        "Яндекс не показывает ответы: верю отметке.\n"
        "Утверждено: Марина. Размещено: Иван."
    )
    measures = "[📌 Мера…][⚖️ Гость прав]"
    assert keys(closed) == f"[↗️ Отзыв][🕘 История] / {measures} / [🔁 Вернуть в работу]"
    untold = answered("en", answered_by=None)
    assert "Yandex did not tell whether it is there: I take your word." in shown(untold, "en")


@pytest.mark.parametrize("failure", [None, "outcome_unknown", "unknown"])
def test_an_unclear_posting_asks_to_look_by_hand(failure: str | None) -> None:
    facts = approved(state=TicketState.FAILED, failure=failure)
    assert shown(facts).startswith("⚠️ Проверьте вручную · № 1284")
    assert "Анна, здравствуйте! Спасибо." in shown(facts)
    assert keys(facts).startswith("[↗️ Открыть кабинет][📤 Размещено]")


def test_a_refused_posting_tells_the_sites_reason() -> None:
    facts = approved("en", state=TicketState.FAILED, failure="<b>too rude</b>")
    assert "Yandex says: “<b>too rude</b>”. Nothing was posted." in shown(facts, "en")
    plain = approved("en", state=TicketState.FAILED, failure="publish_refused")
    assert "Yandex did not take it. Nothing was posted." in shown(plain, "en")


def test_skipped_and_gone() -> None:
    skipped = complaint(state=TicketState.SKIPPED, skipped_by="Иван", skip_reason="spam")
    assert "Причина: спам или реклама.\nРешение: Иван." in shown(skipped)
    assert keys(skipped) == "[↩️ Вернуть][🕘 История]"
    own_words = complaint(state=TicketState.SKIPPED, skip_reason="Писали <лично>")
    assert "Причина: Писали <лично>." in shown(own_words)
    gone = complaint(state=TicketState.GONE)
    assert shown(gone).startswith("🗑 Отзыва больше нет на сайте · № 1284")
    assert keys(gone) == "[🕘 История]"


def test_critical_shows_another_sign_and_both_times_until_it_is_taken() -> None:
    facts = complaint(severity=Severity.CRITICAL, seen_deadline=moscow(14, 17))
    assert shown(facts).startswith("🚨 Критично, 1★")
    assert "⏰ Взять до 14:17 · ответить до 15:02" in shown(facts)
    taken = complaint(
        severity=Severity.CRITICAL,
        seen_deadline=moscow(14, 17),
        seen_done_at=moscow(14, 10),
        holder="Иван",
        held_at=moscow(14, 10),
    )
    assert "⏰ Ответить до 15:02\n✋ В работе: Иван с 14:10" in shown(taken)
    assert "[🤲 Отпустить]" in keys(taken)


@pytest.mark.parametrize(
    ("deadline", "ru", "en"),
    [
        (moscow(15, 2), "до 15:02", "by 15:02"),
        (moscow(11, 0, day=4), "до ср 11:00", "by Wed 11:00"),
        (moscow(11, 0, day=9), "до пн 11:00", "by Mon 11:00"),
        (moscow(11, 0, day=10), "до 10 мар, 11:00", "by 10 Mar, 11:00"),
        (moscow(11, 0, day=1, month=5), "до 1 мая, 11:00", "by 1 May, 11:00"),
    ],
)
def test_a_deadline_is_absolute_with_its_day_when_it_is_another(
    deadline: object, ru: str, en: str
) -> None:
    facts = complaint(reply_deadline=deadline)
    assert f"⏰ Ответить {ru}\n" in shown(facts)
    assert f"⏰ Reply {en}\n" in shown(facts, "en")


def test_a_passed_deadline_says_so() -> None:
    facts = complaint(breached_at=moscow(15, 2), at=moscow(16))
    assert "⏰ Срок прошёл в 15:02" in shown(facts)
    later = complaint(breached_at=moscow(15, 2), at=moscow(9, 0, day=4))
    assert "⏰ Срок прошёл 3 мар в 15:02" in shown(later)
    assert "⏰ Due time passed on 3 Mar at 15:02" in shown(later, "en")


def test_backlog_has_no_deadline_and_says_why() -> None:
    facts = complaint(backlog=True, reply_deadline=None)
    assert "🗂 Из старых: срока нет." in shown(facts)
    assert "⏰" not in shown(facts)


def test_found_late_blind_snoozed() -> None:
    facts = complaint(
        found_late=True, blind_since=moscow(9, 40, day=1), snoozed_until=moscow(11, 0, day=4)
    )
    text = shown(facts)
    assert "🕰 Найдено поздно" in text
    assert "🙈 Не видим Яндекс с вс 09:40: возможно, уже ответили." in text
    assert "💤 Отложено до ср 11:00" in text


def test_what_is_to_be_posted_by_hand_also_says_that_we_do_not_see_the_site() -> None:
    facts = approved(blind_since=moscow(9, 40), holder="Иван", held_at=moscow(14, 10))
    assert "🙈 Не видим Яндекс с 09:40" in shown(facts)
    assert "✋ В работе: Иван с 14:10" in shown(facts)


def test_an_edit_shows_what_was_and_a_new_round_its_reason() -> None:
    facts = complaint(
        round=2,
        round_reason="edited_worse",
        edit=EditFacts(moscow(14, 31), 3, "Так себе"),
        at=moscow(14, 40),
    )
    text = shown(facts)
    assert "✏️ Отзыв изменился в 14:31. Новый текст выше.\nБыло: 3★ → 1★\nТак себе\n" in text
    assert "🔁 Вернулся в работу: отзыв изменили, стало хуже." in text
    assert "🔁 Back in work: the review was edited and got worse." in shown(facts, "en")


def test_a_proposal_names_who_wrote_it() -> None:
    facts = complaint(
        state=TicketState.PROPOSED,
        proposed_by="Иван",
        draft=DraftFacts(8, "Анна, добрый день", by="Иван"),
    )
    text = shown(facts)
    assert "🙋 Предложено: Иван. Ждёт утверждения.\nЧерновик (Иван):\nАнна, добрый день" in text


def test_without_words_stars_name_or_draft() -> None:
    facts = complaint(text=None, rating=None, author=None, draft=None, photos=0, reasons=())
    text = shown(facts)
    assert text.startswith("🔴 Жалоба · Яндекс")
    assert "\nГость · " in text
    assert "Без текста, только звёзды." not in text
    assert "Без текста." in text
    assert text.endswith("Черновика нет: напишите ответ.")
    assert keys(facts).startswith("[✏️ Написать ответ][✋ Беру]")
    assert "Без текста, только звёзды." in shown(complaint(text=None))


def test_pros_and_cons_mentions_surveys_translations_hints() -> None:
    facts = complaint(
        title="Не советую", text=None, pros="кофе", cons="очередь", hints=(Hint.SARCASM,)
    )
    assert "Не советую\nДостоинства: кофе\nНедостатки: очередь\n" in shown(facts)
    assert "⚠️ Обратите внимание: возможно, сарказм" in shown(facts)
    survey = complaint(kind=Kind.SURVEY, rating=None, score=3.0, scale=10.0)
    assert shown(survey).startswith("🔴 Жалоба, опрос, 3 из 10")
    mention = complaint(kind=Kind.MENTION, rating=None, tone=Tone.MIXED)
    assert shown(mention).startswith("🟡 Есть замечание, упоминание · ")
    assert "Перевод:\nWaited" in shown(complaint(translation="Waited"))


def test_a_day_is_not_shown_as_an_hour() -> None:
    by_day = complaint(published_precision=Precision.DAY)
    assert "Анна К. · 3 мар, увидели в 14:02 ·" in shown(by_day)
    unknown = complaint(published_at=None, published_precision=Precision.UNKNOWN)
    assert "Анна К. · увидели 3 мар, 14:02 ·" in shown(unknown)
    old = complaint(published_at=moscow(13, 31).replace(year=2024))
    assert "3 мар 2024, 13:31, увидели 3 мар 2026 в 14:02" in shown(old)


def test_where_the_site_takes_no_reply_there_is_nothing_to_approve() -> None:
    facts = complaint(can_reply=False)
    assert shown(facts).endswith("На этот отзыв площадка ответить не даёт.")
    assert "Утвердить" not in keys(facts)
    assert "Черновик" not in shown(facts)


def test_until_the_evening_is_not_offered_in_the_evening() -> None:
    def offered(hour: int, language: str) -> str:
        late = complaint(at=moscow(hour, 5))
        menu = card(late, language, group=True, menu="snooze")
        return keys_of(menu).split(" / ")[0]

    assert offered(17, "ru") == "[на час][до вечера][до завтра]"
    assert offered(18, "ru") == "[на час][до завтра]"
    assert offered(18, "en") == "[for an hour][until tomorrow]"


def test_menus_take_the_place_of_the_keys() -> None:
    facts = complaint()
    people = (("anna", "Анна"), ("oleg", "Олег"))
    by_menu = {
        menu: keys_of(card(facts, "ru", group=True, menu=menu, people=people))
        for menu in ("more", "skip", "snooze", "topics", "transfer")
    }
    assert all(shown_keys.endswith("[⬅️ Назад]") for shown_keys in by_menu.values())
    for label in (
        "Передать",
        "Отложить",
        "Не жалоба",
        "Не та тема",
        "Заметка",
        "Не отвечаем",
        "Пожаловаться",
        "Почему",
    ):
        assert label in by_menu["more"]
    assert "[Анна][Олег]" in by_menu["transfer"]
    assert "[на час][до вечера][до завтра]" in by_menu["snooze"]
    assert "[спам или реклама]" in by_menu["skip"]
    assert "[персонал][ожидание]" in by_menu["topics"]
    assert "другое" in by_menu["topics"]
    closed = card(answered(), "ru", group=True, menu="more")
    assert keys_of(closed) == "[↗️ Отзыв][🕘 История] / [📌 Мера…][⚖️ Гость прав]"


@pytest.mark.parametrize(("language", "why"), [("ru", "Почему: 1★, "), ("en", "Why: 1★, ")])
def test_what_made_it_critical_is_told_first_though_it_gives_no_points(
    language: str, why: str
) -> None:
    reasons = (
        Reason("stars", "1★", points=2.0),
        Reason("en.bad.rude", "rude", points=1.5, topic="staff"),
        Reason("en.event", "pocketed … vanished", severity=Severity.CRITICAL),
    )
    told = shown(complaint(reasons=reasons, severity=Severity.CRITICAL), language)
    quoted = "«pocketed … vanished»" if language == "ru" else "“pocketed … vanished”"
    assert f"{why}{quoted}" in told
    usual = shown(complaint(reasons=reasons, severity=Severity.NORMAL), language)
    assert "vanished" not in usual


def test_the_same_words_are_quoted_once() -> None:
    reasons = (
        Reason("en.cleanliness.dirty", "dirty", points=0.6, topic="cleanliness"),
        Reason("en.word.dirt", "dirty", points=0.5),
    )
    told = shown(complaint(reasons=reasons), "en")
    assert told.count("“dirty”") == 1
    assert "“dirty” (cleanliness)" in told


def test_a_card_says_three_reasons_at_most_in_the_order_of_the_verdict() -> None:
    """What a complaint is of stands there before how it is felt; cards sorted them by points."""
    words = ("dirty", "rude", "awful", "late", "noisy")
    reasons = tuple(
        Reason(f"en.test.{word}", word, points=0.3 + place / 10)
        for place, word in enumerate(words)
    )
    told = shown(complaint(reasons=reasons), "en")
    quoted = [word for word in words if f"“{word}”" in told]
    assert quoted == ["dirty", "rude", "awful"]
    assert told.index("“dirty”") < told.index("“rude”") < told.index("“awful”")


def test_a_card_quotes_what_the_product_says_a_complaint_is_of() -> None:
    text = "Просто ужас. Бариста нахамила."
    verdict = classifier().classify(rating=1, text=text)
    told = shown(complaint(text=text, reasons=verdict.reasons), "ru")
    mood = next(each for each in verdict.reasons if each.words == "ужас")
    rude = next(each for each in verdict.reasons if each.topic == "staff")
    assert mood.points > rude.points
    assert "Почему: 1★, «нахамила» (персонал), «ужас»" in told


def test_every_topic_of_the_rules_has_its_name() -> None:
    assert set(labels.TOPICS) == set(TOPICS)
    russian, own = words_in("ru"), {"kitchen": {"ru": "кухня"}, "place": {"en": "seats"}}
    assert labels.topic_title("waiting", russian, {}) == "ожидание"
    assert labels.topic_title("kitchen", russian, own) == "кухня"
    assert labels.topic_title("place", russian, own) == "seats"
    assert labels.topic_title("own_key", russian, {}) == "own key"


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("template=ru.negative.waiting.3 shelf=negative/waiting wording=3/5", "вариант 3):"),
        ("template=saved.4 shelf=own/2 wording=1/1", "сохранённый шаблон):"),
        ("template=saved.4 wording=1/1 again=here", "сохранённый шаблон, недавно звучал"),
    ],
)
def test_a_draft_says_why_it_was_chosen(why: str, told: str) -> None:
    facts = replace(complaint(), draft=DraftFacts(1, "Текст.", wording=3), draft_why=why)
    assert told in text_of(card(facts, "ru", group=True))
