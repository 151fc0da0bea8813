"""Which reply is proposed, and that the shipped moulds say only what may be said."""

import gc
import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.drafts import BUSY, Business, Told, measured, sentence
from reviewbot.core.contract import Limit
from reviewbot.core.model import LANGUAGES
from reviewbot.core.settings import Replies, Template, When
from reviewbot.drafting.drafts import choose
from reviewbot.drafting.lint import problems
from reviewbot.drafting.shelves import DraftAsk, language_for, shelves_for
from reviewbot.drafting.templates import SLOTS, check_template, pack
from reviewbot.drafting.trade_lint import TradeFacts
from reviewbot.lexicons import PROFILES

TOPICS = (
    *("waiting", "delivery", "staff", "food", "quality", "price", "cleanliness", "place"),
    *("booking", "payment", "app", "medical", "parking", "noise", "general"),
)
TONES = ("negative", "mixed", "neutral", "positive")
REPLIES = Replies(sign={"ru": "Команда «Точки»", "en": "The Tochka team"}, forbid=("скидк*",))
ASK = DraftAsk(
    tone="negative",
    language="ru",
    topic="waiting",
    source="yandex_maps",
    location="tverskaya",
    author="Анна К.",
    location_name="Точка, Тверская 12",
    contact="+7 495 000-00-01",
)


def own(name: str, text: str, **when: tuple[str, ...]) -> Template:
    return Template(name, "ru", text, When(**when), own=True)


def with_own(*templates: Template) -> Replies:
    return replace(REPLIES, templates=templates)


def test_a_reply_thanks_regrets_shows_it_was_read_and_asks_to_talk() -> None:
    draft = choose(REPLIES, ASK)
    assert draft
    assert draft.text.startswith("Анна, здравствуйте! Спасибо, что написали. Жаль, что пришлось")
    assert draft.text.endswith("Для связи с нами: +7 495 000-00-01. Команда «Точки»")
    assert (draft.topic, draft.wording) == ("waiting", 1)
    assert "shelf=negative/waiting" in draft.why


def test_a_guests_address_is_not_kept_once_the_reply_is_there() -> None:
    code = 900
    author = f"+7 {code} 123-45-67"
    assert choose(REPLIES, replace(ASK, author=author))
    # What a cache knows its values by is in tuples.
    tuples = [each for each in gc.get_objects() if type(each) is tuple]
    facts = [each for values in tuples for each in values if type(each) is TradeFacts]
    assert not any(each.author == author for each in facts)


def test_a_guests_name_is_not_kept_once_the_reply_is_there() -> None:
    name = "".join(["Нел", "ли"])
    draft = choose(REPLIES, replace(ASK, author=name))
    assert draft
    assert draft.text.startswith(name)
    tuples = [each for each in gc.get_objects() if type(each) is tuple and len(each) < 50]
    texts = [value for each in tuples for value in each if type(value) is str]
    assert not [text for text in texts if text != draft.text and text.startswith(name)]
    assert not [each for each in tuples if draft.text in each]


def test_saved_templates_read_anew_are_put_on_shelves_once() -> None:
    def read() -> DraftAsk:
        saved = Template("saved:1", "ru", "Здравствуйте! Нам жаль.", When(topic=("waiting",)))
        return replace(ASK, saved=(saved,))

    assert shelves_for(REPLIES, read()) is shelves_for(REPLIES, read())


