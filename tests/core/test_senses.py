"""A word of two senses is taken as it stands, and a danger is called by its own name."""

import pytest

from reviewbot.core.classifier.explain import explain
from reviewbot.core.model import Severity, Verdict
from reviewbot.lexicons import classifier


def judge(text: str, profile: str | None = None, rating: int | None = 1) -> Verdict:
    return classifier(profile).classify(text=text, rating=rating)


def danger_of(verdict: Verdict) -> str:
    named = [reason.rule for reason in verdict.reasons if reason.makes_critical(verdict.severity)]
    return named[0].rpartition(".")[2] if named else ""


@pytest.mark.parametrize(
    ("text", "not_about"),
    [
        ("Не затянули болты на колесе.", "waiting"),
        ("Затянули болты, а стук остался.", "waiting"),
        ("За замену тормозных колодок взяли как за крыло самолёта.", "waiting"),
        ("Тормоза стали скрипеть после замены колодок.", "waiting"),
        ("Отказали тормоза, чуть не разбились.", "delivery"),
        ("Официант разбил тарелку у нашего стола и ушёл.", "delivery"),
        ("Официант пролил на меня вино.", "delivery"),
        ("Администратор перепутал фамилии.", "delivery"),
        ("Аниматор пришёл без костюма, дети зевали.", "delivery"),
        ("Мастер не пришёл, ждали зря.", "delivery"),
        ("Провизор отчитала меня при всей очереди.", "waiting"),
        ("Зарядка загорелась, чуть квартира не сгорела.", "food"),
        ("Моя супруга недовольна стрижкой.", "food"),
        ("Суппорт закис через неделю.", "food"),
        ("О стерилизации тут не слышали.", "quality"),
        ("После их бассейна у сына бронхит.", "booking"),
        ("Уселись, и никто не подходит.", "quality"),
        ("Скрытая камера в раздевалке.", "payment"),
        ("Грубый шов натирает.", "staff"),
        ("Выставили счёт за чужие работы.", "staff"),
        ("The speaker was blasting so hard we had to shout.", "staff"),
        ("The plumber left a puddle.", "food"),
        ("The yellow walls are peeling.", "staff"),
        ("The stage is tiny and crooked.", "booking"),
        ("The taxi desk is a mess.", "price"),
        ("The nursery lost his hat.", "medical"),
        ("The steering failed a mile from the garage.", "parking"),
        ("I almost crashed on the ice at their door.", "app"),
    ],
)
def test_a_word_in_another_sense_is_not_what_is_complained_of(text: str, not_about: str) -> None:
    assert not_about not in judge(text).topics


@pytest.mark.parametrize(
    ("text", "profile", "topic"),
    [
        ("Обещали за два дня, машина стоит у вас третью неделю.", "dealer", "waiting"),
        ("После развала-схождения руль тянет влево.", "dealer", "quality"),
        ("Забыли закрутить пробку, пришлось возвращаться.", "dealer", "quality"),
        ("Кэшбэк не начислили.", "bank", "payment"),
        ("Деньги висят вторую неделю.", "shop", "payment"),
        ("Столик заказали за неделю, пришли, а он отдан другим.", "restaurant", "booking"),
        ("Нашей брони в системе не оказалось.", "hotel", "booking"),
        ("Стол липкий, под ним крошки.", "restaurant", "cleanliness"),
        ("Машину поставить негде, бросили за три квартала.", "restaurant", "parking"),
        ("Стены картонные, слышно, как сосед чихает.", "hotel", "noise"),
        ("Колонка орёт так, что друг друга не слышно.", "restaurant", "noise"),
        ("Под окнами трасса, спали с берушами.", "hotel", "noise"),
        ("Бассейн холодный, кабинок мало.", None, "place"),
        ("Тренер сидит в телефоне.", None, "staff"),
        ("Окрашивание вышло рыжим.", None, "quality"),
        ("В аптеке перепутали дозировку.", None, "medical"),
        ("В душевой плесень в углу.", None, "cleanliness"),
        ("Two days, they said; my car has been sitting there for weeks.", "dealer", "waiting"),
        ("It took a week to get a letter.", "bank", "waiting"),
        ("The brakes squeak since the pad change.", "dealer", "quality"),
        ("They forgot to refit the under-tray.", None, "quality"),
        ("The sleeves are too short and the seams crooked.", "shop", "quality"),
        ("My fringe is crooked.", None, "quality"),
        ("The gel polish lifted on day two.", None, "quality"),
        ("They keep charging me.", None, "payment"),
        ("My cashback is late.", "bank", "payment"),
        ("Nine bucks for a beer, seriously?", "restaurant", "price"),
        ("Nowhere to leave the car.", "restaurant", "parking"),
        ("Our table had been given away.", "restaurant", "booking"),
        ("I could hear my neighbour snore.", "hotel", "noise"),
        ("The tap drips and the curtains do not close.", "hotel", "place"),
        ("Half of the treadmills are out of order.", None, "place"),
        ("The table was sticky.", "restaurant", "cleanliness"),
        ("The trainer stares at his phone.", None, "staff"),
        ("My crown fell out within a week.", "clinic", "medical"),
    ],
)
def test_what_is_complained_of_first(text: str, profile: str | None, topic: str) -> None:
    assert judge(text, profile).topics[:1] == (topic,)


