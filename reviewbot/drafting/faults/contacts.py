"""Links, telephones and addresses in a reply, however they are spelled."""

import re
from collections.abc import Iterator

_OF_NAMES = """
ru su com net org info biz io online site shop store pro club app dev space website link ly cc
tv cafe rest restaurant bar dental clinic hotel travel moscow tatar by kz ua uz am ge az eu uk
de fr es it us cn jp ai gg xyz top vip live today page gl gle ee la tel mobi name tech media
agency studio design fit health care fun blog help wiki chat email example рф рус онлайн сайт
орг ком бел укр қаз москва дети
"""
_ENDINGS = _OF_NAMES.split()
_WORDS = (
    "in",
    "it",
    "me",
    "be",
    "to",
    "us",
    "so",
    "is",
    "at",
    "am",
    "no",
    "my",
    "do",
    "id",
    "life",
    "world",
    "group",
    "art",
)
"""Endings that are words too: a link only before a slash, or in a name known for it."""
_SPELLED = r"(?:ru|com|net|org|su|me|io|ру|рф|ком|орг)"
# No label of a host is longer than 63 letters, no name before an @ than 64: bounds by which a long
# reply is looked over once.
_LINK = re.compile(
    r"\b(?:https?|tg|viber|whatsapp)://\S+|\bwww\.\S+"
    r"|(?<![\w@.])(?:[\w-]{1,63}\.)*[\w-]{2,63}\.(?:"
    + "|".join(_ENDINGS)
    + r")\b(?!\.?[\w@])(?:/\S*)?"
    r"|(?<![\w@.])(?:[\w-]{1,63}\.)*[\w-]{1,63}\.(?:" + "|".join((*_WORDS, *_ENDINGS)) + r")/\S+"
    r"|(?<![\w@.])(?:t|m|wa|vk|telegram|instagram|fb)\.me\b"
    r"|\b[\w-]{2,63}\s*(?:\(dot\)|\[dot\]|\[\.\]|\(\.\)|\(точка\)|\[точка\]|\s(?:dot"
    r"|точка)\s)\s*" + _SPELLED + r"\b"
    r"|\b[a-z][\w-]{2,62}\s+\.\s+" + _SPELLED + r"\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]{2,64}\s*(?:\(|\[)\s*(?:at|собака|эт|@|гав)\s*(?:\)|\])\s*[\w-]+(?:\s*(?:\.|\(dot\)"
    r"|\[dot\]|dot|точка)\s*[\w-]+)+"
    r"|[\w.+-]{2,64}\s+(?:at|собака)\s+[\w-]+\s+(?:dot|точка)\s+[\w-]+"
    r"|[\w.+-]{2,64}\s+@\s+[\w-]+\s*\.\s*[\w-]+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z]\w[\w.]+")
_DIGITS = re.compile(
    r"(?<![\w+*#№:/.,])[+(]{0,2}\d(?:[ ()\u00a0.-]{0,3}\d){4,14}(?![\w%]|[.,:/]\d)"
)
_SHORT_CALL = re.compile(
    r"\*\d{3,5}\b|\b(?:номер\w*(?!\s+(?:чек|заказ|договор|сч[её]т|полис|брон|накладн|столик|артикул))"
    r"|звони\w*|набира\w*|тел\w*|факс\w*|dial|call|phone|fax|text|ring"
    r"|tel)\b[^.!?\n\d]{0,20}"
    r"(\d[\d -]{2,}\d)(?!\s*(?:₽|руб|%|€|\$|заказ|минут|час|гост|человек|minutes|hours|guests))",
    re.IGNORECASE,
)
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"{_DAY}[.-]{_MONTH}[.-](?:\d{{4}}|\d{{2}})|\d{{4}}[.-]{_MONTH}[.-]{_DAY}|(?:19"
    rf"|20)\d{{2}}-(?:19|20)\d{{2}}"
)
_PAIRS = re.compile(r"\d{1,3}[- ]\d{2}[- ]\d{2}|\d{3}[- ]\d{3,4}")
_COUNTED = re.compile(
    r"\s*(?:₽|руб|р\b|%|€|\$|раз\b|рубл|отзыв|долл|евро|год|мест|штук|roubles|rubles|dollars"
    r"|euros|pounds|reviews|times|people)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:заказ\w*|order|№|no\.|номер\s+заказа|number|договор\w*|contract|чек\w*|счёт\w*"
    r"|bill|артикул\w*|арт\.|инн|огрн(?:ип)?|кпп|бик|штрих-?код\w*|полис\w*|накладн\w+|трек(?:-номер)?"
    r"|barcode|sku|receipt|invoice|tracking|vat)\s*(?:№|no\.?|number|номер)?\s*$",
    re.IGNORECASE,
)
NEAR = 60
"""So many letters before a number say what it is."""
_FIGURE = (
    r"(?:ноль|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|\w+надцать|двадцать"
    r"|тридцать|сорок|\w+десят|девяносто|сто"
    r"|двести|триста|четыреста|\w+сот|zero|oh|one|two|three|four|five|six|seven|eight|nine"
    r"|hundred|double)"
)
_IN_WORDS = re.compile(rf"\b{_FIGURE}(?:[\s-]+{_FIGURE}){{3,}}\b", re.IGNORECASE)


