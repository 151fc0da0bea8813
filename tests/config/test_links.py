"""Links as people paste them: which source reads them, or what to do with them."""

import json
import re

import pytest
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.config.durations import Mistake
from reviewbot.config.links import installed

ORG = "yandex_maps:1000000001"
READ = [
    ("https://yandex.ru/maps/?mode=poi&poi%5Buri%5D=ymapsbm1%3A%2F%2Forg%3Foid%3D1000000001", ORG),
    ("https://yandex.ru/maps/?ol=biz&oid=1000000001", ORG),
    ("https://maps.yandex.ru/?oid=1000000001", ORG),
    ("https://m.yandex.ru/maps/org/tochka/1000000001/reviews/", ORG),
    ("https://yandex.ru/web-maps/org/tochka/1000000001", ORG),
    ("https://yandex.com.tr/harita/org/tochka/1000000001/", ORG),
    ("https://yandex.com.ge/maps/org/tochka/1000000001/", ORG),
    ("https://yandex.kg/maps/org/tochka/1000000001/", ORG),
    ("https://yandex.eu/maps/org/tochka/1000000001/", ORG),
    ("https://ya.ru/maps/org/tochka/1000000001/", ORG),
    ("https://m.2gis.ru/omsk/firm/70000001000000007", "two_gis:70000001000000007"),
    ("https://2gis.az/baku/firm/70000001000000007", "two_gis:70000001000000007"),
    ("https://2gis.ru/reviews/70000001000000007/addreview", "two_gis:70000001000000007"),
    ("https://m.irecommend.ru/content/krem-test", "irecommend:krem-test"),
    ("https://m.otzovik.com/reviews/krem_test/", "otzovik:krem_test"),
    ("https://m.avito.ru/user/00112233445566/profile", "avito:00112233445566"),
    ("https://www.wildberries.kg/catalog/10000007/detail.aspx", "wildberries:10000007"),
    ("https://global.wildberries.ru/catalog/10000007/detail.aspx", "wildberries:10000007"),
    ("https://m.ozon.ru/product/krem-10000007/", "ozon:10000007"),
    ("https://ozon.kg/product/10000007", "ozon:10000007"),
    ("https://www.google.kz/maps/place/?q=place_id:ChIJTestTest", "google_places:ChIJTestTest"),
    (
        "https://google.com/maps/place/x/data=!1sChIJTestTestTest",
        "google_places:ChIJTestTestTest",
    ),
    (
        "https://play.google.com/store/apps/details/?id=com.example.app",
        "google_play:com.example.app",
    ),
    (
        "https://appstoreconnect.apple.com/apps/1000000007/distribution/reviews",
        "app_store:1000000007",
    ),
    ("https://itunes.apple.com/rss/customerreviews/id=1000000007/json", "app_store:us/1000000007"),
    ("https://www.google.com/alerts/feeds/1/2", "feed:https://www.google.com/alerts/feeds/1/2"),
    ("Точка на Садовой https://yandex.ru/maps/org/tochka/1000000001/", ORG),
    ("<https://yandex.ru/maps/org/tochka/1000000001/>", ORG),
    ("«https://yandex.ru/maps/org/tochka/1000000001/»,", ORG),
    ("Наша точка: https://yandex.ru/maps/org/tochka/1000000001/.", ORG),
    ("\u200bhttps://yandex.ru/maps/org/tochka/1000000001/\u00a0", ORG),
    ("yandex.ru/maps/org/tochka/1000000001", ORG),
    ("HTTPS://YANDEX.RU/MAPS/ORG/TOCHKA/1000000001/?utm_source=x", ORG),
    ("yandexmaps://maps.yandex.ru/?oid=1000000001", ORG),
    ("https://maps.yandex.ru/org/tochka/1000000001", ORG),
    ("https://yandex.ru/map-widget/v1/org/tochka/1000000001/", ORG),
    ("https://yandex.az/maps/org/tochka/1000000001/", ORG),
    ("https://yandex.tj/maps/org/tochka/1000000001/", ORG),
    ("https://yandex.ru/sprav/1000000001/p/edit/reviews/", ORG),
    ("https//yandex.ru//maps/org/tochka/1000000001/", ORG),
    ("https://https://yandex.ru./maps/org/tochka/1000000001/", ORG),
    ("[Точка](https://yandex.ru/maps/org/tochka/1000000001/)", ORG),
    ("Мы тут (https://yandex.ru/maps/org/tochka/1000000001), заходите!", ORG),
    ("Точка yandex.ru/maps/org/tochka/1000000001.", ORG),
    ("https://yandex.ru/maps/org/tochka/1000000001/… — отзывы", ORG),
    ("https://l.instagram.com/?u=https%3A%2F%2Fyandex.ru%2Fmaps%2Forg%2Fx%2F1000000001%2F", ORG),
    ("Yandex_Maps: 1000000001", ORG),
    ("https://2gis.am/yerevan/firm/70000001000000007", "two_gis:70000001000000007"),
    ("dgis://2gis.ru/firm/70000001000000007", "two_gis:70000001000000007"),
    ("Отзывы: 2gis.ru/omsk/firm/70000001000000007/tab/reviews;", "two_gis:70000001000000007"),
    (
        "https://vk.com/away.php?to=https%3A%2F%2F2gis.ru%2Fomsk%2Ffirm%2F70000001000000007",
        "two_gis:70000001000000007",
    ),
    ("market://details?id=com.example.app", "google_play:com.example.app"),
    ("https://market.android.com/details?id=com.example.app", "google_play:com.example.app"),
    (
        "itms-apps://apps.apple.com/ru/app/x/id1000000007?action=write-review",
        "app_store:ru/1000000007",
    ),
    ("https://itunes.apple.com/lookup?id=1000000007&country=ru", "app_store:ru/1000000007"),
    (
        "https://itunes.apple.com/rss/customerreviews/id=1000000007/xml?cc=kz",
        "app_store:kz/1000000007",
    ),
    ("https://www.wildberries.ru/product?card=10000007&size=1", "wildberries:10000007"),
    ("https://uz.ozon.com/product/krem-10000007/?at=x", "ozon:10000007"),
    ("https://www.ozon.ru/context/detail/id/10000007/", "ozon:10000007"),
    ("https://vkontakte.ru/wall-5_7", "vk:wall-5_7"),
    ("https://ru.trustpilot.com/evaluate/Tochka.example", "trustpilot:tochka.example"),
    (
        "https://partner.market.yandex.ru/supplier/5/reviews?businessId=1000007",
        "yandex_market:1000007",
    ),
    ("json_ld:tochka.example/otzyvy", "json_ld:https://tochka.example/otzyvy"),
    ("json_ld: https://tochka.example/otzyvy", "json_ld:https://tochka.example/otzyvy"),
    ("https://yandex.ru/maps/org/tochka/1000000001/ (наш сайт: https://tochka.example)", ORG),
    ("https://yandex.ru/maps/org/a/1000000001/, https://yandex.by/maps/org/b/1000000001", ORG),
]
SEVERAL = [
    "https://yandex.ru/maps/org/a/1000000001/ https://2gis.ru/omsk/firm/70000001000000007",
    "https://yandex.ru/maps/org/a/1000000001/,https://2gis.ru/omsk/firm/70000001000000007",
    "https://yandex.ru/maps/org/a/1000000001/\nhttps://yandex.ru/maps/org/b/1000000002/",
    "Обе: https://yandex.ru/maps/org/a/1000000001/ и https://yandex.ru/maps/org/b/1000000002/",
    "json_ld:https://a.example/1 https://b.example/2",
]
TOLD = [
    ("https://yandex.ru/profile/-/CTest1", "short link"),
    ("https://yandex.ru/maps/-/CTest1", "short link"),
    ("https://g.page/r/CTest/review", "short link"),
    ("https://share.google/abc", "short link"),
    ("https://vk.cc/abc", "short link"),
    ("https://apple.co/abc", "short link"),
    ("https://ozon.onelink.me/abc", "short link"),
    ("https://seller.ozon.ru/app/reviews", '"ozon:my-shop"'),
    ("https://seller.wildberries.ru/feedbacks", '"wildberries:my-shop"'),
    ("https://docs.google.com/spreadsheets/d/e/2PACX-a/pubhtml", "/d/e/2PACX-a/pub?output=csv"),
    ("https://docs.google.com/spreadsheets/u/1/d/abc/edit", "/d/abc/export?format=csv"),
    ("https://ozon.ru/t/abc", "short link"),
    ("https://www.google.com/maps/place/Test/@55.7,37.6,17z", "google_places:"),
    ("https://maps.google.com/?cid=1000000000000000007", "google_business:accounts"),
    ("https://www.ozon.ru/seller/test-10007/", '"ozon:my-shop"'),
    ("https://www.wildberries.ru/seller/10007", '"wildberries:my-shop"'),
    ("https://docs.google.com/spreadsheets/d/abc/edit#gid=7", "/d/abc/export?format=csv&gid=7"),
    (
        "https://market.yandex.ru/product--kurtka/10007/reviews",
        "partner.market.yandex.ru/business",
    ),
    ("https://www.avito.ru/user/abc123/profile", '"avito:my-shop"'),
    ("https://play.google.com/console/u/0/developers/1/app/2/user-feedback", "package name"),
    ("https://vk.com/reviews-5", "vk.com/topic-12345_67"),
    ("https://disk.yandex.ru/i/abc", '"table:/folder/file.csv"'),
    ("https://drive.google.com/file/d/abc/view", '"table:/folder/file.csv"'),
    *((several, "holds several links. Give each of them") for several in SEVERAL),
    ("точка.рф/otzyvy", "json_ld:https://xn--80atlp0a.xn--p1ai/otzyvy"),
    ("два https://a.example/1 и https://b.example/2", "neither a link"),
    ("кафе на углу", "neither a link"),
]


