"""Every installed source against its folder of saved answers, and against damaged ones.

A source adds a folder data/<source>/ with cases.toml; nothing here names a source.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import mutated

from reviewbot import registry
from reviewbot.cli.sources.source_cases import (
    SourceCase,
    judge,
    missing_kinds,
    module_problems,
    read_cases,
)
from reviewbot.core.contract import CollectError, NotModified, Payload, public_links
from sources._markup import rebased

DATA = Path(__file__).parent / "data"
SOURCES = tuple(registry.installed())
CASES = [
    case
    for name in SOURCES
    if (DATA / name / "cases.toml").exists()
    for case in read_cases(DATA / name)
]
LARGEST_DAMAGED = 40_000
"""Bytes; damage to larger files finds nothing more and costs seconds."""


def readable(name: str) -> list[SourceCase]:
    return [
        case
        for case in CASES
        if case.folder.name == name
        and case.error is None
        and (case.folder / case.file).stat().st_size < LARGEST_DAMAGED
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: SourceCase) -> None:
    assert judge(registry.load(case.folder.name), case, write_missing=True) == []


@pytest.mark.parametrize("name", SOURCES)
def test_source_has_every_case_it_can_have(name: str) -> None:
    assert (DATA / name / "cases.toml").exists(), f"tests/sources/data/{name} has no cases.toml"
    cases = tuple(case for case in CASES if case.folder.name == name)
    assert missing_kinds(registry.load(name), cases) == []


@pytest.mark.parametrize("name", SOURCES)
def test_every_file_is_in_the_table(name: str) -> None:
    named = {case.file for case in CASES if case.folder.name == name}
    named |= {case.expected.name for case in CASES if case.folder.name == name}
    present = {path.name for path in (DATA / name).iterdir()} - {"cases.toml"}
    assert present <= named


@pytest.mark.parametrize("name", SOURCES)
def test_module_says_what_it_is(name: str) -> None:
    assert module_problems(registry.load(name)) == []


@pytest.mark.parametrize("name", SOURCES)
def test_base_url_moves_every_request(name: str) -> None:
    module = registry.load(name)
    case = readable(name)[0]
    target = case.target(module)
    here = "http://127.0.0.1:8099/site"
    reading = module.pages(replace(target, base_url=here), {})
    request = next(reading)
    for _ in range(3):
        assert request.url.startswith(here)
        try:
            request = reading.send(case.payload())
        except (StopIteration, CollectError):
            break


@pytest.mark.parametrize("name", SOURCES)
def test_links_for_people_stay_the_sites_own(name: str) -> None:
    """A proxy or a test's server is where we read, not where staff open a review."""
    module, here = registry.load(name), "http://127.0.0.1:8099/site"
    for case in readable(name):
        target = replace(case.target(module), base_url=here)
        answer = case.payload()
        answer = replace(answer, url=rebased(answer.url, here))
        for item in module.parse(answer, target).items:
            links = (item.url, *public_links(module, target, item))
            assert not [link for link in links if link and "127.0.0.1" in link], case.name


@pytest.mark.parametrize("name", SOURCES)
def test_damaged_answers_end_in_the_contracts_errors_only(name: str) -> None:
    module = registry.load(name)
    cases = readable(name)
    contents = [(case, case.payload()) for case in cases]

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        case, payload = data.draw(st.sampled_from(contents))
        damaged = Payload(
            status=payload.status,
            url=payload.url,
            content=data.draw(mutated(payload.content)),
            headers=payload.headers,
            encoding=payload.encoding,
        )
        target = case.target(module)
        assert isinstance(module.essence(damaged), bytes)
        if hasattr(module, "recognise"):
            module.recognise(damaged)
        reading = module.pages(target, {})
        try:
            next(reading)
            reading.send(damaged)
            reading.send(NotModified(payload.url))
        except (StopIteration, CollectError):
            pass
        try:
            page = module.parse(damaged, target)
        except CollectError:
            return
        for item in page.items:
            assert item.external_id
            json.dumps(item.to_json(), allow_nan=False, ensure_ascii=False).encode()

    check()
