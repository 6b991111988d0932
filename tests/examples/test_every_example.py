"""Every example mapping is valid, is tried on its file, says how to use it, and leads to counts that add up."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from firstline.intake.mapping import read_mapping
from tests.cli.commands import firstline
from tests.examples.trial import DATA_SETS, EXAMPLES, data_file, mapping_text

COMMAND = re.compile(r'^#   firstline import (?:"([^"]+)"|(\S+)) --mapping examples/(\S+)\.toml( .*)?$', re.MULTILINE)
INDEX = "README.md"


def test_every_file_of_the_folder_is_tried_and_listed() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {f"{name}.toml" for name in DATA_SETS} | {INDEX}
    index = (EXAMPLES / INDEX).read_text("utf-8")
    for name, data_set in DATA_SETS.items():
        assert f"[`{name}.toml`]({name}.toml)" in index
        assert f"`{data_set.file}`" in index


@pytest.mark.parametrize("name", DATA_SETS)
def test_each_is_compared_with_pandas_in_a_test_of_its_own(name: str) -> None:
    others = {Path(__file__).name, "test_process_mining.py"}
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path.name not in others]
    comparing = [path for path in tests if f'"{name}"' in path.read_text("utf-8")]
    assert len(comparing) == 1
    assert "import pandas" in comparing[0].read_text("utf-8")


@pytest.mark.parametrize("name", DATA_SETS)
def test_each_begins_by_saying_what_it_is_for_and_how_to_use_it(name: str) -> None:
    text = mapping_text(name)
    head = text.split("\nsource = ")[0]
    assert all(line.startswith("#") or not line for line in head.splitlines())
    assert re.search(r"\bclock\b|\bday|\bdate", head)
    files = {quoted or plain for quoted, plain, mapping, _ in COMMAND.findall(head) if mapping == name}
    assert files == {DATA_SETS[name].file}
    assert read_mapping(text, name).source
    assert tomllib.loads(text)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", DATA_SETS)
def test_a_dry_run_reads_the_file_with_it_and_writes_nothing(name: str, shared_data: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    mapping = EXAMPLES / f"{name}.toml"
    printed = firstline(
        home, "import", data_file(shared_data, name), "--mapping", mapping, "--dry-run", "--format", "json"
    )
    assert printed.code == 0, printed.err
    [record] = printed.json()
    assert record["error"] is None
    counted = (record["read"], record["accepted"], record["unchanged"], record["quarantined"])
    assert counted == DATA_SETS[name].counts
    assert record["batch"] is None
    assert record["preview"]
    assert not list((home / "landing").rglob("*.parquet"))
    text = mapping_text(name)
    assert record["mapping"] == text


@pytest.mark.shared_data
@pytest.mark.parametrize("name", DATA_SETS)
def test_a_column_that_the_file_has_not_would_be_refused(name: str, shared_data: Path, tmp_path: Path) -> None:
    """What the dry run above relies on: a name that is not in the header stops it."""
    mapping = tmp_path / "mapping.toml"
    source = re.search(r'^(?:case|\w+_(?:id|at|start)) = "([^"]+)"', mapping_text(name), re.MULTILINE)
    column = source[1] if source else "Fecha"
    mapping.write_text(mapping_text(name).replace(f'"{column}"', f'"{column} of old"'))
    printed = firstline(
        tmp_path / "home",
        "import",
        data_file(shared_data, name),
        "--mapping",
        mapping,
        "--dry-run",
        "--format",
        "json",
    )
    assert printed.code == 2
    assert f"{column} of old" in printed.json()[0]["error"]["message"]
