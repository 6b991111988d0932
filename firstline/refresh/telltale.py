"""What tells of a person wherever it stands in a text: their numbers, addresses, serials, ids, and their full name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from firstline.intake.match_keys import normal_form

Certainty = Literal["sure", "name"]
"""A number, address, serial or id is one person's; a full name may be somebody else's, too."""
KINDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "phone": ("phone",),
    "email": ("email",),
    "street_address": ("address",),
    "address": ("address",),
    "serial": ("serial",),
    "device_serial": ("serial",),
    "mac": ("mac",),
    "device_mac": ("mac",),
    "value": ("email", "mac", "phone", "serial"),
}
"""By personal field: what its text may be."""
LEAST_ID = 5
"""Shorter ids, and those without a digit, stand in too many texts that have nothing to do with the person."""
LEAST_DIGITS = 7
"""Of a phone number without the prefix of its country."""
LEAST_SERIAL = 6
GAP = r"[\s().\-/]{0,3}"
ALONE = r"(?<![^\W_]){}(?![^\W_])"


@dataclass(frozen=True)
class Telltale:
    """Looks for one person in texts; `sure` and `name` are patterns over folded texts, None where nothing is known."""

    sure: re.Pattern[str] | None
    name: re.Pattern[str] | None

    def certainty(self, text: str) -> Certainty | None:
        """How sure it is that the text tells of the person; None where it does not.

        >>> ada = telltale([("phone", "303-555-0142"), ("name", "Ada Lovering")], ["A-7001"], "US")
        >>> ada.certainty("ring +1 (303) 555 0142"), ada.certainty("LOVERING, Ada"), ada.certainty("Ada")
        ('sure', 'name', None)
        """
        folded = _folded(text)
        if self.sure is not None and self.sure.search(folded):
            return "sure"
        return "name" if self.name is not None and self.name.search(folded) else None


def telltale(values: Iterable[tuple[str, str]], ids: Iterable[str], country: str) -> Telltale:
    """Look for these: `values` are personal fields with their texts, `country` that of numbers that state none."""
    sure = [_joined([each], "") for each in ids if len(each) >= LEAST_ID and re.search(r"\d", each)]
    names: list[str] = []
    for field, text in values:
        kinds = KINDS.get(field, ())
        if kinds == ("name",):
            names += _name(text)
        else:
            sure += [pattern for kind in kinds for pattern in _pattern(kind, text, country)]
    return Telltale(_either(sure), _either(names))


def _pattern(kind: str, text: str, country: str) -> list[str]:
    if kind == "phone":
        return _phone(text, country)
    if kind == "address":
        words = _words(text)
        is_whole = len(words) > 1 and any(map(str.isdigit, "".join(words))) and any(map(str.isalpha, words))
        return [_joined(words, r"\W{1,3}")] if is_whole else []
    plain = normal_form(kind, text, country)
    if plain is None:
        return []
    if kind == "email":
        return [_joined([plain], "")]
    return [_joined([*plain], r"[\s:.\-]?")] if len(plain) >= LEAST_SERIAL else []


def _phone(text: str, country: str) -> list[str]:
    plain = normal_form("phone", text, country)
    if plain is None:
        digits, prefix = re.sub(r"\D", "", text).lstrip("0"), ""
    else:
        number = phonenumbers.parse(plain)
        digits = str(number.national_number)
        prefix = rf"(?:(?:\+|00|011)?{GAP}{number.country_code}{GAP})?"
    if len(digits) < LEAST_DIGITS:
        return []
    return [rf"(?<!\d){prefix}(?:\(?0\)?{GAP})?{GAP.join(digits)}(?!\d)"]


def _name(text: str) -> list[str]:
    words = _words(text)
    whole = [word for word in words if len(word) > 1 and not word.isdigit()]
    if len(whole) < 2:
        return []
    first, *_, last = whole
    orders: Sequence[Sequence[str]] = (words, [last, *words[:-1]], (first, last), (last, first))
    return [_joined(each, r"\W{1,3}") for each in orders]


def _joined(words: Sequence[str], gap: str) -> str:
    return ALONE.format(gap.join(re.escape(_folded(word)) for word in words))


def _either(patterns: Iterable[str]) -> re.Pattern[str] | None:
    listed = [*dict.fromkeys(patterns)]
    return re.compile("|".join(listed)) if listed else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.split("\n")[0])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