@pytest.mark.parametrize(("pasted", "read_as"), READ)
def test_a_link_is_read_as(pasted: str, read_as: str) -> None:
    hint = installed().recognise(pasted)
    assert f"{hint.source}:{hint.ref}" == read_as


@pytest.mark.parametrize(("pasted", "way"), TOLD)
def test_for_what_has_no_reader_the_way_is_told(pasted: str, way: str) -> None:
    with pytest.raises(Mistake) as told:
        installed().recognise(pasted)
    assert way in f"{told.value.sentence} {told.value.hint}"


@pytest.mark.parametrize("link", [*READ, *TOLD], ids=lambda each: each[0][:40])
def test_the_command_says_the_same_as_text_and_for_a_machine(link: tuple[str, str]) -> None:
    """Also in Russian: what a machine is told as the reason is in the words of the person."""
    for shell in ("en_US.UTF-8", "ru_RU.UTF-8"):
        text = CliRunner().invoke(app, ["sources", "--link", link[0]], env={"LANG": shell})
        given = ["sources", "--link", link[0], "--json"]
        machine = CliRunner().invoke(app, given, env={"LANG": shell})
        told = json.loads(machine.stdout)
        assert text.exit_code == machine.exit_code == (0 if link in READ else 1)
        if link in READ:
            assert f"{told['source']}:{told['ref']}" == link[1]
            assert link[1] in "".join(text.stdout.splitlines())
        else:
            reason = "".join(told["reason"].split())
            assert reason in "".join(text.output.split())
            assert shell.startswith("ru") == bool(re.search("[а-яё]{5} [а-яё]", told["reason"]))


def test_the_command_tells_source_ref_and_address_or_the_reason() -> None:
    found = CliRunner().invoke(app, ["sources", "--link", READ[0][0], "--json"])
    assert found.exit_code == 0
    assert json.loads(found.stdout) == {
        "source": "yandex_maps",
        "ref": "1000000001",
        "url": "https://yandex.ru/maps/org/1000000001/",
    }
    assert "yandex_maps:1000000001" in CliRunner().invoke(app, ["sources", "--link", ORG]).stdout
    russian = CliRunner().invoke(
        app, ["sources", "--link", "https://vk.cc/abc", "--json"], env={"LANG": "ru_RU.UTF-8"}
    )
    assert re.search("[а-яё]", json.loads(russian.stdout)["reason"])
    none = CliRunner().invoke(app, ["sources", "--link", "https://vk.cc/abc", "--json"])
    assert none.exit_code == 1
    told = json.loads(none.stdout)
    assert told["source"] is None
    assert "Open it in a browser" in told["reason"]
