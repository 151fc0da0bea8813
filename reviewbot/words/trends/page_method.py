"""What every figure of the page means, in a sentence each."""

from collections.abc import Sequence

from reviewbot.words.language import Language
from reviewbot.words.surveys.score_lines import CHURN, FORMULAS, SHORT, TITLES

Definition = tuple[Sequence[str], str]
"""The titles it stands under, and what they mean."""


def method(t: Language, *, people: bool = True) -> Sequence[Definition]:
    """Return the definitions, in the order in which the page has the figures; those of `people`
    where it has any."""
    return (
        ((t("Shown by the sites"), t("On the sites")),
         t("The rating a site itself shows at the end of the period, the mean of its pages by what"
           " it counts there; beside it the change since the period began.")),
        ((t("Mean stars"), t("Interval"), t("Reviews")),
         t("Of what was written in the period, by the site's date, else by first sight; first"
           " readings are in. The interval holds 95 times of 100, and stands in brackets behind a"
           " share or a mean of fewer than thirty; under ten reviews nothing is ranked.")),
        ((t("New reviews"), t("New"), t("Complaints")),
         t("First seen in the period; what a first reading brought is history and counts in"
           " none. A complaint is a review of negative tone.")),
        ((t("In time"),),
         t("Duties decided in the period, at the answer or at the deadline; not known is neither"
           " in time nor late.")),
        ((t("Replied on the sites"), t("Replied")),
         t("The share of what was written in the period, on sites that show replies, that has one"
           " now.")),
        ((t("Open"), t("Open reviews"), t("Due")),
         t("Reviews somebody has to do something about, as of when the page was made; good ones"
           " with a draft that waits for a word are not among them unless overdue.")),
        ((t("13 weeks"),), t("Mean stars of each of the last thirteen weeks, from 1 to 5.")),
        ((t("To the goal"),),
         t("A place is at its goal where each of its sites shows it. Five-star reviews in a row"
           " that bring the others there, all together, and how many months the slowest takes at"
           " the mean of its own last thirty days and their number, or the growth of its count"
           " where that is more; where one does not tell its count, nobody can say. What"
           " complaints cost is how much higher the rating would be without those of the last"
           " thirty days.")),
        ((t("The goal on each site"), t("Shown"), t("Made of"), t("Border"), t("5★ to it"),
          t("At its pace"), t("How it counts")),
         t("The mean from which the site shows the goal, by what is seen of how it rounds and what"
           " the operator says of the days it weighs; what a rounded rating was before lies within"
           " its step, so the number is one from … to …. Where it weighs the last days alone, each"
           " new review takes the place of the oldest, and months are looked for day by day: old"
           " complaints leave.")),
        ((t("Topics"), t("Share of reviews"), t("Praise"), t("Over time"),
          t("Complaints by topic over time")),
         t("Topics of the complaints and of the praise written in the period; over time as a share"
           " of the reviews of equal stretches, so that a busy week is no bad one.")),
        ((t("The biggest problems"),),
         t("The topics of most complaints that came in the period, with the newest guest's words"
           " on each.")),
        ((t("Beside competitors"), t("Reply time"), t("Complained of"), t("Praised for")),
         t("Everything by the sites' own dates: what the sites show at the end of the period, mean"
           " stars, complaints, replies and the middle time to them, the topics named most.")),
        ((t("Praised more than we"),),
         t("Topics that a larger share of their reviews praises than of ours, where the interval"
           " of the difference leaves no doubt; nothing under ten reviews on either side.")),
        ((t("What guests compare"),),
         t("Reviews of ours that name a competitor, and reviews of theirs that name us.")),
        ((t("Templates"), t("Usually"), t("Unchanged")),
         t("Replies seen on their sites in the period, of the approved text's template; the middle"
           " time by the clock from when the review was found; unchanged is the template's text as"
           " it was.")),
        *(_of_people(t) if people else ()),
        ((t("Did replies help"), t("Stars raised"), t("Text changed")),
         t("Replies to reviews that now have more stars, or another text, than when the reply was"
           " seen, with the interval; under ten replies it is too few to say, and what is out of"
           " sight since is in no share.")),
        *_of_guests(t),
        ((t("Drops and incidents"),),
         t("A drop: stars so far under the place's own past that chance brings it less than once a"
           " year. A burst: a topic in far more of the reviews than usual. An incident: many"
           " complaints of one thing within a day, or one text on several sites or of several"
           " authors.")),
        ((t("The past"), t("Replies to look at"), t("Year")),
         t("Everything stored, first readings included: shares with a reply on sites that show"
           " them, the middle time where the site tells both dates, replies of the same words as"
           " two others at least, replies that blame the guest in so many words or hold the"
           " guest's own telephone, address or card.")),
        ((t("Out of sight"),),
         t("Days on which most pages could not be read are shaded: nobody knows what they would"
           " have told.")),
    )  # fmt: skip


def _of_people(t: Language) -> Sequence[Definition]:
    return (
        ((t("People who answer"),),
         t("The same of who posted the replies, or approved them where the bot posted.")),
    )  # fmt: skip


def _of_guests(t: Language) -> Sequence[Definition]:
    """What guests answered: the formula of each figure."""
    titles = {name: t(title) for name, title in TITLES.items()}
    formulas = {name: t(formula) for name, formula in FORMULAS.items()}
    return (
        ((t("What guests answered"), t("Guests"), titles["asked"], titles["unhappy"]),
         t("Links for one guest given in the period, and scores of the period, those of surveys"
           " made elsewhere too; unhappy: NPS 0–6, CSAT 1–2, CES 1–3. In brackets the interval"
           " that holds 95 times of 100.")),
        *(((name,), formulas[name]) for name in SHORT.values()),
        ((titles["response"],), formulas["response"]),
        ((t("of 5"), t("shown by the sites")), formulas["stars"]),
        ((titles["reached"],), formulas["reached"]),
        ((t("Customers lost"), "CCR", t("At the start"), t("At the end"), t("New ones")),
         t(CHURN)),
    )  # fmt: skip
