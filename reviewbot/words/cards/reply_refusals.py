"""What is wrong with the text of a reply: one sentence each, shown by words.refusals."""

from reviewbot.words import N_

REPLY: dict[str, tuple[str, ...]] = {
    "reply_too_short": (
        N_("The reply is too short: {site} wants at least {limit}."),
        N_("The reply is too short for the site."),
    ),
    "reply_unfilled": (
        N_("Something is left to fill in: {what}."),
        N_("Something in the text is left to fill in."),
    ),
    "reply_forbidden": (
        N_("“{word}” must not stand in a public reply. Please reword it."),
        N_("A word in the text must not stand in a public reply. Please reword it."),
    ),
    "reply_patient": (
        N_("“{found}” tells that the author was a patient: confidential. Say “{instead}”."),
        N_("The text tells that the author was a patient: that is confidential."),
    ),
    "reply_medical": (
        N_("“{found}” is a medical detail, and the reply is public. Say “{instead}”."),
        N_("The text holds a medical detail, and the reply is public."),
    ),
    "reply_contact": (
        N_("{site} takes no way to contact in a reply: take “{found}” out."),
        N_("The site takes no way to contact in a reply: take it out."),
    ),
    "reply_apology": (
        N_(
            "“{found}” admits a fault. First a manager presses “⚖️ The guest is right”. Or say"
            " “{instead}”."
        ),
        N_("The text admits a fault. First a manager presses “⚖️ The guest is right”."),
    ),
    "reply_promise": (
        N_(
            "“{found}” offers the guest something, and the reply is public. Say “{instead}”, offer"
            " it in person: “🎁 Gesture…” writes it down."
        ),
        N_("The text offers the guest something, and the reply is public: take it out."),
    ),
    "reply_personal_data": (
        N_("The text holds personal data ({what}). The reply is public: take it out."),
        N_("The text holds personal data. The reply is public: take it out."),
    ),
    "reply_short": (N_("The text is too short for an answer."),),
    "reply_exclaimed": (
        N_("The text has many exclamation marks. Calmer: “{instead}”."),
        N_("The text has many exclamation marks: take some out."),
    ),
    "reply_surname": (
        N_("“{found}” is a colleague's surname: only the first name is public. Say “{instead}”."),
        N_("There is a colleague's surname: only the first name is public. Take it out."),
    ),
    "reply_link": (
        N_("“{found}” is a link, and many sites refuse it: take it out."),
        N_("There is a link, and many sites refuse it: take it out."),
    ),
    "reply_empty": (N_("The reply is empty."),),
    "reply_needs_text": (
        N_("{site} takes no reply to a review without words."),
        N_("The site takes no reply to a review without words."),
    ),
}
"""The first sentence whose slots can all be filled."""
