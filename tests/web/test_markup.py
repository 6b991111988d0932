"""The page checks themselves: each one fails on a page that breaks its rule."""

from __future__ import annotations

import pytest
from html5lib.html5parser import ParseError

from tests.web.markup import check_page

GOOD = """<!doctype html>
<html lang="en"><head><title>Sources · Firstline</title></head>
<body><a class="skip" href="#content">Skip</a><main id="content"><h1>Sources</h1>{}</main></body></html>"""


def test_a_good_page_passes() -> None:
    check_page(GOOD.format('<form action="/"><label for="a">A</label><input id="a" name="a"></form>'))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("<h1>Again</h1>", "2 h1"),
        ("<h3>Deep</h3>", "follows h1"),
        ('<p id="content"></p>', "stands 2 times"),
        ('<p aria-labelledby="nothing"></p>', "refers to 'nothing'"),
        ('<a href="#nowhere">x</a>', "leads nowhere"),
        ('<form action="/"><input name="a"></form>', "has no label"),
        ("<form></form>", "without an action"),
        ('<form action="/" method="post"></form>', "without a token"),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>", "without a caption"),
        ("<table><caption>c</caption><tbody><tr><th>1</th></tr></tbody></table>", "has no scope"),
        ('<div class="scroll"></div>', "keyboard cannot reach"),
        ('<p style="color:red"></p>', "has style="),
        ('<p onclick="x()"></p>', "has onclick="),
        ("<script>x()</script>", "an inline script"),
        ('<p tabindex="2"></p>', "tabindex 2"),
    ],
)
def test_a_page_that_breaks_a_rule_is_named(wrong: str, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_page(GOOD.format(wrong))


@pytest.mark.parametrize("wrong", ["<p><div></p>", "<b>open", "<p>a & b &nosuch;</p>", '<p id="a" id="b"></p>'])
def test_what_is_not_html5_is_refused(wrong: str) -> None:
    with pytest.raises(ParseError):
        check_page(GOOD.format(wrong))


def test_a_title_that_says_something_else_is_named() -> None:
    with pytest.raises(AssertionError, match="does not start with"):
        check_page(GOOD.format("").replace("Sources ·", "Home ·"))
