"""Documents are true of the project: their links lead somewhere, the files and commands they name are there."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from firstline.cli.main import firstline
from firstline.home import Home
from firstline.intake.calendar_checks import REASON as CALENDAR_REASON
from firstline.intake.code_checks import REASONS as CODE_REASONS
from firstline.intake.contradictions import REASONS as CONTRADICTIONS
from firstline.intake.exclusion_checks import REASON as EXCLUSION_REASON
from firstline.intake.reading.delimited import REASONS
from firstline.intake.reading.icalendar_days import REASONS as DAY_REASONS
from firstline.intake.terms_checks import REASON as TERMS_REASON
from firstline.query.definitions import the_catalogue
from firstline.settings import Settings
from tests.contracts.project import ROOT, commands, name_of, options_of, text_files
from tests.homes import bring, moment

DOCUMENTS = [path for path in text_files() if path.suffix == ".md"]
REFERENCE = ROOT / "docs" / "reference"
FILE_NAMED = re.compile(r"`((?:firstline|tests|docs|bench|examples)/[\w./<>*-]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The places in a document that a link can lead to."""
    titles = HEADING.findall(path.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken_links(path: Path) -> list[str]:
    """The links of a document that lead to no file, or to no heading of it."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target))):
            broken.append(link)
    return broken


def test_every_link_leads_somewhere() -> None:
    assert {name_of(path): links for path in DOCUMENTS if (links := broken_links(path))} == {}


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Two words\n[a](#two-words) [b](#three) [c](page.md#two-words) [d](none.md)\n", "utf-8")
    assert broken_links(page) == ["#three", "none.md"]


def missing_files(path: Path) -> list[str]:
    """The files and folders of ours that a document names and that are not there; `<id>` stands for any name."""
    named = FILE_NAMED.findall(path.read_text("utf-8"))
    return [name for name in named if not list(ROOT.glob(re.sub(r"<\w+>", "*", name.rstrip("/"))))]


def test_every_file_that_is_named_is_there() -> None:
    assert {name_of(path): names for path in DOCUMENTS if (names := missing_files(path))} == {}


def commands_shown() -> list[tuple[str, str]]:
    """Every line of a document that is a command of ours, in an indented block or in backticks."""
    found = []
    for path in DOCUMENTS:
        if path.parent != REFERENCE:
            text = path.read_text("utf-8")
            lines = re.findall(r"^ {4,}(?:python3 run\.py )?(firstline (?!pip).+)$", text, re.MULTILINE)
            lines += re.findall(r"`(firstline [^`]+)`", text)
            found += [(name_of(path), line.partition("#")[0].strip()) for line in lines]
    return found


def command_of(words: list[str]) -> str | None:
    """The command that the words call: the first that is neither an option nor the value of --home."""
    rest = words[1:]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] == "--home" else rest[1:]
    return next((name for name in (" ".join(rest[:2]), rest[0] if rest else "") if name in commands()), None)


def wrong_with(line: str) -> str | None:
    """What is wrong with a command that a document shows, or None."""
    words = shlex.split(line)
    name = command_of(words)
    if name is None:
        return "no such command"
    known = {*options_of(commands()[name]), *options_of(firstline), "--help"}
    unknown = {word for word in words if word.startswith("--")} - known
    return f"no option {', '.join(sorted(unknown))}" if unknown else None


def test_every_command_that_is_shown_exists_with_its_options() -> None:
    shown = commands_shown()
    assert len(shown) > 10
    assert [(document, line, problem) for document, line in shown if (problem := wrong_with(line))] == []


def test_a_command_that_is_not_there_is_found() -> None:
    assert command_of(["firstline", "--home", "x", "imports"]) == "imports"
    assert wrong_with("firstline improt x") == "no such command"
    assert wrong_with("firstline imports --fromat json") == "no option --fromat"
    assert wrong_with("firstline --home x imports --format json") is None


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name: str) -> None:
    text = (REFERENCE / "command-line.md").read_text("utf-8")
    assert f"\n## firstline {name}\n" in text, "run: python -m tests.write_docs"
    section = text.split(f"\n## firstline {name}\n")[1].split("\n## ")[0]
    for option in options_of(commands()[name]):
        assert option in section, f"{name} {option}"
    assert (commands()[name].help or "").splitlines()[0] in section


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = commands()[name]
    assert command.help
    silent = [option for option in command.params if isinstance(option, click.Option) and not option.help]
    assert {option.name for option in silent} <= {"style"}, f"{name}: an option has no help text"


def test_every_setting_is_documented() -> None:
    text = (REFERENCE / "settings.md").read_text("utf-8")
    for item in fields(Settings):
        assert f"| `{item.name}` |" in text
        assert item.metadata["about"] in text
        # an example is no default: what is absent is not what somebody else's costs
        assert ("| none |" in text.split(f"| `{item.name}` |")[1].splitlines()[0]) is (item.default is None)


def test_every_kpi_and_dimension_is_documented() -> None:
    text = (REFERENCE / "kpis.md").read_text("utf-8")
    for kpi in the_catalogue().kpis.values():
        section = text.split(f"\n### {kpi.id}\n")[1].split("\n### ")[0].split("\n## ")[0]
        for told in (kpi.label, kpi.question, kpi.formula, kpi.time, kpi.example.given, *kpi.aliases):
            assert told in section, kpi.id
    for dimension in the_catalogue().dimensions.values():
        assert f"| `{dimension.id}` |" in text


def test_every_reason_of_quarantine_is_explained(home: Home) -> None:
    text = (ROOT / "docs" / "how-to" / "when-an-import-is-wrong.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    bad = "ticket_id,opened_at,type\n,2026-01-01,order\nT2,,order\nT3,soon,order\nT4,2036-01-01,order\n"
    record = bring(home, bad + "T5,2026-01-01,order\nT5,2026-01-01,billing\n", entity="ticket", at=moment("2026-02-01"))
    met = set(record.reasons)
    assert len(met) == 5
    told = {
        *REASONS.values(),
        *CODE_REASONS,
        *CONTRADICTIONS,
        *DAY_REASONS,
        CALENDAR_REASON,
        EXCLUSION_REASON,
        TERMS_REASON,
    }
    told.add("unreadable_row")
    assert explained == met | told
