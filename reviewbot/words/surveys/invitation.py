"""How guests are invited: the text of a link, and a table card to print (A6, HTML)."""

from collections.abc import Sequence
from html import escape

from reviewbot.words.html import Button, Message, Rows, bold, code, escaped, joined, lines, short
from reviewbot.words.language import Language, words_in
from reviewbot.words.vocabulary import ButtonName

LONGEST_NAME = 120
LONGEST_IN_LARGE = 40
"""Letters of a place's name on a card, and of those printed in large type."""


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


def no_link_yet(language: str) -> Message:
    """Said where the guests' own bot does not answer."""
    t = words_in(language)
    return Message(
        escaped(
            t(
                "The guests' bot does not answer at the moment, so there is no link into it. Try "
                "again later; `reviewbot doctor` says what is wrong."
            )
        )
    )


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
    shown = short(place, LONGEST_NAME)
    name, size = escape(shown), 16 if len(shown) <= LONGEST_IN_LARGE else 12
    blocks = "".join(_block(each) for each in (russian, english))
    return f"""<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><title>{name}</title><style>
@page {{ size: 105mm 148mm; margin: 0 }}
body {{ margin: 0; font: 12pt/1.3 system-ui, sans-serif; color: #111; background: #fff }}
main {{ box-sizing: border-box; width: 105mm; height: 148mm; padding: 8mm; text-align: center;
  display: flex; flex-direction: column; justify-content: space-between; align-items: center;
  gap: 2mm; overflow: hidden }}
h1, p, span, small {{ margin: 0; max-width: 100%; overflow-wrap: anywhere; text-wrap: balance }}
h1 {{ font-size: {size}pt; line-height: 1.2 }} svg {{ flex: none; width: 58mm; height: 58mm }}
span {{ display: block }} small {{ font-size: 7pt; color: #444 }}
</style></head><body><main><h1>{name}</h1>{svg}{blocks}<small>{escape(address)}</small></main>
</body></html>
"""


def _block(t: Language) -> str:
    asked = escape(t("How was it with us?"))
    how = escape(t("Point your camera here: a minute, in Telegram."))
    return f'<p lang="{t.language}"><b>{asked}</b><span>{how}</span></p>'
