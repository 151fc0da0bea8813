"""Topics of complaints over time, in equal stretches of a period."""

from collections import Counter
from collections.abc import Sequence

from reviewbot.core.trends.overview import DayFigures, TopicTimes
from reviewbot.queries.written.counts import WrittenCounts

STRETCHES = 13
"""So many at the most: a quarter by weeks."""


def topic_times(counts: WrittenCounts, days: Sequence[DayFigures]) -> TopicTimes:
    """Return the topics of what was written by stretches of the days, what is complained of most
    first."""
    length = max(1, -(-len(days) // STRETCHES))
    # Counted back from the end: what is newest is whole.
    ends = range(len(days), 0, -length)
    stretches = [days[max(0, end - length) : end] for end in ends][::-1]
    index = {each.on: n for n, stretch in enumerate(stretches) for each in stretch}
    totals, complaints = Counter[str](), Counter[tuple[str, int]]()
    written = [0] * len(stretches)
    for on, count in counts.written_on().items():
        if (at := index.get(on)) is not None:
            written[at] += count
    for (on, topic), count in counts.complaints_on().items():
        if (at := index.get(on)) is not None:
            complaints[topic, at] += count
            totals[topic] += count
    order = sorted(totals, key=lambda topic: (-totals[topic], topic))
    return TopicTimes(
        starts=tuple(stretch[0].on for stretch in stretches),
        written=tuple(written),
        complaints={
            topic: tuple(complaints[topic, n] for n in range(len(stretches))) for topic in order
        },
        unseen=tuple(
            2 * sum(day.is_unseen for day in stretch) >= len(stretch) for stretch in stretches
        ),
    )
