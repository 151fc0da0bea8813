"""Given names, and the forms reviews write them in: cases, short and fond forms, Latin spellings.

A word is a name where it is one of these or of the staff list, never for its capital letter:
brands, cities and weekdays have one too.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from reviewbot.core.text import word_key

SHORT = {
    "Алевтина": "Аля",
    "Александр": "Саша Саня Шура",
    "Александра": "Саша Шура",
    "Алексей": "Лёша Алёша",
    "Алина": "Аля",
    "Анастасия": "Настя Ася",
    "Анатолий": "Толя Толик",
    "Андрей": "Андрюша",
    "Анна": "Аня Нюта",
    "Антон": "Антоша",
    "Антонина": "Тоня",
    "Арсений": "Сеня",
    "Артём": "Тёма",
    "Борис": "Боря",
    "Вадим": "Вадик",
    "Валентин": "Валя",
    "Валентина": "Валя",
    "Валерий": "Валера",
    "Валерия": "Лера",
    "Василий": "Вася",
    "Виктор": "Витя",
    "Виктория": "Вика",
    "Виталий": "Виталик",
    "Владимир": "Вова Володя",
    "Владислав": "Влад",
    "Владислава": "Влада",
    "Вячеслав": "Слава",
    "Галина": "Галя",
    "Геннадий": "Гена",
    "Георгий": "Гоша Жора",
    "Григорий": "Гриша",
    "Гульнара": "Гуля",
    "Дарья": "Даша",
    "Денис": "Дениска",
    "Дмитрий": "Дима Митя",
    "Евгений": "Женя",
    "Евгения": "Женя",
    "Егор": "Егорка",
    "Екатерина": "Катя",
    "Елена": "Лена",
    "Елизавета": "Лиза",
    "Зинаида": "Зина",
    "Иван": "Ваня",
    "Игорь": "Игорёк",
    "Илья": "Илюша",
    "Ирина": "Ира",
    "Кирилл": "Кирюша",
    "Константин": "Костя",
    "Кристина": "Кристи",
    "Ксения": "Ксюша",
    "Лариса": "Лара",
    "Лев": "Лёва",
    "Леонид": "Лёня",
    "Лидия": "Лида",
    "Лилия": "Лиля",
    "Любовь": "Люба",
    "Людмила": "Люда Мила",
    "Маргарита": "Рита",
    "Максим": "Макс",
    "Мария": "Маша Маруся",
    "Михаил": "Миша",
    "Надежда": "Надя",
    "Наталия": "Наташа",
    "Наталья": "Наташа",
    "Никита": "Никитос",
    "Николай": "Коля",
    "Оксана": "Ксана",
    "Олег": "Олежка",
    "Ольга": "Оля",
    "Павел": "Паша",
    "Пётр": "Петя",
    "Полина": "Поля",
    "Раиса": "Рая",
    "Роман": "Рома",
    "Светлана": "Света",
    "Семён": "Сёма",
    "Сергей": "Серёжа Серёга",
    "София": "Соня",
    "Софья": "Соня",
    "Станислав": "Стас",
    "Степан": "Стёпа",
    "Тамара": "Тома",
    "Татьяна": "Таня",
    "Тимофей": "Тима",
    "Ульяна": "Уля",
    "Фёдор": "Федя",
    "Эдуард": "Эдик",
    "Элеонора": "Эля",
    "Эльвира": "Эля",
    "Юлия": "Юля",
    "Юрий": "Юра",
    "Яков": "Яша",
    "Ярослав": "Ярик Слава",
}
_WITHOUT_SHORT = """
Агата Агния Аделина Азамат Азиз Азиза Айгуль Айдар Айнур Айрат Аксинья Алан Алёна Алиса Алия
Алла Алмаз Альберт Альбина Альфия Амина Амир Анвар Ангелина Анжела Анжелика Анфиса Аркадий Арина
Арман Армен Арсен Артур Аслан Ахмед Ашот Бахтиёр Бекзод Богдан Ваган Ваграм Варвара Василиса
Вера Вероника Виолетта Виталина Гаянэ Герман Глеб Гузель Гульназ Гульшат Давид Далер Дамир Дана
Данила Даниил Дания Даниэль Демид Диана Дилара Дильноза Дилшод Дина Динара Ева Евдокия Ефим
Жанна Заира Залина Замира Зарина Захар Зиля Зоя Зульфия Иветта Игнат Ильдар Ильнур Ильшат Инга
Инесса Инна Иннокентий Иосиф Ислам Искандер Камила Камилла Карен Карина Каролина Кира Клавдия
Клара Клим Кристиан Лада Лейла Лейсан Ленар Леся Лиана Линара Лина Луиза Лукерья Любомир Люция
Мадина Майя Макар Малика Марат Марианна Марина Марк Марта Марьям Матвей Мелания Мила Милана
Милена Мирон Мирослав Мирослава Муса Мурат Муслим Назар Наиля Нана Нани Наргиз Наргиза Нелли
Ника Никодим Нина Нино Нонна Оганес Олеся Рада Радик Рамиль Расул Рафаэль Регина Рената Ренат
Ринат Роберт Роза Розалия Роксана Ростислав Рубен Руслан Рустам Савелий Саида Салават Самвел
Саната Святослав Севара Серафима Снежана Стелла Степанида Сурен Тагир Таисия Тигран Тимур Тихон
Умида Фарид Фарида Фаина Фатима Феликс Филипп Хабиб Хасан Шамиль Шахноза Шохрух Эвелина Эдгар
Элина Элла Эльдар Эльза Эльмира Эмиль Эмилия Эмма Эрик Юлиан Юлиана Яна Янина Ярослава Ян
Аглая Айбек Айгерим Айжан Акмаль Алдияр Алтынай Аружан Асель Бакыт Бегимай Бекзат Василина Глафира
Гулноза Гульжан Дастан Дилфуза Жамиля Жаркынай Жасур Жибек Зинат Зухра Ирада Камиль Касым Лутфия
Мавлюда Малика Назгуль Насиба Нигора Нурбек Нурлан Отабек Парвина Пелагея Прасковья
Равшан Санжар Сардор Сарвиноз Ситора Тахир Устинья Фаррух Феруза Фируза Фёкла Хуршед
Шахзода Шерзод Шухрат Эльнара Юсуф
"""
_ENGLISH = """
Aaron Abigail Adam Alan Albert Alexander Alexandra Alexis Alice Alison Amanda Amy Andrea Andrew
Angela Ann Anna Anne Anthony Arthur Ashley Barbara Benjamin Beth Brandon Brian Caroline
Catherine Charles Chloe Chris Christina Christine Christopher Claire Colin Connor Craig Daniel
David Deborah Dennis Diana Diane Donna Dylan Edward Eleanor Elizabeth Ella Emily Emma Eric Ethan
Eugene Fiona Gareth Gary George Hannah Harry Heather Helen Henry Holly Ian Isabella Jacob James
Jamie Jane Jason Jennifer Jenny Jessica Joanna John Jonathan Joseph Joshua Julia Julie Justin
Karen Kate Katherine Kathleen Katie Keith Kelly Kenneth Kevin Kimberly Kyle Laura Lauren Leonard
Lewis Liam Linda Lisa Louise Lucas Lucy Luke Margaret Maria Marie Martha Martin Mary Matthew
Megan Melissa Michael Michelle Mohammed Nancy Natalie Nathan Nicholas Nicole Nigel Noah Oliver
Olivia Owen Patricia Patrick Paul Peter Philip Rachel Rebecca Richard Robert Ronald Ryan
Samantha Samuel Sandra Sarah Scott Sean Sebastian Sharon Simon Sophia Sophie Stephanie Stephen
Steven Stuart Susan Thomas Timothy Tracy Tyler Vanessa Veronica Vincent Walter William Zoe
"""
_SPELLED = {
    "Александр": "Alexander Alex",
    "Александра": "Alex",
    "Андрей": "Andrew",
    "Анна": "Ann",
    "Евгений": "Eugene",
    "Екатерина": "Catherine Katherine Kate",
    "Елена": "Helen",
    "Жанна": "Janna",
    "Мария": "Mary",
    "Михаил": "Michael Mikhail",
    "Николай": "Nicholas",
    "Павел": "Paul",
    "Пётр": "Peter",
    "Фёдор": "Theodore",
    "Юлия": "Julie",
}
"""English spellings that are more than other letters."""
_WORDS = """
вера веры вере веру верой надежда надежды надежде надежду надеждой любовь любви любовью люба любой
лев льва льву львом льве роман романа роману романом романе слава славы славе славу славой
света свете свету поля поли поле полю полей мила милы миле милу милой роза розы розе розу розой
лилия лилии лилию марк марка марки марке марку марком марта марты марте марту рома ромы роме рому
ромой ром тома томы томе тому томой соня сони соне соню соней костя кости косте костю костей валя
вали вале валю валей гена гены гене гену женя жени жене женю женей тоня тони тоне тоню лада лады
ладе ладу ладой мира миру мире рада рады раде раду радой рая рай раю рае эля эль элю эле ада аду
вадик стелла стелле луна надя нади дана даны дану макс макса максу лара лары ларе лару ларой
тима темы тема теме тему темой сема семы влада алиса алисы алисе алису алисой клим ислам ислама
вова нана нани ника карен герман уля уле
will may mark rose grace faith hope joy dawn art bill rob jack penny lily daisy ruby amber roman
roma lev max asia vera mila lada dana lara tom pat sue gene frank grant dean miles drew chase
"""
ALSO_WORDS = frozenset(_WORDS.split())
"""Forms of names, in small letters, that are words too: where a sentence begins, or in capitals,
they are none."""
NO_NAMES = frozenset(
    {
        *("марта", "лада", "ладу", "ладе", "лады", "алиса", "алису", "алисе", "алисы", "алисой"),
        *("asia", "max", "roma", "roman", "lada", "lev", "dana", "zara"),
    }
)
"""Not even inside a sentence («8 Марта», a car, a loudspeaker, "Pro Max"): of the staff list alone
are they names."""
TOWNS = frozenset({"владимир", "владимира", "владимире"})
_ENDINGS = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ою", "ей"),
    "я": ("я", "и", "е", "ю", "ей", "ею"),
    "й": ("й", "я", "ю", "ем", "е", "и"),
    "ь": ("ь", "я", "ю", "ем", "е", "и", "ью"),
}
"""Of a name by its last letter: «Ольге» is Ольга, «Верно» and «Верю» are no Вера."""
_AFTER_CONSONANT = ("", "а", "у", "ом", "ем", "е")
_UNCHANGED = "оуиэыюе"
_FLEETING = {"павел": "павл", "лев": "льв", "игорек": "игорьк"}
_ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_AS_LATIN = "a b v g d e zh z i i k l m n o p r s t u f h c ch sh sh - i - e iu ia"
_CYRILLIC = {
    ord(letter): "" if latin == "-" else latin
    for letter, latin in zip(_ALPHABET, _AS_LATIN.split(), strict=True)
}
_FOLDS = tuple(
    (re.compile(spelled), read)
    for spelled, read in (
        ("shch|sch", "sh"),
        ("kh", "h"),
        ("ph", "f"),
        ("ts|tz", "c"),
        ("x", "ks"),
        ("w", "v"),
        ("[jy]", "i"),
        ("io", "e"),
        ("^ie", "e"),
        (r"(.)\1+", r"\1"),
    )
)
"""Ways to write one sound: "Yuliya", "Iuliia" and "Julia" read alike, as «Юлия» does."""
_FAMILY = (
    (re.compile("([а-я]{2,}(?:[ое]в|[иы]н))а"), ("а", "ой", "ою", "у")),
    (re.compile("([а-я]{2,}(?:[ое]в|[иы]н))"), ("", "у", "ым", "е")),
    (re.compile("([а-я]{2,}[сц]к)ая"), ("ая", "ой", "ую", "ою")),
    (re.compile("([а-я]{2,}[сц]к)ий"), ("ий", "ого", "ому", "им", "ом")),
    (re.compile("([а-я]{2,}(?:ко|дзе|швили))"), ("",)),
    (re.compile("([а-я]{2,}(?:ян|ук|юк))"), ("", "а", "у", "ом", "е")),
)
"""What a family name looks like, and its endings; «Иванова» alone is hers, not of Иванов."""
_NO_FAMILY = frozenset({"админ", "магазин", "господин"})


def latin_key(word: str) -> str:
    """How a name reads, however it is spelled in either alphabet."""
    key = word_key(word).translate(_CYRILLIC)
    for spelled, read in _FOLDS:
        key = spelled.sub(read, key)
    return key


def key_of(word: str) -> str:
    """Return what a word is compared by with the forms of names: of one in Latin letters, how it
    reads."""
    return latin_key(word) if word.isascii() else word_key(word)


def forms(name: str) -> tuple[str, ...]:
    """Return a name as it is compared, by its cases, itself first."""
    name = word_key(name)
    if name.isascii():
        return (name,)
    if stem := _FLEETING.get(name):
        return (name, *(stem + ending for ending in _AFTER_CONSONANT[1:]))
    if endings := _ENDINGS.get(name[-1]):
        return (name, *(name[:-1] + ending for ending in endings))
    return (name,) if name[-1] in _UNCHANGED else tuple(name + each for each in _AFTER_CONSONANT)


def is_about(name: str, form: str) -> bool:
    """Whether a form of a man's name is the one that stands after «о» alone."""
    return word_key(name)[-1] not in "ая" and form.endswith("е")


