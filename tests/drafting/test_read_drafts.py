"""What a demanding reader of `make drafts` found: each is said otherwise now."""

import re

import pytest

from benchmarks.drafts import TOPICS
from reviewbot.core.settings import Replies
from reviewbot.drafting.drafts import choose
from reviewbot.drafting.shelves import DraftAsk
from reviewbot.drafting.templates import pack
from reviewbot.lexicons import PROFILES
from tests.drafting.test_drafts import _all_templates


def drafts(ask: DraftAsk) -> list[str]:
    """Return what is proposed one after another."""
    texts, names = list[str](), list[str]()
    while (draft := choose(Replies(), ask, exclude=names)) and len(texts) < 30:
        texts.append(draft.text)
        names.append(draft.template_id)
    return texts


@pytest.mark.parametrize(
    ("author", "language", "greeting"),
    [
        ("Ольга К.", "en", "Hello!"),
        ("Olga K.", "en", "Hello Olga!"),
        ("Ольга К.", "ru", "Ольга, здравствуйте!"),
        ("Elena", "ru", "Elena, здравствуйте!"),
    ],
)
def test_an_english_reply_names_nobody_in_cyrillic(
    author: str, language: str, greeting: str
) -> None:
    ask = DraftAsk(tone="negative", topic="waiting", language=language, author=author)
    assert drafts(ask)[0].startswith(greeting)


@pytest.mark.parametrize(
    ("topic", "language", "said", "never"),
    [
        ("noise", "ru", "тишину", "шум"),
        ("waiting", "ru", "короткое ожидание", "время ожидания"),
        ("noise", "en", "the quiet", "noise"),
        ("waiting", "en", "the short wait", "waiting time"),
    ],
)
def test_praise_is_told_by_what_is_praised(
    topic: str, language: str, said: str, never: str
) -> None:
    ask = DraftAsk(tone="positive", topic=topic, language=language, profile="clinic")
    texts = drafts(ask)
    assert any(said in text for text in texts)
    assert not any(never in text for text in texts)
    angry = DraftAsk(tone="negative", topic=topic, language=language, profile="clinic")
    assert any(never in text for text in drafts(angry))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nobody_meets_an_app_again(language: str) -> None:
    for topic in (None, *TOPICS["app"]):
        ask = DraftAsk(tone="positive", topic=topic, language=language, profile="app")
        for text in drafts(ask)[:5]:
            assert not re.search("Ждём (вас|снова)|До (новой )?встречи|See you", text), text


def test_no_wording_asks_for_a_name_in_public_or_speaks_of_a_talk_alone() -> None:
    for _, template in _all_templates():
        assert not re.search(r"(?:подскажите|назовите)[^.]*\bимя\b(?! лучше)", template.text)
        assert not re.search(r"tell us (?:the|your) name", template.text)
        assert "наедине" not in template.text or ".critical." not in template.id
    clinic = pack("ru", profile="clinic")
    said = " ".join(each.text for shelf in clinic.templates.values() for each in shelf)
    assert "наедине" not in said


def test_every_profile_has_topics_of_its_own_to_be_read() -> None:
    assert set(TOPICS) == set(PROFILES)
    assert all(set(each) <= set(pack("ru").topics) for each in TOPICS.values())
