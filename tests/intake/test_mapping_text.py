"""A mapping written as TOML is the same mapping when it is read again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.intake.mapping import Also, FieldSource, FilePart, Mapping, read_mapping
from firstline.intake.mapping_text import mapping_as_toml
from tests.contracts.project import ROOT, fenced

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.one_of(
    TEXTS, st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False)
)
SOURCES = st.builds(
    FieldSource,
    column=st.none() | TEXTS,
    columns=st.lists(TEXTS, max_size=2).map(tuple),
    constant=st.none() | SCALARS,
    format=st.none() | TEXTS,
    values=st.dictionaries(TEXTS, SCALARS, max_size=6),
    timezone=st.none() | TEXTS,
)
FIELDS = st.dictionaries(TEXTS, SOURCES, max_size=3)
MAPPINGS = st.builds(
    Mapping,
    source=TEXTS,
    file=st.builds(FilePart, entity=st.none() | TEXTS, full=st.booleans(), key=st.lists(TEXTS, max_size=2).map(tuple)),
    fields=FIELDS,
    also=st.lists(st.builds(Also, entity=TEXTS, when=st.none() | TEXTS, fields=FIELDS.filter(bool)), max_size=2).map(
        tuple
    ),
)
SAMPLES = fenced((ROOT / "docs" / "reference" / "mapping.md").read_text("utf-8"), "toml")
EXAMPLES = [path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("*.toml"))]


@pytest.mark.parametrize("text", [*SAMPLES, *EXAMPLES])
def test_a_written_mapping_is_written_again_as_the_same(text: str) -> None:
    mapping = read_mapping(text, "mapping")
    assert read_mapping(mapping_as_toml(mapping), "mapping") == mapping


@settings(max_examples=60)
@given(MAPPINGS)
def test_any_mapping_is_read_again_as_it_was(mapping: Mapping) -> None:
    assert read_mapping(mapping_as_toml(mapping), "mapping") == mapping
