"""A KPI is declared in the catalogue and named nowhere else: no other code knows one by id, alias, label or number.

A KPI that code or a template names would have a rule of its own there. Data files, tests and documents may name KPIs.
In Python a name counts as a whole string, in templates and scripts as a whole word outside comments; comments, and
words inside longer sentences of Python, are not names.
"""

from __future__ import annotations

import ast
import re

from firstline.query.definitions import the_catalogue
from tests.contracts.project import ROOT, name_of, python_files, syntax_of

MEANS_SOMETHING_ELSE: dict[str, dict[str, str]] = {
    "firstline/settings.py": {"truck_roll_cost": "the setting"},
    "firstline/catalogue/kpi.py": {"nps": "the interval method"},
    "firstline/query/figure.py": {"nps": "the interval method"},
    "firstline/simulate/surveys.py": {
        "csat": "a kind of survey",
        "nps_transactional": "a kind of survey",
        "nps_relational": "a kind of survey",
    },
    "firstline/simulate/systems/surveytool.py": {
        "csat": "a kind of survey",
        "nps_transactional": "a kind of survey",
        "nps_relational": "a kind of survey",
    },
    "firstline/simulate/truth.py": {
        "truck_rolls": "a total that the simulator knows",
        "nps_transactional": "a kind of survey",
        "nps_relational": "a kind of survey",
    },
}
"""Words that are also a KPI's name, by module: what each stands for there."""

COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)


def names() -> dict[str, str]:
    """Every id, alias, number and label of the catalogue, and the KPI it stands for."""
    return {
        name: kpi.id
        for kpi in the_catalogue().kpis.values()
        for name in (kpi.id, *kpi.aliases, kpi.label, *([kpi.number] if kpi.number else []))
    }


def named_in_python(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and text of every string that is a KPI's name."""
    known = {name.lower() for name in names()}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() in known
    ]


def named_in_markup(text: str) -> list[str]:
    """Every KPI name that stands as a word in a template or script."""
    bare = COMMENTS.sub("", text)
    return [name for name in names() if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", bare)]


def test_no_module_names_a_kpi() -> None:
    found = {
        f"{name_of(path)}, line {line}": name
        for path in python_files("firstline")
        for line, name in named_in_python(syntax_of(path))
        if name not in MEANS_SOMETHING_ELSE.get(name_of(path), {})
    }
    assert found == {}


def test_words_with_another_meaning_still_stand_where_they_are_said_to() -> None:
    for name, meant in MEANS_SOMETHING_ELSE.items():
        found = {word for _, word in named_in_python(syntax_of(ROOT / name))}
        assert set(meant) <= found, f"{name}: take {set(meant) - found} off MEANS_SOMETHING_ELSE"


def test_no_template_or_script_names_a_kpi() -> None:
    paths = [path for kind in ("*.html", "*.js", "*.svg") for path in sorted((ROOT / "firstline").rglob(kind))]
    assert paths
    assert {name_of(path): found for path in paths if (found := named_in_markup(path.read_text("utf-8")))} == {}


def test_names_are_found_where_they_stand() -> None:
    first = next(iter(the_catalogue().kpis.values()))
    code = f'"""{first.id} is told of here."""\nif kpi == "{first.id}" or kpi == "{first.label}":\n    pass\n'
    assert named_in_python(ast.parse(code)) == [(2, first.id), (2, first.label)]
    assert named_in_markup(f'<a href="/kpi/{first.id}">') == [first.id]
    assert named_in_markup(f"{{# {first.id} #}} <!-- {first.id} --> x{first.id}y") == []
    assert named_in_markup(f'let x = 1;\n// {first.id}\nkpi === "{first.id}"') == [first.id]
