"""The pinned summary of a chat when it is sent, edited, pinned, or kept no more."""

from dataclasses import replace

from reviewbot.bot.outgoing import Outgoing
from reviewbot.bot.views.scene import Scene
from reviewbot.words.html import Html, Message
from reviewbot.words.trends.summary import summary, summary_over
from reviewbot.workflow import pinned_summary


def sent(scene: Scene) -> Outgoing | None:
    """The summary as it stands now, in the place of what it was where that is known."""
    payload = scene.row.payload
    key, pin, over = payload["chat"], payload.get("pin"), payload.get("over")
    if over is not None:
        return replace(Outgoing.of(summary_over(scene.language)), edit=over)
    if pin is not None:
        return Outgoing(Message(Html("")), 0, pin=pin, summary=pinned_summary.ShownSummary(key))
    shown = pinned_summary.to_show(scene.tx, key)
    if shown is None:
        return None
    facts, edit = shown
    return replace(
        Outgoing.of(summary(facts, scene.language)),
        edit=edit,
        summary=pinned_summary.ShownSummary(key, facts.fingerprint, facts.since),
    )
