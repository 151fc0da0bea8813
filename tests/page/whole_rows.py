"""Whether the tables of a page are to be read without scrolling sideways."""

from playwright.sync_api import Page


def rows_are_whole(page: Page, width: int) -> None:
    """Of a place's nine figures two and a half were seen on a phone, on a tablet the goal lay
    beyond the edge."""
    cells = page.locator("section td:visible, section th:visible").evaluate_all(
        "cells => cells.map(cell => [cell.getBoundingClientRect().right, cell.innerText,"
        " cell.tagName == 'TH' || cell.dataset.head, cell.scrollWidth > cell.clientWidth + 1])"
    )
    assert len(cells) > 20
    for end, text, head, is_cut in cells:
        assert end <= width, f"{width} px: {text}"
        assert head, text
        assert not is_cut, f"{width} px: {text}"
