"""What to do with a link that no source reads as it is: the way that works, by site; and where a
site does not answer."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from reviewbot.config.durations import Mistake
from reviewbot.core.contract import Source
from reviewbot.words.operator_text import OperatorText, say

NOT_ANSWERED = say(
    "If the site opens in a browser, look at this machine's network and DNS. "
    "Where it opens only through a proxy, give the machine a VPN: sites are read directly, "
    "proxy is for Telegram alone."
)
"""What to do where a site does not answer at all."""

_SHORT_HOSTS = frozenset(
    {
        "go.2gis.com",
        "maps.app.goo.gl",
        "goo.gl",
        "g.page",
        "g.co",
        "share.google",
        "clck.ru",
        "ya.cc",
        "vk.cc",
        "vk.link",
        "apple.co",
        "play.app.goo.gl",
        "ozon.onelink.me",
        "t.co",
        "bit.ly",
        "is.gd",
        "t.ly",
        "tinyurl.com",
        "u.to",
        "qrco.de",
    }
)
_SHORT_PATH = re.compile(
    r"(?:^|\.)(?:yandex\.[a-z.]{2,6}|ya\.ru)/(?:maps|navi|harita|web-maps|profile)/-/"
    r"|(?:^|\.)ozon\.[a-z]{2,3}/t/|(?:^|\.)wb\.ru/-/"
)
_DISKS = frozenset(
    {"disk.yandex.ru", "disk.yandex.com", "yadi.sk", "drive.google.com", "docs.google.com"}
    | {"cloud.mail.ru", "dropbox.com", "docs.yandex.ru", "forms.yandex.ru", "1drv.ms"}
)
"""Where people keep exports and the answers to forms."""
_SHEET = re.compile(r"/spreadsheets/(?:u/\d+/)?d/((?:e/)?[^/]+)")
_GOOGLE = re.compile(r"(?:(?:maps|search|business|local)\.)?google(?:\.com?)?\.[a-z]{2,3}")
_SELLER = re.compile(
    r"(?:seller\.|[a-z]{2}\.)?(?:(?:ozon|wildberries)(?:\.com)?\.[a-z]{2,3}|wb\.ru)"
)


def advice(url: str, modules: Mapping[str, Source]) -> Mistake | None:
    """The reason and the way for a link of a known site or kind; None for any other."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if host in _SHORT_HOSTS or _SHORT_PATH.search(f"{host}{parts.path}"):
        return Mistake(
            say('"{url}" is a short link: it does not hold the place\'s number.', url=url),
            say("Open it in a browser and paste the address it leads to."),
        )
    if host == "docs.google.com" and (found := _SHEET.match(parts.path)):
        return _spreadsheet(url, found[1])
    if _GOOGLE.fullmatch(host):
        return _google(url)
    if _SELLER.fullmatch(host):
        return _seller(url, "ozon" if "ozon" in host else "wildberries")
    if host.endswith("market.yandex.ru") and "yandex_market" in modules:
        return _market(url)
    if host in _DISKS:
        return _file(url)
    # The nearest host speaks: market.yandex.ru is no page of yandex.ru's maps.
    near = [
        (len(each), name)
        for name, module in modules.items()
        for each in module.HOSTS
        if host == each or host.endswith(f".{each}")
    ]
    if not near:
        return None
    name = max(near)[1]
    return Mistake(
        say(
            '"{url}" is on a site we read ({name}), but is not a place\'s page.',
            url=url,
            name=name,
        ),
        of_source(name),
    )


def of_source(name: str) -> OperatorText:
    """What a source's links are like."""
    if name == "avito":
        return say(
            'Avito is read with the account\'s key: write "avito:my-shop", with a name of your '
            "own, and `credentials_file` with client_id and client_secret."
        )
    if name == "google_play":
        return say(
            'Paste the app\'s page in the store, or write "google_play:" and its package name, '
            'like "google_play:com.example.app".'
        )
    if name == "vk":
        return say(
            "Paste the address of one post or of one topic of the board: "
            '"https://vk.com/wall-12345_67", "https://vk.com/topic-12345_67".'
        )
    return say(
        'Paste the address of the place\'s own page, or write "{name}:" and its number there.',
        name=name,
    )


def _spreadsheet(url: str, sheet: str) -> Mistake:
    parts = urlsplit(url)
    told = parse_qs(parts.query) | parse_qs(parts.fragment)
    tab = next(iter(told.get("gid", ["0"])), "0")
    way = "pub?output=csv" if sheet.startswith("e/") else "export?format=csv"
    address = f"https://docs.google.com/spreadsheets/d/{sheet}/{way}&gid={tab}"
    return Mistake(
        say('"{url}" is a spreadsheet\'s page, not a table.', url=url),
        say(
            'Let everybody with the link read it, and write "table:{address}".',
            address=address,
        ),
    )


def _google(url: str) -> Mistake:
    return Mistake(
        say('"{url}" does not tell which place it is: Google is read through its APIs.', url=url),
        say(
            'Your own place: "google_business:accounts/…/locations/…" (Business Profile API), '
            'with its answers. Any place: "google_places:" and its Place ID, which Google\'s '
            "Place ID Finder tells."
        ),
    )


def _market(url: str) -> Mistake:
    return Mistake(
        say(
            '"{url}" names no cabinet: yandex_market is read with the shop\'s key, all goods at '
            "once.",
            url=url,
        ),
        say(
            'Write "yandex_market:" and the number of the business, which stands in the '
            "cabinet's address (partner.market.yandex.ru/business/1234567), and "
            "`credentials_file` with api_key."
        ),
    )


def _file(url: str) -> Mistake:
    return Mistake(
        say('"{url}" is a page about a file, not the file.', url=url),
        say(
            "Download it (CSV, XLSX, ODS), lay it into a folder of fetch.folders and write "
            '"table:/folder/file.csv"; or take it in once: reviewbot import FILE.'
        ),
    )


def _seller(url: str, name: str) -> Mistake:
    return Mistake(
        say(
            "\"{url}\" is no product's page: {name} is read with the seller's key, all products "
            "at once.",
            url=url,
            name=name,
        ),
        say(
            'Write "{name}:my-shop", with a name of your own, and the key as its credentials; or '
            "paste a product's page.",
            name=name,
        ),
    )
