"""The codes of all sources: which have no meaning, with suggestions, in a form that maps many at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from firstline.intake.coding import plain_text
from firstline.model.drivers import MOST_LEAVES, Driver
from firstline.query.codes import ListedCode, exported_table, listed_codes, waiting_table
from firstline.warehouse.codes_seen import code_table
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.taxonomy import taxonomy
from firstline.web.addresses import Paging, address, paging, params_of, replaced
from firstline.web.export import csv_text
from firstline.web.office import Office, reading

PREFIX = "code:"
"""What the names of the form's choices begin with; the code follows, as JSON of source, field and value."""


@dataclass(frozen=True)
class Choice:
    """A line of the form: a code, the name of its choice, and what is chosen at first.

    `is_divided` is true for a code with several meanings in time: they are changed in the table, not here.
    """

    code: ListedCode
    name: str
    chosen: str
    is_divided: bool


@dataclass(frozen=True)
class Codes:
    """A page of codes: those without a meaning, or (`mapped`) those with one.

    `narrowed` says in words to which field and source; empty for all.
    """

    title: str
    mapped: bool
    choices: Sequence[Choice]
    drivers: Mapping[str, Driver]
    counts: Mapping[bool, int]
    passing: Sequence[tuple[str, str]]
    paging: Paging
    links: Mapping[bool, str]
    narrowed: str

    @property
    def branches(self) -> Mapping[Driver, Sequence[Driver]]:
        """The leaves that a reason may mean, by driver."""
        found: dict[Driver, list[Driver]] = {}
        for node in self.drivers.values():
            if node.is_leaf and not node.is_retired:
                found.setdefault(self.drivers[node.id.partition(".")[0]], []).append(node)
        return found

    @property
    def leaves_over(self) -> int:
        """How many leaves the taxonomy has beyond what people can code well."""
        return max(0, sum(len(leaves) for leaves in self.branches.values()) - MOST_LEAVES)

    def as_json(self) -> Any:
        """The codes shown, and how many there are of both kinds."""
        return {
            "unmapped": self.counts[False],
            "mapped": self.counts[True],
            "page": self.paging.number,
            "codes": [choice.code.as_json() for choice in self.choices],
        }


def codes_page(office: Office, request: Request) -> Codes:
    """The codes without a meaning; with `?mapped=1` the others. `?source=` and `?field=` narrow them."""
    params = request.query_params
    mapped = bool(params.get("mapped"))
    source, field = (params.get(name) or None for name in ("source", "field"))
    with reading(office) as warehouse:
        found = listed_codes(warehouse, False, source, field)
        drivers, table = taxonomy(warehouse), rows_by_code(warehouse)
    by_kind = {False: [code for code in found if code.seen.is_unmapped], True: _mapped(found)}
    shown = sorted(by_kind[mapped], key=lambda code: -code.seen.rows)
    where = paging(request, len(shown))
    return Codes(
        title="Codes with a meaning" if mapped else "Codes without a meaning",
        mapped=mapped,
        choices=[_choice(code, mapped and len(table[_key(code)]) > 1) for code in shown[where.offset : where.last]],
        drivers=drivers,
        counts={kind: len(codes) for kind, codes in by_kind.items()},
        passing=sorted({(code.seen.source, code.seen.field) for code in found if code.seen.is_passing}),
        paging=where,
        links={
            kind: address(request.url.path, replaced(params_of(request), page="", mapped="1" if kind else ""))
            for kind in (False, True)
        },
        narrowed=" of ".join(each for each in (field or ("all codes" if source else None), source) if each),
    )


def codes_csv(office: Office, request: Request) -> Response:
    """The code table as CSV, or with `?unmapped=1` the one to be filled in."""
    only_unmapped = bool(request.query_params.get("unmapped"))
    source, field = (request.query_params.get(name) or None for name in ("source", "field"))
    with reading(office) as warehouse:
        text = csv_text(*(waiting_table if only_unmapped else exported_table)(warehouse, source, field))
    name = "codes-to-map.csv" if only_unmapped else "codes.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def rows_by_code(warehouse: Warehouse) -> dict[tuple[str, str, str], list[Row]]:
    """The rows of the code table, by code."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in code_table(warehouse):
        found.setdefault((row["code_source"], row["field"], plain_text(row["value"])), []).append(row)
    return found


def _mapped(found: Sequence[ListedCode]) -> list[ListedCode]:
    return [code for code in found if code.seen.meaning is not None]


def _choice(code: ListedCode, is_divided: bool) -> Choice:
    seen = code.seen
    name = PREFIX + json.dumps([seen.source, seen.field, seen.value], ensure_ascii=False)
    return Choice(code, name, seen.meaning or code.suggestion or "", is_divided)


def _key(code: ListedCode) -> tuple[str, str, str]:
    return code.seen.source, code.seen.field, plain_text(code.seen.value)