def fond(name: str) -> tuple[str, ...]:
    """«Олечка» and «Оленька» of «Оля»."""
    name = word_key(name)
    if name.isascii() or name[-1] not in "ая":
        return ()
    hard = name[-1] == "а" and name[-2] not in "жчшщ"
    return (name[:-1] + ("очка" if hard else "ечка"), name[:-1] + "енька")


def family_forms(word: str) -> tuple[str, ...]:
    """Return the cases of a family name, itself first; () where it looks like none."""
    word = word_key(word)
    for pattern, endings in _FAMILY:
        if word not in _NO_FAMILY and (match := pattern.fullmatch(word)):
            return (word, *(match[1] + ending for ending in endings if match[1] + ending != word))
    return ()


def is_given(word: str) -> bool:
    """Whether it is a given name, whole or short, in either alphabet, in its first case."""
    return word_key(word) in _known_names() or (word.isascii() and latin_key(word) in _by_latin())


@lru_cache(maxsize=1024)
def also_called(name: str) -> tuple[str, ...]:
    """Return the other names of who is called so: short ones, the whole one where it is one's
    alone, and its spellings in English."""
    name = _by_latin().get(latin_key(name), name) if name.isascii() else name
    whole = [
        full for full in _known_names().values() if word_key(name) in map(word_key, _short(full))
    ]
    full = whole[0] if len(whole) == 1 else name
    full = _known_names().get(word_key(full), full)
    alike = [full, *_short(full), *_SPELLED.get(full, "").split()]
    return tuple(dict.fromkeys(alike))


def _short(full: str) -> list[str]:
    return SHORT.get(full, "").split()


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    """Every given name in its first case, as it is compared, and as it is written."""
    shorts = chain.from_iterable(_short(full) for full in SHORT)
    names = [*shorts, *_WITHOUT_SHORT.split(), *SHORT, *_ENGLISH.split()]
    return {word_key(name): name for name in names}


@lru_cache(maxsize=1)
def _by_latin() -> dict[str, str]:
    spelled = {latin_key(each): full for full, more in _SPELLED.items() for each in more.split()}
    return {latin_key(name): name for name in _known_names().values()} | spelled


def whole_names() -> Iterator[tuple[str, str]]:
    """Every given name as it is written, and as it is told: short ones of one name by that."""
    for name in _known_names().values():
        whole = [full for full in SHORT if name in _short(full)]
        yield name, whole[0] if len(whole) == 1 else name
