"""Pictures, drawn by the real process: of much, of little, of nothing, in light and dark."""

import asyncio
import re
import struct
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image, ImageColor

from reviewbot.charts.painter import NotDrawn, Painter
from reviewbot.charts.style import LIGHT
from reviewbot.core.trends.pictures import (
    HeatPanel,
    Panel,
    Picture,
    RankPanel,
    RatingPanel,
    ReplyPanel,
    TopicPanel,
    TopicTimePanel,
)
from reviewbot.words.language import words_in
from reviewbot.words.trends.pictures import heat_panel

LONG = "Точка, Тверская 12, вход со двора через арку, третий этаж, $5 & <b>"


def rating(count: int) -> RatingPanel:
    days = [f"{n + 1} мар" for n in range(count)]
    stars = [None if n % 7 == 3 else 4.0 + n % 2 for n in range(count)]
    volumes = [0 if star is None else 3 for star in stars]
    return RatingPanel("Рейтинг", days, stars, volumes, "средняя", "отзывов", [(0, 0)], 4.8)


def rank(count: int) -> RankPanel:
    return RankPanel(
        "Точки",
        [LONG] * count,
        [4.5] * count,
        [4.1] * count,
        [4.8] * count,
        ["4,5 · 40"] * count,
        [n == 0 for n in range(count)],
    )


def picture(*panels: Panel, dark: bool = False) -> Picture:
    return Picture(LONG, panels, "Нет данных", "1–30 марта 🙂", ",", dark, "Рейтинг по дням")


