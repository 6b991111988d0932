"""What every page must be, whatever it shows: checked on each page that a test fetches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from tests.web.visitor import Visitor

NEED_LABEL = {"input", "select", "textarea"}


class Document:
    """A parsed page with the few look-ups that tests need."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of that tag whose attributes hold these words (`class_` for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.root.iter(tag)
            if all(value in (each.get(name) or "").split() for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attributes}"
        return found[0]


def text_of(element: Element) -> str:
    """The text of an element and all in it, blanks collapsed."""
    return " ".join("".join(element.itertext()).split())


def get_page(client: Visitor, path: str, status: int = 200) -> Document:
    """Fetch a page, check that it is a good one, and give it parsed."""
    answer = client.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:500]}"
    return check_page(answer.text)


def check_page(text: str) -> Document:
    """Strict HTML5 with all that the house asks of a page; the message names what is wrong."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page = Document(parser.parse(text))
    problems = [problem for rule in RULES for problem in rule(page)]
    assert not problems, "\n".join(problems)
    return page


def one_heading_that_the_title_starts_with(page: Document) -> Iterator[str]:
    """The page has one h1, and its title begins with the same words."""
    headings = [text_of(each) for each in page.all("h1")]
    title = text_of(page.one("title"))
    if len(headings) != 1:
        yield f"{len(headings)} h1: {headings}"
    elif not title.startswith(headings[0]):
        yield f"the title {title!r} does not start with {headings[0]!r}"


def headings_in_order(page: Document) -> Iterator[str]:
    """No level of heading is left out."""
    level = 0
    for each in page.root.iter():
        if isinstance(each.tag, str) and len(each.tag) == 2 and each.tag[0] == "h" and each.tag[1].isdigit():
            if int(each.tag[1]) > level + 1:
                yield f"<{each.tag}> {text_of(each)!r} follows h{level}"
            level = int(each.tag[1])


def ids_are_unique_and_referred_to_ones_exist(page: Document) -> Iterator[str]:
    """Every id stands once, and what refers to an id finds it."""
    ids = Counter(each.get("id") for each in page.root.iter() if each.get("id"))
    yield from (f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1)
    for each in page.root.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "data-chart"):
            for name in (each.get(attribute) or "").split():
                if name not in ids:
                    yield f"<{each.tag} {attribute}> refers to {name!r}, which is not there"
        link = each.get("href") or ""
        if link.startswith("#") and link[1:] not in ids:
            yield f"the link {link!r} leads nowhere"


def fields_have_labels(page: Document) -> Iterator[str]:
    """Whatever can be filled in has a label."""
    labelled = {each.get("for") for each in page.all("label")}
    for each in page.root.iter():
        if each.tag in NEED_LABEL and each.get("type") != "hidden" and each.get("id") not in labelled:
            yield f"<{each.tag} name={each.get('name')!r}> has no label"


def forms_say_where_they_go(page: Document) -> Iterator[str]:
    """Every form has an action on this server; one that posts carries a token."""
    for form in page.all("form"):
        if not (form.get("action") or "").startswith("/"):
            yield f"a form without an action of ours: {form.get('action')!r}"
        tokens = [each.get("value") for each in form.iter("input") if each.get("name") == "form_token"]
        if form.get("method") == "post" and not any(tokens):
            yield f"the form for {form.get('action')} posts without a token"


def tables_explain_themselves(page: Document) -> Iterator[str]:
    """Every table has a caption, and every header says what it heads; one that scrolls can be focused."""
    for table in page.all("table"):
        if table.find("caption") is None:
            yield "a table without a caption"
        yield from (f"<th> {text_of(th)!r} has no scope" for th in table.iter("th") if not th.get("scope"))
    for box in page.all("div", class_="scroll"):
        if box.get("tabindex") != "0" or not (box.get("aria-label") or box.get("aria-labelledby")):
            yield "a scrolling region that the keyboard cannot reach or that has no name"


def nothing_inline(page: Document) -> Iterator[str]:
    """No inline style, script or event handler: the policy refuses them."""
    for each in page.root.iter():
        for name in each.attrib:
            if name == "style" or name.startswith("on"):
                yield f"<{each.tag}> has {name}="
        if each.tag == "style":
            yield "a <style> element"
        if each.tag == "script" and not each.get("src") and each.get("type") != "application/json":
            yield "an inline script"


def usable_by_keyboard(page: Document) -> Iterator[str]:
    """A skip link leads to the one main landmark, the language is stated, no order of focus is forced."""
    if page.root.get("lang") != "en":
        yield "no language"
    if page.one("a", class_="skip").get("href") != f"#{page.one('main').get('id')}":
        yield "the skip link does not lead to the main landmark"
    yield from (f"tabindex {each.get('tabindex')}" for each in page.root.iter() if int(each.get("tabindex") or 0) > 0)


RULES = (
    one_heading_that_the_title_starts_with,
    headings_in_order,
    ids_are_unique_and_referred_to_ones_exist,
    fields_have_labels,
    forms_say_where_they_go,
    tables_explain_themselves,
    nothing_inline,
    usable_by_keyboard,
)