def test_without_a_name_a_contact_and_a_sign_the_reply_is_still_whole() -> None:
    draft = choose(Replies(), replace(ASK, author="user123", contact=""))
    assert draft
    assert draft.text.startswith("Здравствуйте! Спасибо")
    assert draft.text.endswith("Будем рады, если вы свяжетесь с нами напрямую.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["вы", "Вы", "ты"])
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("topic", [*TOPICS, None, "unheard_of"])
def test_every_review_gets_a_clean_reply_and_never_one_twice_running(
    language: str, address: str, tone: str, topic: str | None
) -> None:
    replies = replace(REPLIES, address=address)
    ask = replace(ASK, tone=tone, topic=topic, language=language)
    used: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    for _ in range(8):
        draft = choose(replies, replace(ask, recent_template_ids=used, recent_texts=texts))
        assert draft
        assert draft.template_id not in used[:1]
        assert draft.text not in texts[:1]
        assert problems(draft.text, Limit(2, 1000), replies, has_text=True) == []
        used, texts = (draft.template_id, *used), (draft.text, *texts)


@pytest.mark.parametrize(("language", "address"), [("ru", "вы"), ("ru", "ты"), ("en", "вы")])
def test_every_tone_and_topic_has_five_wordings_no_two_nearly_alike(
    language: str, address: str
) -> None:
    for shelf, templates in pack(language, address).templates.items():
        assert len(templates) >= 5, shelf
        for one, other in combinations([each.text for each in templates], 2):
            alike = problems(one, None, Replies(), has_text=True, recent=(other,))
            percent = [each.params["percent"] for each in alike if each.code == "too_like"]
            assert max(percent, default=0) <= 80, (one, other)


@pytest.mark.parametrize("topic", ["waiting", "delivery", "staff", "food", "quality", "price"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_common_complaints_have_wordings_of_their_own(language: str, topic: str) -> None:
    assert len(pack(language).templates["negative", topic]) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_blamed_and_praised_in_words_of_its_own(language: str) -> None:
    shelves = set(pack(language).templates)
    assert {(tone, topic) for tone in ("negative", "positive") for topic in TOPICS} <= shelves


def test_a_thousand_drafts_read_well_in_small() -> None:
    told = measured(120)
    assert told == Told(drafts=120)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("address", ["вы", "ты"])
def test_a_short_limit_gets_a_short_reply(language: str, tone: str, address: str) -> None:
    ask = replace(ASK, language=language, tone=tone, limit=Limit(1, 350))
    long_contact = "https://example.org/feedback/the-place-on-the-corner?from=reviews&where=store"
    draft = choose(replace(REPLIES, address=address), replace(ask, contact=long_contact))
    assert draft
    assert len(draft.text) <= 350
    tight = choose(REPLIES, replace(ask, limit=Limit(1, 140), contact=""))
    assert tight
    assert len(tight.text) <= 140


def test_a_limit_in_bytes_counts_bytes() -> None:
    letters = choose(REPLIES, replace(ASK, limit=Limit(1, 350)))
    octets = choose(REPLIES, replace(ASK, limit=Limit(1, 350, "bytes")))
    assert letters
    assert octets
    assert len(octets.text.encode()) <= 350 < len(letters.text.encode())


def test_where_nothing_fits_nothing_is_proposed() -> None:
    assert choose(REPLIES, replace(ASK, limit=Limit(1, 10))) is None


def test_bare_stars_are_not_answered_as_if_they_were_words() -> None:
    for tone in TONES:
        draft = choose(REPLIES, replace(ASK, tone=tone, has_text=False))
        assert draft
        assert "wordless" in draft.template_id
        assert "написали" not in draft.text
    site = Limit(1, 4000, needs_text=True)
    assert choose(REPLIES, replace(ASK, has_text=False, limit=site)) is None


def test_harm_gets_only_words_written_for_harm() -> None:
    cheerful = own("cheerful", "{{ greeting }} Рады, что вы с нами! {{ sign }}")
    draft = choose(with_own(cheerful), replace(ASK, severity="critical", topic="food"))
    assert draft
    assert draft.template_id == "ru.critical.general.1"
    grave = own("grave", "{{ greeting }} Директор позвонит вам сам.", severity=("critical",))
    draft = choose(with_own(cheerful, grave), replace(ASK, severity="critical"))
    assert draft
    assert draft.template_id == "grave"


def test_the_operators_words_come_first_the_closest_before_the_general() -> None:
    general = own("general", "{{ greeting }} Спасибо за отзыв! {{ sign }}")
    close = own("close", "{{ greeting }} Разберём ожидание. {{ sign }}", topic=("waiting",))
    replies = with_own(general, close)
    first = choose(replies, ASK)
    assert first
    assert (first.template_id, first.topic) == ("close", "waiting")
    second = choose(replies, replace(ASK, recent_template_ids=("close",)))
    assert second
    assert (second.template_id, second.topic) == ("general", None)
    third = choose(replies, ASK, exclude=("close", "general"))
    assert third
    assert third.template_id == "ru.negative.waiting.1"


def test_a_template_that_needs_what_is_missing_is_passed_over() -> None:
    calls = own("calls", "{{ greeting }} Позвоните: {{ contact }}.")
    asks = own("asks", "{{ greeting }} Ждём{% if contact %} звонка: {{ contact }}{% endif %}.")
    draft = choose(with_own(calls, asks), replace(ASK, contact=""))
    assert draft
    assert draft.template_id == "asks"
    assert draft.text == "Анна, здравствуйте! Ждём."
    assert "passed=calls:unfilled" in draft.why


def test_forbidden_words_are_passed_over() -> None:
    gift = own("gift", "{{ greeting }} Дарим вам скидку на кофе!")
    draft = choose(with_own(gift), ASK)
    assert draft
    assert draft.template_id.startswith("ru.negative")
    assert "gift:forbidden" in draft.why


def test_another_goes_through_every_wording_and_ends() -> None:
    shown: list[str] = []
    while draft := choose(REPLIES, ASK, exclude=shown):
        shown.append(draft.template_id)
    assert len(shown) == len(set(shown)) > 6
    assert shown[:4] == [f"ru.negative.waiting.{number}" for number in (1, 2, 3, 4)]


def test_the_wording_used_longest_ago_comes_back_first() -> None:
    others = (each for each in range(1, 22) if each not in (1, 3, 5, 2, 4))
    recent = tuple(f"ru.negative.wordless.{number}" for number in (1, 3, 5, 2, *others, 4))
    draft = choose(REPLIES, replace(ASK, has_text=False, recent_template_ids=recent))
    assert draft
    assert draft.template_id == "ru.negative.wordless.4"


def test_a_wording_used_lately_waits_until_no_other_fits() -> None:
    used = tuple(f"ru.negative.waiting.{number}" for number in (1, 3, 2, 5, 4))
    draft = choose(REPLIES, replace(ASK, recent_template_ids=used))
    assert draft
    assert (draft.template_id, draft.topic) == ("ru.negative.about.1", "waiting")
    harm = tuple(f"ru.critical.general.{number}" for number in (8, 7, 6, 1, 3, 2, 5, 4))
    draft = choose(REPLIES, replace(ASK, severity="critical", recent_template_ids=harm))
    assert draft
    assert draft.template_id == "ru.critical.general.4"


def test_what_the_group_was_told_within_a_day_is_not_said_next_door() -> None:
    near = ("ru.negative.waiting.1", "ru.negative.waiting.2")
    draft = choose(REPLIES, replace(ASK, group_template_ids=near))
    assert draft
    assert draft.template_id == "ru.negative.waiting.3"


def test_a_text_a_person_published_is_not_proposed_again_at_once() -> None:
    first = choose(REPLIES, ASK)
    assert first
    again = choose(REPLIES, replace(ASK, author=None, recent_texts=(first.text,)))
    assert again
    assert again.template_id == "ru.negative.waiting.2"


@pytest.mark.parametrize(
    ("review", "store_world", "reply"),
    [("ru", "en", "ru"), ("en", "ru", "en"), (None, "en", "en"), ("kk", "ru", "ru")],
)
def test_a_reply_speaks_the_reviews_language_or_the_houses(
    review: str | None, store_world: str, reply: str
) -> None:
    ask = replace(ASK, language=review, fallback_language=store_world)
    assert language_for(REPLIES, ask) == reply


def test_an_operator_may_teach_a_language() -> None:
    kazakh = Template("kk-1", "kk", "{{ greeting }} Рақмет! {{ sign }}", own=True)
    draft = choose(with_own(kazakh), replace(ASK, language="kk"))
    assert draft
    assert "Рақмет" in draft.text


@given(st.text(max_size=60), st.sampled_from(TONES), st.sampled_from(LANGUAGES))
def test_whoever_wrote_it_the_author_is_never_a_template(
    author: str, tone: str, language: str
) -> None:
    ask = replace(ASK, tone=tone, language=language)
    hostile = choose(REPLIES, replace(ask, author=author + "{{ 7 * 7 }}{% for"))
    nobody = choose(REPLIES, replace(ask, author=None))
    assert hostile
    assert nobody
    assert hostile.text == nobody.text


def _all_templates() -> list[tuple[str, Template]]:
    sides = [("ru", "вы"), ("ru", "Вы"), ("ru", "ты"), ("en", "вы")]
    return [
        (address, template)
        for language, address in sides
        for shelf in pack(language, address).templates.values()
        for template in shelf
    ]


def test_shipped_moulds_are_sound() -> None:
    templates = _all_templates()
    for _, template in templates:
        assert check_template(template.text) == [], template.id
    of_one_address = [template.id for address, template in templates if address != "Вы"]
    assert len(of_one_address) == len(set(of_one_address))


ADMITS = re.compile(
    r"наш[ауе]?\w* вин|виноват|наша ошибк|мы ошиблись|our fault|our mistake|we failed|guilty"
    r"|компенс|возмест|верн[её]м деньги|бесплатн|скидк|подар|refund|compensat|free of charge"
    r"|discount|gift",
    re.IGNORECASE,
)


def test_shipped_moulds_admit_no_fault_and_promise_no_money() -> None:
    assert [each.id for _, each in _all_templates() if ADMITS.search(each.text)] == []


CLAIMS = re.compile(
    # something was done, or somebody shall do it
    r"передали|переда[нмё]|передадим|разбер[ёу]|разбирает|провер(?:им|ит|ят|ил)\b|сверит\b|сверим"
    r"|\bвзял|прочитал|покажем|учтём|вернёмся|поговор(?:им|ит)\b|посмотр(?:им|ит)\b|изуч(?:им|ит)\b"
    r"|выслушает|выясн(?:им|ит)\b|поднимем|обсуд(?:им|ит)\b|ответ(?:им|ит)\b|попробуют"
    r"|управляющ|руководител|начальник|шеф|повар|\bврач\b|бухгалтер|администратор|разработчик"
    r"|\bwill\b|\bwe have\b|\bhas\b|\bis (?:looking|working)|\bready to\b"
    r"|\b(?:manager|chef|cooks?|doctor|accountant|developers|courier|specialist|reception)\b",
    re.IGNORECASE,
)
"""Nobody has done a thing when a draft is proposed, and nobody was asked to do one."""


def test_shipped_moulds_claim_nothing_done_and_promise_nothing_for_others() -> None:
    said = {each.id: hit[0] for _, each in _all_templates() if (hit := CLAIMS.search(each.text))}
    assert said == {}


@pytest.mark.parametrize("tone", TONES)
def test_a_reply_is_signed_in_its_own_language(tone: str) -> None:
    for ours, other in (("ru", "en"), ("en", "ru")):
        draft = choose(REPLIES, replace(ASK, tone=tone, language=ours, fallback_language=other))
        assert draft
        assert draft.text.endswith(REPLIES.sign[ours])
        assert REPLIES.sign[other] not in draft.text
        unsigned = choose(
            replace(REPLIES, sign={other: REPLIES.sign[other]}), replace(ASK, language=ours)
        )
        assert unsigned
        assert REPLIES.sign[other] not in unsigned.text


FORMAL = re.compile(r"\b(?:вы|вас|вам|вами|ваш\w*|\w+йте)\b", re.IGNORECASE)
FAMILIAR = re.compile(r"\b(?:ты|тебя|тебе|тобой|твой|твоя|твоё|твои)\b", re.IGNORECASE)
SMALL_YOU = re.compile(r"\b(?:вы|вас|вам|вами|ваш\w*)\b")


def test_one_reply_uses_one_address() -> None:
    for address, template in _all_templates():
        wrong = FORMAL if address == "ты" else FAMILIAR
        assert not wrong.search(template.text), template.id
        if address == "Вы":
            assert not SMALL_YOU.search(template.text), template.id


def test_complaints_are_met_with_thanks_and_regret() -> None:
    thanks = re.compile(r"спасибо|благодар|thank you", re.IGNORECASE)
    regret = re.compile(
        r"жаль|сожале|понима|сочувств|неприятно|обидно|досадно|важно понять|хотим понять|"
        r"sorry|regret|understand|we know|feel for|it is a pity|hard to read",
        re.IGNORECASE,
    )
    for _, template in _all_templates():
        assert thanks.search(template.text), template.id
        if ".negative." in template.id or ".critical." in template.id:
            assert regret.search(template.text), template.id


def test_both_packs_have_the_same_shelves() -> None:
    russian, english = (pack(language) for language in LANGUAGES)
    assert set(russian.templates) == set(english.templates)
    assert set(russian.topics) == set(english.topics) == {*TOPICS} - {"general"}


def test_slots_are_the_documented_ones() -> None:
    used = {
        slot
        for _, template in _all_templates()
        for slot in re.findall(r"\{\{ (\w+) \}\}", template.text)
    }
    assert used <= set(SLOTS)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_a_thousand_drafts_of_any_profile_repeat_nothing(profile: str) -> None:
    assert measured(1000, profile=profile) == Told(drafts=1000)


@pytest.mark.parametrize("business", BUSY, ids=lambda each: each.name)
def test_a_busy_day_repeats_nothing(business: Business) -> None:
    """Four days in small; the thousand are below."""
    assert measured(120, business=business) == Told(drafts=120)


@pytest.mark.slow
@pytest.mark.parametrize("profile", [None, "clinic", "app"])
@pytest.mark.parametrize("business", BUSY, ids=lambda each: each.name)
def test_a_thousand_drafts_of_a_busy_place_repeat_nothing(
    business: Business, profile: str | None
) -> None:
    assert measured(1000, profile=profile, business=business) == Told(drafts=1000)


def test_where_wordings_do_not_suffice_it_is_said() -> None:
    crowd = Business(name="too many", groups=((400,),), languages=("en",))
    told = measured(400, business=crowd)
    assert told.repeated_near > 0
    assert "WORDINGS DO NOT SUFFICE for " in sentence(told)
    assert "SUFFICE" not in sentence(Told(drafts=3))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["вы", "ты"])
def test_bare_stars_on_a_tight_site_are_not_thanked_for_words(language: str, address: str) -> None:
    ask = replace(ASK, language=language, has_text=False, limit=Limit(1, 140))
    for tone in TONES:
        names: list[str] = []
        while draft := choose(
            replace(REPLIES, address=address), replace(ask, tone=tone), exclude=names
        ):
            names.append(draft.template_id)
            assert len(draft.text) <= 140
            assert ".wordless." in draft.template_id
        assert len(names) >= 15


def test_who_the_guest_is_decides_about_a_wording_that_others_were_offered() -> None:
    """One wording is looked at once, for all; a guest's own name and number are theirs alone."""
    named = own("named", "Здравствуйте! Спасибо вам большое, Анна Кузнецова, за визит.")
    reached = own("reached", "Здравствуйте! Напишите нам, пожалуйста: +7 495 000-00-01.")
    replies = with_own(named, reached)
    chosen = {
        author: draft.template_id
        for author in ("Пётр", "Анна Кузнецова", "Гость 84950000001", "Иван")
        if (draft := choose(replies, replace(ASK, author=author)))
    }
    assert chosen["Пётр"] == chosen["Иван"] == "reached"
    assert chosen["Анна Кузнецова"] == "named"
    assert "Гость 84950000001" not in chosen  # every wording names the number


def test_templates_of_a_place_or_a_group_stay_there() -> None:
    replies = with_own(
        own("there", "{{ greeting }} Как жаль.", location=("lesnaya",)),
        own("among", "{{ greeting }} Очень жаль.", group=("north",)),
    )
    here = ASK
    there = replace(ASK, location="lesnaya", location_name="Лесная")
    among = replace(ASK, location="severnaya", location_name="Северная", groups=("north",))
    for _ in range(2):
        chosen = [choose(replies, ask) for ask in (here, there, among)]
        assert [each.template_id for each in chosen if each] == [
            "ru.negative.waiting.1",
            "there",
            "among",
        ]


@pytest.mark.parametrize("first", [0, 1])
def test_each_place_is_spoken_of_by_its_own_name_and_contact(first: int) -> None:
    places = [
        replace(ASK, author=None, location_name="Иван Петров", contact="+7 495 000-00-02"),
        replace(ASK, author=None, location_name="Точка", contact="+7 495 000-00-03"),
    ]
    replies = with_own(
        own("signed", "{{ greeting }} Звоните в «{{ location }}»: {{ contact }}."),
        own("named", "{{ greeting }} Иван Петров вам позвонит сегодня."),
    )
    for place in (places[first], places[1 - first]):
        draft = choose(replies, place)
        assert draft
        assert f"«{place.location_name}»: {place.contact}" in draft.text
        # At the place of that name it is the place that calls; elsewhere it is a colleague.
        other = choose(replies, place, exclude={"signed"})
        assert other
        assert (other.template_id == "named") is (place.location_name == "Иван Петров")
        assert ("named:surname" in other.why) is (place.location_name != "Иван Петров")
