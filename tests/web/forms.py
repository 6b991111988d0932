"""A form of a page as a browser without scripts would send it."""

from __future__ import annotations

from tests.web.markup import Document


def form_of(page: Document, action: str) -> dict[str, str]:
    """What the form with that address says as it stands; boxes that are not ticked say nothing."""
    form = next(each for each in page.all("form") if each.get("action") == action)
    said: dict[str, str] = {}
    for each in form.iter():
        name = each.get("name")
        if name is None or each.get("type") in ("file", "submit"):
            continue
        if each.tag == "select":
            options = list(each.iter("option"))
            chosen = next((one for one in options if one.get("selected") is not None), options[0])
            value = chosen.get("value")
            said[name] = value if value is not None else "".join(chosen.itertext())
        elif each.tag == "input" and (each.get("type") != "checkbox" or each.get("checked") is not None):
            said[name] = each.get("value") or ""
    return said