EVERYTHING: Sequence[Panel] = (
    rating(30),
    ReplyPanel("Ответ", ["1", "2"], [1.0, None], [3.0, 2.0], "обычно", "дольше", 1.0, "срок"),
    HeatPanel("Часы", list("пвсчпсв"), [[n % 5 for n in range(24)]] * 7),
    TopicPanel("Темы", ["еда", LONG], [3, 0], [0, 9], "жалуются", "хвалят"),
    rank(3),
)
NOTHING: Sequence[Panel] = (
    rating(0),
    replace(rating(2), volumes=[0, 0]),
    ReplyPanel("Ответ", ["1"], [None], [None], "обычно", "дольше"),
    HeatPanel("Часы", list("пвсчпсв"), [[0] * 24] * 7),
    TopicPanel("Темы", [], [], [], "жалуются", "хвалят"),
    rank(0),
)
CASES = {
    "everything": picture(*EVERYTHING),
    "dark": picture(*EVERYTHING, dark=True),
    "nothing": picture(*NOTHING),
    "one": picture(rating(1), rank(1)),
    "hours": picture(
        *(
            HeatPanel("Часы", list("пвсчпсв"), [[most] + [1] * 23] + [[0] * 24] * 6)
            for most in (1, 3, 6, 12, 41)
        )
    ),
    "ten thousand": picture(rating(10_000), rank(10_000)),
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def painter() -> AsyncIterator[Painter]:
    made = Painter()
    yield made
    await made.close()


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", CASES)
async def test_a_picture_is_drawn_of_much_and_of_nothing(painter: Painter, name: str) -> None:
    png = await painter.draw(CASES[name])
    width, height = size_of(png)
    assert width > 900
    # What Telegram takes as a photo: sides of 10,000 together, 20 to 1 at most.
    assert width + height < 10_000
    assert max(width, height) < 20 * min(width, height)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_picture_for_a_page_is_coloured_by_it_and_told_in_words(painter: Painter) -> None:
    svg = (await painter.draw(CASES["everything"], "svg")).decode()
    assert svg.startswith("<svg")
    assert 'aria-label="Рейтинг по дням"' in svg
    assert "var(--chart-ink" in svg
    assert "жалуются" in svg
    assert "<b>" not in svg
    assert svg == (await painter.draw(CASES["everything"], "svg")).decode()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_long_name_ends_before_the_edge(painter: Painter) -> None:
    wide = replace(picture(rating(1)), title="Ш" * 80, subtitle="Щ" * 80)
    drawn = Image.open(BytesIO(await painter.draw(wide))).convert("RGB")
    margin = drawn.crop((drawn.width - drawn.width // 20, 0, drawn.width, drawn.height // 8))
    assert len(margin.getcolors() or ()) == 1, "nothing is written on the margin"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_process_is_started_anew_when_it_is_gone_and_says_what_it_cannot_do(
    painter: Painter,
) -> None:
    await painter.draw(CASES["one"])
    assert painter._child is not None
    painter._child.kill()
    await painter._child.wait()
    assert size_of(await painter.draw(CASES["one"]))[0] > 900
    with pytest.raises(NotDrawn, match="could not be drawn"):
        await painter.draw(CASES["one"], "gif")
    assert size_of(await painter.draw(CASES["everything"]))[0] > 900


@pytest.mark.asyncio(loop_scope="module")
async def test_the_loop_does_not_wait_for_a_picture(painter: Painter) -> None:
    beats, done = 0, asyncio.Event()

    async def beat() -> None:
        nonlocal beats
        while not done.is_set():
            await asyncio.sleep(0)
            beats += 1

    beating = asyncio.ensure_future(beat())
    await painter.draw(CASES["everything"])
    done.set()
    await beating
    assert beats > 50, "drawn in the loop, a picture leaves room for a few"


def bare(panel: Panel) -> Picture:
    """A picture with nothing written on it but the panel's own rows."""
    return Picture("", (panel,), "Нет данных")


async def pixels_of(painter: Painter, shown: Picture, colour: str) -> list[tuple[int, int]]:
    """Where a colour stands, as (x, y), row by row."""
    drawn = Image.open(BytesIO(await painter.draw(shown))).convert("RGB")
    wanted, dots = bytes(ImageColor.getrgb(colour)), drawn.tobytes()
    places = (n // 3 for n in range(0, len(dots), 3) if dots[n : n + 3] == wanted)
    return [(n % drawn.width, n // drawn.width) for n in places]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_week_with_reviews_between_weeks_without_any_is_seen(painter: Painter) -> None:
    stars = [4.0 if n % 2 else None for n in range(53)]
    volumes = [0 if star is None else 1 for star in stars]
    weeks = RatingPanel("", list("w" * 53), stars, volumes, "", "")
    assert len(await runs_of_a_line(painter, weeks)) == 26


@pytest.mark.asyncio(loop_scope="module")
async def test_a_line_does_not_run_through_days_out_of_sight(painter: Painter) -> None:
    days = RatingPanel("", list("d" * 40), [4.0] * 40, [2] * 40, "", "", [(10, 29)])
    before, *hidden, after = await runs_of_a_line(painter, days)
    assert len(hidden) == 20, "what was seen there are dots, with nothing between them"
    assert len(before) > 5 * len(hidden[0])
    assert len(after) > 5 * len(hidden[0])


async def runs_of_a_line(painter: Painter, panel: RatingPanel) -> list[range]:
    """From where to where a level line is drawn, by columns; below the mean written above it."""
    found = await pixels_of(painter, bare(panel), LIGHT.line)
    top = min(y for _, y in found)
    row, _ = Counter(y for _, y in found if y > top + 60).most_common(1)[0]
    runs: list[range] = []
    for x in sorted(x for x, y in found if y == row):
        if runs and runs[-1].stop == x:
            runs[-1] = range(runs[-1].start, x + 1)
        else:
            runs.append(range(x, x + 1))
    return runs


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "panel",
    [
        replace(rank(1), title="", notes=["4,3 · 12345 · жалоб 13 %"]),
        replace(rank(1), title="", names=["Щ" * 40], notes=["4,3 · 12345 · жалоб 13 %"]),
        TopicTimePanel("", ["1"], ["Щ" * 40], [[0.4]], ["12345 жалоб, до 40 % отзывов"]),
    ],
    ids=["place", "wide", "topic"],
)
async def test_a_name_ends_before_the_note_of_its_row(painter: Painter, panel: Panel) -> None:
    name = await pixels_of(painter, bare(panel), LIGHT.ink)
    lowest = max(y for _, y in name)
    note = [x for x, y in await pixels_of(painter, bare(panel), LIGHT.quiet) if y <= lowest]
    assert max(x for x, _ in name) < min(note)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_highest_number_of_a_heat_map_can_be_read(painter: Painter) -> None:
    counts = [[12345 if n == 3 else 1 for n in range(24)]] * 7
    shown = bare(heat_panel(counts, "", words_in("ru")))
    svg = (await painter.draw(shown, "svg")).decode()
    (written,) = re.findall(r"<text[^>]*>[^<]*12345</text>", svg)
    assert "--chart-quiet" in written, "on paper, not in its colour across the cells beside"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_dot_at_one_star_is_as_whole_as_any_other(painter: Painter) -> None:
    def alone(star: float) -> RatingPanel:
        return RatingPanel("", ["a", "b", "c"], [None, star, None], [0, 1, 0], "", "")

    heights = []
    for star in (1.0, 3.0):
        found = await pixels_of(painter, bare(alone(star)), LIGHT.line)
        # The mark of the legend stands at the left, the figure of the mean at the right.
        middle = [y for x, y in found if 400 < x < 700]
        heights.append(max(middle) - min(middle))
    assert abs(heights[0] - heights[1]) <= 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("most", [0.1, 0.3, 1.2, 3.9, 4.3, 4.8, 13.0, 37.0, 121.0])
async def test_the_lines_of_an_axis_are_called_what_they_are(
    painter: Painter, most: float
) -> None:
    panel = ReplyPanel(
        "Ответ", ["пн", "вт"], [most / 2, most], [most, most / 3], "обычно", "дольше"
    )
    svg = (await painter.draw(picture(panel), "svg")).decode()
    told = re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>(\d+(?:,\d+)?)</text>', svg)
    heights = [(float(at), float(name.replace(",", "."))) for at, name in told]
    (ground, zero), *others = sorted(heights, reverse=True)
    assert zero == 0
    assert others
    steps = [(ground - at) / value for at, value in others]
    assert max(steps) == pytest.approx(min(steps), rel=0.01), heights


@pytest.mark.asyncio(loop_scope="module")
async def test_the_line_of_the_goal_is_named(painter: Painter) -> None:
    aimed = replace(rating(10), goal=4.8, goal_name="цель 4,8")
    for panel, shown in ((aimed, True), (replace(aimed, goal=None), False)):
        drawn = (await painter.draw(picture(panel), "svg")).decode()
        assert ("цель" in drawn) == shown
