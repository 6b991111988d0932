"""Make match keys: a number, address or id in one normal form and, where it is personal, as a keyed hash."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import phonenumbers

from firstline.home import Home
from firstline.intake.parts import PartPlan
from firstline.model.match_key import SECRET_KINDS, MatchKey
from firstline.state.secret import fingerprint, home_secret
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

FUNCTION = "match_key"
BETWEEN = "\x1f"
"""Joins the texts of a key that is made of several fields."""
DIGITS = 32
"""Of a hash, enough that no two keys of a provider meet."""


@dataclass(frozen=True)
class KeyMaker:
    """Makes keys with a home's secret; `country` is that of phone numbers that state none (empty: such have no key)."""

    secret: bytes
    country: str

    def key(self, kind: str, text: str) -> str | None:
        """The key of a text (of a personal one the beginning of its HMAC-SHA256); None where it is none of its kind."""
        plain = normal_form(kind, text, self.country)
        if plain is None or kind not in SECRET_KINDS:
            return plain
        return hmac.digest(self.secret, f"{kind}:{plain}".encode(), "sha256").hex()[:DIGITS]


def key_maker(home: Home) -> KeyMaker:
    """The maker of a home's keys. Raises HomeError when the home's secret is lost."""
    known = next((batch.secret for batch in home.ledger.batches() if batch.secret), None)
    return KeyMaker(home_secret(home.path, known), home.settings.country)


@contextmanager
def making_keys(home: Home, warehouse: Warehouse, plans: Sequence[PartPlan]) -> Iterator[str | None]:
    """Within it, the engine can make keys, if a part of the file has any.

    Gives the fingerprint of the secret they are made with, None when there are none. Raises HomeError when the
    home's secret is lost.
    """
    if not any(_mapped(plan, key) for plan in plans for key in plan.entity.match_keys):
        yield None
        return
    maker = key_maker(home)
    with warehouse.knowing(FUNCTION, maker.key):
        yield fingerprint(maker.secret)


def keyed_sql(plan: PartPlan, typed: str) -> str:
    """A SELECT of the rows of `typed` with a column for each match key of their entity.

    Each distinct text is brought into its normal form once, however many rows have it.
    """
    columns, joins = [], []
    for index, key in enumerate(plan.entity.match_keys):
        if not _mapped(plan, key):
            columns.append(f"CAST(NULL AS VARCHAR) AS {key.name}")
            continue
        kind = f"{typed}.{quoted(key.kind_field)}" if key.kind_field else text_literal(str(key.kind))
        text = f" || {text_literal(BETWEEN)} || ".join(f"{typed}.{quoted(name)}" for name in key.of)
        made = f"made_{index}"
        columns.append(f"{made}.key AS {key.name}")
        joins.append(
            f"LEFT JOIN (SELECT kind, text, {FUNCTION}(kind, text) AS key FROM (SELECT DISTINCT {kind} AS kind, {text} "
            f"AS text FROM {typed}) WHERE kind IS NOT NULL AND text IS NOT NULL) {made} "
            f"ON {made}.kind = {kind} AND {made}.text = {text}"
        )
    return f"SELECT {', '.join([f'{typed}.*', *columns])} FROM {typed} {' '.join(joins)}"


def normal_form(kind: str, text: str, country: str) -> str | None:
    """The one way to write a key of this kind; None where the text is none.

    >>> normal_form("phone", "(303) 555 0142", "US"), normal_form("mac", "02-00-5e-10-00-02", "")
    ('+13035550142', '02005E100002')
    """
    return NORMAL_FORMS[kind](text, country)


def _phone(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or _is_filler(str(number.national_number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str, country: str) -> str | None:
    plain = text.strip().lower()
    return plain if re.fullmatch(r"[^@\s]+@[^@\s]+", plain) else None


def _serial(text: str, country: str) -> str | None:
    plain = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    # a word such as "unknown" or a row of zeros stands in many inventories and is no serial number
    return plain if len(plain) >= 4 and re.search(r"\d", plain) and not _is_filler(plain) else None


def _mac(text: str, country: str) -> str | None:
    plain = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return plain if re.fullmatch(r"[0-9A-F]{12}", plain) and not _is_filler(plain) else None


def _circuit(text: str, country: str) -> str | None:
    return text.strip() or None


def _person(text: str, country: str) -> str | None:
    name, _, address = text.partition(BETWEEN)
    # names come first name first or last, addresses with and without the town behind the street
    words, street = sorted(_words(name)), _words(re.split(r"[,;\n]", address)[0])
    return f"{' '.join(words)} at {' '.join(street)}" if words and street else None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def _is_filler(text: str) -> bool:
    return len(set(text)) == 1


NORMAL_FORMS: dict[str, Callable[[str, str], str | None]] = {
    "circuit": _circuit,
    "serial": _serial,
    "mac": _mac,
    "phone": _phone,
    "email": _email,
    "person": _person,
}


def _mapped(plan: PartPlan, key: MatchKey) -> bool:
    return all(name in plan.fields for name in (*key.of, *([key.kind_field] if key.kind_field else [])))
