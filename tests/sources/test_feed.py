"""Feeds: what identifies an entry, and what a hostile one must not do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload

from reviewbot.core.contract import Denied, Kind, LayoutChanged, Target
from reviewbot.core.readings.identity import identified
from sources import feed

HERE = Path("feed")


def target(ref: str = "https://forum.example/rss", **options: Any) -> Target:
    return Target(key="t/feed", source="feed", ref=ref, options=feed.Options(**options))


def rss(inside: str) -> Any:
    return payload(f"<rss><channel><item>{inside}</item></channel></rss>")


def test_a_feed_is_asked_for_once_and_is_never_the_whole_list() -> None:
    answer = payload(HERE / "mentions_rss_HANDMADE.xml")
    asked, _ = drive(feed.pages(target(), {}), [answer, answer])
    assert [request.url for request in asked] == ["https://forum.example/rss"]
    assert feed.parse(answer, target()).complete is False


def test_entries_are_mentions_unless_told() -> None:
    answer = payload(HERE / "mentions_rss_HANDMADE.xml")
    assert {item.kind for item in feed.parse(answer, target()).items} == {Kind.MENTION}
    reviews = feed.parse(answer, target(kind="review")).items
    assert {item.kind for item in reviews} == {Kind.REVIEW}


def test_a_feed_of_everything_is_narrowed_to_the_place() -> None:
    answer = payload(HERE / "mentions_rss_HANDMADE.xml")
    items = feed.parse(answer, target(contains=("ТОЧКЕ",))).items
    assert [item.external_id for item in items] == ["post-3"]


@pytest.mark.parametrize(
    ("inside", "identity"),
    [
        ("<guid>g</guid><link>https://x.example/1</link><title>т</title>", "g"),
        ("<link>https://x.example/1</link><title>т</title>", "https://x.example/1"),
    ],
)
def test_what_identifies_an_entry(inside: str, identity: str) -> None:
    assert feed.parse(rss(inside), target()).items[0].external_id == identity


def test_without_guid_and_link_title_and_words_identify() -> None:
    first, again, other = (
        feed.parse(rss(f"<title>{title}</title><description>{text}</description>"), target())
        for title, text in (("a", "one two"), ("a", "one three"), ("b", "four five"))
    )
    known = identified(first.items, ())
    assert identified(again.items, known)[0].external_id == known[0].external_id
    assert identified(other.items, known)[0].external_id != known[0].external_id


def test_links_are_made_whole_and_only_web_addresses() -> None:
    told = rss("<link>/t/17</link><title>т</title>")
    assert feed.parse(told, target()).items[0].url == "https://forum.example/t/17"
    through_a_proxy = replace(target(), base_url="http://127.0.0.1:8099")
    here = replace(told, url="http://127.0.0.1:8099/rss")
    assert feed.parse(here, through_a_proxy).items[0].url == "https://forum.example/t/17"
    told = rss("<link>javascript:alert(1)</link><title>т</title>")
    assert feed.parse(told, target()).items[0].url is None


def test_nothing_of_a_local_file_or_an_entity_gets_into_an_item(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    for declared in (
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">',
        '<!ENTITY x "SECRET">',
        f'<!ENTITY % y SYSTEM "{secret.as_uri()}"> %y;',
    ):
        for encoding in ("utf-8", "utf-16"):
            body = f"<!DOCTYPE rss [{declared}]><rss><channel><item><title>a&x;</title>"
            answer = payload(f"{body}</item></channel></rss>".encode(encoding))
            with pytest.raises(LayoutChanged, match="entities"):
                feed.parse(answer, target())
            assert b"SECRET" not in feed.essence(answer).replace(answer.content, b"")


def test_the_feeds_build_date_is_no_change() -> None:
    body = (Path(__file__).parent / "data/feed/mentions_rss_HANDMADE.xml").read_text()
    later = body.replace("15:00:00", "16:00:00")
    assert feed.essence(payload(body)) == feed.essence(payload(later))
    assert feed.essence(payload(body)) != feed.essence(payload(body.replace("Вкусно", "Ужас")))


def test_a_path_from_nowhere_is_refused_and_a_whole_one_asked() -> None:
    with pytest.raises(Denied, match="whole path"):
        next(feed.pages(target("alerts.xml"), {}))
    asked, _ = drive(feed.pages(target("/srv/alerts.xml"), {}), [])
    assert asked[0].url == "file:///srv/alerts.xml"


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        (
            "feed:https://www.google.com/alerts/feeds/1/2",
            "https://www.google.com/alerts/feeds/1/2",
        ),
        ("feed:/srv/alerts.xml", "/srv/alerts.xml"),
        ("https://forum.example/rss", "https://forum.example/rss"),
        ("https://blog.example/comments/feed/", "https://blog.example/comments/feed/"),
        ("https://shop.example/feedback", None),
        ("feed:", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = feed.recognise_url(url)
    assert (hint.ref if hint else None) == ref
