"""What a selector finds: plain ones are asked in a quicker way, with the same answer."""

import pytest
from cssselect import HTMLTranslator
from lxml import etree

from sources._tree import page_of, select, text_of

PAGE = """
<div class="review first" data-rid="1"><p class=" review-text  cut">one <b>two</b></p></div>
<div class="reviews" data-rid=""><span class="review
first" itemprop="review">three</span></div>
<meta itemprop="review" content="four"><i class="">five</i><p>six</p>
<ul class="first"><li class="review-text">seven</li></ul>
"""


@pytest.mark.parametrize(
    "selector",
    [
        ".review",
        "div.review",
        ".first.review",
        ".review-text, span.review",
        "[itemprop=review]",
        "meta[itemprop=review], .cut",
        "[data-rid]",
        "div[data-rid], .first .review-text",
        "ul > li.review-text",
    ],
)
def test_a_selector_finds_what_css_says_in_the_pages_order(selector: str) -> None:
    page = page_of(PAGE)
    by_css = etree.XPath(HTMLTranslator().css_to_xpath(selector, prefix="descendant::"))
    found = select(page, selector)
    assert found == by_css(page) != []
    within = found[0].getparent()
    assert within is not None
    assert select(within, selector) == by_css(within)


def test_a_text_is_as_the_page_shows_it() -> None:
    page = page_of("<p>one \n two\u00a0<b>three</b> </p><i> four\n</i><script>no</script><b></b>")
    shown = [text_of(found) for name in ("p", "i", "script", "b") for found in select(page, name)]
    assert shown == ["one two three", "four", "", "three", ""]
