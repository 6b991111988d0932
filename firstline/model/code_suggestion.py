"""What a code of another system probably means: by its words, in several languages. A suggestion and nothing more."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from firstline.model.codes import CodeField
from firstline.model.drivers import Driver, parent_of

SHARED_LETTERS = 4
"""A word is another one's beginning ('install', 'installation') only if it has at least so many letters."""

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def suggested_meaning(field: CodeField, code: str, drivers: Mapping[str, Driver]) -> str | None:
    """The meaning whose words the code holds, the one with most of them; None when nothing fits.

    `drivers` is the taxonomy in force. Fields without a list of ours get no suggestion.
    """
    words = words_of(code)
    best: tuple[int, str] | None = None
    for meaning, phrase in _wordings(field, drivers):
        weight = _weight(words_of(phrase), words)
        if weight and (best is None or weight > best[0]):
            best = (weight, meaning)
    return best[1] if best else None


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a code without case, accents and punctuation.

    >>> words_of("INET_SLOW / Störung"), words_of("noFaultFound")
    (('inet', 'slow', 'stoerung'), ('no', 'fault', 'found'))
    """
    whole = re.sub(r"wi[ -]?fi", "wifi", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", whole)
    plain = unicodedata.normalize("NFKD", apart.casefold().translate(UMLAUTS))
    return tuple(re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter))))


def _weight(wanted: Iterable[str], words: tuple[str, ...]) -> int:
    """The letters of a phrase that the code holds whole; 0 when a word of it is missing."""
    found = [max((_shared(each, word) for word in words), default=0) for each in wanted]
    return sum(found) if all(found) else 0


def _shared(wanted: str, word: str) -> int:
    if wanted == word:
        return len(wanted) + 1
    shorter, longer = sorted((wanted, word), key=len)
    is_beginning = len(shorter) >= SHARED_LETTERS and longer.startswith(shorter)
    # compounds: 'Internetausfall', 'WLAN-Reichweite'
    return len(shorter) if is_beginning or (len(wanted) > SHARED_LETTERS and wanted in word) else 0


def _wordings(field: CodeField, drivers: Mapping[str, Driver]) -> Iterator[tuple[str, str]]:
    if field.kind == "list":
        for value in field.values:
            yield value, value
            for word in _code_words().get(value, ()):
                yield value, word
    elif field.kind == "driver":
        for driver in drivers.values():
            if driver.is_leaf and not driver.is_retired:
                family = drivers.get(parent_of(driver.id) or "")
                yield driver.id, driver.id.rpartition(".")[0].replace(".", " ")
                yield driver.id, driver.label
                yield driver.id, family.label if family else driver.label
                for hint in driver.hints:
                    yield driver.id, hint


@cache
def _code_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = tomllib.loads(files("firstline.model").joinpath("code_words.toml").read_text("utf-8"))
    return words
