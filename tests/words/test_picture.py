"""`reviewbot cards`: the README's picture is what staff see, and it is up to date."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from reviewbot.cli.app import app
from reviewbot.cli.cards import Sample, picture
from reviewbot.cli.picture import Run, draw, width, wrapped
from reviewbot.words.cards.card import card
from tests.words import staff_page
from tests.words.facts_for_words import complaint

README_PICTURE = Path(__file__).parents[2] / "docs" / "card.svg"


RU = (
    "Марина, утвердите",
    "Иван, разместите",
    "«гость ждёт звонка»",
    "Иван, на правку",
    "Марина, отзыв больше не за вами",
    "3 отзыва ждут вас",
    "✅ Сохранить и утвердить",
)
EN = (
    "Marina, please approve",
    "Ivan, please post",
    "“the guest waits for a call”",
    "Ivan, back to you",
    "Marina, no longer yours",
    "3 reviews changed hands",
    "✅ Save and approve",
)


def words_of(svg: str) -> str:
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_sample_is_drawn(language: str) -> None:
    said = words_of(picture(language, list(Sample)))
    for words in {
        "ru": (
            "Жалоба, 1★",
            "Ответить до 15:02",
            "Утверждено: Марина",
            "✋ Беру",
            "Срок прошёл",
            *RU,
        ),
        "en": (
            "Complaint, 1★",
            "Reply by 15:02",
            "Approved: Marina",
            "✋ Take",
            "Due time passed",
            *EN,
        ),
    }[language]:
        assert words in said


LATIN = re.compile(r"[A-Za-z’']+(?: [A-Za-z’']+){2,}")


@pytest.mark.parametrize("sample", Sample)
def test_every_kind_of_message_speaks_one_language(sample: Sample) -> None:
    russian, english = (words_of(picture(language, [sample])) for language in ("ru", "en"))
    # What commands are called stays as it is.
    assert not LATIN.findall(russian.replace("reviewbot doctor", "")), russian
    assert re.search("[а-я]{3}", russian)
    assert not re.search("[а-яА-Я]", english), english
    assert re.search("[a-z]{3}", english)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (Sample.CALM, "🟡 Есть замечание, 3★"),
        (Sample.CRITICAL, "⏰ Взять до 14:17 · ответить до 15:02"),
        (Sample.POSTED, "↩️ Отменить"),
        (Sample.TAKE_OVER, "✋ Забрать (сейчас Анна)"),
        (Sample.SEND_BACK, "💬 С комментарием…"),
        (Sample.FLAGGED, "Анна считает это жалобой. Срок на карточке."),
        (Sample.LIST, "🔴 3 новые жалобы"),
        (Sample.QUEUE, "📋 3 отзыва ждут ответа"),
        (Sample.DAILY, "☀️ Вторник, 3 марта"),
        (Sample.SUMMARY, "📌 Как сейчас · 3 точки"),
        (Sample.SUMMARY, "Открыто 3, просрочен 1: Невский 40"),
        (Sample.SUMMARY, "🙈 2ГИС не видим с"),
        (Sample.SUMMARY, "Без изменений с"),
        (Sample.WEEKLY, "🗓 Неделя 24 февр"),
        (Sample.BLIND, "🙈 Не видим Яндекс"),
        (Sample.BLIND_OPERATOR, "Причина: капча или запрет (площадка отвечает капчей)."),
        (Sample.FIRST_DAY, "👋 Слежу за отзывами"),
        (Sample.PRACTICE, "🎓 Пробная карточка"),
        (Sample.REFUSALS, "Этим с 10:14 занимается Анна. Забрать себе?"),
        (Sample.HANDOFF_REWORK, "«без „разберёмся“»"),
        (Sample.WHY, "1★ +2,0"),
        (Sample.REMOVED, "🗑 Удалено"),
        (Sample.DUTY, "вт 3 мар: Анна, затем Иван"),
        (Sample.DUTY_SWAP, "Иван просит вас подежурить"),
        (Sample.AWAY, "За вас сообщения получает: Анна"),
        (Sample.GESTURE_PROMPT, "Без согласования: до 500"),
        (Sample.GESTURE_SAVED, "в ответе его нет"),
        (Sample.PLACE_PROMPT, "вопросом к точке об отзыве № 1284"),
        (Sample.PLACE_ASKED, "Точке отправлен вопрос"),
        (Sample.PLACE_QUESTION, "Что было утром за столом 7?"),
        (Sample.PLACE_SAID, "точка отвечает: № 1284"),
        (Sample.PLACE_LATE, "точка не ответила: № 1284"),
        (Sample.PLACE_THANKS, "ответ на карточке отзыва № 1284"),
        (Sample.PLACE_ANSWERED, "🏠 Точка отвечает: «Сломалась кофемашина"),
        (Sample.SAME_TEXT, "№ 31, Арбат 7: нужен свой ответ"),
        (Sample.TEMPLATE_OFFER, "Сохранить как шаблон для отзывов"),
        (Sample.TEMPLATES, "Предложен 18 раз: без правок 11"),
        (Sample.TEMPLATE, "⏸ Убран: не предлагается."),
        (Sample.CONCERN_PROMPT, "что сделано (Тверская 12, ожидание)"),
        (Sample.CONCERN_NOTED, "📌 Тверская 12, ожидание: с 24 февр"),
        (Sample.MEASURE_PROMPT, "мерой по отзыву № 1284"),
        (Sample.MEASURE_SAVED, "📌 Мера: починить кофемашину (Иван, до 6 мар)"),
        (Sample.MEASURE_YOURS, "мера для вас: № 1284"),
        (Sample.MEASURE_DUE, "сделано? № 1284"),
        (Sample.MEASURE_CARD, "✔️ Сделано: починить кофемашину"),
        (Sample.SECOND_SENTENCE, "➕ Добавить к ответу"),
        (Sample.APOLOGY, "Это наша ошибка, приносим извинения."),
        (Sample.COMPLAIN, "Не наш гость"),
        (Sample.COMPLAINT_TEXT, "автор не был нашим гостем"),
        (Sample.AUTO_THANKED, "Бот поблагодарил сам, 14:20"),
        (Sample.MACHINE_MADE, "Черновик (написан машиной, прочтите внимательно"),
        (Sample.PHOTOS, "Фото к отзыву № 1284"),
        (Sample.SAVED, "сохранён, но ещё не утверждён"),
        (Sample.GUEST_SCORE, "От 0 до 10"),
        (Sample.GUEST_HAPPENED, "Что случилось?"),
        (Sample.GUEST_UNHAPPY, "🔴 Жалоба, опрос, 3 из 10"),
        (Sample.GUEST_UNHAPPY, "⏰ Связаться до ср 14:02"),
        (Sample.GUEST_OUTCOME, "📞 Связались с гостем"),
        (Sample.PRAISE, "👏 Гости хвалят по имени"),
        (Sample.PRAISE, "«Бариста Оля», «Иван», Марина в 2 отзывах"),
    ],
)
def test_kinds_of_messages_in_russian(sample: Sample, words: str) -> None:
    assert words in words_of(picture("ru", [sample]))


def test_the_readmes_picture_is_the_card_of_today() -> None:
    drawn = picture("en", [Sample.ALERT])
    assert README_PICTURE.read_text(encoding="utf-8") == drawn, (
        "run: reviewbot cards --lang en --show alert --svg docs/card.svg"
    )


@pytest.mark.parametrize(
    "text", ["Ж" * 400, "слово " * 100, "<b>&amp;</b> " * 30, "👍" * 90, "строка\n\nещё"]
)
def test_no_line_is_wider_than_its_room(text: str) -> None:
    lines = wrapped((Run(text), Run(" конец", bold=True)), 300)
    for line in lines:
        assert width("".join(run.text for run in line).rstrip()) <= 300
    joined = "".join(run.text for line in lines for run in line)
    assert joined == text.replace("\n", "") + " конец"


def test_hostile_text_and_an_empty_review_make_a_picture() -> None:
    facts = complaint(text="</text><script>alert(1)</script>", author="]]>&<", draft=None)
    svg = draw([(card(facts, "ru", group=True), "14:02")], "Отзывы <&>")
    assert "<script" not in svg
    assert "</text><script>alert(1)</script>" in words_of(svg)
    empty = complaint(text=None, author=None, rating=None, draft=None, photos=0, reasons=())
    assert "Без текста." in words_of(draw([(card(empty, "ru", group=True), "")], "Отзывы"))


def test_the_command_prints_or_writes(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["cards", "--lang", "en", "--show", "alert"])
    assert run.exit_code == 0, run.output
    assert "Complaint, 1★ · Yandex" in run.output
    assert "[ ✅ Approve ]  [ ✏️ Edit ]" in run.output
    svg, page = tmp_path / "card.svg", tmp_path / "card.html"
    arguments = ["cards", "--lang", "ru", "--svg", str(svg), "--html", str(page)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "Жалоба, 1★" in words_of(svg.read_text())
    assert "<svg " in page.read_text()


def test_fonts_of_emoji_stand_behind_every_font_of_letters() -> None:
    """Theirs have digits: outside browsers the first font that is there draws them."""
    family = re.search(r'font-family="([^"]+)"', README_PICTURE.read_text(encoding="utf-8"))
    assert family
    names = [name.strip(" '") for name in family[1].split(",")]
    assert "sans-serif" in names
    assert all("Emoji" in name for name in names[names.index("sans-serif") + 1 :])
    assert not any("Emoji" in name for name in names[: names.index("sans-serif")])


@pytest.mark.slow
def test_the_staffs_page_fits_one_sheet(tmp_path: Path) -> None:
    """Where there is no browser, nothing is printed and nothing said."""
    pdf = tmp_path / "staff.pdf"
    trouble = staff_page.print_page(pdf)
    if trouble is None:
        pytest.skip("no Chromium on the PATH")
    assert trouble == ""
    assert staff_page.sheets(pdf) == 1


def test_a_line_of_digits_stays_in_its_bubble() -> None:
    """In DejaVu Sans, which browsers on Linux take, a digit is 0.636 of the size wide, 1 too."""
    assert width("1311", 100) >= 4 * 63.6


STAFF_PAGE = Path(__file__).parents[2] / "docs/ru/staff.md"


@pytest.mark.parametrize(
    "name", ["alert", "calm", "approved", "handoff_approve", "seen", "escalation"]
)
def test_the_staffs_page_shows_the_cards_as_they_are(name: str) -> None:
    assert f'src="{name}.svg"' in STAFF_PAGE.read_text(encoding="utf-8")
    kept = STAFF_PAGE.with_name(f"{name}.svg").read_text(encoding="utf-8")
    again = f"run: reviewbot cards --lang ru --show {name} --svg docs/ru/{name}.svg"
    assert kept == picture("ru", [Sample(name)]), again
