"""The shapes that sources are known by: kept with the fixtures, and what tells a change."""

import json
from pathlib import Path

import pytest

from reviewbot import registry
from reviewbot.cli.sources.source_cases import read_cases, shapes_text
from reviewbot.core.readings.shape import ShapeChange, compared, known_shapes, seen_keys

DATA = Path(__file__).parent / "data"
SITES = [name for name in registry.installed() if registry.load(name).HOSTS]


@pytest.mark.parametrize("name", SITES)
def test_the_shape_kept_is_that_of_the_fixtures(name: str) -> None:
    module = registry.load(name)
    kept = registry.shapes_file(module)
    assert kept is not None
    wanted = shapes_text(module, read_cases(DATA / name))
    address = getattr(module, "__name__", name)
    told = f"run: reviewbot sources --shape {address} tests/sources/data/{name}"
    assert kept.read_text(encoding="utf-8") == wanted, told
    assert registry.shapes_of(module), "a site without a shape"


@pytest.mark.parametrize("name", SITES)
def test_a_fixture_is_as_known(name: str) -> None:
    module = registry.load(name)
    for case in read_cases(DATA / name):
        if "typical" in case.kind and not case.error:
            page = module.parse(case.payload(), case.target(module))
            ids = [item.external_id for item in page.items]
            seen = seen_keys(case.payload().text, ids)
            assert not compared(registry.shapes_of(module), seen), case.name


def listed(*reviews: dict[str, object], **more: object) -> str:
    return json.dumps({"data": {"list": list(reviews), **more}})


def change(before: str, after: str) -> ShapeChange:
    return compared(known_shapes([seen_keys(before, ["1"])]), seen_keys(after, ["1"]))


A_REVIEW = {"id": 1, "text": "Холодно", "reply": {"text": "Простите", "at": 5}, "photos": []}


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (listed({**A_REVIEW, "text": "Тепло"}, pages=3), ShapeChange(new=("data.pages",))),
        (
            listed({"id": 1, "body": "Тепло", "reply": None, "photos": []}),
            ShapeChange(vanished=("data.list.text",), new=("data.list.body",)),
        ),
        # The outermost is named, and what is inside it once only.
        (
            listed({"id": 1, "text": "Тепло", "photos": [{"url": "x"}]}),
            ShapeChange(vanished=("data.list.reply",)),
        ),
        (
            json.dumps({"data": {"items": [A_REVIEW]}}),
            ShapeChange(vanished=("data.list",), new=("data.items",), moved="data.items"),
        ),
        # Keys that are data say nothing.
        (listed({**A_REVIEW, "photos": {"1234": {"url": "x"}}}), ShapeChange()),
    ],
)
def test_what_vanished_what_is_new_and_what_moved(after: str, told: ShapeChange) -> None:
    assert change(listed(A_REVIEW), after) == told


def test_a_page_is_known_by_its_script_else_by_its_marks() -> None:
    def page(review: dict[str, object], mark: str) -> str:
        script = f"<script type='application/json'>{listed(review)}</script>"
        return f"<div class='{mark} x-18273'>{script}</div>"

    assert change(page(A_REVIEW, "a"), page(A_REVIEW, "b")) == ShapeChange()
    gone = page({"id": 1, "text": "", "photos": []}, "a")
    assert change(page(A_REVIEW, "a"), gone) == ShapeChange(vanished=("reply",))
    bare, other = "<p class='review x-18273' itemprop='text'>1</p>", "<p class='opinion'>1</p>"
    assert change(bare, other) == ShapeChange(vanished=(".review", "@text"))
    assert change(bare, bare.replace("18273", "91827")) == ShapeChange()