@pytest.mark.parametrize(
    "text",
    [
        "Не затянули болты на колесе.",
        "Ручник после вашего ремонта не держит, машина скатилась в кювет.",
        "Рулевую тягу не закрутили, на скорости руль перестал слушаться.",
        "Тормозную систему не прокачали, педаль провалилась в пол.",
        "Машину уронили с подъёмника.",
        "Колесо держалось на одной гайке.",
        "Вместо подушки безопасности нашли резистор.",
        "У проката машина без тормозов.",
        "They did not tighten the bolts on my wheel.",
        "The brakes do not work after the service.",
        "The steering failed a mile from the garage.",
        "The airbag did not deploy, though they had just replaced it.",
        "My car fell off their lift.",
        "They never bled the brakes and I ran a red light.",
        "Handbrake wouldn't hold and the car rolled into a wall.",
        "No brakes at all leaving the workshop, the pedal went to the floor.",
        "They sold me tyres with bulges and one burst on the motorway.",
        "They forgot to torque the wheel nuts and the wheel fell off.",
        "The seat belt won't latch since their repair.",
    ],
)
def test_what_a_workshop_left_undone_is_a_danger_and_about_its_work(text: str) -> None:
    verdict = judge(text, "dealer")
    assert verdict.severity is Severity.CRITICAL
    assert danger_of(verdict) == "safety"
    assert verdict.topics[:1] == ("quality",)
    assert judge(text).topics[:1] == ("quality",), "where nobody knows the trade"


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("После ваших роллов ночью всю семью рвало, вызывали врача.", "poisoning"),
        ("После устриц мужа тошнило и рвало до утра.", "poisoning"),
    ],
)
def test_a_danger_is_named_by_what_happened(text: str, danger: str) -> None:
    assert danger_of(judge(text, "restaurant")) == danger


@pytest.mark.parametrize(
    ("text", "not_named"),
    [
        ("They pushed an extended warranty and floor mats on me.", "safety"),
        ("На трассе тормоза скрипят.", "safety"),
        ("Колёса сняли, болты вернули.", "safety"),
        ("Суппорт прикрутили на один болт.", "object"),
        ("Мухи кусали за ягодицы.", "object"),
    ],
)
def test_no_rule_names_a_danger_by_a_word_in_another_sense(text: str, not_named: str) -> None:
    pieces = explain(classifier(), rating=1, text=text).pieces
    assert not_named not in {piece.rule.split(".")[1] for piece in pieces}


def test_words_alone_name_a_danger_only_where_one_is_clearly_ahead() -> None:
    """What no rule saw was called by the first word that had a name."""
    said = "Two days, they said; my car has been sitting there for three weeks."
    assert explain(classifier("dealer"), rating=1, text=said).danger_name == ""


@pytest.mark.parametrize(
    "text",
    [
        "Нашли стук, затянули болты и денег не взяли.",
        "Проверили ремни, тормоза, всё показали на подъёмнике.",
        "Спина перестала болеть.",
    ],
)
def test_praise_of_works_is_about_no_trouble(text: str) -> None:
    verdict = judge(text, rating=5)
    assert verdict.severity is not Severity.CRITICAL
    assert verdict.topics == ()
