"""How guests are invited: the text of a link, and a table card to print (A6, HTML)."""

from collections.abc import Sequence
from html import escape

from reviewbot.words.html import Button, Message, Rows, bold, code, escaped, joined, lines, short
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName


def link(bot_name: str, code: str) -> str:
    """Return the address that opens the bot with a code."""
    return f"https://t.me/{bot_name}?start={code}"


def link_message(
    language: str, *, place: str, address: str, valid_until: str | None, switch: str
) -> Message:
    """A link for guests, as staff get it: below a QR code. `valid_until` None: it is the place's,
    good for everybody; `switch` names the place in the key that makes the other kind."""
    t = words_in(language)
    if valid_until is None:
        what = t("For everybody, to print and to put on the tables.")
        key = Button(t("🔗 For one guest"), ButtonName.GUEST_LINK, switch)
    else:
        what = t("For one guest, good once, until {until}.", until=valid_until)
        key = Button(t("🔗 For one guest"), ButtonName.GUEST_LINK, switch)
    text = lines(
        joined(" ", ("💬", bold(t("How was it? · {place}", place=short(place, 60))))),
        what,
        code(address),
        t("Invite every guest alike: sites forbid to ask only the content ones."),
    )
    return Message(text, ((key,),))


def which_place(language: str, places: Sequence[tuple[str, str]]) -> Message:
    """Asked which place a link is for: (key, name) each."""
    t = words_in(language)
    rows: Rows = tuple(
        (Button(short(name, 40), ButtonName.GUEST_LINK, f"p.{key}"),) for key, name in places[:20]
    )
    return Message(escaped(t("For which place?")), rows)


def table_card(*, place: str, svg: str, address: str) -> str:
    """Return a page with one A6 card in both languages, to print from a browser or save as PDF."""
    russian, english = (words_in(each) for each in ("ru", "en"))
    name = escape(short(place, 60))
    blocks = "".join(_block(each) for each in (russian, english))
    return f"""<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><title>{name}</title><style>
@page {{ size: 105mm 148mm; margin: 0 }}
body {{ margin: 0; font: 13pt/1.3 system-ui, sans-serif; color: #111; background: #fff }}
main {{ box-sizing: border-box; width: 105mm; height: 148mm; padding: 8mm; text-align: center;
  display: flex; flex-direction: column; justify-content: space-between; align-items: center }}
h1 {{ font-size: 16pt; margin: 0 }} p {{ margin: 0 }} svg {{ width: 62mm; height: 62mm }}
small {{ font-size: 7pt; overflow-wrap: anywhere; color: #444 }}
</style></head><body><main><h1>{name}</h1>{svg}{blocks}<small>{escape(address)}</small></main>
</body></html>
"""


def _block(t: Language) -> str:
    asked = escape(t("How was it with us?"))
    how = escape(t("Point your camera here: a minute, in Telegram."))
    return f'<p lang="{t.language}"><b>{asked}</b><br>{how}</p>'
