"""What a review complains of and what it praises, by topic, as the kind of business means it.

A topic is complained of where its words stand in a clause that complains. What a business does not
have (food in a bank) is no topic of its reviews, and some words mean another thing in it.
"""

from collections.abc import Mapping, Sequence
from math import log1p

from reviewbot.core.classifier.scan_result import Scan
from reviewbot.core.classifier.score import Weighed

LEAST_SAID = 0.3
TOPIC_FROM: Mapping[str, float] = {
    "food": 0.3, "staff": -0.2, "waiting": -0.2, "place": -0.1, "noise": -0.1, "cleanliness": -0.1,
}  # fmt: skip
OTHER_TOPIC_FROM = 0.15
PRAISE_TAKES: Mapping[str, float] = {"staff": 0.4, "waiting": 0.4}
"""How much praise of the same takes from what is said against it; of service it is said often."""
OTHER_PRAISE_TAKES = 0.25
PRAISE_FROM = 1.0


def complained_topics(
    scan: Scan, weighed: Weighed, of_danger: Sequence[str] = (), *, complains: bool
) -> tuple[str, ...]:
    """Return the topics of the complaint, strongest first; before all others one `of_danger`,
    of the danger that makes the review critical.

    A topic is complained of where enough was said against it; less is enough in a review that is
    a complaint as a whole, more is needed beside praise of the same. The numbers are a
    logistic regression's on a set of restaurant reviews with sentiment by aspect, those of service
    chosen on the half of it that is looked at. A complaint in
    which none reaches that is about the topic that comes nearest, else about those its complaining
    clauses name, else about what complaints of this business usually are.
    """
    against = _meant(weighed.sides.against, weighed.model.topics)
    towards = _meant(weighed.sides.towards, weighed.model.topics)
    lean = 0.2 * max(-5.0, min(5.0, weighed.total))
    found = []
    for topic, value in against.items():
        if value < LEAST_SAID:
            continue
        takes = PRAISE_TAKES.get(topic, OTHER_PRAISE_TAKES)
        said = log1p(value) - takes * log1p(towards.get(topic, 0.0)) + lean
        if said >= TOPIC_FROM.get(topic, OTHER_TOPIC_FROM):
            found.append((value, topic))
    topics = _by_strength(found)
    if dangerous := _of_danger(of_danger, topics, weighed.model.topics):
        return tuple(dict.fromkeys((dangerous, *topics)))
    if topics or not complains:
        return topics
    nearest = _by_strength([(value, topic) for topic, value in against.items()])[:1]
    return nearest or _named(scan, weighed) or tuple(filter(None, (weighed.model.usual_topic,)))


def _of_danger(of_danger: Sequence[str], said: Sequence[str], topics: Mapping[str, str]) -> str:
    """Return the topic a danger is about, as the kind of business means it: one that is said, else
    the danger's usual one; "" where it has none here."""
    meant = [*filter(None, (topics.get(topic, topic) for topic in of_danger))]
    return next((topic for topic in said if topic in meant), next(iter(meant), ""))


def praised_topics(weighed: Weighed) -> tuple[str, ...]:
    """Return the topics of praise, strongest first."""
    towards = _meant(weighed.sides.towards, weighed.model.topics)
    return _by_strength(
        [(value, topic) for topic, value in towards.items() if value >= PRAISE_FROM]
    )


def _meant(sums: dict[str, float], topics: Mapping[str, str]) -> dict[str, float]:
    """Return sums by the topics that the kind of business means."""
    if not topics:
        return sums
    found: dict[str, float] = {}
    for topic, value in sums.items():
        meant = topics.get(topic, topic)
        if meant:
            found[meant] = found.get(meant, 0.0) + value
    return found


def _named(scan: Scan, weighed: Weighed) -> tuple[str, ...]:
    """Return the topic that most clauses name in which nothing is praised, if any does."""
    counted: dict[str, float] = {}
    for clause in scan.clauses:
        if clause.topics and clause.praise <= clause.complaint:
            for topic in clause.topics:
                counted[topic] = counted.get(topic, 0.0) + 1 + clause.complaint
    meant = _meant(counted, weighed.model.topics)
    return _by_strength([(value, topic) for topic, value in meant.items()])[:1]


def _by_strength(found: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(topic for _, topic in sorted(found, reverse=True))
