"""What a complaint is about: by clause, and as the kind of business means its words."""

import pytest

from reviewbot.core.classifier.classify import TOPICS
from reviewbot.lexicons import PROFILES, classifier, load_packs


def topics(text: str, profile: str | None = None, rating: int = 1) -> tuple[str, ...]:
    return classifier(profile).classify(rating=rating, text=text).topics


@pytest.mark.parametrize(
    ("text", "profile", "topic"),
    [
        ("Протухший сервис, холодный прием, невкусно", "bank", "food"),
        ("Сгорел двигатель, просрочили срок", "dealer", "food"),
        ("Приложение грязное, тормозит и долго грузится", "app", "cleanliness"),
    ],
)
def test_what_a_business_does_not_have_is_no_topic(text: str, profile: str, topic: str) -> None:
    assert topic not in topics(text, profile)


def test_a_word_means_what_it_means_in_the_business() -> None:
    assert "waiting" in topics("Долго ждать, очень медленно")
    assert topics("Долго ждать, очень медленно", "app") == ("app",)


@pytest.mark.parametrize(
    ("profile", "text", "topic"),
    [
        ("shop", "Доставку перенесли уже третий раз", "delivery"),
        ("shop", "They cancelled my order, overbooked again", "delivery"),
        ("app", "Поддержка не отвечает", "app"),
        ("bank", "В отделение не дозвониться", "staff"),
        ("restaurant", "Бронь отменили перед приходом", "booking"),
        ("clinic", "Приём перенесли дважды", "booking"),
    ],
)
def test_what_is_put_off_or_not_answered_is_a_booking_only_where_one_books(
    profile: str, text: str, topic: str
) -> None:
    said = topics(text, profile)
    assert topic in said
    assert ("booking" in said) is (topic == "booking")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Проснулась вся в укусах, подняли матрас — клопы.", "cleanliness"),
        ("Воспитательница заперла четырёхлетнего мальчика в тёмной кладовке.", "staff"),
        ("Ваш доктор обсуждал мой диагноз по телефону при всей очереди с фамилией.", "staff"),
        ("С моей карты списали 48 тысяч, которые я никуда не переводила.", "payment"),
        ("Bed bugs all over the mattress, I was bitten all night.", "cleanliness"),
    ],
)
def test_a_critical_review_is_first_about_what_its_danger_is_about(text: str, topic: str) -> None:
    """Where nobody knows the trade, a word beside («очередь») is not what it is about."""
    verdict = classifier().classify(rating=1, text=text)
    assert (verdict.severity, verdict.topics[:1]) == ("critical", (topic,))


def test_what_a_danger_is_about_is_said_as_the_business_means_it() -> None:
    text = "Ребёнок чуть не подавился: в сырнике оказался кусок проволоки."
    assert topics(text) == topics(text, "restaurant") == ("food",)
    assert "food" not in topics(text, "bank")


@pytest.mark.parametrize(
    "text",
    [
        "Внесли депозит за банкет, депозит не вернули",
        "Сделку отменили, предоплату не отдают",
        "Отменила заказ, деньги мне так и не вернулись",
        "Не возвращают залог",
    ],
)
def test_money_that_is_not_given_back_is_about_payment(text: str) -> None:
    assert "payment" in topics(text)


def test_the_business_is_read_off_the_words_without_a_profile() -> None:
    text = "В банке карту заблокировали, в отделении банка очередь. Невкусно кормят обещаниями"
    assert "food" not in topics(text)


def test_a_topic_a_complaining_clause_names_is_its_topic() -> None:
    assert topics("Официант. Что это было?") == ("staff",)
    assert topics("Еда отличная, но официант странный") != ("food",)


def test_a_complaint_about_an_app_is_about_the_app() -> None:
    assert topics("Удалил через минуту", "app") == ("app",)


@pytest.mark.parametrize(
    "text", ["Пришли другие", "Пришёл весь высыпанный, в пакете", "Купила, но не смогла"]
)
def test_a_complaint_about_goods_that_names_nothing_is_about_the_goods(text: str) -> None:
    assert topics(text) == topics(text, "shop") == ("quality",)
    assert topics("Не понравилось", "shop") == ("quality",)
    assert topics("Официант нахамил", "shop") == ("staff",)


def test_praise_has_no_topic_of_complaint() -> None:
    assert topics("Официант Иван, спасибо!", rating=5) == ()


def test_the_meanings_name_known_topics_and_businesses() -> None:
    for pack in load_packs():
        assert set(pack["profile"]) <= set(PROFILES)
        for profile in pack["profile"].values():
            meanings = profile.get("topics", {})
            assert set(meanings) <= set(TOPICS)
            assert set(meanings.values()) <= {"", *TOPICS}
            assert profile.get("usual_topic", "") in {"", *TOPICS}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Обслуживание хромает.", "staff"),
        ("Сервис так себе.", "staff"),
        ("Официант куда-то всё время пропадал.", "staff"),
        ("Официантка занималась своими делами.", "staff"),
        ("Обслуживали нас очень долго.", "waiting"),
        ("Сидишь и ждёшь пятьдесят минут.", "waiting"),
        ("Горячее принесли через час.", "waiting"),
        ("Обслуживают через раз.", "staff"),
        ("Пришлось ловить официанта.", "staff"),
        ("Принесли чужой заказ.", "staff"),
        ("Меню дали минут через двадцать.", "waiting"),
    ],
)
def test_a_complaint_about_service_shows_beside_praise_of_the_food(text: str, topic: str) -> None:
    praise = "Уютный ресторан, кухня вкусная, интерьер красивый. "
    assert topic in topics(praise + text, "restaurant", rating=4)


@pytest.mark.parametrize(
    "text",
    [
        "Блюда ждали совсем не долго.",
        "Пока ждали горячее, нам принесли комплимент.",
        "Забыла сказать про десерты, они чудесные.",
        "Грубо говоря, на двоих вышло две тысячи.",
        "Играла медленная музыка.",
        "Не спеша поужинали и поговорили.",
        "До сих пор вспоминаем тот вечер.",
        "Долго выбирали из меню.",
        "Час ехали по пробкам.",
        "Посидели часа три.",
    ],
)
def test_words_of_waiting_and_rudeness_that_tell_of_neither(text: str) -> None:
    dear = "Уютный ресторан, кухня неплохая, но дороговато. "
    assert not {"staff", "waiting"} & set(topics(dear + text, "restaurant", rating=3))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Меню не впечатлило.", "food"),
        ("Мясо не прожарено.", "food"),
        ("Порции стали меньше.", "food"),
        ("Кухня не понравилась.", "food"),
        ("Интерьер на любителя.", "place"),
        ("Кондиционер не работал.", "place"),
        ("В туалете не было бумаги.", "cleanliness"),
        ("Washrooms were dirty.", "cleanliness"),
        ("The app is buggy.", "app"),
        ("Parking is an issue.", "parking"),
    ],
)
def test_shipped_choices_of_several_words_are_found(text: str, topic: str) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Ужасно: приехали в час дня, комната грязная.", "waiting"),
        ("Ужасно: приехали в 3 часа дня, комната грязная.", "waiting"),
        ("Кошмар: десерт украл сердце, а официант хам.", "payment"),
    ],
)
def test_words_inside_a_phrase_that_says_nothing_name_no_topic(text: str, topic: str) -> None:
    assert topic not in topics(text)


def test_a_thing_inside_a_phrase_that_says_nothing_is_still_named() -> None:
    assert topics("Отвратительный холодный борщ") == ("food",)