_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[a-z\d][a-z\d-]{0,62}\.)+([a-z]{2,24})\b(?![.@]\w)(?:/\S*)?", re.IGNORECASE
)
_BEGIN = """
the we it thanks thank please our you your and but so sorry hope see come this that these there
here they he she is are was were will would can could if in on at to of for from with as by not no
yes all also any be been best big both do does did every first good great had has have how just
let look many more most my nice now one only or other over really such sure take then very well
what when where which who why wish kind regards dear hello hi always looking
"""
_BEGINS = frozenset(_BEGIN.split())
"""Words that begin a sentence after a full stop without a blank: no ending of an address."""
_FILE = "pdf doc docx xls xlsx csv txt rtf jpg jpeg png gif zip mp3 mp4 py js ts xml json exe apk"
_FILES = frozenset(_FILE.split())
_SHORT = "mr mrs ms dr st prof no vs etc inc ltd e.g i.e node vue next"
_ABBREVIATED = frozenset(_SHORT.split())
_NETWORK = re.compile(
    r"\b(?:телеграм\w{0,3}|тг|инстаграм\w{0,2}|инст[аеу]|ватсап\w{0,2}|вотсап\w{0,2}|вайбер\w{0,2}|вк|вконтакте"
    r"|telegram|instagram|insta|whatsapp|viber|vk|tg|ig)\s*"
    r"(?:[:—–-]\s*@?|@)[a-z][\w.]{2,31}"
    r"|\b(?:t|vk|wa)\s*\.\s*me\s*/\s*\w{2,32}",
    re.IGNORECASE,
)


_DOTTED = re.compile(r"\.(?:\S|(?<=\s\.)\s)")
_SPELLED_DOT = re.compile("dot|точка", re.IGNORECASE)
_NAMED = re.compile(r"[:—–@-]\s*@?[a-z]|/", re.IGNORECASE)


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """Yield what a text is looked through for; most have nothing that any link is without."""
    if _DOTTED.search(text) or "://" in text or _SPELLED_DOT.search(text):
        yield from (_LINK, _DOMAIN)
    if _NAMED.search(text):
        yield _NETWORK
    if "@" in text:
        yield _HANDLE


def links(text: str) -> Iterator[str]:
    """Yield the links in a text, and names in networks, which are as good as one."""
    for pattern in tuple(_patterns(text)):
        hits = list(pattern.finditer(text))
        for hit in hits:
            if pattern not in (_LINK, _DOMAIN) or _is_address(hit, pattern is _DOMAIN):
                yield hit[0].rstrip(".,!?;:)")
        if hits:  # each is told once
            text = pattern.sub(lambda hit: " " * len(hit[0]), text)


def _is_address(hit: re.Match[str], any_ending: bool) -> bool:
    """Whether what looks like a host is one: "ждём.Today" is a blank forgotten, "TOCHKA.RU" is a
    link; `any_ending`: known to nobody, so that it may be a sentence's beginning or a file."""
    ends_in = hit[0].rpartition(".")[2]
    if "/" not in hit[0] and ends_in[:1].isupper() and not hit[0].isupper():
        return False
    if not any_ending:
        return True
    before, _, ending = hit[0].partition("/")[0].lower().rpartition(".")
    return ending not in _BEGINS | _FILES and before not in _ABBREVIATED


def emails(text: str) -> Iterator[str]:
    """Yield the e-mail addresses in a text."""
    for hit in _EMAIL.finditer(text):
        yield hit[0].rstrip(".")


def telephones(text: str) -> Iterator[str]:
    """Yield the telephones in a text: no dates, sums or numbers of orders."""
    for hit in _DIGITS.finditer(text):
        found = hit[0].strip()
        digits = re.sub(r"\D", "", found)
        before = text[max(0, hit.start() - NEAR) : hit.start()]
        if _DATE.fullmatch(found) or _COUNTED.match(text, hit.end()) or _NUMBERED.search(before):
            continue
        if before.rstrip().endswith(("$", "€", "£")):
            continue
        is_sum = re.fullmatch(r"\d{1,3}(?:[ -]\d{3})+", found)
        if not is_sum and (len(digits) >= 7 or _PAIRS.fullmatch(found)):
            yield found
    for hit in _SHORT_CALL.finditer(text):
        if not _DATE.fullmatch(hit[1] or ""):
            yield (hit[1] or hit[0]).strip()
    for hit in _IN_WORDS.finditer(text):
        yield hit[0]


def ways(text: str) -> Iterator[str]:
    """Yield every way to contact in a text."""
    yield from emails(text)
    yield from telephones(text)
    yield from (hit[0] for hit in _HANDLE.finditer(text))
    yield from links(text)
