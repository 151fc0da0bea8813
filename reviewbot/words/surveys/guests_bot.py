"""What the operator is told of the guests' own bot."""

from collections.abc import Mapping
from typing import Any

from reviewbot.words.blind_notices import NoticeContext, see_doctor
from reviewbot.words.html import Message, bold, joined, lines
from reviewbot.words.language import Language


def guests_bot_notice(params: Mapping[str, Any], context: NoticeContext) -> Message:
    """Return what is wrong with it, or that it is gone; staff's own bot goes on in each case."""
    t = context.t
    if params.get("state") == "gone":
        return _gone(int(params.get("surveys") or 0), t)
    reasons = {
        "refused": t("Telegram does not accept its token. Ask @BotFather for the current one."),
        "conflict": t(
            "Another program takes its messages: a second copy runs with the token, or a webhook "
            "is set."
        ),
        "no_token": t("The file names its token, and the token is not there."),
    }
    return Message(
        lines(
            joined(" ", ("📵", bold(t("The guests' bot does not work")))),
            reasons.get(str(params.get("state")), ""),
            t("Guests are asked nothing meanwhile. This bot and all else go on."),
            see_doctor(t),
        )
    )


def _gone(surveys: int, t: Language) -> Message:
    cut_short = t.plural(
        "{n} survey is cut short: what was answered counts, and who opens a link again goes on.",
        "{n} surveys are cut short: what was answered counts, and who opens a link again goes on.",
        surveys,
    )
    return Message(
        lines(
            joined(" ", ("🔧", bold(t("Guests have no bot of their own any more")))),
            t("Links lead into this bot from now on. Printed cards lead into the other one."),
            *((cut_short,) if surveys else ()),
        )
    )
